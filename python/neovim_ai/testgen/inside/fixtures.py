"""The pytest fixtures that a call may name, outside of a pytest run."""

from __future__ import annotations

import pathlib
import tempfile
from contextlib import ExitStack
from typing import Any, Callable, Dict, Sequence


class Unknown(LookupError):
    """A fixture that only a pytest run can give."""


def give(names: Sequence[str], stack: ExitStack) -> Dict[str, Any]:
    """Return the fixtures by name; leaving `stack` undoes them.

    Raises:
        Unknown: If one is not among those known here.
    """
    unknown = [name for name in names if name not in _GIVERS]
    if unknown:
        raise Unknown(unknown[0])
    return {name: _GIVERS[name](stack) for name in names}


def _tmp_path(stack: ExitStack) -> Any:
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="test_"))
    return pathlib.Path(folder).resolve()


def _monkeypatch(stack: ExitStack) -> Any:
    import pytest

    # Public since pytest 6.2; before it there was no way but the fixture.
    patch = pytest.MonkeyPatch()
    stack.callback(patch.undo)
    return patch


def _capsys(stack: ExitStack) -> Any:
    from _pytest.capture import MultiCapture, SysCapture

    capture: Any = MultiCapture(in_=None, out=SysCapture(1), err=SysCapture(2))
    capture.start_capturing()
    stack.callback(capture.stop_capturing)
    return capture


def _caplog(stack: ExitStack) -> Any:
    import logging

    from _pytest.logging import LogCaptureHandler

    handler = LogCaptureHandler()
    logging.getLogger().addHandler(handler)
    stack.callback(logging.getLogger().removeHandler, handler)
    return _CapturedLog(handler)


class _CapturedLog:
    """What tests read of `caplog`."""

    def __init__(self, handler: Any) -> None:
        self.handler = handler

    @property
    def records(self) -> Any:
        """The records."""
        return self.handler.records

    @property
    def text(self) -> str:
        """The records as text."""
        return str(self.handler.stream.getvalue())

    @property
    def messages(self) -> Any:
        """The messages alone."""
        return [record.getMessage() for record in self.handler.records]


_GIVERS: Dict[str, Callable[[ExitStack], Any]] = {
    "tmp_path": _tmp_path,
    "monkeypatch": _monkeypatch,
    "capsys": _capsys,
    "caplog": _caplog,
}

KNOWN = frozenset(_GIVERS)
