"""What the code of one definition says."""

from __future__ import annotations

import pytest

from neovim_ai.source import facts, project, target
from neovim_ai.source.model import Facts
from neovim_ai.source.text import SourceText


def facts_of(text: str, qualname: str = "f") -> Facts:
    source = SourceText(text)
    return facts.collect(source, target.by_qualname(source, qualname))


def body(*lines: str, head: str = "def f(a, b):") -> str:
    return head + "\n" + "".join(f"    {line}\n" for line in lines)


SIGNATURES = {
    "a, b=1": ["a", "b=1"],
    "a, /, b, *, c": ["a /", "b", "c *"],
    "*args, c=1, **kw": ["*args", "c=1 *", "**kw"],
    "a: int, b: list[\n  str\n] = []": ["a: int", "b: list[str]=[]"],
    "a=lambda x, *y: (x, y)": ["a=lambda x, *y: (x, y)"],
    "a=(1,  # one\n  2)": ["a=(1, 2)"],
    "a='x  y', *, b=\"it's\"": ["a='x  y'", 'b="it\'s" *'],
    "*args: *Ts, **kw: Unpack[K]": ["*args: *Ts", "**kw: Unpack[K]"],
    "größe: 'Ü' = 1": ["größe: 'Ü'=1"],
    "a,  # type: int\n  b,\n": ["a", "b"],
    "": [],
}


@pytest.mark.parametrize(("written", "expected"), SIGNATURES.items(), ids=SIGNATURES.keys())
def test_parameters_keep_order_kind_annotation_and_default(
    written: str, expected: list[str]
) -> None:
    told = []
    for p in facts_of(f"def f({written}): ...\n").parameters:
        text = p.starred + (f": {p.annotation}" if p.annotation else "")
        text += f"={p.default}" if p.default else ""
        suffix = {"positional-only": " /", "keyword-only": " *"}.get(p.kind.value, "")
        told.append(text + suffix)
    assert told == expected


@pytest.mark.parametrize(
    ("decorator", "signature", "names"),
    [
        ("", "self, a", ["a"]),
        ("", "me, /, a", ["a"]),
        ("@classmethod", "cls, a", ["a"]),
        ("@staticmethod", "a, b", ["a", "b"]),
        ("@builtins.staticmethod", "a, b", ["a", "b"]),
        ("", "*args", ["args"]),
        ("", "", []),
    ],
)
def test_a_method_leaves_out_what_python_passes(
    decorator: str, signature: str, names: list[str]
) -> None:
    text = f"class A:\n    {decorator or '# plain'}\n    def f({signature}): ...\n"
    assert [p.name for p in facts_of(text, "A.f").parameters] == names


@pytest.mark.parametrize("name", ["__new__", "__init_subclass__", "__class_getitem__"])
def test_methods_that_python_makes_static_or_class_methods_leave_out_the_class(name: str) -> None:
    found = facts_of(f"class A:\n    def {name}(cls, a): ...\n", f"A.{name}")
    assert [p.name for p in found.parameters] == ["a"]


def test_a_function_nested_in_a_method_keeps_all_parameters() -> None:
    text = "class A:\n    def m(self):\n        def f(self, a): ...\n"
    assert [p.name for p in facts_of(text, "A.m.f").parameters] == ["self", "a"]


def test_returns_and_yields_are_the_functions_own() -> None:
    text = body(
        "def inner():",
        "    yield 1",
        "    return 2",
        "g = lambda: (yield 3)",
        "class C:",
        "    def m(self): return 4",
        "return [x for x in a]",
    )
    found = facts_of(text)
    assert [v.text for v in found.returns] == ["[x for x in a]"]
    assert found.yields == () and not found.is_generator


def test_what_a_generator_returns_is_not_documented() -> None:
    found = facts_of(body("x = yield a", "yield from b", "yield", "return 1"))
    assert [v.text for v in found.yields] == ["a", "b", ""]
    assert found.is_generator
    assert found.returns == () and not found.returns_none


NONE = {
    "a value on every path": (["if a:", "    return 1", "else:", "    return 2"], False),
    "falls off the end": (["if a:", "    return 1"], True),
    "bare return": (["if a:", "    return", "return 1"], True),
    "return None": (["if a:", "    return (None)", "return 1"], True),
    "raises at the end": (["if a:", "    return 1", "raise X"], False),
    "endless loop": (["while True:", "    if a:", "        return 1"], False),
    "endless loop with a way out": (
        ["while True:", "    if a:", "        break", "return 1"],
        False,
    ),
    "loop that breaks at the end": (["while 1:", "    if a: break", "    return 1"], True),
    "loop": (["for x in a:", "    return 1"], True),
    "with": (["with a:", "    return 1"], False),
    "with suppress": (["with suppress(X):", "    return 1"], True),
    "try and handler return": (["try:", "    return 1", "except X:", "    return 2"], False),
    "handler passes": (["try:", "    return 1", "except X:", "    pass"], True),
    "finally returns": (["try:", "    pass", "finally:", "    return 1"], False),
    "sure match": (["match a:", "    case 1: return 1", "    case _: return 2"], False),
    "unsure match": (["match a:", "    case 1: return 1"], True),
    "guarded match": (["match a:", "    case _ if b: return 1"], True),
    "exits": (["if a:", "    return 1", "sys.exit(2)"], False),
    "no value at all": (["a.sort()"], False),
}


