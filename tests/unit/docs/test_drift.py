from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neovim_ai.docs import drift
from neovim_ai.docs.drift import FindingKind
from neovim_ai.source.text import SourceText

GOOGLE = '''
def f({signature}):
    """Do it.

    Args:
        alpha: The first.
        beta (int): The second. Defaults to 5.
    """
    return alpha
'''
NUMPY = '''
def f({signature}):
    """Do it.

    Parameters
    ----------
    alpha : str
        The first.
    beta : int, default 5
        The second.
    """
    return alpha
'''
SPHINX = '''
def f({signature}):
    """Do it.

    :param alpha: the first
    :param beta: the second (default: 5)
    """
    return alpha
'''
NAMES = st.sampled_from(["alpha", "beta", "gamma", "delta", "a_b", "größe"])
STYLES = pytest.mark.parametrize("text", [GOOGLE, NUMPY, SPHINX], ids=["google", "numpy", "sphinx"])


def found(text: str) -> list[tuple[str, str, str]]:
    source = SourceText(textwrap.dedent(text))
    return [(str(f.kind), f.was, f.now) for f in drift.findings(source)]


def body(docstring: str, header: str = "def f(x):", rest: str = "return x") -> str:
    return f'{header}\n    """{docstring}\n    """\n    {rest}\n'


@STYLES
def test_agreement_is_no_finding(text: str) -> None:
    assert found(text.format(signature="alpha, beta=5")) == []


@STYLES
def test_a_renamed_parameter_is_found_with_both_names(text: str) -> None:
    assert found(text.format(signature="first, beta=5")) == [
        ("parameter_renamed", "alpha", "first")
    ]


@STYLES
def test_a_removed_parameter_is_found(text: str) -> None:
    assert found(text.format(signature="alpha")) == [("parameter_gone", "beta", "")]


def test_a_word_that_could_head_a_remark_names_a_parameter_in_a_field_alone() -> None:
    field = body("Do it.\n\n    :param x: the first\n    :param warning: the second")
    remark = body("Do it.\n\n    Args:\n        x: The first.\n        Warning: Slow.")
    assert found(field) == [(FindingKind.PARAMETER_GONE, "warning", "")]
    assert found(remark) == []


@STYLES
def test_an_added_parameter_is_found(text: str) -> None:
    assert found(text.format(signature="alpha, beta=5, gamma=None")) == [
        ("parameter_missing", "", "gamma")
    ]


@STYLES
def test_a_changed_default_is_found(text: str) -> None:
    assert found(text.format(signature="alpha, beta=6")) == [("default_changed", "5", "6")]


def test_the_line_is_that_of_the_entry() -> None:
    findings = drift.findings(SourceText(GOOGLE.format(signature="alpha")))
    assert [(f.line, f.key) for f in findings] == [(7, "parameter:beta")]


@pytest.mark.parametrize(
    ("default", "said"),
    [
        ("None", "Defaults to 5."),
        ("_UNSET", "Defaults to 5."),
        ("5", "Defaults to 5.0."),
        ("'a'", 'Defaults to "a".'),
        ("3", "Defaults to 5 for files and 3 for folders."),
        ("3", "No longer defaults to 5 if x."),
        ("3", "The default is 5 or 3."),
        ("3", "Default 5, or default 3 in tests."),
    ],
)
def test_a_default_that_cannot_be_compared_is_no_finding(default: str, said: str) -> None:
    text = body(f"Do.\n\n    Args:\n        x: It. {said}", f"def f(x={default}):")
    assert found(text) == []


@pytest.mark.parametrize(
    ("told", "annotation", "differs"),
    [
        ("int", "str", True),
        ("int, optional", "Optional[int]", False),
        ("int", "'int | None'", False),
        ("integer", "int", False),
        ("list of str", "tuple", False),
        ("list[str]", "Tuple[str, ...]", True),
        ("float", "int", False),
        ("Path", "str", False),
        ("str or int", "int", False),
    ],
)
def test_types_are_compared_only_when_both_are_plain(
    told: str, annotation: str, differs: bool
) -> None:
    text = body(f"Do.\n\n    Args:\n        x ({told}): It.", f"def f(x: {annotation}):")
    assert bool(found(text)) is differs


