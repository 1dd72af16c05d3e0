"""The fast encoder: the built-in model in int8, run by onnxruntime, without torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from recommender.errors import Unavailable
from recommender.learning.arrays import UnitVectors, unit_vectors
from recommender.learning.progress import Progress, unseen
from recommender.learning.texts import embeddable
from recommender.learning.weights import BUILTIN_DIMENSIONS, Weights, builtin_weights

MAX_LENGTH = 256
BATCH = 16
PRECISION = "int8"
"""Named in the fingerprint: whoever changes the graph gives it another name."""


class FastEncoderMissing(Unavailable):
    """The packages of the extra `fast` are not installed."""

    title = "Fast encoder not installed"


class OnnxEncoder:
    """Embeds with the built-in model in int8, one text at a time, in the thread that asks.

    Its vectors are near those of the torch encoder (cosine about 0.99) and not the same, so its
    fingerprint differs. Texts never share a batch: their common scale would change their vectors.

    Parameters
    ----------
    threads : int, default=1
        Threads that one text may use.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self._threads = threads
        self._weights: Weights | None = None
        self._model: _Int8Model | None = None
        self._lock = Lock()

    @property
    def fingerprint(self) -> str:
        """Weights, backend, precision, maximal length and prompts; loads no model."""
        with self._lock:
            found = self._found()
        return f"{found.identity}-onnx-{PRECISION}-{MAX_LENGTH}-{found.prompts}"

    @property
    def dimensions(self) -> int:
        """Length d of a vector."""
        return BUILTIN_DIMENSIONS

    @property
    def ready(self) -> bool:
        """Whether the model is loaded."""
        return self._model is not None

    def warm(self) -> None:
        """Load the model and embed one word."""
        self.encode_queries(["warm"])

    def encode_documents(self, texts: Sequence[str], *, progress: Progress = unseen) -> UnitVectors:
        """Embed texts that will be searched or clustered; see `Encoder.encode_documents`."""
        given = embeddable(texts)
        rows = np.empty((len(given), self.dimensions), dtype=np.float32)
        for start in range(0, len(given), BATCH):
            batch = given[start : start + BATCH]
            for place, text in enumerate(batch, start):
                rows[place] = self._loaded().vector(text)
            progress(start + len(batch), len(given))
        return unit_vectors(rows)

    def encode_queries(self, texts: Sequence[str]) -> UnitVectors:
        """Embed queries, which the built-in model reads like any other text."""
        return self.encode_documents(texts)

    def _found(self) -> Weights:
        """Find the weights once. Only under the lock."""
        if self._weights is None:
            self._weights = builtin_weights()
        return self._weights

    def _loaded(self) -> "_Int8Model":
        """Load the model once, whoever asks first; the others wait for it."""
        if self._model is None:
            with self._lock:
                if self._model is None:
                    self._model = _load(Path(self._found().location), self._threads)
        return self._model


@dataclass(frozen=True)
class _Int8Model:
    """A loaded model; several threads may use it at once."""

    tokenizer: Any
    session: Any

    def vector(self, text: str) -> np.ndarray[Any, Any]:
        """Embed one text; its vector has shape (d,) and any length."""
        ids = np.array([self.tokenizer.encode(text).ids], dtype=np.int64)
        row: np.ndarray[Any, Any] = self.session.run(None, {"token_ids": ids})[0][0]
        return row


def _load(folder: Path, threads: int) -> _Int8Model:
    """Load tokenizer and graph; the graph is written anew in a fraction of a second.

    Raises
    ------
    FastEncoderMissing
        When a package of the extra is not installed.
    """
    try:
        import onnxruntime
        from tokenizers import Tokenizer

        from recommender.learning.onnx_graph import int8_model
    except ImportError as error:
        message = f"The fast encoder needs a package that is not installed: {error.name}."
        remedy = 'Install the product with its extra "fast", or use the encoder "builtin".'
        raise FastEncoderMissing(message, remedy=remedy, package=error.name) from error
    onnxruntime.disable_telemetry_events()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_LENGTH)
    tokenizer.no_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    model = int8_model(folder / "model.safetensors", max_length=MAX_LENGTH)
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return _Int8Model(tokenizer, session)
