"""The text encoder: texts in, unit vectors out, by one named model.

`open_encoder` is the door. Nothing heavy is imported and nothing is read until the first text is
embedded, or `warm` is called.
"""

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from recommender.errors import Invalid
from recommender.learning.arrays import UnitVectors
from recommender.learning.hashing_encoder import HashingEncoder
from recommender.learning.onnx_encoder import OnnxEncoder
from recommender.learning.progress import Progress, unseen
from recommender.learning.sentence_encoder import SentenceTransformerEncoder
from recommender.learning.texts import BlankText
from recommender.learning.weights import builtin_weights, folder_weights, hub_weights

__all__ = ["BlankText", "Encoder", "UnknownEncoder", "open_encoder"]

HUB_NAME = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")


class UnknownEncoder(Invalid):
    """A name that stands for no encoder."""

    title = "Unknown encoder"


class Encoder(Protocol):
    """One text encoder; vectors of encoders with different fingerprints are never compared."""

    @property
    def fingerprint(self) -> str:
        """Weights, backend, precision, maximal length and prompts in one short, stable string.

        It loads no model, but reads the weights once (or asks the hub which commit they are).
        """

    @property
    def dimensions(self) -> int:
        """Length d of a vector."""

    @property
    def ready(self) -> bool:
        """Whether texts can be embedded without loading the model first."""

    def warm(self) -> None:
        """Load the model now, for a thread in the background; errors are those of encoding."""

    def encode_documents(self, texts: Sequence[str], *, progress: Progress = unseen) -> UnitVectors:
        """Embed texts that will be searched or clustered.

        Parameters
        ----------
        texts : sequence of n str
            None blank; what lies beyond the model's maximal length is not seen.
        progress : callable, optional
            Called after each batch with the number of texts done and n.

        Returns
        -------
        UnitVectors of shape (n, d)
            Row i belongs to text i and does not depend on the other texts (within 1e-5).

        Raises
        ------
        BlankText
            When a text is empty or white space only.
        Unavailable
            When the model cannot be loaded; the error says what to do.
        """

    def encode_queries(self, texts: Sequence[str]) -> UnitVectors:
        """Embed texts that search among documents; as `encode_documents`, with the query prompt."""


def open_encoder(name: str, *, revision: str | None = None, threads: int = 1) -> Encoder:
    """Open the encoder of that name, without loading it yet.

    Parameters
    ----------
    name : str
        "builtin" (the weights that are installed with the product), "builtin-fast" (the same in
        int8, by the packages of the extra `fast`), a folder with a model that
        sentence-transformers can load, "owner/model" on the hub (the only case in which the
        network is touched), or "hashing" (unit tests only).
    revision : str, optional
        Branch, tag or commit; for hub names only.
    threads : int, default=1
        Threads that torch uses, in the whole Python interpreter; of "builtin-fast", a text.

    Raises
    ------
    UnknownEncoder
        When the name is none of these, or a revision is given for what has none.
    """
    folder = Path(name).expanduser()
    if name == "hashing":
        opened: Encoder = HashingEncoder()
    elif name == "builtin":
        opened = SentenceTransformerEncoder(builtin_weights, threads=threads)
    elif name == "builtin-fast":
        opened = OnnxEncoder(threads=threads)
    elif name and folder.is_dir():
        opened = SentenceTransformerEncoder(partial(folder_weights, folder), threads=threads)
    elif HUB_NAME.fullmatch(name):
        find = partial(hub_weights, name, revision)
        return SentenceTransformerEncoder(find, threads=threads)
    else:
        message = f"No encoder is called {name!r}, and no folder either."
        remedy = (
            'Use "builtin", "builtin-fast", a folder with a model, or "owner/model" on the hub.'
        )
        raise UnknownEncoder(message, field="name", remedy=remedy, name=name)
    if revision is not None:
        message = f"The encoder {name!r} has no revisions."
        raise UnknownEncoder(message, field="revision", remedy="Leave it out.", name=name)
    return opened