def test_a_docstring_without_a_list_of_parameters_has_no_drift() -> None:
    assert found(body("Do it with x.\n\n    Returns:\n        All.", "def f(x, y):")) == []


def test_prose_that_explains_a_parameter_counts() -> None:
    text = body("Do ``y`` to it.\n\n    Args:\n        x: It.", "def f(x, y):")
    assert found(text) == []


@pytest.mark.parametrize(
    "said", ["If strict is True, fail.", "strict and loose (on Windows)", "Only max_y counts."]
)
def test_prose_that_names_a_parameter_without_markup_counts(said: str) -> None:
    name = "max_y" if "max_y" in said else "strict"
    text = body(f"Do.\n\n    {said}\n\n    Args:\n        x: It.", f"def f(x, {name}):")
    assert found(text) == []


def test_an_english_word_in_prose_is_no_explanation() -> None:
    text = body("Do the data.\n\n    Args:\n        x: It.", "def f(x, data):")
    assert found(text) == [("parameter_missing", "", "data")]


def test_most_parameters_left_out_is_no_drift() -> None:
    text = body("Do.\n\n    Args:\n        x: It.", "def f(x, y, z):")
    assert found(text) == []


def test_keywords_that_stars_collect_are_not_gone() -> None:
    listed = "Do.\n\n    Args:\n        x: It.\n        colour: Passed on.\n        size: Too."
    assert found(body(listed, "def f(x, **options):")) == []


def test_what_the_inner_function_takes_is_not_gone() -> None:
    text = '''
    def f():
        """Make it.

        Args:
            name: Of it.
        """
        def g(name):
            return name
        return g
    '''
    assert found(text) == []


def test_a_property_may_describe_how_to_call_what_it_gives() -> None:
    text = '''
    class A:
        @property
        def edges(self):
            """See.

            Args:
                data: What.
            """
            return View(self)
    '''
    assert found(text) == []


def test_the_docstring_of_a_class_is_held_to_its_constructor() -> None:
    text = '''
    class A:
        """An A.

        Args:
            old: It.
        """
        def __init__(self, new):
            self.new = new
    '''
    assert found(text) == [("parameter_renamed", "old", "new")]


def test_a_promised_result_that_never_comes_is_found() -> None:
    text = body("Do.\n\n    Returns:\n        The sum.", rest="print(x)")
    assert [kind for kind, _, _ in found(text)] == ["returns_gone"]


@pytest.mark.parametrize("rest", ["raise NotImplementedError", "pass", "return None", "yield x"])
def test_a_result_of_a_stub_or_generator_is_no_finding(rest: str) -> None:
    assert found(body("Do.\n\n    Returns:\n        The sum.", rest=rest)) == []


def test_an_exception_beside_the_list_is_found_and_a_caught_one_is_not() -> None:
    text = '''
    def f(x):
        """Do.

        Raises:
            KeyError: If so.
        """
        try:
            raise OSError(x)
        except OSError:
            print(x)
        if x:
            raise ValueError(x)
        return x[1]
    '''
    assert found(text) == [("raises_missing", "", "ValueError")]


def test_a_listed_exception_is_gone_only_where_nothing_else_can_raise_it() -> None:
    docstring = "Do.\n\n    Raises:\n        OSError: If so."
    sure = body(docstring, rest="y = x + 1\n    y += 1\n    return y")
    open_ended = body(docstring, rest="y = g(x)\n    y += 1\n    return y")
    assert found(sure) == [("raises_gone", "OSError", "")]
    assert found(open_ended) == []


def test_an_attribute_that_the_class_never_mentions_is_found() -> None:
    text = '''
    class A:
        """An A.

        Attributes:
            size: Of it.
            colour: Of it.
        """
        size: int
    '''
    assert found(text) == [("attribute_gone", "colour", "")]
    assert found(text.replace("class A:", "class A(Base):")) == []


