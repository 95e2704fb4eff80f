"""The one model of a host: connected when it is first needed, and anew when it is gone."""

from __future__ import annotations

import asyncio

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import providers
from neovim_ai.llm.model import Model
from neovim_ai.methods import events
from neovim_ai.methods.events import Emit
from neovim_ai.settings import Settings

_LOST = frozenset({Kind.CONNECTION, Kind.AUTH, Kind.TLS, Kind.MODEL_MISSING})


class Connection:
    """Who answers, by the settings of the moment.

    Attributes:
        settings: What the user has set; changing them through `use` drops the old connection.
        model: The connected model; None before the first need and after a loss.
    """

    def __init__(self) -> None:
        self.settings = Settings()
        self.model: Model | None = None
        self._choice = ""
        # Two requests at once must not start two connections, of which one would be forgotten.
        self._lock = asyncio.Lock()

    async def use(self, settings: Settings) -> None:
        """Take other settings; a request that follows at once is asked by them already."""
        if settings == self.settings:
            return
        self.settings = settings
        await self.let_go()

    async def open(self, emit: Emit) -> Model:
        """Return the connected model.

        Raises:
            AiError: When there is none to connect to.
        """
        async with self._lock:
            if self._outlived():
                await self.let_go()
            if self.model is None:
                emit(events.phase("connecting to the model"))
                self._choice = providers.choice(self.settings)
                self.model = await providers.connect(
                    self.settings, lambda waiting: emit(events.waiting(waiting))
                )
            return self.model

    def may_leave(self) -> bool:
        """Tell whether what is sent may go to another machine, before anything is connected."""
        if self.model is not None and not self._outlived():
            return self.model.remote
        return providers.may_leave(self.settings)

    def _outlived(self) -> bool:
        """Tell whether the model is gone, or another was chosen, in a shell or another editor."""
        if self.model is None:
            return False
        return not self.model.alive or self._choice != providers.choice(self.settings)

    async def after(self, error: AiError) -> None:
        """Let a model go that cannot be reached, so that the next command connects anew."""
        if error.kind in _LOST:
            await self.let_go()

    async def let_go(self) -> None:
        """Close the connection, if there is one."""
        model, self.model = self.model, None
        if model is not None:
            await model.close()
