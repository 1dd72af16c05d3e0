"""Browser tests use a Chromium that is installed already: Debian's, or Playwright's own."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from playwright.sync_api import Playwright, expect

from tests.e2e import servers
from tests.e2e.demo_world import END_SECONDS, started
from tests.e2e.stub_pages import pages_api

# How long a screen may take on a busy machine; a quick one is not waited for.
expect.set_options(timeout=60_000)

HERE = Path(__file__).parent
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def installed_chromium(playwright: Playwright) -> str | None:
    """Path of the Chromium to drive, None where there is none."""
    for program in PROGRAMS:
        if found := shutil.which(program):
            return found
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], playwright: Playwright
) -> dict[str, Any]:
    """Skip where no Chromium is; with CI=true let the launch fail, so that nobody overlooks it."""
    chromium = installed_chromium(playwright)
    if chromium is None and os.environ.get("CI") != "true":
        pytest.skip("no Chromium here: apt install chromium, or playwright install chromium")
    return {**browser_type_launch_args, "executable_path": chromium}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what needs the demo world last here: one process fills it while others test on."""
    here = [place for place, item in enumerate(items) if HERE in item.path.parents]
    needs_less_first = sorted((items[place] for place in here), key=_needs_world)
    for place, item in zip(here, needs_less_first, strict=True):
        items[place] = item


def _needs_world(item: pytest.Item) -> bool:
    return "filled_world" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def stub_dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard in front of the stub of every page, for tests that change nothing there."""
    with servers.dashboard_before(pages_api(), tmp_path_factory.mktemp("dash")) as url:
        yield url


@pytest.fixture(scope="session")
def filled_world(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder in which `recommender demo --seed-only` has run; filling is slow, so copy it.

    Processes that share the tests fill one for all. It began where an earlier start had been cut
    short.
    """
    if worker_id == "master":
        return _filled(tmp_path_factory.mktemp("world"))
    world = tmp_path_factory.getbasetemp().parent / "world"
    with FileLock(world.with_suffix(".lock")):
        if not world.exists():
            _filled(tmp_path_factory.mktemp("world")).rename(world)
    return world


def _filled(folder: Path) -> Path:
    (folder / ".demo").mkdir()
    (folder / ".demo" / "filling.sqlite").write_bytes(b"half")
    with started(folder, "demo", "--seed-only") as demo:
        demo.await_words("The demo world is ready")
        assert demo.child.wait(END_SECONDS) == 0
    return folder
