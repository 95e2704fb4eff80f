"""What is missing on this machine, and the command that mends it; asks no network."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

from neovim_ai import paths
from neovim_ai.errors import AiError
from neovim_ai.install import python_of
from neovim_ai.neovim import find_neovim, version_of
from neovim_ai.protocol import HealthEntry
from neovim_ai.settings import Settings

NATIVE = ("tree_sitter", "tree_sitter_python")
PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
MEND = "Run `:AiInstall` in Neovim, or `make setup` in the checkout."
PULL = "Run `neovim-ai model pull` or `:AiModel` in Neovim."


def report(settings: Settings | None = None) -> list[HealthEntry]:
    """Check this machine, section by section; nothing is changed and no key is shown.

    Args:
        settings: What the user has set; the defaults when None.
    """
    chosen = settings or Settings()
    found: list[HealthEntry] = []
    for section in (_python, _packages, _surroundings, _local_model, _sandbox, _directories):
        found += _guarded(section)
    found += _guarded(lambda: _route(chosen))
    return found


def neovim() -> HealthEntry:
    """Tell which Neovim a shell would start; the editor's own health check knows better."""
    try:
        nvim = find_neovim()
    except AiError as error:
        return _entry("neovim", "warn", error.message, error.hint)
    version = version_of(nvim) or (0, 0)
    return _entry("neovim", "ok", "Neovim {}.{} at {}".format(*version, nvim))


def _guarded(check: Callable[[], Iterator[HealthEntry]]) -> list[HealthEntry]:
    """Keep one check that fails in a way nobody foresaw from hiding all others."""
    found: list[HealthEntry] = []
    try:
        found.extend(check())
    except Exception as error:  # noqa: BLE001 - a health check that dies helps nobody
        name = f"{type(error).__name__}: {error}"
        found.append(
            _entry(
                "doctor", "error", f"A check itself failed: {name}.", "Report it with this output."
            )
        )
    return found


def _entry(section: str, level: str, message: str, *advice: str) -> HealthEntry:
    return HealthEntry(section=section, level=level, message=message, advice=list(advice))


def _python() -> Iterator[HealthEntry]:
    version = "{}.{}.{}".format(*sys.version_info[:3])
    yield _entry("python", "ok", f"Python {version} at {sys.executable}")


def _packages() -> Iterator[HealthEntry]:
    try:
        wanted = metadata.requires("neovim-ai") or []
    except metadata.PackageNotFoundError:
        yield _entry("packages", "error", "neovim-ai is not installed in this environment.", MEND)
        return
    needed = [requirement for requirement in wanted if "extra ==" not in requirement]
    lacking = [problem for problem in map(_problem, needed) if problem]
    lacking += [f"{name} cannot be loaded ({why})" for name, why in _unloadable()]
    yield from (_entry("packages", "error", f"{problem}.", MEND) for problem in lacking)
    if not lacking:
        openai = metadata.version("openai")
        yield _entry("packages", "ok", f"all {len(needed)} packages are there (openai {openai})")
    if _version("docstring_parser") and _version("docstring_parser_fork"):
        both = "docstring_parser and docstring_parser_fork overwrite each other's files."
        fix = f"{sys.executable} -m pip uninstall docstring_parser, then: {MEND}"
        yield _entry("packages", "error", both, fix)


def _problem(requirement: str) -> str | None:
    """Say what is wrong with one installed package (`openai>=3.54`), None when nothing is."""
    found = re.match(r"([\w.-]+)(?:\[[^]]*\])?\s*(?:>=\s*([\d.]+))?", requirement)
    if found is None:
        return None
    name, least = found[1], found[2] or "0"
    version = _version(name)
    if version is None:
        return f"{name} is missing"
    return f"{name} {version} is older than {least}" if _older(version, least) else None


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _older(version: str, least: str) -> bool:
    def numbers(text: str) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", text)[:3]]

    return numbers(version) < numbers(least)


def _unloadable() -> Iterator[tuple[str, str]]:
    """Yield native packages that are there and do not load (a wheel of another platform)."""
    for name in NATIVE:
        try:
            importlib.import_module(name)
        except ImportError as error:
            yield name, str(error)


def _surroundings() -> Iterator[HealthEntry]:
    if os.environ.get("PYTHONPATH") and not sys.flags.isolated:
        shadow = "PYTHONPATH is set and can shadow the packages of this command."
        yield _entry("environment", "warn", shadow, "Unset it; the editor's host ignores it.")
    active = os.environ.get("VIRTUAL_ENV", "")
    if active and Path(active).resolve() != Path(sys.prefix).resolve():
        yield _entry("environment", "info", f"{active} is active; neovim-ai keeps to {sys.prefix}")
    if sys.prefix == sys.base_prefix:
        shared = "neovim-ai runs in an interpreter that it shares with other programs."
        yield _entry("environment", "warn", shared, MEND)
    elif not python_of(Path(sys.prefix)).exists():
        yield _entry("environment", "error", f"The interpreter of {sys.prefix} is gone.", MEND)


