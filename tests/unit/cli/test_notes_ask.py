"""`neovim-ai notes ask`, against a real socket; the notes are in memory."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from tests.fake_answers import CONTINUING
from tests.fake_llm import FakeLLM
from tests.unit.notes.ask.shelf import Shelf

from neovim_ai import cli
from neovim_ai.notes import client

QUESTION = "How do I restart the web server?"
ANSWERS = {
    "in the notes": "yes",
    "answer": "Restart the web server with `systemctl restart nginx` [1].",
    "more": "It takes 5 seconds [1].",
    "last": "-",
}


class OpenShelf(Shelf):
    """Notes that can be opened and closed."""

    async def refresh(self) -> None:
        return

    async def close(self) -> None:
        return


@pytest.fixture(autouse=True)
def shelf(monkeypatch: pytest.MonkeyPatch) -> OpenShelf:
    notes = OpenShelf()

    async def opened(vaults: Sequence[str]) -> OpenShelf:
        assert vaults == ["/n"]
        return notes

    monkeypatch.setattr(client, "open_notes", opened)
    return notes


def run(*arguments: str, url: str = "") -> int:
    model = ["--base-url", url] if url else ["--no-model"]
    return cli.main(["notes", "ask", *arguments, "--vault", "/n", *model])


def test_answer_is_printed_with_its_sources(capsys: pytest.CaptureFixture[str]) -> None:
    with FakeLLM(CONTINUING, answers=ANSWERS.__getitem__) as fake:
        assert run(QUESTION, url=fake.base_url) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "Restart the web server with `systemctl restart nginx`. [1]",
        "[1] /n/notes.md:5: Server › nginx",
    ]
    assert "1 struck out" in err
    assert "tokens" in err


def test_json_holds_what_the_design_says(capsys: pytest.CaptureFixture[str]) -> None:
    with FakeLLM(CONTINUING, answers=ANSWERS.__getitem__) as fake:
        run(QUESTION, "--json", url=fake.base_url)
    found = json.loads(capsys.readouterr().out)
    assert found["struck"] == 1
    assert found["in_notes"] is True
    (sentence,) = found["answer"]
    (citation,) = sentence["citations"]
    assert citation == {
        "number": 1,
        "path": "/n/notes.md",
        "line": 5,
        "heading_path": ["Server", "nginx"],
        "quote": "Restart the web server: `systemctl restart nginx`",
    }


def test_not_in_your_notes_is_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    with FakeLLM(CONTINUING, answers=lambda name: "no") as fake:
        assert run("Which web server is fastest?", url=fake.base_url) == 1
    assert "Not in your notes." in capsys.readouterr().out


def test_without_a_model_the_sections_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(QUESTION) == 0
    assert "/n/notes.md:5: Server › nginx: Restart the web server" in capsys.readouterr().out


def test_a_host_without_a_yes_gets_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    arguments = ["notes", "ask", QUESTION, "--vault", "/n", "--provider", "openai"]
    assert cli.main(arguments) == 1
    assert "have not agreed" in capsys.readouterr().err
