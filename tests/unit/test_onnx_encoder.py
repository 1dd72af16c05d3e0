"""The fast encoder: its own vectors, near torch's; no torch, no network, nothing left behind."""

import subprocess
import sys
import threading
import time
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from recommender.learning import onnx_encoder
from recommender.learning.encoder import open_encoder
from recommender.learning.onnx_encoder import FastEncoderMissing, OnnxEncoder
from recommender.learning.onnx_graph import int8_model
from recommender.learning.weights import Weights, WeightsMissing, builtin_weights

GRAPH = "59dc11e8fadad4288b24a99eea74321cec1c697fe7668798d23f98918409acee"

TEXTS = [
    "The courier came four hours late, so I gave the delivery fee back.",
    "ok",
    "Lamp stopped working a month after the warranty ended; sent a new one. " * 4,
    "Ärger über die Lieferung: Schrank kam ohne Schrauben – 12 × M6 nachgeschickt.",
    "parcel " * 300,
]

QUICK_OFFLINE_AND_QUIET = """
import socket, sys
tried = []
def refuse(self, address):
    tried.append(address)
    raise OSError("no network")
socket.socket.connect = refuse
from recommender.learning.encoder import open_encoder
encoder = open_encoder("builtin-fast")
assert encoder.encode_queries(["late parcel"]).shape == (1, 384)
heavy = {"torch", "transformers", "sentence_transformers", "sklearn", "scipy", "huggingface_hub"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
assert not tried, tried
"""


@pytest.fixture(scope="module")
def graph() -> bytes:
    return int8_model(Path(builtin_weights().location) / "model.safetensors", max_length=256)


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder()


class FakeModel:
    """Stands in for a loaded model."""

    def vector(self, text: str) -> np.ndarray:
        return np.full(384, float(len(text)), dtype=np.float32)


def test_two_builds_are_the_same_bytes(graph: bytes) -> None:
    """Whoever changes the graph also changes PRECISION, so that vectors are embedded anew."""
    weights = Path(builtin_weights().location) / "model.safetensors"
    assert int8_model(weights, max_length=256) == graph
    assert sha256(graph).hexdigest() == GRAPH


def test_pairs_of_products_fit_sixteen_bits_and_every_scale_is_used(graph: bytes) -> None:
    built = onnx.load_from_string(graph)
    onnx.checker.check_graph(built.graph, _with_contributed_operators())
    constants = {part.name: numpy_helper.to_array(part) for part in built.graph.initializer}
    dense = [node for node in built.graph.node if node.op_type == "DynamicQuantizeMatMul"]
    assert len(dense) == 6 * 4
    for node in dense:
        weight = np.abs(constants[node.input[1]].astype(int))
        assert 255 * 2 * weight.max() < 2**15
        assert (weight.max(axis=0) == 63).all()
        assert constants[node.input[2]].shape == constants[node.input[4]].shape


def _with_contributed_operators() -> onnx.checker.C.CheckerContext:
    context = onnx.checker.C.CheckerContext()
    context.ir_version = 8
    context.opset_imports = {"": 17, "com.microsoft": 1}
    return context


def test_a_cold_start_is_quiet_and_needs_neither_torch_nor_network() -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", QUICK_OFFLINE_AND_QUIET],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


@pytest.mark.slow
def test_vectors_are_near_those_of_torch(encoder: OnnxEncoder) -> None:
    torch = open_encoder("builtin")
    cosines = (torch.encode_documents(TEXTS) * encoder.encode_documents(TEXTS)).sum(axis=1)
    assert cosines.mean() > 0.98
    assert cosines.min() > 0.95
    assert cosines.max() < 0.9999


def test_a_row_is_the_same_whatever_comes_with_it(encoder: OnnxEncoder) -> None:
    together = encoder.encode_documents(TEXTS)
    apart = np.concatenate([encoder.encode_queries([text]) for text in TEXTS])
    np.testing.assert_array_equal(together, apart)


def test_words_count_up_to_the_maximal_length_and_no_further(encoder: OnnxEncoder) -> None:
    near = ["parcel " * 200 + end for end in ("dog", "invoice")]
    far = ["parcel " * 300 + end for end in ("dog", "invoice")]
    first, second, third, fourth = encoder.encode_documents(near + far)
    assert first @ second < 0.9999
    np.testing.assert_array_equal(third, fourth)


def test_no_texts_and_no_fingerprint_load_a_model() -> None:
    encoder = OnnxEncoder()
    assert encoder.encode_documents([]).shape == (0, encoder.dimensions)
    assert encoder.fingerprint == "df14846c014d-onnx-int8-256-plain"
    assert not encoder.ready


def test_progress_is_told_every_sixteen_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_encoder, "_load", lambda *_: FakeModel())
    told: list[tuple[int, int]] = []
    OnnxEncoder().encode_documents(["x"] * 35, progress=lambda *step: told.append(step))
    assert told == [(16, 35), (32, 35), (35, 35)]


def test_many_threads_load_one_model(monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[int] = []

    def load(_: Path, threads: int) -> FakeModel:
        loads.append(threads)
        time.sleep(0.05)
        return FakeModel()

    monkeypatch.setattr(onnx_encoder, "_load", load)
    encoder = OnnxEncoder(threads=2)
    threads = [threading.Thread(target=encoder.warm) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loads == [2]
    assert encoder.ready


@pytest.mark.parametrize("package", ["onnxruntime", "onnx", "safetensors", "tokenizers"])
def test_a_missing_package_is_named_with_what_to_do_and_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    encoder = OnnxEncoder()
    with monkeypatch.context() as without:
        without.delitem(sys.modules, "recommender.learning.onnx_graph", raising=False)
        without.setitem(sys.modules, package, None)
        with pytest.raises(FastEncoderMissing) as refusal:
            encoder.warm()
    assert refusal.value.facts == {"package": package}
    assert '"fast"' in (refusal.value.remedy or "")
    assert not encoder.ready
    encoder.warm()
    assert encoder.ready


def test_missing_weights_are_told_as_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Weights:
        raise WeightsMissing("not installed")

    monkeypatch.setattr(onnx_encoder, "builtin_weights", missing)
    with pytest.raises(WeightsMissing):
        OnnxEncoder().warm()
