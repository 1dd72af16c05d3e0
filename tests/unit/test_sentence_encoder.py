"""The encoder proper: loaded once, quietly, offline; queries are not kept waiting."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
import pytest
from huggingface_hub import is_offline_mode

from recommender.learning import sentence_encoder
from recommender.learning.encoder import open_encoder
from recommender.learning.sentence_encoder import (
    BATCH,
    ModelUnusable,
    SentenceTransformerEncoder,
    load_model,
)
from recommender.learning.weights import Weights, builtin_weights

SOME = Weights(location="somewhere", identity="w1", prompts="plain")

OFFLINE_AND_QUIET = """
import socket
tried = []
def refuse(self, address):
    tried.append(address)
    raise OSError("no network")
socket.socket.connect = refuse
from recommender.learning.encoder import open_encoder
from huggingface_hub import constants
before = constants.HF_HUB_OFFLINE
encoder = open_encoder("builtin", threads=1)
encoder.encode_documents(["late parcel"], progress=lambda done, total: None)
import torch
assert torch.get_num_threads() == 1
assert encoder._model.dtype == torch.float32
assert encoder._model.max_seq_length == 256
assert constants.HF_HUB_OFFLINE == before
assert not tried, tried
"""


class FakeModel:
    """Stands in for a model: remembers its batches, and what else goes on meanwhile."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def encode_document(
        self, texts: Sequence[str], *, batch_size: int, show_progress_bar: bool
    ) -> np.ndarray:
        assert (batch_size, show_progress_bar) == (BATCH, False)
        self.batches.append(list(texts))
        self.meanwhile()
        return np.array([[3.0, float(len(text))] for text in texts], dtype=np.float32)

    def encode_query(self, texts: Sequence[str], **_: object) -> np.ndarray:
        self.batches.append([f"query: {text}" for text in texts])
        return np.array([[1.0, 1.0] for _ in texts], dtype=np.float32)

    def get_embedding_dimension(self) -> int | None:
        return None


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> FakeModel:
    fake = FakeModel()
    monkeypatch.setattr(sentence_encoder, "load_model", lambda *_, **__: fake)
    return fake


def test_batches_hold_texts_of_like_length_and_rows_keep_their_order(model: FakeModel) -> None:
    texts = ["x" * (1 + n * 7 % 50) for n in range(50)]
    vectors = SentenceTransformerEncoder(lambda: SOME).encode_documents(texts)
    assert [len(batch) for batch in model.batches] == [16, 16, 16, 2]
    assert min(map(len, model.batches[0])) >= max(map(len, model.batches[1]))
    np.testing.assert_allclose(
        vectors[:, 1] / vectors[:, 0] * 3, [len(t) for t in texts], rtol=1e-5
    )


def test_a_model_that_cannot_tell_its_dimensions_is_looked_at(model: FakeModel) -> None:
    encoder = SentenceTransformerEncoder(lambda: SOME)
    assert encoder.encode_documents([]).shape == (0, 2)
    assert encoder.dimensions == 2
    assert model.batches


def test_fingerprint_names_everything_that_changes_a_vector() -> None:
    encoder = SentenceTransformerEncoder(lambda: SOME)
    assert encoder.fingerprint == "w1-torch-fp32-256-plain"
    assert not encoder.ready


def test_many_threads_load_one_model(monkeypatch: pytest.MonkeyPatch) -> None:
    loads = []

    def load(*_: object, **__: object) -> FakeModel:
        loads.append(1)
        time.sleep(0.05)
        return FakeModel()

    monkeypatch.setattr(sentence_encoder, "load_model", load)
    encoder = SentenceTransformerEncoder(lambda: SOME)
    threads = [threading.Thread(target=encoder.warm) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1
    assert encoder.ready


def test_a_query_waits_for_a_batch_not_for_the_job(model: FakeModel) -> None:
    encoder = SentenceTransformerEncoder(lambda: SOME)
    query = threading.Thread(target=encoder.encode_queries, args=(["late parcel"],))

    def ask_during_the_first_batch() -> None:
        if len(model.batches) == 1:
            query.start()
            deadline = time.monotonic() + 5
            while not encoder._queue.locked() and time.monotonic() < deadline:
                time.sleep(0.001)

    model.meanwhile = ask_during_the_first_batch
    encoder.encode_documents(["text"] * BATCH * 4)
    query.join()
    assert model.batches.index(["query: late parcel"]) == 1


def test_a_failed_load_is_tried_again(model: FakeModel) -> None:
    answers = [Weights(location="x", identity="y", prompts="plain")]

    def find() -> Weights:
        if not model.batches and answers:
            answers.pop()
            raise ModelUnusable("not yet")
        return SOME

    encoder = SentenceTransformerEncoder(find)
    with pytest.raises(ModelUnusable):
        encoder.warm()
    assert not encoder.ready
    encoder.warm()
    assert encoder.ready


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelUnusable) as refusal:
        load_model(SOME, threads=1)
    assert "make install" in (refusal.value.remedy or "")