def test_incompleteness_is_a_hint_of_its_own() -> None:
    source = SourceText(body("Do it.", "def f(x):"))
    assert drift.findings(source) == ()
    hints = drift.incomplete(source)
    assert [f.key for f in hints] == ["parameter:x", "returns"]
    assert {f.severity for f in hints} == {"hint"}


@given(
    st.lists(NAMES, unique=True, min_size=1), st.lists(NAMES, unique=True), st.sampled_from("gns")
)
def test_lists_of_the_same_names_agree_and_others_do_not(
    listed: list[str], passed: list[str], style: str
) -> None:
    entry = {"g": "        {}: It.", "n": "    {} : int\n        It.", "s": "    :param {}: it"}[
        style
    ]
    title = {"g": "    Args:\n", "n": "    Parameters\n    ----------\n", "s": ""}[style]
    lines = "\n".join(entry.format(name) for name in listed)
    text = f'def f({", ".join(passed)}):\n    """Do.\n\n{title}{lines}\n    """\n    return 1\n'
    kinds = {f.kind for f in drift.findings(SourceText(text))}
    gone = set(listed) - set(passed)
    assert (set(listed) == set(passed)) <= (not kinds)
    assert bool(gone) == bool(kinds & {FindingKind.PARAMETER_GONE, FindingKind.PARAMETER_RENAMED})


@given(st.text(), st.text(alphabet="'\"\\ \n:#()[]=Args"))
def test_no_text_makes_the_check_fail(first: str, second: str) -> None:
    joined = SourceText(GOOGLE.format(signature="alpha") + first + second)
    assert isinstance(drift.findings(joined), tuple)


@pytest.mark.parametrize(
    ("said", "was"),
    [
        ("Whether to. True by default.", "True"),
        ("If ``True`` (the default), do.", "True"),
        ("If true (default), do.", "true"),
        ("Whether to; defaults to true.", "true"),
        ("Whether to. `True`, by default.", "True"),
        ("Whether to. Not False by default. True by default.", "True"),
    ],
)
def test_a_truth_that_prose_says_is_the_default_is_compared(said: str, was: str) -> None:
    text = body(f"Do.\n\n    Args:\n        x: {said}", "def f(x=%s):")
    assert found(text % "False") == [("default_changed", was, "False")]
    assert found(text % "True") == []


@pytest.mark.parametrize(
    "said",
    ["True by default for files.", "Not True by default.", "If true, by default it is kept."],
)
def test_a_truth_that_depends_or_is_denied_is_no_default(said: str) -> None:
    assert found(body(f"Do.\n\n    Args:\n        x: {said}", "def f(x=False):")) == []


def test_a_doxygen_list_drifts_like_any_other() -> None:
    said = "Do.\n\n    @param[in] x The width.\n    @param[in,out] y The height."
    assert found(body(said, "def f(x, y):")) == []
    assert found(body(said, "def f(x, z):")) == [("parameter_renamed", "y", "z")]


def test_a_name_right_above_the_keywords_may_be_one_of_them() -> None:
    said = "Do.\n\n    :param x: X.\n    :param json: J.\n    :param \\*\\*kw: More."
    assert found(body(said, "def f(x, **kw):", "return g(x, **kw)")) == []
    said = "Do.\n\n    :param json: J.\n    :param x: X.\n    :param \\*\\*kw: More."
    assert found(body(said, "def f(x, **kw):", "return g(x, **kw)")) == [
        ("parameter_gone", "json", "")
    ]


def test_an_exception_imported_under_a_longer_name_is_the_listed_one() -> None:
    said = "Do.\n\n    Raises:\n        m.DecodeError: If so."
    assert found(body(said, rest="raise OurDecodeError(x)")) == []
    assert found(body(said, rest="raise OurCodeError(x)")) == [
        ("raises_missing", "", "OurCodeError")
    ]


def test_a_name_set_apart_in_a_directive_is_spoken_of() -> None:
    said = "Do.\n\n    :param x: X.\n\n    .. deprecated:: 2\n       The ``{0}`` parameter goes."
    assert found(body(said.format("y"), "def f(x, y=1):")) == []
    assert found(body(said.format("z"), "def f(x, y=1):")) == [("parameter_missing", "", "y")]
