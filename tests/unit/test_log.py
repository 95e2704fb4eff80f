"""The log holds no secret, stays small and private, and never breaks a job."""

from __future__ import annotations

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neovim_ai import log


def written() -> str:
    return log.path().read_text("utf-8")


def test_known_key_is_not_in_a_traceback() -> None:
    log.hide("my-very-own-key")
    try:
        int("my-very-own-key")
    except ValueError as error:
        log.failure("while asking with my-very-own-key", error)
    assert "Traceback" in written()
    assert "my-very-own-key" not in written()


@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-abcdefgh12345678",
        "Bearer abcdefgh.12345678",
        "ghp_abcdefghijklmnop1234",
        "AKIAABCDEFGHIJKLMNOP",
        "hf_abcdefghijklmnop",
    ],
)
def test_what_looks_like_a_key_is_hidden(secret: str) -> None:
    assert secret not in log.redact(f"header: {secret}.")


def test_password_in_an_address_is_hidden() -> None:
    assert "hunter2" not in log.redact("via http://me:hunter2@proxy:8080")


@pytest.mark.parametrize("text", ["task-force", "ask-me-anything-today", "def risk-free", "a@b"])
def test_ordinary_text_stays(text: str) -> None:
    assert log.redact(text) == text


@given(st.text(min_size=4, max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_no_secret_survives_wherever_it_stands(secret: str, before: str, after: str) -> None:
    hidden = log.redacted(before + secret + after, {secret})
    assert secret not in hidden.replace(log.HIDDEN, "\0") or secret in before + after


def test_file_is_private() -> None:
    log.warn("x")
    assert stat.S_IMODE(log.path().stat().st_mode) == 0o600


def test_file_stays_small() -> None:
    for _ in range(60):
        log.info("x" * 100_000)
    files = list(log.path().parent.glob("neovim-ai.log*"))
    assert sum(f.stat().st_size for f in files) <= 2 * log.MOST_BYTES
    assert all(stat.S_IMODE(f.stat().st_mode) == 0o600 for f in files)


def test_log_that_cannot_be_written_breaks_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    log.path().mkdir()
    log.warn("nobody reads this")
    assert log.path().is_dir()
    assert capfd.readouterr().err == ""
    log.path().rmdir()
    log.warn("but this")
    assert "but this" in written()
