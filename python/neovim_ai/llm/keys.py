"""Where a key comes from: environment, a command, the keyring; it stays inside this process."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field

from neovim_ai import log
from neovim_ai.errors import AiError, Kind
from neovim_ai.settings import Settings

COMMAND_SECONDS = 30.0


@dataclass(frozen=True)
class Key:
    """A key and where it came from; printing it shows only the latter."""

    value: str = field(repr=False, default="")
    source: str = ""


def in_environment(settings: Settings) -> bool:
    """Tell whether the environment holds a key, without reading anything else."""
    return bool(os.environ.get(settings.api_key_env, "").strip())


async def find(settings: Settings) -> Key:
    """Return the key, empty when there is none, and keep it out of every log from now on.

    Raises:
        AiError: `auth` when the command that should print it fails.
    """
    key = _from_environment(settings)
    if not key.value and settings.api_key_cmd:
        key = await _from_command(settings.api_key_cmd)
    if not key.value:
        key = await asyncio.to_thread(_from_keyring)
    if key.value:
        log.hide(key.value)
    return key


def _from_environment(settings: Settings) -> Key:
    name = settings.api_key_env
    return Key(os.environ.get(name, "").strip(), name)


async def _from_command(argv: tuple[str, ...]) -> Key:
    try:
        child = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        raise _failed(argv, "cannot be started") from error
    try:
        async with asyncio.timeout(COMMAND_SECONDS):
            out, _ = await child.communicate()
    except TimeoutError as error:
        raise _failed(argv, "did not answer in time") from error
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    lines = out.decode("utf-8", "replace").splitlines()
    if child.returncode != 0 or not lines or not lines[0].strip():
        raise _failed(argv, f"printed no key (status {child.returncode})")
    return Key(lines[0].strip(), "api_key_cmd")


def _failed(argv: tuple[str, ...], what: str) -> AiError:
    # arguments may name an entry of a password store; the program is enough to find the mistake
    return AiError(Kind.AUTH, f"api_key_cmd: '{argv[0]}' {what}.", "Try it in a shell.")


def _from_keyring() -> Key:
    try:
        import keyring  # type: ignore[import-not-found,unused-ignore]  # optional
    except ImportError:
        return Key()
    try:
        return Key(keyring.get_password("neovim-ai", "api_key") or "", "the keyring")
    except Exception as error:  # noqa: BLE001 - back ends raise whatever they like
        log.warn(f"The keyring could not be read: {type(error).__name__}")
        return Key()
