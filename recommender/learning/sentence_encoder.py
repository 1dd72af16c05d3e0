"""The encoder proper: any sentence-transformers model, in torch, on the processor, in float32."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from recommender.errors import Unavailable
from recommender.learning.arrays import UnitVectors, unit_vectors
from recommender.learning.progress import Progress, unseen
from recommender.learning.texts import embeddable
from recommender.learning.weights import Weights

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

MAX_LENGTH = 256
BATCH = 16


class ModelUnusable(Unavailable):
    """The model cannot be loaded."""

    title = "Model cannot be loaded"


class SentenceTransformerEncoder:
    """Embeds with a sentence-transformers model, which is loaded at the first use.

    Safe to share between threads: batches take turns, so that a query waits for at most one
    batch of a long job.

    Parameters
    ----------
    find : callable
        Finds the weights; called once, at the first use.
    threads : int, default=1
        Threads that torch uses, in the whole Python interpreter.
    """

    def __init__(self, find: Callable[[], Weights], *, threads: int = 1) -> None:
        self._find = find
        self._threads = threads
        self._weights: Weights | None = None
        self._model: SentenceTransformer | None = None
        self._queue = Lock()
        self._turn = Lock()

    @property
    def fingerprint(self) -> str:
        """Weights, backend, precision, maximal length and prompts; loads no model."""
        with self._my_turn():
            found = self._found()
        return f"{found.identity}-torch-fp32-{MAX_LENGTH}-{found.prompts}"

    @property
    def dimensions(self) -> int:
        """Length d of a vector; loads the model unless it is the built-in one."""
        with self._my_turn():
            return self._found().dimensions or _dimensions(self._loaded())

    @property
    def ready(self) -> bool:
        """Whether the model is loaded."""
        return self._model is not None

    def warm(self) -> None:
        """Load the model and embed one word."""
        self.encode_queries(["warm"])

    def encode_documents(self, texts: Sequence[str], *, progress: Progress = unseen) -> UnitVectors:
        """Embed texts that will be searched or clustered; see `Encoder.encode_documents`."""
        return self._encode("encode_document", texts, progress)

    def encode_queries(self, texts: Sequence[str]) -> UnitVectors:
        """Embed texts that search among documents; see `Encoder.encode_queries`."""
        return self._encode("encode_query", texts, unseen)

    def _encode(self, method: str, texts: Sequence[str], progress: Progress) -> UnitVectors:
        """Embed batches of texts of like length, which need the least padding."""
        given = embeddable(texts)
        if not given:
            return unit_vectors(np.empty((0, self.dimensions)))
        order = sorted(range(len(given)), key=lambda index: -len(given[index]))
        parts = []
        for start in range(0, len(order), BATCH):
            batch = [given[index] for index in order[start : start + BATCH]]
            with self._my_turn():
                embed = getattr(self._loaded(), method)
                parts.append(embed(batch, batch_size=BATCH, show_progress_bar=False))
            progress(start + len(batch), len(given))
        return unit_vectors(np.concatenate(parts)[np.argsort(order)])

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """Wait in a queue for the model: whoever ends a batch goes behind those who wait.

        With one lock alone a long job takes its next batch first: queries then waited seconds.
        """
        with self._queue:
            self._turn.acquire()
        try:
            yield
        finally:
            self._turn.release()

    def _found(self) -> Weights:
        """Find the weights once. Only within one's turn."""
        if self._weights is None:
            self._weights = self._find()
        return self._weights

    def _loaded(self) -> "SentenceTransformer":
        """Load the model once. Only within one's turn."""
        if self._model is None:
            self._model = load_model(self._found(), threads=self._threads)
        return self._model


def load_model(weights: Weights, *, threads: int) -> "SentenceTransformer":
    """Load a model quietly; only one of the hub may touch the network.

    Raises
    ------
    ModelUnusable
        When sentence-transformers is not installed or cannot make a model of these files.
    """
    try:
        import torch
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        message = "The packages torch and sentence-transformers are not installed."
        raise ModelUnusable(message, remedy="Install the product anew: make install") from error
    torch.set_num_threads(threads)
    _hush()
    try:
        with _network(allowed=weights.commit is not None):
            model = SentenceTransformer(
                weights.location,
                device="cpu",
                revision=weights.commit,
                local_files_only=weights.commit is None,
            )
    except Exception as error:
        message = f"sentence-transformers cannot load {weights.location}: {error}"
        remedy = "Check that it holds a whole sentence-transformers model."
        raise ModelUnusable(message, remedy=remedy, location=weights.location) from error
    if (model.max_seq_length or MAX_LENGTH + 1) > MAX_LENGTH:
        model.max_seq_length = MAX_LENGTH
    _keep_document_prompt(model)
    return model.float().eval()


def _keep_document_prompt(model: "SentenceTransformer") -> None:
    """Give documents the prompt that a model keeps under an older name.

    sentence-transformers 6 adds an empty "document" prompt to every model, and then prefers it.
    """
    older = (model.prompts.get(name) for name in ("document", "passage", "corpus"))
    model.prompts["document"] = next(filter(None, older), "")


def _dimensions(model: "SentenceTransformer") -> int:
    """Ask a model for the length of its vectors, or look at one where it cannot tell."""
    return model.get_embedding_dimension() or len(model.encode_query(["length"])[0])


def _hush() -> None:
    """Keep the libraries' progress bars, advice and telemetry away."""
    from huggingface_hub import constants
    from huggingface_hub.utils.tqdm import disable_progress_bars
    from transformers.utils.logging import disable_progress_bar

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    constants.HF_HUB_DISABLE_TELEMETRY = True
    disable_progress_bars()
    disable_progress_bar()  # type: ignore[no-untyped-call]
    for library in ("sentence_transformers", "transformers"):
        logging.getLogger(library).setLevel(logging.ERROR)


@contextmanager
def _network(*, allowed: bool) -> Iterator[None]:
    """Forbid the hub's library the network for a while; what the user forbade stays forbidden."""
    from huggingface_hub import constants

    before: Any = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = before or not allowed
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before
