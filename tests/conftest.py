"""What every test gets: a home of its own, and on request a fake model server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.counts import pytest_terminal_summary
from tests.fake_llm import FakeLLM

__all__ = ["fake_llm", "pytest_terminal_summary", "sandboxed_home"]

# No time is asserted in a test: a busy machine is no failure.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_OURS = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "SSL_CERT_FILE", "SSL_CERT_DIR", "TIKTOKEN_CACHE_DIR")


@pytest.fixture(autouse=True)
def sandboxed_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let no test see or change this user's files, keys and proxies."""
    home = tmp_path / "home"
    places = {
        "HOME": home,
        "XDG_CONFIG_HOME": home / "config",
        "XDG_DATA_HOME": home / "data",
        "XDG_STATE_HOME": home / "state",
        "XDG_CACHE_HOME": home / "cache",
        "XDG_RUNTIME_DIR": home / "run",
    }
    for name, place in places.items():
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        monkeypatch.setenv(name, str(place))
    for name in (*_OURS, "DATA_GYM_CACHE_DIR", *_PROXIES, *map(str.upper, _PROXIES)):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def fake_llm() -> Iterator[FakeLLM]:
    """A fake model server that behaves like llama.cpp until told otherwise."""
    with FakeLLM() as fake:
        yield fake
