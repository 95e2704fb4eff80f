"""The methods of `:AiTest`: propose tests, accept some, kill one mutant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from neovim_ai.docs.memory import Memory
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.model import Model, Usage
from neovim_ai.methods import test_messages
from neovim_ai.methods.docs import source_of
from neovim_ai.methods.events import Emit
from neovim_ai.settings import TestSettings
from neovim_ai.source import target
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText
from neovim_ai.testgen import accept, plain
from neovim_ai.testgen.cases.adviser import UNMENDED, without
from neovim_ai.testgen.engine import Wishes
from neovim_ai.testgen.killing import kill
from neovim_ai.testgen.laboratory import Lab
from neovim_ai.testgen.model import Subject
from neovim_ai.testgen.request import (
    OpenLab,
    Request,
    propose,
    sandboxed,
    specifications,
    studied,
)

Connect = Callable[[Emit], Awaitable[Model]]
Params = Mapping[str, Any]


class TestMethods:
    """What the editor asks about tests; a sandbox lives as long as one request."""

    __test__ = False  # the name is the domain's; pytest is not to collect it

    def __init__(
        self,
        connect: Connect,
        spend: Callable[[Usage], None],
        open_lab: OpenLab | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.settings = TestSettings()
        self._connect = connect
        self._spend = spend
        self._open_lab = open_lab or sandboxed
        self._memory = memory or Memory()

    async def test(self, params: Params, emit: Emit) -> Mapping[str, Any]:
        """Propose tests for what a position or a range holds.

        Raises:
            AiError: `no_target` where nothing can be tested, `sandbox` where nothing can be run, or
                whatever the subject's import failed with. A model that cannot be reached ends its
            advice alone.
        """
        source, options = source_of(params["buffer"]), params.get("options") or {}
        chosen, qualname = _chosen(source, params, options)
        request = self._request(source, chosen, params.get("buffers") or [], options)
        subject = studied(request)
        emit(test_messages.target_event(subject, qualname))
        model, note = await self._model(options, emit)
        proposal = await propose(
            request,
            subject,
            model,
            lambda step: emit(test_messages.step_event(step)),
            self._open_lab,
        )
        proposal = proposal.noting(note)
        self._spend(proposal.usage)
        return dict(test_messages.proposal_message(proposal, qualname, model))

    async def apply(self, params: Params, emit: Emit) -> Mapping[str, Any]:
        """Return the insertions that accept some tests, run once more in the file as it stands.

        Raises:
            AiError: `stale` when the subject has changed, `gate` when a test does not pass now.
        """
        proposal, answers = params["proposal"], dict(params.get("answers") or {})
        accept.words(answers)
        keys = set(params.get("keys") or [])
        chosen = [h for h in proposal["hunks"] if h["key"] in keys]
        disputes = [d for d in proposal["disputes"] if d["key"] in answers]
        names = {h["target"] for h in chosen} | {d["target"] for d in disputes}
        subject = self._again(params, sorted(names))
        emit({"type": "phase", "phase": "running the tests where they will stand", "detail": ""})
        lab = await self._lab_to_accept(subject, proposal)
        try:
            accepted = await accept.accept(
                subject,
                lab,
                [plain.test_from_plain(h["test"]) for h in chosen],
                [test_messages.answer(d, answers[d["key"]]) for d in disputes],
            )
        finally:
            if lab is not None:
                await lab.close()
        bugs = [d for d in disputes if answers[d["key"]] == "bug"]
        return {
            "path": str(subject.test_path),
            "exists": subject.existing is not None,
            "edits": test_messages.edits(subject.existing, accepted.joined),
            "names": [one.name for one in accepted.tests],
            "bugs": [_bug(proposal["path"], one) for one in bugs],
            "verified": accepted.verified,
        }

    async def kill(self, params: Params, emit: Emit) -> Mapping[str, Any]:
        """Propose one test that notices a mutant.

        Raises:
            AiError: `stale` when the code has no such mutant now.
        """
        source, mutant = source_of(params["buffer"]), params["mutant"]
        chosen = [target.by_qualname(source, mutant["target"])]
        request = self._request(source, chosen, [params["test_buffer"]], {})
        subject = studied(request)
        emit(test_messages.target_event(subject, mutant["target"]))
        said = specifications(request, subject)
        lab = await self._open_lab(subject)
        try:
            proposal = await kill(
                subject,
                lab,
                said,
                mutant["key"],
                lambda step: emit(test_messages.step_event(step)),
                request.wishes,
            )
        finally:
            await lab.close()
        found = test_messages.proposal_message(proposal, mutant["target"], None)
        if not proposal.kept:
            found["reason"] = "no input was found that tells this mutant from the code"
        return dict(found)

    async def _lab_to_accept(self, subject: Subject, proposal: Params) -> Lab | None:
        """Open a lab; None where there is none and none had run what was proposed and shown."""
        try:
            return await self._open_lab(subject)
        except AiError as error:
            if error.kind is Kind.SANDBOX and proposal.get("not_run"):
                return None
            raise

    def _request(
        self,
        source: SourceText,
        chosen: Sequence[Definition],
        buffers: Sequence[Any],
        options: Params,
    ) -> Request:
        settings = self.settings
        budget = float(options.get("budget") or settings.budget)
        return Request(
            source,
            chosen,
            Wishes(budget, int(options.get("runs") or settings.runs)),
            python=settings.python,
            tests_dir=_folder(settings.dir, source),
            buffers=_texts(buffers),
            written_by_us=self._memory.written_by_us,
            env=settings.env,
        )

    async def _model(self, options: Params, emit: Emit) -> tuple[Model | None, str]:
        """Connect a model; where that fails the search goes on alone, and a sentence says why."""
        if not options.get("model", self.settings.model):
            return None, ""
        try:
            return await self._connect(emit), ""
        except AiError as error:
            if error.kind in UNMENDED:
                raise
            unset = error.kind is Kind.NO_PROVIDER
            return None, "" if unset else without(error)

    def _again(self, params: Params, names: Sequence[str]) -> Subject:
        """Find what was tested in the buffer as it stands.

        Raises:
            AiError: `stale` when it has changed.
        """
        proposal, source = params["proposal"], source_of(params["buffer"])
        everything = target.definitions(source)
        chosen = [one for one in everything if one.qualname in names]
        found = {one.qualname for one in chosen}
        whole = list(proposal["targets"])
        if set(names) - found or plain.digest(source, whole) != proposal["digest"]:
            raise AiError(
                Kind.STALE,
                "The code has changed since its tests were proposed.",
                "Run :AiTest there again.",
            )
        test_path = Path(proposal["test_path"])
        buffer = params["test_buffer"]
        text = "".join(f"{line}\n" for line in buffer["lines"]) if buffer["lines"] else None
        request = self._request(source, chosen, [], {})
        return replace(studied(request), test_path=test_path, existing=text)


def _chosen(source: SourceText, params: Params, options: Params) -> tuple[list[Definition], str]:
    """Return what is asked for, and its name: empty for several or all."""
    everything = target.definitions(source)
    if options.get("whole"):
        return [], ""
    if options.get("start_row") is not None:
        first, last = options["start_row"], options.get("end_row", options["start_row"])
        found = [d for d in everything[1:] if d.line - 1 <= last and d.end_line - 1 >= first]
        inner = [d for d in found if d.kind is not DefinitionKind.CLASS]
        return inner or found, inner[0].qualname if len(inner) == 1 else ""
    found_at = target.at(source, params["row"], params["col"])
    if found_at is None:
        raise AiError(
            Kind.NO_TARGET,
            "The cursor is not in a function or class.",
            ":AiTest! tests the whole file.",
        )
    return [found_at], found_at.qualname


def _folder(text: str, source: SourceText) -> Path | None:
    if not text:
        return None
    folder = Path(text).expanduser()
    if folder.is_absolute() or source.path is None:
        return folder
    from neovim_ai.source import project

    return project.root(source.path) / folder


def _texts(buffers: Sequence[Any]) -> dict[Path, str]:
    return {
        Path(one["path"]).resolve(): "".join(f"{line}\n" for line in one["lines"])
        for one in buffers
        if one.get("path") and one["lines"]
    }


def _bug(path: str, dispute: Params) -> dict[str, Any]:
    message = f"{dispute['call']}: expected {dispute['expected']}, got {dispute['observed']}"
    return {"path": path, "row": dispute["row"], "message": message}
