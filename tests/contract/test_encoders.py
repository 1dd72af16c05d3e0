"""What every encoder promises, asked of each of them."""

import subprocess
import sys
import threading

import numpy as np
import pytest

from recommender.learning.encoder import BlankText, Encoder, open_encoder
from recommender.learning.hashing_encoder import HashingEncoder

TEXTS = [
    "The courier came four hours late, so I gave the delivery fee back.",
    "Delivery fee given back because the courier was hours late.",
    "Lamp stopped working a month after the warranty ended; sent a new one.",
    "ok",
    "Ärger über die Lieferung: Schrank kam ohne Schrauben – 12 × M6 nachgeschickt.",
    *(f"Customer {n} brought back the chair after {n} days. " * (1 + n % 7) for n in range(30)),
]


@pytest.fixture(
    scope="module",
    params=["hashing", "builtin-fast", pytest.param("builtin", marks=pytest.mark.slow)],
)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    opened = open_encoder(request.param)
    opened.warm()
    return opened


def test_gives_one_unit_row_of_float32_a_text(encoder: Encoder) -> None:
    for vectors in (encoder.encode_documents(TEXTS), encoder.encode_queries(TEXTS)):
        assert vectors.shape == (len(TEXTS), encoder.dimensions)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_gives_the_same_rows_again(encoder: Encoder) -> None:
    first, second = encoder.encode_documents(TEXTS), encoder.encode_documents(TEXTS)
    np.testing.assert_array_equal(first, second)


def test_a_row_does_not_depend_on_its_batch(encoder: Encoder) -> None:
    together = encoder.encode_documents(TEXTS)
    apart = np.concatenate([encoder.encode_documents([text]) for text in TEXTS])
    backwards = encoder.encode_documents(TEXTS[::-1])[::-1]
    np.testing.assert_allclose(together, apart, atol=1e-5)
    np.testing.assert_allclose(together, backwards, atol=1e-5)


def test_alike_texts_are_nearer_than_unlike_ones(encoder: Encoder) -> None:
    late, late_too, warranty = encoder.encode_documents(TEXTS[:3])
    assert late @ late_too > 2 * (late @ warranty)
    query = encoder.encode_queries(["courier too late, fee back"])
    assert np.argmax(query @ np.stack([warranty, late]).T) == 1


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_documents([]).shape == (0, encoder.dimensions)


@pytest.mark.parametrize("blank", ["", "  ", "\n\t"])
def test_refuses_blanks_and_says_which(encoder: Encoder, blank: str) -> None:
    with pytest.raises(BlankText) as documents:
        encoder.encode_documents(["fine", blank])
    assert documents.value.facts == {"index": 1}
    with pytest.raises(BlankText):
        encoder.encode_queries([blank])


def test_takes_texts_not_one_text(encoder: Encoder) -> None:
    with pytest.raises(TypeError, match="sequence"):
        encoder.encode_documents("letters")


def test_reads_half_characters(encoder: Encoder) -> None:
    assert encoder.encode_documents(["torn \ud83d emoji"]).shape[0] == 1


def test_tells_progress_until_all_is_done(encoder: Encoder) -> None:
    told: list[tuple[int, int]] = []
    encoder.encode_documents(TEXTS, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (len(TEXTS), len(TEXTS))
    assert told == sorted(told)


def test_serves_several_threads(encoder: Encoder) -> None:
    expected = encoder.encode_documents(TEXTS)
    found: dict[int, np.ndarray] = {}

    def embed(place: int) -> None:
        found[place] = encoder.encode_documents(TEXTS)

    threads = [threading.Thread(target=embed, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    for rows in found.values():
        np.testing.assert_allclose(rows, expected, atol=1e-6)


def test_is_ready_once_warm(encoder: Encoder) -> None:
    assert encoder.ready


def test_fingerprints_are_stable_short_and_differ_between_models(encoder: Encoder) -> None:
    assert encoder.fingerprint == encoder.fingerprint
    assert len(encoder.fingerprint) <= 100
    others = {HashingEncoder(dimensions=8).fingerprint, HashingEncoder(dimensions=9).fingerprint}
    others |= {open_encoder(name).fingerprint for name in ("hashing", "builtin", "builtin-fast")}
    assert len({encoder.fingerprint, *others}) == 5


def test_fingerprints_do_not_change_unnoticed() -> None:
    """Whoever changes one of these makes every stored vector be embedded anew."""
    assert open_encoder("hashing").fingerprint == "hashing-256"
    assert open_encoder("builtin").fingerprint == "df14846c014d-torch-fp32-256-plain"
    assert open_encoder("builtin-fast").fingerprint == "df14846c014d-onnx-int8-256-plain"


def test_hashing_is_the_same_in_every_interpreter() -> None:
    code = (
        "from recommender.learning.encoder import open_encoder as o\n"
        "print(o('hashing').encode_documents(['late parcel, fee back']).tobytes().hex())"
    )
    here = open_encoder("hashing").encode_documents(["late parcel, fee back"]).tobytes().hex()
    there = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()
    assert there == here
