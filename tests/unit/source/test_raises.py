"""Which exceptions start in a function, when, and whether they leave it."""

from __future__ import annotations

import pytest

from neovim_ai.source import facts, target
from neovim_ai.source.model import Raise
from neovim_ai.source.text import SourceText

FILE = (
    "ERRORS = (X, m.Y)\n"
    "class Base(ValueError): pass\n"
    "class Own(Base): pass\n"
    "class lower(Exception): pass\n"
    "def make(x) -> Own: return Own(x)\n"
    "def built(x):\n    if x: return Own(x)\n    return KeyError(x)\n"
    "def text(x): return str(x).lower()\n"
)


def raised(*lines: str) -> list[Raise]:
    code = "".join(f"        {line}\n" for line in lines)
    text = (
        f"{FILE}class C(P):\n    def _error(self, m): return Own(m)\n    def f(self, a, b):\n{code}"
    )
    source = SourceText(text)
    return list(facts.collect(source, target.by_qualname(source, "C.f")).raises)


NAMED = {
    "class": (["raise X"], ["X"]),
    "call": (["raise X(1)"], ["X"]),
    "cause": (["raise X from b"], ["X"]),
    "call with a cause": (["raise X(1) from None"], ["X"]),
    "dotted": (["raise mod.sub.X(1)"], ["mod.sub.X"]),
    "parenthesised": (["raise (X(1))"], ["X"]),
    "with_traceback": (["raise X(1).with_traceback(b)"], ["X"]),
    "well-known lower case": (["raise struct.error(1)"], ["struct.error"]),
    "lower-case attribute of a variable": (["e = a()", "raise e.error"], []),
    "lower-case attribute of a parameter": (["raise a.error"], []),
    "lower-case method of a parameter": (["raise a.error(1)"], []),
    "lower-case attribute of each": (["for e in a: raise e.error"], []),
    "lower-case class of the file": (["raise lower(1)"], ["lower"]),
    "method that makes it": (["raise self._error('x')"], ["Own"]),
    "annotated maker": (["raise make(1)"], ["Own"]),
    "maker of several": (["raise built(1)"], ["Own", "KeyError"]),
    "maker of something else": (["raise text(1)"], []),
    "unknown maker": (["raise somewhere(1)"], []),
    "unknown method": (["raise self.somewhere(1)"], []),
    "own constructor": (["raise Own.build(1)"], ["Own"]),
    "constructor of a builtin": (["raise OSError.build(1)"], ["OSError"]),
    "class on self": (["raise self.Missing(1)"], ["Missing"]),
    "cls()": (["raise cls(1)"], []),
    "type(e)()": (["raise type(a)(1)"], []),
    "parameter": (["raise a"], []),
    "assigned before": (["e = X(1)", "raise e"], ["X"]),
    "either": (["raise X if a else Y(1)"], ["X", "Y"]),
    "either called": (["raise (X if a else Y)(1)"], ["X", "Y"]),
    "nested function": (["def g(): raise X", "return g"], []),
    "nested class": (["class D:", "    def g(self): raise X"], []),
    "assert": (["assert a"], []),
    "bare outside a handler": (["raise"], []),
    "bare in a handler": (["try: a()", "except X: raise"], ["X"]),
    "bare for several": (["try: a()", "except (X, m.Y): raise"], ["X", "m.Y"]),
    "alias": (["try: a()", "except X as e: raise e"], ["X"]),
    "alias with a traceback": (["try: a()", "except X as e: raise e.with_traceback(b)"], ["X"]),
    "alias of an outer handler": (
        ["try: a()", "except X as e:", "    try: b()", "    except Y: raise e"],
        ["X"],
    ),
    "kept and raised later": (["try: a()", "except X as e: k = e", "raise k"], ["X"]),
    "bare except": (["try: a()", "except: raise"], []),
    "constant of the module": (["try: a()", "except ERRORS: raise"], ["X", "m.Y"]),
    "unknown constant": (["try: a()", "except OTHER_ERRORS: raise"], []),
    "unknown variable": (["try: a()", "except errors: raise"], []),
    "exception group": (["try: a()", "except* X: raise"], ["X"]),
}


