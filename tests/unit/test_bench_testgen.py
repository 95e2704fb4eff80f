"""What the plain prompt's reply is read as, and which of its tests are left."""

from __future__ import annotations

import ast

from bench.testgen_peer import whole, without
from bench.testgen_scores import functions

REPLY = """Sure:
```python
import thing

class TestOne:
    def test_a(self):
        assert thing.a

def test_b():
    assert thing.b

@mark
def test_c():
    assert thing.c
```
"""


def names(text: str) -> list[str]:
    return sorted(one.name for one in functions(text))


def test_the_fenced_file_is_the_reply() -> None:
    assert names(whole(REPLY)) == ["test_a", "test_b", "test_c"]


def test_a_reply_that_was_cut_off_counts_up_to_its_last_statement() -> None:
    cut = REPLY[: REPLY.index("thing.c")]
    assert names(whole(cut)) == ["test_a", "test_b"]
    assert whole("I cannot (do that") == ""


def test_failing_tests_are_taken_out_with_decorators_and_classes_they_leave_empty() -> None:
    left = without(whole(REPLY), frozenset({"test_a", "test_c"}))
    assert names(left) == ["test_b"]
    assert "TestOne" not in left and "@mark" not in left
    ast.parse(left)