@pytest.mark.slow
def test_the_builtin_model_loads_quietly_without_network_or_warnings() -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", OFFLINE_AND_QUIET],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


class RecordingModel:
    """Stands in for sentence-transformers' class: remembers how it was asked to load."""

    asked: ClassVar[list[tuple[str, str | None, bool, bool]]] = []

    def __init__(
        self, location: str, *, device: str, revision: str | None, local_files_only: bool
    ) -> None:
        assert device == "cpu"
        self.asked.append((location, revision, local_files_only, is_offline_mode()))
        self.max_seq_length = 128
        self.prompts: dict[str, str] = {}

    def float(self) -> Self:
        return self

    def eval(self) -> Self:
        return self


@pytest.mark.slow
@pytest.mark.parametrize("forbidden_by_user", [False, True])
def test_only_the_hub_may_touch_the_network(
    monkeypatch: pytest.MonkeyPatch, *, forbidden_by_user: bool
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", forbidden_by_user)
    monkeypatch.setattr("sentence_transformers.SentenceTransformer", RecordingModel)
    monkeypatch.setattr(RecordingModel, "asked", [])
    hub = Weights(location="owner/model", identity="x", prompts="plain", commit="c0ffee")
    for weights in (SOME, hub):
        assert load_model(weights, threads=1).max_seq_length == 128
    assert RecordingModel.asked == [
        ("somewhere", None, True, True),
        ("owner/model", "c0ffee", False, forbidden_by_user),
    ]
    assert is_offline_mode() == forbidden_by_user


@pytest.mark.slow
def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelUnusable) as refusal:
        open_encoder(str(tmp_path)).warm()
    assert refusal.value.facts == {"location": str(tmp_path)}


@pytest.fixture(scope="module")
def prompted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay out the built-in model as one with prompts and room for 512 word pieces."""
    source = Path(builtin_weights().location)
    folder = tmp_path_factory.mktemp("prompted")
    (folder / "1_Pooling").mkdir()
    for file in source.rglob("*.*"):
        if file.is_file():
            (folder / file.relative_to(source)).symlink_to(file)
    changed = {
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "}
        },
        "sentence_bert_config.json": {"max_seq_length": 512, "do_lower_case": False},
    }
    for name, content in changed.items():
        (folder / name).unlink()
        (folder / name).write_text(json.dumps(content))
    return folder


@pytest.mark.slow
def test_a_model_in_a_folder_gets_its_prompts(prompted: Path) -> None:
    encoder, builtin = open_encoder(str(prompted)), open_encoder("builtin")
    assert encoder.fingerprint != builtin.fingerprint
    assert not encoder.fingerprint.endswith("plain")
    assert encoder.dimensions == 384
    np.testing.assert_allclose(
        encoder.encode_queries(["late parcel"]),
        builtin.encode_documents(["query: late parcel"]),
        atol=1e-5,
    )
    np.testing.assert_allclose(
        encoder.encode_documents(["late parcel"]),
        builtin.encode_documents(["passage: late parcel"]),
        atol=1e-5,
    )


@pytest.mark.slow
def test_words_count_up_to_the_maximal_length_and_no_further(prompted: Path) -> None:
    for name in ("builtin", str(prompted)):
        near = ["parcel " * 200 + end for end in ("dog", "invoice")]
        far = ["parcel " * 300 + end for end in ("dog", "invoice")]
        first, second, third, fourth = open_encoder(name).encode_documents(near + far)
        assert first @ second < 0.9999
        assert third @ fourth == pytest.approx(1, abs=1e-6)