def _local_model() -> Iterator[HealthEntry]:
    from neovim_ai.llm.local import address, catalogue

    if _version("xllamacpp") is None:
        yield _entry("local model", "info", "The engine (xllamacpp) is not installed.", MEND)
    name = catalogue.chosen()
    if name is None:
        yield _entry("local model", "info", "No model is on this machine.", PULL)
        return
    try:
        path = catalogue.pulled(name)
    except AiError as error:
        yield _entry("local model", "error", error.message, error.hint)
        return
    yield _entry("local model", "ok", f"{name} is whole ({path})")
    running = address.published()
    if running:
        yield _entry("local model", "ok", f"its server runs (pid {running.pid})")
    else:
        yield _entry("local model", "info", "its server starts with the first request")


def _sandbox() -> Iterator[HealthEntry]:
    from neovim_ai.sandbox import advice

    for level, message, wanted in advice.lines():
        yield _entry("sandbox", level, message, *wanted)


def _directories() -> Iterator[HealthEntry]:
    for name, directory in (
        ("models", paths.data_dir),
        ("state and log", paths.state_dir),
        ("cache", paths.cache_dir),
        ("sockets", paths.runtime_dir),
    ):
        try:
            path = directory()
        except OSError as error:
            yield _entry("directories", "error", f"{name}: {error}.", "Make it writable for you.")
            continue
        if os.access(path, os.W_OK | os.X_OK):
            free = shutil.disk_usage(path).free // 1_000_000
            yield _entry("directories", "ok", f"{name}: {path} ({free:,} MB free)")
        else:
            problem = f"{name}: {path} is not writable."
            yield _entry("directories", "error", problem, f"chown or chmod {path}.")


def _route(settings: Settings) -> Iterator[HealthEntry]:
    from neovim_ai.llm.local import catalogue

    yield _entry("route", "info", f"provider: {settings.provider}")
    openai = settings.provider == "auto" and not settings.base_url and catalogue.openai_chosen()
    if openai:
        back = "`neovim-ai model use` with a local model's name takes it back"
        yield _entry("route", "info", f"OpenAI was chosen to answer; {back}")
    if settings.base_url:
        yield from _to_server(settings)
    key = settings.api_key_env
    if settings.api_key_cmd:
        yield _entry("route", "info", f"the key comes from the command {settings.api_key_cmd[0]}")
    elif os.environ.get(key):
        yield _entry("route", "info", f"{key} is set (never shown)")
    elif openai:
        lacking = f"{key} is not set: OpenAI can be asked only with a key from the keyring."
        yield _entry("route", "warn", lacking, f"Set {key} or api_key_cmd.")
    elif not settings.base_url and catalogue.chosen() is None:
        nobody = f"Nobody to ask: no base_url, no local model, no {key}."
        yield _entry("route", "warn", nobody, PULL)
    yield from _certificates(settings)


def _to_server(settings: Settings) -> Iterator[HealthEntry]:
    from neovim_ai.llm import transport

    try:
        host = transport.host_of(settings.base_url)
    except AiError as error:
        yield _entry("route", "error", error.message, error.hint)
        return
    if transport.is_loopback(settings.base_url):
        yield _entry("route", "ok", f"{host}: on this machine, never through a proxy")
        return
    proxy = transport.proxy_for(settings.base_url, settings)
    way = f"through the proxy {proxy}" if proxy else "without a proxy"
    yield _entry("route", "ok", f"{host}: {way}")
    names = [name for name in PROXIES if os.environ.get(name) or os.environ.get(name.lower())]
    if names and not settings.proxy:
        yield _entry("route", "info", f"proxy settings come from {', '.join(names)}")


def _certificates(settings: Settings) -> Iterator[HealthEntry]:
    named = [("ca_bundle", settings.ca_bundle)]
    named += [(name, os.environ.get(name, "")) for name in CERTIFICATES]
    for name, value in named:
        if value and not Path(value).expanduser().exists():
            yield _entry(
                "route",
                "error",
                f"{name} names {value}, which does not exist.",
                "Correct the path.",
            )
        elif value:
            yield _entry("route", "ok", f"certificate authorities: {name} ({value})")
    if not any(value for _, value in named):
        yield _entry("route", "ok", "certificate authorities: the system's")
