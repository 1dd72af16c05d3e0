"""What the operator's pages and the container files name is there, with the figures measured."""

import re
from configparser import ConfigParser

import pytest

from recommender.cli.main import VERBS
from recommender.config import Settings
from recommender.learning.weights import BUILTIN_MANIFEST, PACKAGE
from tests.contract.blocks import ROOT, of
from tests.contract.doors import DOORS
from tests.contract.paging import page, prose, table

CONTAINER = ROOT / "docs" / "container"
DOCKERFILE = (CONTAINER / "Dockerfile").read_text("utf-8")
COMPOSE = (CONTAINER / "compose.yaml").read_text("utf-8")
KEPT = [
    line.removeprefix("!")
    for line in (CONTAINER / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    if line.startswith("!")
]


@pytest.mark.parametrize("name", ["operate.md", "deployment.md", "weights.md"])
def test_every_verb_and_setting_that_is_named_exists(name: str) -> None:
    named = set(re.findall(r"`recommender ([a-z-]+)", page(name)))
    assert named <= set(VERBS)
    settings = set(re.findall(r"RECOMMENDER_([A-Z_]+)", page(name)))
    assert settings
    assert {setting.lower() for setting in settings} <= Settings.model_fields.keys()


def test_the_unit_starts_what_is_installed_where_the_page_says() -> None:
    (block,) = of("ini")
    unit = ConfigParser(interpolation=None)
    unit.read_string(block.text)
    program, verb = unit["Service"]["ExecStart"].split()
    assert program.endswith("/.venv/bin/recommender")
    assert verb in VERBS
    source, folder = (
        program.removesuffix("/.venv/bin/recommender"),
        unit["Service"]["WorkingDirectory"],
    )
    assert f"lies in {source} there, database, keys and `.env` in {folder}" in prose("operate.md")


def test_what_it_says_when_it_does_not_start_is_what_the_source_says() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "recommender").rglob("*.py"))
    said = re.sub(r'"\s+f?"', "", source)
    rows = table("operate.md", "it says | because")
    assert rows
    for words, *_ in rows:
        for part in words.strip("`").split("..."):
            assert part.strip() in said, words


def test_every_figure_of_the_sizes_stands_on_the_page_that_it_names() -> None:
    rows = table("operate.md", "what | figure")
    assert rows
    for what, figure, link in rows:
        (source,) = re.findall(r"\]\(([a-z-]+\.md)", link)
        for number in re.findall(r"\d[\d,.]*|nine", figure):
            assert number in prose(source), (what, number)


def test_the_weights_are_told_as_the_manifest_has_them() -> None:
    rows = table("weights.md", "file")
    for name, size, digest in rows:
        known = BUILTIN_MANIFEST[name.strip("`")]
        assert (size, digest.strip("`")) == (f"{known[0]:,}", known[1])
    assert len(BUILTIN_MANIFEST) == 12
    assert "each of its twelve files" in prose("weights.md")
    package, _, version = PACKAGE.partition("==")
    assert f"`{package}` {version}" in prose("weights.md")
    (revision,) = re.findall(r"revision (\w{40})", (ROOT / "NOTICE").read_text("utf-8"))
    assert f"`{revision}`" in page("weights.md")


def test_the_container_does_what_make_install_does() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.findall(r"^RUN make (\w+)", DOCKERFILE, re.MULTILINE) == ["install"]
    assert re.search(r"^TORCH_INDEX \?=", makefile, re.MULTILINE)
    for setting in re.findall(r"RECOMMENDER_([A-Z_]+)", DOCKERFILE + COMPOSE):
        assert setting.lower() in Settings.model_fields
    for verb in re.findall(r"bin/recommender (\w+)", DOCKERFILE):
        assert verb in VERBS


def test_the_container_asks_and_opens_what_the_servers_answer() -> None:
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    (port, route) = re.findall(r"127\.0\.0\.1:(\d+)(/\w+)", DOCKERFILE)[0]
    assert int(port) == defaults["api_port"]
    assert ("GET", route) in DOORS
    assert re.findall(r"EXPOSE (\d+)", DOCKERFILE) == [str(defaults["dashboard_port"])]
    dashboard = defaults["dashboard_port"]
    assert re.findall(r'- "(\S+)"', COMPOSE) == [f"127.0.0.1:{dashboard}:{dashboard}"]


def test_the_image_holds_what_the_installation_reads() -> None:
    for path in KEPT:
        assert (ROOT / path).exists(), path
    assert {"Makefile", "constraints.txt", "pyproject.toml", "README.md"} <= set(KEPT)
    assert {"recommender", "api", "dashboard"} <= set(KEPT)
