"""A host's method played by the test: what it was asked, and answers when the test says so."""

from __future__ import annotations

from typing import Any

from tests.editor.driver import Editor


class FakeMethod:
    """Stands in for one method of the host; all others are asked for real."""

    def __init__(self, editor: Editor, method: str) -> None:
        self._editor = editor
        self._method = method
        editor.lua(
            """
            local client, method = require("neovim_ai.client"), ...
            FakeReal = FakeReal or { request = client.request, cancel = client.cancel }
            FakeAsked = FakeAsked or {}
            FakeAsked[method] = {}
            client.request = function(name, params, handlers)
              local asked = FakeAsked[name]
              if not asked then
                return FakeReal.request(name, params, handlers)
              end
              asked[#asked + 1] = { params = params, handlers = handlers }
              return 1e6 + #asked
            end
            client.cancel = function(id)
              if not id or id < 1e6 then FakeReal.cancel(id) end
            end
            """,
            method,
        )

    def count(self) -> int:
        return int(self._editor.lua("return #FakeAsked[...]", self._method))

    def asked(self, count: int = 1) -> dict[str, Any]:
        """Wait for a request; return what it carried."""
        self._editor.until(lambda: self.count() >= count, what=f"{count} × {self._method}")
        code = "return FakeAsked[({...})[1]][({...})[2]].params"
        params: dict[str, Any] = self._editor.lua(code, self._method, count)
        return params

    def answer(self, result: dict[str, Any], count: int = 1) -> None:
        """Answer a request."""
        self.asked(count)
        code = """
        local method, count, result = ...
        FakeAsked[method][count].handlers.result(result)
        """
        self._editor.lua(code, self._method, count, result)

    def answers(self, result: dict[str, Any]) -> None:
        """Answer each request from now on, at once."""
        code = """
        local method, result = ...
        setmetatable(FakeAsked[method], { __newindex = function(asked, count, one)
          rawset(asked, count, one)
          one.handlers.result(vim.deepcopy(result))
        end })
        """
        self._editor.lua(code, self._method, result)

    def fail(self, err: dict[str, Any], count: int = 1) -> None:
        """Answer a request with an error."""
        self.asked(count)
        code = """
        local method, count, err = ...
        local tell = FakeAsked[method][count].handlers.error or require("neovim_ai.notify").error
        tell(err)
        """
        self._editor.lua(code, self._method, count, err)

    def event(self, event: dict[str, Any], count: int = 1) -> None:
        """Send an event of a request."""
        self.asked(count)
        code = """
        local method, count, event = ...
        FakeAsked[method][count].handlers.event(event)
        """
        self._editor.lua(code, self._method, count, event)

    def end(self) -> None:
        """Let the host answer again."""
        self._editor.lua(
            """
            local client = require("neovim_ai.client")
            client.request, client.cancel = FakeReal.request, FakeReal.cancel
            FakeReal, FakeAsked = nil, nil
            """
        )
