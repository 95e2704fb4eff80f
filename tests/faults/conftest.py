"""The editors of the matrix are those of `tests/editor`."""

from tests.editor.conftest import editor, fresh_editor, warm_editor

__all__ = ["editor", "fresh_editor", "warm_editor"]
