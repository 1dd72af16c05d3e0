"""Vectors that are made once: an encoder that remembers every text it has embedded."""

import hashlib
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from recommender.learning.arrays import UnitVectors
from recommender.learning.encoder import Encoder, open_encoder
from recommender.learning.progress import Progress, unseen

ROOT: Final = Path(__file__).parents[2]
RESULTS: Final = ROOT / "bench-results"
SAVED_EVERY: Final = 512


class StoredEncoder:
    """An encoder in front of a file of vectors, one file for each fingerprint.

    Another encoder, revision or precision has another fingerprint, so vectors never mix. A text is
    known by its hash.
    """

    def __init__(self, encoder: Encoder, folder: Path = RESULTS / "vectors") -> None:
        self._encoder = encoder
        self._folder = folder

    @cached_property
    def fingerprint(self) -> str:
        """The fingerprint of the encoder behind."""
        return self._encoder.fingerprint

    @property
    def dimensions(self) -> int:
        """Length d of a vector; known texts say it without the model."""
        return next((len(row) for row in self._known.values()), 0) or self._encoder.dimensions

    @property
    def ready(self) -> bool:
        """Whether the model is loaded; known texts need none."""
        return self._encoder.ready

    def warm(self) -> None:
        """Load the model."""
        self._encoder.warm()

    def encode_documents(self, texts: Sequence[str], *, progress: Progress = unseen) -> UnitVectors:
        """Embed what is not known yet, and give all vectors, shape (n, d)."""
        hashes = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        missing = {h: text for h, text in zip(hashes, texts, strict=True) if h not in self._known}
        new = list(missing.items())
        for start in range(0, len(new), SAVED_EVERY):
            part = new[start : start + SAVED_EVERY]
            rows = self._encoder.encode_documents([text for _, text in part])
            self._known.update(zip((h for h, _ in part), rows, strict=True))
            self._save()
            progress(start + len(part), len(new))
        return UnitVectors(np.stack([self._known[h] for h in hashes]))

    def encode_queries(self, texts: Sequence[str]) -> UnitVectors:
        """Embed queries; these are not remembered."""
        return self._encoder.encode_queries(texts)

    @cached_property
    def _known(self) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]]:
        if not self._file.is_file():
            return {}
        with np.load(self._file) as stored:
            return dict(zip(stored["hashes"].tolist(), stored["vectors"], strict=True))

    @property
    def _file(self) -> Path:
        name = hashlib.sha256(self.fingerprint.encode()).hexdigest()[:16]
        return self._folder / f"{name}.npz"

    def _save(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{self._file.stem}.{os.getpid()}.npz"
        np.savez(part, hashes=list(self._known), vectors=np.stack(list(self._known.values())))
        part.replace(self._file)


def builtin() -> StoredEncoder:
    """The product's own encoder, remembering."""
    return stored("builtin")


def stored(name: str) -> StoredEncoder:
    """The encoder of that name, remembering."""
    return StoredEncoder(open_encoder(name))
