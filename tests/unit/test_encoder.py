"""The encoder's door: which name opens which encoder, and what opening costs."""

import subprocess
import sys
from pathlib import Path

import pytest

from recommender.learning.encoder import UnknownEncoder, open_encoder
from recommender.learning.hashing_encoder import HashingEncoder
from recommender.learning.onnx_encoder import OnnxEncoder
from recommender.learning.sentence_encoder import SentenceTransformerEncoder

HEAVY = {"torch", "transformers", "sentence_transformers", "sklearn", "scipy", "pandas"}
HEAVY |= {"onnx", "onnxruntime", "safetensors", "tokenizers"}


@pytest.mark.parametrize("name", ["builtin", "builtin-fast"])
def test_importing_and_opening_load_nothing_heavy(name: str) -> None:
    code = (
        "import sys\n"
        "from recommender.learning.encoder import open_encoder\n"
        f"open_encoder({name!r}).fingerprint\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "recommender" in loaded
    assert not HEAVY & set(loaded)


def test_hashing_is_opened_by_its_name_only(tmp_path: Path) -> None:
    assert isinstance(open_encoder("hashing"), HashingEncoder)
    assert isinstance(open_encoder("builtin-fast"), OnnxEncoder)
    for name in ("builtin", str(tmp_path), "owner/model"):
        assert isinstance(open_encoder(name), SentenceTransformerEncoder)


@pytest.mark.parametrize(
    "name",
    ["", "buildin", "Hashing", "/no/such/folder", "./models/none", "~/none", "a/b/c", "a b/c"],
)
def test_a_misspelt_name_is_refused_before_any_network(name: str) -> None:
    with pytest.raises(UnknownEncoder) as refusal:
        open_encoder(name)
    assert refusal.value.field == "name"
    assert refusal.value.remedy is not None
    assert '"builtin"' in refusal.value.remedy


@pytest.mark.parametrize("name", ["builtin", "builtin-fast", "hashing", "."])
def test_only_the_hub_has_revisions(name: str) -> None:
    with pytest.raises(UnknownEncoder) as refusal:
        open_encoder(name, revision="main")
    assert refusal.value.field == "revision"


@pytest.mark.parametrize("name", ["builtin", "builtin-fast"])
def test_a_new_encoder_is_not_ready(name: str) -> None:
    assert not open_encoder(name).ready


def test_punctuation_alone_has_a_vector_when_hashed() -> None:
    assert HashingEncoder().encode_documents(["?!"]).shape == (1, 256)