@pytest.mark.parametrize(("lines", "expected"), NONE.values(), ids=NONE.keys())
def test_none_beside_values_is_seen(lines: list[str], expected: bool) -> None:
    assert facts_of(body(*lines)).returns_none is expected


FLAGS = {
    "@property": "is_property",
    "@functools.cached_property": "is_property",
    "@x.getter": "is_property",
    "@x.setter": "is_setter",
    "@x.deleter": "is_setter",
    "@overload": "is_overload",
    "@typing.overload": "is_overload",
    "@abc.abstractmethod": "is_abstract",
}


@pytest.mark.parametrize(("decorator", "flag"), FLAGS.items())
def test_decorators_tell_what_a_method_is(decorator: str, flag: str) -> None:
    text = f"class A:\n    {decorator}\n    def x(self):\n        return self._x\n"
    found = facts_of(text, "A.x")
    flags = {"is_property", "is_setter", "is_overload", "is_abstract"}
    assert {name for name in flags if getattr(found, name)} == {flag}


def test_an_abstract_property_is_both() -> None:
    found = facts_of("class A:\n    @abc.abstractproperty\n    def x(self): return 1\n", "A.x")
    assert found.is_property and found.is_abstract


@pytest.mark.parametrize(
    ("written", "abstract"),
    [
        ("...", True),
        ("'D.'; ...", True),
        ("pass", True),
        ("raise NotImplementedError", True),
        ("raise NotImplementedError('x')", True),
        ("return 1", False),
        ("x = 1; ...", False),
    ],
)
def test_a_body_of_nothing_is_abstract(written: str, abstract: bool) -> None:
    assert facts_of(f"def f(): {written}\n").is_abstract is abstract


def test_attributes_come_from_body_and_methods_each_once() -> None:
    text = (
        "class A(B, metaclass=M, **kw):\n"
        "    '''D.'''\n"
        "    __slots__ = ()\n"
        "    a: int\n"
        "    b: str = 'x'\n"
        "    c = d = 1\n"
        "    if t:\n"
        "        e, (g, *h) = 1, 2\n"
        "    for i in x: pass\n"
        "    def __init__(me, p):\n"
        "        me.a = p\n"
        "        me.q: int = p\n"
        "        me.r, (other.s, [*me.t]) = p\n"
        "        with open(p) as me.u: pass\n"
        "        for me.v in p: pass\n"
        "        me.w.deep = 1\n"
        "        me.prop = 1\n"
        "    @property\n"
        "    def prop(self): return self._z\n"
        "    @staticmethod\n"
        "    def s(self): self.no = 1\n"
        "    @classmethod\n"
        "    def k(cls): cls._y = 1\n"
    )
    found = facts_of(text, "A")
    assert [a.name for a in found.attributes] == [
        *["a", "b", "c", "d", "e", "g", "h", "q", "r", "t", "u", "v", "_y"]
    ]
    by_name = {a.name: a for a in found.attributes}
    assert (by_name["a"].annotation, by_name["a"].line) == ("int", 4)
    assert (by_name["b"].annotation, by_name["b"].default) == ("str", "'x'")
    assert by_name["c"].default == "1"
    assert by_name["q"].annotation == "int"
    assert not by_name["_y"].public
    assert found.bases == ("B",)
    assert [p.name for p in found.parameters] == ["p"]


def test_a_nested_classs_methods_are_not_the_outer_ones() -> None:
    text = "class A:\n    class B:\n        def m(self): self.x = 1\n    def m(self): self.y = 1\n"
    assert [a.name for a in facts_of(text, "A").attributes] == ["y"]
    assert [a.name for a in facts_of(text, "A.B").attributes] == ["x"]