@pytest.mark.parametrize(("lines", "names"), NAMED.values(), ids=NAMED.keys())
def test_the_class_is_named_where_the_code_tells_it(lines: list[str], names: list[str]) -> None:
    assert [r.exception for r in raised(*lines)] == names


def test_a_bare_excepts_reraise_is_told_as_an_effect() -> None:
    source = SourceText("def f():\n    try: a()\n    except: raise\n")
    found = facts.collect(source, target.by_qualname(source, "f"))
    assert found.side_effects == ("raises on what a bare except caught (line 3)",)


def test_a_reraise_is_marked() -> None:
    again, new = raised("try: a()", "except X:", "    if b: raise", "    raise Y")
    assert (again.exception, again.reraise) == ("X", True)
    assert (new.exception, new.reraise) == ("Y", False)


def attempt(what: str, handler: str, then: str = "pass") -> list[str]:
    return ["try:", f"    raise {what}", f"except{handler}:", f"    {then}"]


CAUGHT = {
    "by name": attempt("X", " X"),
    "dotted by its last part": attempt("m.X", " X"),
    "by a constant of the module": attempt("X", " ERRORS"),
    "in a tuple": attempt("X", " (Y, X)"),
    "by a builtin base": attempt("FileNotFoundError", " OSError"),
    "by an alias of the base": attempt("FileNotFoundError", " IOError"),
    "unknown by Exception": attempt("X", " Exception"),
    "anything by BaseException": attempt("KeyboardInterrupt", " BaseException"),
    "anything by a bare except": attempt("SystemExit", ""),
    "by a base of the file": attempt("Own", " Base"),
    "by a builtin base of the file's": attempt("Own", " ValueError"),
    "and replaced": attempt("X", " X as e", "raise Y from e"),
    "by the outer of two": ["try:", *("    " + n for n in attempt("X", " Y")), "except X: pass"],
    "re-raised and then caught": [
        "try:",
        *("    " + n for n in attempt("X", " X", "raise")),
        "except X: pass",
    ],
    "deep in the body": [
        "try:",
        "    with a:",
        "        for c in b:",
        "            raise X",
        "except X: pass",
    ],
    "suppressed": ["with contextlib.suppress(X):", "    raise X"],
    "suppressed by a base": ["with a, suppress(LookupError):", "    raise KeyError"],
}
ESCAPING = {
    "no try": ["raise X"],
    "another class": attempt("X", " Y"),
    "a subclass": attempt("OSError", " FileNotFoundError"),
    "not an Exception": attempt("KeyboardInterrupt", " Exception"),
    "a handler that is a variable": attempt("X", " errors"),
    "re-raised bare": attempt("X", " X", "raise"),
    "re-raised by alias": attempt("X", " X as e", "raise e"),
    "re-raised under a condition": attempt("X", " X", "if a: raise"),
    "in the handler": ["try: a()", "except X:", "    raise X"],
    "in else": ["try: a()", "except X: pass", "else:", "    raise X"],
    "in finally": ["try: a()", "except X: pass", "finally:", "    raise X"],
    "suppressing another": ["with suppress(Y):", "    raise X"],
    "first handler re-raises": [
        *attempt("KeyError", " KeyError", "raise"),
        "except Exception: pass",
    ],
}


@pytest.mark.parametrize("lines", CAUGHT.values(), ids=CAUGHT.keys())
def test_what_the_function_catches_does_not_escape(lines: list[str]) -> None:
    assert not raised(*lines)[0].escapes


@pytest.mark.parametrize("lines", ESCAPING.values(), ids=ESCAPING.keys())
def test_what_no_handler_stops_escapes(lines: list[str]) -> None:
    assert raised(*lines)[0].escapes


