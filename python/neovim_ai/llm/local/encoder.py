"""Texts into vectors on this machine: a small BERT in numpy, for finding notes by meaning.

Of a six-layer model on short texts a runtime of its own would save little: nearly all of the time
is in products of matrices, which numpy leaves to BLAS.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.local import catalogue
from neovim_ai.llm.local.wordpiece import WordPieces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from neovim_ai.llm.embeddings import Role

    Floats = NDArray[np.float32]

NAME = catalogue.ENCODER[0].name
_LONGEST = 256
"""Pieces of words; what it was trained on was no longer."""
_LAYERS, _HEADS, _EPSILON = 6, 12, 1e-12
_CURVE = math.sqrt(2 / math.pi)


class Encoder:
    """The model of `catalogue.ENCODER`, loaded when the first text comes."""

    def __init__(self, name: str = NAME) -> None:
        """Name it; that there is no such model is said to the first text."""
        self._name = name

    async def vectors(self, texts: Sequence[str], role: Role) -> list[list[float]]:
        """Return a vector of 384 numbers for each text, of length 1; both roles are read alike.

        Raises:
            AiError: `usage` for another name, `model_missing`, `model_damaged`, or `setup` without
                numpy.
        """
        del role
        return await asyncio.to_thread(self._encoded, texts)

    async def close(self) -> None:
        """Let go of the weights."""
        self.__dict__.pop("_loaded", None)

    def _encoded(self, texts: Sequence[str]) -> list[list[float]]:
        pieces, weights = self._loaded
        return [_vector(weights, pieces.numbers(text, _LONGEST)) for text in texts]

    @cached_property
    def _loaded(self) -> tuple[WordPieces, Mapping[str, Floats]]:
        if self._name != NAME:
            raise AiError(
                Kind.USAGE,
                f"There is no model '{self._name}' that finds notes.",
                f"Set notes.embeddings.model to {NAME}, or its base_url, too.",
            )
        if importlib.util.find_spec("numpy") is None:
            raise AiError(
                Kind.SETUP, "Finding by meaning needs numpy.", "Install neovim-ai[notes]."
            )
        weights, words = (_pulled(model.name) for model in catalogue.ENCODER)
        return WordPieces(words), _tensors(weights)


def _pulled(name: str) -> Path:
    path = catalogue.pulled(name)
    if path is None:
        raise catalogue.missing(NAME)
    return path


def _tensors(file: Path) -> dict[str, Floats]:
    """Map a file of safetensors: the length of a table, the table as JSON, then the numbers."""
    import numpy as np

    whole = np.memmap(file, dtype=np.uint8, mode="r")
    begin = 8 + int(whole[:8].view("<u8")[0])
    table: dict[str, Any] = json.loads(bytes(whole[8:begin]))
    return {
        name: whole[begin + one["data_offsets"][0] : begin + one["data_offsets"][1]]
        .view("<f4")
        .reshape(one["shape"])
        for name, one in table.items()
        if name != "__metadata__" and one["dtype"] == "F32"
    }


def _vector(weights: Mapping[str, Floats], numbers: Sequence[int]) -> list[float]:
    """Return the mean of what stands in the last layer, at length 1."""
    import numpy as np

    length = len(numbers)
    x = weights["embeddings.word_embeddings.weight"][list(numbers)]
    x = x + weights["embeddings.position_embeddings.weight"][:length]
    x = x + weights["embeddings.token_type_embeddings.weight"][0]
    x = _normed(weights, "embeddings", x)
    for layer in range(_LAYERS):
        name = f"encoder.layer.{layer}"
        x = _normed(weights, f"{name}.attention.output", x + _attended(weights, name, x))
        inner = _dense(weights, f"{name}.intermediate", x)
        inner *= 0.5 * (1 + np.tanh(_CURVE * (inner + 0.044715 * inner * inner * inner)))
        x = _normed(weights, f"{name}.output", x + _dense(weights, f"{name}.output", inner))
    mean = x.mean(axis=0)
    vector: list[float] = (mean / max(float(np.linalg.norm(mean)), 1e-9)).tolist()
    return vector


def _attended(weights: Mapping[str, Floats], name: str, x: Floats) -> Floats:
    """Let each piece take from the others what it looks for, by every head apart."""
    import numpy as np

    length, width = x.shape
    asked, offered, taken = (
        _dense(weights, f"{name}.attention.self", x, part)
        .reshape(length, _HEADS, -1)
        .transpose(1, 0, 2)
        for part in ("query", "key", "value")
    )
    scores = asked @ offered.transpose(0, 2, 1) / np.float32(math.sqrt(width / _HEADS))
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    together = (shares @ taken).transpose(1, 0, 2).reshape(length, width)
    return _dense(weights, f"{name}.attention.output", together)


def _dense(weights: Mapping[str, Floats], name: str, x: Floats, part: str = "dense") -> Floats:
    product: Floats = x @ weights[f"{name}.{part}.weight"].T + weights[f"{name}.{part}.bias"]
    return product


def _normed(weights: Mapping[str, Floats], name: str, x: Floats) -> Floats:
    import numpy as np

    centred = x - x.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
    normed: Floats = centred / spread * weights[f"{name}.LayerNorm.weight"]
    return normed + weights[f"{name}.LayerNorm.bias"]