EFFECTS = {
    "print(a)": "prints",
    "print(a, file=b)": None,
    "open(a, 'w')": "writes a file",
    "open(a, mode='ab')": "writes a file",
    "open(a)": None,
    "open(a, 'rb')": None,
    "Path(a).open('w')": "writes a file",
    "a.write_text(b)": "writes a file",
    "a.append(1)": "changes parameter a",
    "a[0] = 1": "changes parameter a",
    "a.x = 1": "changes parameter a",
    "del a[0]": "changes parameter a",
    "a[0] += 1": "changes parameter a",
    "a = list(a); a.append(1)": None,
    "c = []; c.append(a)": None,
    "self.x = 1": None,
    "os.environ['A'] = b": "changes the environment",
    "subprocess.run(a)": "runs a program",
    "global G; G = 1": "sets global G",
    "global G; print": None,
}


@pytest.mark.parametrize(("line", "phrase"), EFFECTS.items(), ids=EFFECTS.keys())
def test_side_effects_are_told_with_their_line(line: str, phrase: str | None) -> None:
    expected = (f"{phrase} (line 2)",) if phrase else ()
    assert facts_of(body(line)).side_effects == expected


def test_an_effect_is_told_once() -> None:
    assert facts_of(body("print(1)", "print(2)")).side_effects == ("prints (line 2)",)


def test_the_modules_facts_are_empty() -> None:
    assert facts_of("x = 1\n", "") == Facts()


def test_the_digest_follows_the_contract_not_the_lines() -> None:
    before = facts_of("def f(a):\n    raise X\n")
    assert facts_of("\n\ndef f(a):\n    # c\n    raise X\n").digest() == before.digest()
    assert facts_of("def f(a, b):\n    raise X\n").digest() != before.digest()
    assert facts_of("def f(a):\n    raise Y\n").digest() != before.digest()


DIFFERING = {
    "a default": ("def f(a=1): pass", "def f(a=2): pass", ("parameters",)),
    "when it raises": (
        "def f(a):\n    if a < 1: raise X",
        "def f(a):\n    if a < 2: raise X",
        ("exceptions",),
    ),
    "that None comes back": (
        "def f(a):\n    return a",
        "def f(a):\n    if a: return a",
        ("result",),
    ),
    "several": ("def f(a): raise X", "def f(b): return b", ("parameters", "result", "exceptions")),
    "how it is computed": ("def f(a): return a", "def f(a):\n    b = 2\n    return a * b", ()),
    "a message": ("def f(a): raise X('one')", "def f(a): raise X('two')", ()),
    "what is printed": ("def f(a): return a", "def f(a):\n    print(a)\n    return a", ()),
    "a default of an attribute": ("class f:\n    a = 1", "class f:\n    a = 2", ("attributes",)),
}


@pytest.mark.parametrize(("old", "new", "named"), DIFFERING.values(), ids=DIFFERING.keys())
def test_two_digests_tell_what_a_caller_meets_otherwise(
    old: str, new: str, named: tuple[str, ...]
) -> None:
    assert facts_of(new).differing(facts_of(old).digest()) == named
    assert facts_of(old).differing(facts_of(old).digest()) == ()


def test_a_digest_of_another_version_differs_in_everything() -> None:
    assert len(facts_of("def f(a): return a").differing("0123456789abcdef")) == 4


def test_a_project_begins_at_the_nearest_mark(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "pyproject.toml").touch()
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert project.root(inner / "c.py") == tmp_path
    (tmp_path / "a" / "setup.cfg").touch()
    assert project.root(inner / "c.py") == tmp_path / "a"


TOLD_BY_DECORATORS = {
    "@deprecated('use g')\ndef f(): pass": ("is deprecated: use g (line 1)",),
    "@typing_extensions.deprecated(TEXT)\ndef f(): pass": ("is deprecated (line 1)",),
    "@deprecated\ndef f(): pass": ("is deprecated (line 1)",),
    "def f():\n    warnings.warn('old', DeprecationWarning, stacklevel=2)": (
        "warns that it is deprecated (line 2)",
    ),
    "def f():\n    warnings.warn('odd', UserWarning)": (),
    "@cache\ndef f(): pass": (),
}


@pytest.mark.parametrize(("text", "said"), TOLD_BY_DECORATORS.items())
def test_a_deprecation_is_a_fact_with_its_line(text: str, said: tuple[str, ...]) -> None:
    assert facts_of(text).side_effects == said


def test_what_is_awaited_is_told_with_its_line() -> None:
    found = facts_of("async def f(a):\n    await a.go()\n    return [await b async for b in a]")
    assert [(v.text, v.line) for v in found.awaits] == [("a.go()", 2), ("b", 3)]


@pytest.mark.parametrize("name", ["contextmanager", "contextlib.asynccontextmanager"])
def test_a_context_manager_says_what_as_binds(name: str) -> None:
    (said,) = facts_of(f"@{name}\ndef f():\n    yield 1\n").in_use
    assert said == "a context manager: `as` binds what it yields (line 1)"
    assert facts_of("def f():\n    yield 1\n").in_use == ()
