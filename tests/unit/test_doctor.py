"""The doctor: it names what is broken and what mends it, and shows no secret."""

from __future__ import annotations

import argparse
import json
from importlib import metadata
from pathlib import Path

import pytest

from neovim_ai import doctor
from neovim_ai.cli import doctor as command
from neovim_ai.llm.local import catalogue
from neovim_ai.protocol import HealthEntry
from neovim_ai.settings import Settings


@pytest.fixture(autouse=True)
def plain_environment(sandboxed_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None of this machine's settings, beyond what every test is kept from."""
    for name in ("PYTHONPATH", "NEOVIM_AI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def entries(section: str, settings: Settings | None = None) -> list[HealthEntry]:
    return [entry for entry in doctor.report(settings) if entry["section"] == section]


def levels(section: str, settings: Settings | None = None) -> set[str]:
    return {entry["level"] for entry in entries(section, settings)}


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    chosen = parser.parse_args(["doctor", *words])
    return int(chosen.run(chosen))


def test_sound_environment_has_no_error() -> None:
    assert [entry for entry in doctor.report() if entry["level"] == "error"] == []


def test_missing_package_is_named_with_what_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name == "griffelib":
            raise metadata.PackageNotFoundError(name)
        return "99"

    monkeypatch.setattr(metadata, "version", version)
    [broken] = [e for e in entries("packages") if "griffelib" in e["message"]]
    assert broken["level"] == "error"
    assert ":AiInstall" in broken["advice"][0]


def test_older_package_than_required_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda name: "1.9" if name == "openai" else "9999")
    assert any("openai 1.9 is older than" in e["message"] for e in entries("packages"))


def test_no_model_and_no_key_says_what_to_run() -> None:
    [nobody] = [e for e in entries("route") if e["level"] == "warn"]
    assert "neovim-ai model pull" in nobody["advice"][0]


def test_openai_that_was_chosen_without_a_key_says_what_to_set() -> None:
    catalogue.place(catalogue.MODELS[0]).write_bytes(b"half of it")
    catalogue.choose("openai")
    [lacking] = [e for e in entries("route") if e["level"] == "warn"]
    assert "Set OPENAI_API_KEY" in lacking["advice"][0]
    assert "model use" in json.dumps(entries("route"))
    assert "warn" not in levels("route", Settings(provider="local"))


def test_damaged_model_is_an_error_with_its_command() -> None:
    catalogue.place(catalogue.MODELS[1]).write_bytes(b"half of it")
    [damaged] = [e for e in entries("local model") if e["level"] == "error"]
    assert "neovim-ai model pull qwen2.5-coder-0.5b" in damaged["advice"][0]


def test_key_is_told_to_be_there_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    told = json.dumps(doctor.report())
    assert "OPENAI_API_KEY is set" in told
    assert "sk-very-secret" not in told


def test_proxy_is_shown_without_its_password() -> None:
    settings = Settings(
        provider="url", base_url="https://models.example.com/v1", proxy="http://ann:pw@proxy:8080"
    )
    told = json.dumps(entries("route", settings))
    assert "through the proxy proxy:8080" in told
    assert "ann:pw" not in told


def test_loopback_goes_through_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy:8080")
    told = json.dumps(entries("route", Settings(provider="url", base_url="http://127.0.0.1:1/v1")))
    assert "never through a proxy" in told
    assert "proxy:8080" not in told


def test_host_in_no_proxy_goes_without(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(provider="url", base_url="https://models.example.com/v1")
    monkeypatch.setenv("https_proxy", "http://proxy:8080")
    assert "through the proxy proxy:8080" in json.dumps(entries("route", settings))
    monkeypatch.setenv("no_proxy", "example.com")
    assert "without a proxy" in json.dumps(entries("route", settings))


def test_certificate_file_that_is_missing_is_an_error() -> None:
    assert "error" in levels("route", Settings(ca_bundle="/nowhere/company.pem"))
    assert "error" not in levels("route")


def test_directory_that_cannot_be_made_is_an_error(sandboxed_home: Path) -> None:
    (sandboxed_home / "cache").rmdir()
    (sandboxed_home / "cache").write_text("in the way", encoding="utf-8")
    [broken] = [e for e in entries("directories") if e["level"] == "error"]
    assert broken["message"].startswith("cache")


def test_check_that_dies_is_reported_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def die() -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(doctor, "_packages", die)
    assert "RuntimeError: boom" in entries("doctor")[0]["message"]
    assert entries("directories")


def test_command_exits_1_exactly_when_something_is_broken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run() == 0
    told = capsys.readouterr().out
    assert "Python 3." in told
    assert "Neovim" in told
    assert run("--ca-bundle", "/nowhere/company.pem") == 1
    assert "/nowhere/company.pem" in capsys.readouterr().out


def test_json_is_one_entry_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"section", "level", "message", "advice"} == set(lines[0])
