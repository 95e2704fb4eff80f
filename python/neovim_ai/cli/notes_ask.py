"""`neovim-ai notes ask`: an answer from your notes, each sentence with the place it stands at."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from neovim_ai.cli import options
from neovim_ai.notes.ask import engine, messages
from neovim_ai.notes.ask.model import Answer, Phase, Said, Sentence

if TYPE_CHECKING:
    from neovim_ai.llm.model import Model


def add_ask(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    ask = commands.add_parser("ask", help="answer a question from your notes, with its sources")
    ask.add_argument("question", nargs="+", metavar="QUESTION")
    options.add_vault_option(ask)
    ask.add_argument("--no-model", action="store_true", help="only list the sections that fit")
    ask.add_argument("--json", action="store_true", help="one object, lines counted from 1")
    options.add_model_options(ask)
    ask.set_defaults(run=lambda arguments: asyncio.run(_ask(arguments)))


async def _ask(arguments: argparse.Namespace) -> int:
    from neovim_ai.notes import vaults
    from neovim_ai.notes.client import open_notes

    async with AsyncExitStack() as open_things:
        notes = await open_notes(vaults.chosen(arguments.vault))
        open_things.push_async_callback(notes.close)
        await notes.refresh()
        connecting = _Connecting(arguments, open_things)
        printer = _Printer(quiet=arguments.json)
        question = " ".join(arguments.question)
        answer = await engine.answer(question, (), notes, connecting.connect, printer.show)
    if arguments.json:
        print(json.dumps(messages.as_json(answer), ensure_ascii=False, indent=1))
    else:
        printer.end(answer)
    return 0 if answer.in_notes else 1


class _Connecting:
    """Brings the model when the engine wants one."""

    def __init__(self, arguments: argparse.Namespace, open_things: AsyncExitStack) -> None:
        self._arguments = arguments
        self._open = open_things

    async def connect(self) -> Model | None:
        if self._arguments.no_model:
            return None
        from neovim_ai.llm import providers

        model = await providers.connect(options.settings(self._arguments), lambda _: None)
        self._open.push_async_callback(model.close)
        return model


class _Printer:
    """Prints sentences as they are checked, and at the end what they cite."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._printed = 0

    def show(self, step: Phase | Said) -> None:
        if self._quiet or isinstance(step, Phase):
            return
        for sentence in step.sentences[self._printed :]:
            _print_sentence(sentence)
        self._printed = len(step.sentences)

    def end(self, answer: Answer) -> None:
        """Print sources, or what is nearest, and the cost."""
        shown = {c.number: c for s in answer.sentences for c in s.citations}
        for number, citation in sorted(shown.items()):
            where = f"{citation.path}:{citation.row + 1}"
            print(f"[{number}] {where}: {' › '.join(citation.heading_path)}")
        if not answer.model and answer.sections:
            print("No model is there to answer; these sections fit best:")
        elif not answer.in_notes:
            print("Not in your notes.")
        if not shown:
            for row in answer.sections:
                place = f"{row.path}:{row.row_of_best + 1}"
                print(f"{place}: {' › '.join(row.heading_path)}: {row.snippet}")
        print(_cost(answer), file=sys.stderr)


def _print_sentence(sentence: Sentence) -> None:
    if not sentence.struck:
        print(" ".join(sentence.text.split()), flush=True)


def _cost(answer: Answer) -> str:
    tokens = answer.usage.prompt_tokens + answer.usage.completion_tokens
    struck = f"{answer.struck} struck out, " if answer.struck else ""
    model = f", {tokens} tokens, {answer.model}" if answer.model else ""
    return f"{struck}{answer.seconds:.1f} s{model}"
