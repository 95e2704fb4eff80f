"""What the user has set, as the engines see it: the Lua schema's and the command line's meeting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from neovim_ai.errors import AiError, Kind

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


PRIVATE = (".env*", "*.pem", "*.key", "id_rsa", ".netrc")
"""Files whose whole purpose is to hold secrets."""


@dataclass(frozen=True)
class Timeouts:
    """Seconds of silence after which we give up; counted from admission, not from the queue."""

    connect: float = 10.0
    first_token: float = 120.0
    idle: float = 30.0


@dataclass(frozen=True)
class DocSettings:
    """Options of `:AiDoc`; empty means: as the project does.

    Attributes:
        style: Of sections and entries.
        width: Longest line, in characters; 0 as the project does.
        callees: `auto`, `always` or `never`: exceptions of what a function calls.
    """

    style: str = ""
    width: int = 0
    callees: str = "auto"


@dataclass(frozen=True)
class BudgetSettings:
    """The most tokens that another machine may be asked for; 0 is no limit.

    Attributes:
        request: In one request, prompt and answer.
        day: From midnight to midnight, by all editors and command lines together.
    """

    request: int = 0
    day: int = 0


@dataclass(frozen=True)
class EmbeddingSettings:
    """Who turns texts into vectors, for finding notes by meaning; both empty: nobody.

    Attributes:
        base_url: A server's; empty: this machine.
        model: Its name there.
    """

    base_url: str = ""
    model: str = ""


@dataclass(frozen=True)
class NotesSettings:
    """Options of `:NotesFind` and its kin.

    Attributes:
        vaults: Files and folders of notes; `~` is the home directory.
        limit: The most rows that are found.
        embeddings: Who finds by meaning.
    """

    vaults: tuple[str, ...] = ()
    limit: int = 50
    embeddings: EmbeddingSettings = field(default_factory=EmbeddingSettings)


@dataclass(frozen=True)
class TestSettings:
    """Options of `:AiTest`.

    Attributes:
        python: The project's interpreter, or its environment's folder; empty to look for it.
        budget: Seconds that one request may take.
        runs: Fresh processes that every test must pass in.
        dir: The folder of test files; empty means: as the project does.
        model: Whether a model names tests and expects values.
        env: Names of environment variables that tests may see beside a few harmless ones.
    """

    __test__ = False  # the name is the domain's; pytest is not to collect it

    python: str = ""
    budget: float = 180.0
    runs: int = 5
    dir: str = ""
    model: bool = True
    env: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """Everything an engine may be told; a project's files can set none of the model options.

    Attributes:
        provider: `auto`, `local`, `openai` or `url`.
        base_url: An OpenAI-compatible address ending in `/v1`; setting it is consent to it.
        model: A model's name there; empty means the server's first or the default.
        api_key_env: The environment variable that holds the key.
        api_key_cmd: An argv run once, lazily, whose first line of output is the key.
        ca_bundle: A PEM file of certificate authorities; empty means the system's store.
        proxy: A proxy's address; empty means the environment's.
        timeout: Watchdogs.
        max_prompt_tokens: The most tokens of one prompt; 0 is no limit.
        budget: What may be spent on another machine.
        private: Files that never leave for another machine, as patterns of their names or paths.
        docs: Options of `:AiDoc`.
        notes: Options of `:NotesFind`.
        tests: Options of `:AiTest`.
    """

    provider: str = "auto"
    base_url: str = ""
    model: str = ""
    api_key_env: str = "OPENAI_API_KEY"
    api_key_cmd: tuple[str, ...] = ()
    ca_bundle: str = ""
    proxy: str = ""
    timeout: Timeouts = field(default_factory=Timeouts)
    max_prompt_tokens: int = 6000
    budget: BudgetSettings = field(default_factory=BudgetSettings)
    private: tuple[str, ...] = PRIVATE
    docs: DocSettings = field(default_factory=DocSettings)
    notes: NotesSettings = field(default_factory=NotesSettings)
    tests: TestSettings = field(default_factory=TestSettings)


def from_mapping(values: Mapping[str, Any]) -> Settings:
    """Build settings from nested plain values, as Lua sends them.

    Raises:
        AiError: `usage`, naming the option, when one is unknown or has the wrong type.
    """
    return _build(Settings, values, "")


T = TypeVar("T", bound="DataclassInstance")


def _build(kind: type[T], values: Mapping[str, Any], prefix: str) -> T:
    hints = get_type_hints(kind)
    known = {f.name for f in fields(kind)}
    taken: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise AiError(
                Kind.USAGE, f"Unknown option '{prefix}{name}'.", "See :help neovim-ai-options."
            )
        taken[name] = _typed(hints[name], value, f"{prefix}{name}")
    return kind(**taken)


def _typed(hint: Any, value: Any, name: str) -> Any:
    if is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, value or {}, f"{name}.")
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if hint is int and isinstance(value, int | float) and value == int(value):
        return int(value)
    if hint == tuple[str, ...] and isinstance(value, list | tuple):
        return tuple(str(v) for v in value)
    if isinstance(hint, type) and isinstance(value, hint):
        return value
    raise AiError(
        Kind.USAGE, f"Option '{name}' has the wrong type.", "See :help neovim-ai-options."
    )
