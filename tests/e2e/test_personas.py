"""Every persona does their main task on the demo, with no more than docs/personas.md says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.demo_world import Demo, serving
from tests.e2e.personas import INTEGRATOR, TASKS, efforts, rows_told

WHO = [*(task.who for task in TASKS), INTEGRATOR[0]]


@pytest.fixture
def demo(filled_world: Path, tmp_path: Path) -> Iterator[Demo]:
    with serving(filled_world, tmp_path) as served:
        served.await_warmth()
        yield served


def test_the_page_names_every_persona() -> None:
    assert list(rows_told()) == WHO


@pytest.mark.browser
@pytest.mark.slow
def test_everybody_comes_to_the_end_of_their_task(demo: Demo, browser: Browser) -> None:
    told = rows_told()
    done = {who: (one.clicks, one.keys) for who, _, one in efforts(demo, browser)}
    assert list(done) == WHO
    dearer = {
        who: (took, told[who])
        for who, took in done.items()
        if any(now > then for now, then in zip(took, told[who], strict=True))
    }
    assert dearer == {}, "more clicks or keys than the page says; `make personas` measures anew"