CONDITIONS = {
    "none": (["raise X"], None),
    "if": (["if a <  1:", "    raise X"], "a <  1"),
    "folded": (["if (a and  # why", "    b):", "    raise X"], "(a and b)"),
    "elif": (["if a: pass", "elif b: raise X"], "b"),
    "else": (["if a: pass", "else: raise X"], "not (a)"),
    "else after elif": (["if a: pass", "elif b: pass", "else: raise X"], "not (a) and not (b)"),
    "while": (["while a: raise X"], "a"),
    "else of while": (["while a: pass", "else: raise X"], "not (a)"),
    "else of for": (["for c in a: pass", "else: raise X"], None),
    "case": (["match a:", "    case [1, *_]: raise X"], "match a: case [1, *_]"),
    "guarded case": (["match a:", "    case c if c > 1: raise X"], "match a: case c if c > 1"),
    "handler": (["try: a()", "except (Y, Z) as e: raise X"], "except (Y, Z)"),
    "bare handler": (["try: a()", "except: raise X"], "except"),
    "nearest": (["if a:", "    for c in b:", "        if c: raise X"], "c"),
    "through with and try": (
        ["if a:", "    with b:", "        try: raise X", "        finally: pass"],
        "a",
    ),
    "walrus": (["if (c := a): raise X"], "(c := a)"),
}


@pytest.mark.parametrize(("lines", "condition"), CONDITIONS.values(), ids=CONDITIONS.keys())
def test_the_nearest_test_is_the_condition(lines: list[str], condition: str | None) -> None:
    assert raised(*lines)[0].condition == condition


def test_a_long_condition_is_cut_between_tokens() -> None:
    names = " and ".join(f"condition_number_{i}" for i in range(20))
    found = raised(f"if {names}: raise X")[0].condition
    assert found is not None and found.endswith("…") and len(found) <= 120
    assert set(found[:-1].split()) <= set(names.split())


MESSAGES = {
    "raise X": None,
    "raise X()": None,
    "raise X(a)": None,
    "raise X('m')": "m",
    "raise X('m', a)": "m",
    "raise X('a ' 'b')": "a b",
    "raise X(f'got {a!r} and {b:>3}')": "got {a!r} and {b:>3}",
    "raise X('got %r' % a)": "got %r",
    "raise X('got {}'.format(a))": "got {}",
    "raise X(a.format('no'))": None,
    "raise X(msg='m')": None,
    r"raise X('it\'s\n here')": "it's here",
    r"raise X(r'\d')": r"\d",
}


@pytest.mark.parametrize(("line", "message"), MESSAGES.items(), ids=MESSAGES.keys())
def test_the_message_is_the_literal_one(line: str, message: str | None) -> None:
    assert raised(line)[0].message == message


def test_makers_that_call_each_other_end() -> None:
    source = SourceText("def g(): return h()\ndef h(): return g()\ndef f(): raise g()\n")
    assert facts.collect(source, target.by_qualname(source, "f")).raises == ()


def test_classes_that_inherit_from_each_other_end() -> None:
    source = SourceText(
        "class A(B): pass\nclass B(A): pass\ndef f():\n    try: raise A\n    except C: pass\n"
    )
    assert facts.collect(source, target.by_qualname(source, "f")).escaping == ("A",)


DEAD = {
    "after return": (["return a", "raise X"], False),
    "after raise": (["raise Y", "raise X"], False),
    "after both branches return": (["if a: return 1", "else: return 2", "raise X"], False),
    "after exit": (["sys.exit(1)", "raise X"], False),
    "after an endless loop": (["while True: a()", "raise X"], False),
    "deeper below a return": (["return a", "if b:", "    raise X"], False),
    "after continue": (["for i in a:", "    continue", "    raise X"], False),
    "after one branch returns": (["if a: return 1", "raise X"], True),
    "after a loop with break": (["while True:", "    break", "raise X"], True),
    "beside a return": (["if a: return 1", "else: raise X"], True),
    "after a suppressed return": (["with suppress(K): return a()", "raise X"], True),
}


@pytest.mark.parametrize(("lines", "escapes"), DEAD.values(), ids=DEAD.keys())
def test_what_can_never_run_raises_nothing(lines: list[str], escapes: bool) -> None:
    (found,) = [r for r in raised(*lines) if r.exception == "X"]
    assert (found.escapes, found.dead) == (escapes, not escapes)
