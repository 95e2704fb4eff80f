"""Which model answers, and what must never leave without a yes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from tests.fake_llm import MODEL, FakeLLM

from neovim_ai import log
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import consent, keys, providers, transport
from neovim_ai.llm.local import catalogue
from neovim_ai.llm.model import Waiting
from neovim_ai.paths import state_dir
from neovim_ai.settings import Settings


def connected(settings: Settings, usual: tuple[int, ...] = ()) -> tuple[str, str]:
    async def scene() -> tuple[str, str]:
        model = await providers.connect(settings, lambda _: None, usual=usual)
        await model.close()
        return model.name, model.route

    return asyncio.run(scene())


def refusal(settings: Settings, usual: tuple[int, ...] = ()) -> AiError:
    with pytest.raises(AiError) as caught:
        connected(settings, usual)
    return caught.value


def test_configured_address_comes_first(fake_llm: FakeLLM) -> None:
    with FakeLLM() as other:
        name, route = connected(Settings(base_url=fake_llm.base_url), (other.port,))
    assert (name, route) == (MODEL, f"127.0.0.1:{fake_llm.port}")
    assert other.requests == []


def test_server_that_already_answers_is_found_by_its_list_alone(fake_llm: FakeLLM) -> None:
    with FakeLLM() as gone:
        pass
    assert connected(Settings(), (gone.port, fake_llm.port))[0] == MODEL
    assert {(r.method, r.path) for r in fake_llm.requests} == {("GET", "/v1/models")}


def test_the_usual_ports_of_four_servers_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    async def silent(address: str, _: Settings) -> bool:
        looked.append(address)
        return False

    monkeypatch.setattr(providers, "_answers", silent)
    with pytest.raises(AiError, match="No model is set up"):
        asyncio.run(providers.connect(Settings(), lambda _: None))
    assert looked == [f"http://127.0.0.1:{port}/v1" for port in (11434, 8080, 1234, 8000)]


def test_pulled_local_model_comes_before_one_that_happens_to_answer(
    fake_llm: FakeLLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    from neovim_ai.llm.local import connection

    class Server:
        base_url, token, model = fake_llm.base_url, "secret-token-of-local", "small"
        closed = False

        async def close(self) -> None:
            Server.closed = True

    async def start(name: str, waiting: object) -> Server:
        assert name == "small"
        return Server()

    monkeypatch.setattr(catalogue, "chosen", lambda: "small")
    monkeypatch.setattr(connection, "connect", start)
    assert connected(Settings(), (fake_llm.port,)) == ("small", "local")
    assert Server.closed
    assert "secret-token-of-local" not in log.redact("with secret-token-of-local")


def test_nothing_at_all_offers_the_local_model() -> None:
    error = refusal(Settings())
    assert error.kind is Kind.NO_PROVIDER
    assert ":AiModel" in error.hint
    assert "base_url" in error.hint


def test_key_in_the_environment_alone_is_no_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "some-key-of-mine")
    for provider in ("auto", "openai"):
        error = refusal(Settings(provider=provider))
        assert error.kind is Kind.CONSENT
        assert ":AiModel openai" in error.hint


def test_yes_is_remembered_for_its_host_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "some-key-of-mine")
    consent.give("api.openai.com")
    assert connected(Settings()) == (providers.OPENAI_MODEL, "api.openai.com")
    assert not consent.given("api.openai.com.example.org")
    with pytest.raises(AiError):
        consent.require("https://example.org/v1", configured=False)


def test_openai_that_was_chosen_comes_before_a_local_model_that_is_here(
    monkeypatch: pytest.MonkeyPatch, fake_llm: FakeLLM
) -> None:
    monkeypatch.setattr(catalogue, "chosen", lambda: "small")
    monkeypatch.setenv("OPENAI_API_KEY", "some-key-of-mine")
    assert not providers.may_leave(Settings())
    catalogue.choose("openai")
    assert refusal(Settings()).kind is Kind.CONSENT, "a choice is no yes"
    consent.give("api.openai.com")
    assert connected(Settings()) == (providers.OPENAI_MODEL, "api.openai.com")
    assert providers.may_leave(Settings())
    assert connected(Settings(base_url=fake_llm.base_url))[0] == MODEL
    for elsewhere in (Settings(base_url=fake_llm.base_url), Settings(provider="local")):
        assert not providers.may_leave(elsewhere)


def test_openai_that_was_chosen_asks_for_its_key_instead_of_a_local_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(catalogue, "chosen", lambda: "small")
    consent.give("api.openai.com")
    catalogue.choose("openai")
    error = refusal(Settings())
    assert (error.kind, "OPENAI_API_KEY" in error.hint) == (Kind.AUTH, True)


def test_damaged_consent_is_no_consent() -> None:
    consent.give("api.openai.com")
    (state_dir() / "consent.json").write_text('["api.openai.com"]')
    assert not consent.given("api.openai.com")


def test_consent_without_a_key_asks_for_one() -> None:
    consent.give("api.openai.com")
    error = refusal(Settings(provider="openai"))
    assert error.kind is Kind.AUTH
    assert "OPENAI_API_KEY" in error.hint


@pytest.mark.parametrize(
    "settings",
    [
        Settings(provider="nonsense"),
        Settings(provider="url"),
        Settings(base_url="localhost:8080"),
        Settings(base_url="ftp://host/v1"),
    ],
)
def test_settings_that_make_no_sense_are_a_usage_error(settings: Settings) -> None:
    assert refusal(settings).kind is Kind.USAGE


def test_server_without_models_says_so(fake_llm: FakeLLM) -> None:
    fake_llm.models = []
    assert refusal(Settings(base_url=fake_llm.base_url)).kind is Kind.MODEL_MISSING


def test_key_never_crosses_a_network_unencrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "some-key-of-mine")
    error = refusal(Settings(base_url="http://192.0.2.1/v1", model="m"))
    assert error.kind is Kind.TLS
    assert "https" in error.hint


@pytest.mark.parametrize(
    ("address", "stays"),
    [
        ("http://127.0.0.1:1/v1", True),
        ("http://127.9.9.9/v1", True),
        ("http://localhost/v1", True),
        ("http://[::1]:1/v1", True),
        ("http://localhost.example.org/v1", False),
        ("http://127.0.0.1.example.org/v1", False),
        ("http://127.0.0.1@example.org/v1", False),
        ("http://10.0.0.1/v1", False),
    ],
)
def test_loopback_is_told_from_what_looks_like_it(address: str, stays: bool) -> None:
    assert transport.is_loopback(address) is stays


def test_missing_certificate_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = tmp_path / "none.pem"
    far = "https://example.invalid/v1"
    own = refusal(Settings(base_url=far, model="m", ca_bundle=str(missing)))
    monkeypatch.setenv("SSL_CERT_FILE", str(missing))
    system = refusal(Settings(base_url=far, model="m"))
    assert (own.kind, system.kind) == (Kind.TLS, Kind.TLS)
    assert "ca_bundle" in own.message
    assert "SSL_CERT_FILE" in system.message
    assert "none.pem" in own.message


def test_proxy_in_the_environment_may_be_socks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    assert connected(Settings(base_url="https://example.invalid/v1", model="m"))[0] == "m"


@pytest.mark.parametrize("by_option", [True, False])
def test_proxy_that_does_not_answer_is_named(
    by_option: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeLLM() as gone:
        pass
    address = f"http://me:hunter2@127.0.0.1:{gone.port}"
    if not by_option:
        monkeypatch.setenv("HTTPS_PROXY", address)
    far = Settings(base_url="https://example.invalid/v1", proxy=address if by_option else "")
    error = refusal(far)
    assert error.kind is Kind.CONNECTION
    assert f"proxy 127.0.0.1:{gone.port}" in error.message
    assert "hunter2" not in str(error)


def test_proxy_that_is_none_is_a_usage_error() -> None:
    error = refusal(Settings(base_url="https://example.invalid/v1", model="m", proxy="nonsense"))
    assert error.kind is Kind.USAGE
    assert "proxy" in error.hint


def find(settings: Settings) -> keys.Key:
    return asyncio.run(keys.find(settings))


def test_key_comes_from_the_environment_before_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    command = (sys.executable, "-c", "print('from-command'); print('second line')")
    assert find(Settings(api_key_cmd=command)).value == "from-command"
    monkeypatch.setenv("OTHER_KEY", " from-environment\n")
    found = find(Settings(api_key_cmd=command, api_key_env="OTHER_KEY"))
    assert (found.value, found.source) == ("from-environment", "OTHER_KEY")
    assert "from-environment" not in log.redact("the server said from-environment")


def test_key_is_not_shown_by_printing_it() -> None:
    assert "secret" not in repr(keys.Key("secret", "OPENAI_API_KEY"))


@pytest.mark.parametrize(
    "command",
    [
        ("no-such-program-anywhere", "secret/entry"),
        (sys.executable, "-c", "raise SystemExit(3)", "secret/entry"),
        (sys.executable, "-c", "pass", "secret/entry"),
    ],
)
def test_key_command_that_fails_is_named_without_its_arguments(command: tuple[str, ...]) -> None:
    with pytest.raises(AiError) as caught:
        find(Settings(api_key_cmd=command))
    assert caught.value.kind is Kind.AUTH
    assert "api_key_cmd" in caught.value.message
    assert "secret/entry" not in str(caught.value)


def test_importing_the_rooms_imports_nothing_slow() -> None:
    slow = ("openai", "httpx2", "tiktoken", "xllamacpp", "keyring")
    code = (
        "import sys; import neovim_ai.llm.providers, neovim_ai.llm.tokens, neovim_ai.llm.budget;"
        f"print([m for m in {slow} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_waiting_is_shown_while_capabilities_are_found(fake_llm: FakeLLM) -> None:
    from tests.unit.llm.asking import ask

    assert isinstance(ask(fake_llm).events[0], Waiting)
    assert not isinstance(ask(fake_llm).events[0], Waiting)
