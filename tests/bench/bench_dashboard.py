"""How long people wait for the dashboard: first useful paint, reruns, ten managers, memory.

`make bench PYTEST_ARGS='-k dashboard'` prints the tables for 500 and 10,000 cases and keeps their
figures in `bench-results/`; BENCH_LARGE=1 adds 100,000, BENCH_ROUNDS=3 makes it quick, BENCH_COLD=5
starts the servers fewer times (100,000 cases take minutes to come to rest). The kinds are filled in
bulk (tests/bench/kinds_filled.py). Browser, servers and database share the machine's cores, so its
load stands in each row. Nothing here passes or fails by a figure.

A page is opened in three ways: cold, by the first person who asks for it since the servers started
and came to rest, the inbox before all others; by the next person, whose browser has nothing of it
yet; warm, by somebody who had it open.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from dashboard.signin import COOKIE
from recommender.config import Settings
from tests.bench import results
from tests.bench.filled import fill
from tests.bench.kinds_filled import fill_kinds
from tests.bench.managers import went
from tests.bench.served import Served, served_with_dashboard
from tests.bench.sights import Sight, sights, token
from tests.bench.tables import show
from tests.bench.watching import changed, opened
from tests.e2e.conftest import installed_chromium
from tests.e2e.person import SIZE

SIZES: Final = (500, 10_000, *([100_000] if os.environ.get("BENCH_LARGE") else []))
ROUNDS: Final = int(os.environ.get("BENCH_ROUNDS", "10"))
COLD: Final = int(os.environ.get("BENCH_COLD", str(ROUNDS)))
AT_ONCE: Final = (1, 4, 10)
THINK: Final = 2.0
"""Seconds between two steps of a manager, on average."""
RERUNS: Final = 200
SEED: Final = 0

Row = Mapping[str, Any]


@pytest.mark.parametrize("size", SIZES)
def test_dashboard(size: int, tmp_path: Path) -> None:
    """Paints and reruns of inbox, kind and editor; managers at once; memory."""
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'house.sqlite'}",
        encoder="builtin-fast",
        session_hours=24,
    )
    fill(settings, size, SEED)
    made = fill_kinds(settings, SEED)
    with sync_playwright() as playwright:
        chromium = installed_chromium(playwright)
        if chromium is None:
            pytest.skip("no Chromium here")
        with playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]) as browser:
            rows = Visit(settings, tmp_path, browser).measured()
    for name, each in rows.items():
        show(f"{size:,} cases in {made['kinds']} kinds: {name}", each)
    results.write(f"dashboard-{size}", {"cases": size, "made": made, **rows}, seed=SEED)


class Visit:
    """What is asked of one house, whose servers are started anew where a figure asks for it."""

    def __init__(self, settings: Settings, folder: Path, browser: Browser) -> None:
        self.settings = settings
        self.folder = folder
        self.browser = browser
        with self._rested() as (api, _):
            self.sights = sights(api.url)

    def measured(self) -> Mapping[str, Sequence[Row]]:
        """Give the rows of each table."""
        cold = self._cold()
        with self._rested() as (api, dashboard):
            paints = [row for sight in self.sights for row in self._again(api, dashboard, sight)]
            return {
                "first useful paint": [*cold, *paints],
                "reruns": [self._reruns(api, dashboard, sight) for sight in self.sights],
                "managers": [self._managers(api, dashboard, number) for number in AT_ONCE],
                "memory of the dashboard": [self._memory(api, dashboard)],
            }

    def _cold(self) -> Sequence[Row]:
        times: dict[str, list[float]] = {sight.name: [] for sight in self.sights}
        for _ in range(COLD):
            with self._rested() as (api, dashboard):
                for sight in self.sights:
                    with self._person(api, sight) as person:
                        times[sight.name].append(_paint(person, dashboard, sight))
        return [_row(name, "cold", each) for name, each in times.items()]

    def _again(self, api: Served, dashboard: Served, sight: Sight) -> Iterator[Row]:
        times = []
        for _ in range(ROUNDS):
            with self._person(api, sight) as person:
                times.append(_paint(person, dashboard, sight))
        yield _row(sight.name, "next person", times)
        with self._person(api, sight) as person:
            _paint(person, dashboard, sight)
            times = [_paint(person, dashboard, sight) for _ in range(ROUNDS)]
        yield _row(sight.name, "warm", times)

    def _reruns(self, api: Served, dashboard: Served, sight: Sight) -> Row:
        """Time what somebody does on an open page, the first time left out."""
        with (
            self._person(api, sight) as person,
            opened(person, dashboard.url + sight.path, sight.useful) as (page, _),
        ):
            times = [
                changed(page, partial(sight.act, page, turn), sight.changes)
                for turn in range(ROUNDS + 1)
            ]
        return _row(sight.name, "rerun", times[1:])

    def _managers(self, api: Served, dashboard: Served, number: int) -> Row:
        before, began = dashboard.cpu_seconds, time.perf_counter()
        runs = self._went(api, dashboard, number, rounds=ROUNDS, think=THINK)
        busy = (dashboard.cpu_seconds - before) / (time.perf_counter() - began)
        row = _row("inbox and kind", f"{number} at once", [took for _, took in runs])
        return {**row, "dashboard_cores": busy}

    def _memory(self, api: Served, dashboard: Served) -> Row:
        """Say what the dashboard holds as it is, with ten people more, and many reruns later."""
        told: dict[str, Any] = {"before_mib": dashboard.memory_mib}
        a_round = len(self._went(api, dashboard, 10, rounds=1, think=0))
        told["ten_people_mib"] = dashboard.memory_mib
        reruns = self._went(api, dashboard, 10, rounds=-(-RERUNS // a_round), think=0)
        return {**told, "reruns": len(reruns), "then_mib": dashboard.memory_mib}

    def _went(
        self, api: Served, dashboard: Served, number: int, *, rounds: int, think: float
    ) -> Sequence[tuple[str, float]]:
        """Let managers look at the inbox, at another view of it, open a kind and go back."""
        tokens = [token(api.url, f"manager-{each}") for each in range(number)]
        inbox, kind, *_ = ((sight.page, sight.query) for sight in self.sights)
        steps = [inbox, (inbox[0], "show=all&sort=cost"), kind, inbox]
        return went(dashboard.url, tokens, steps, rounds=rounds, think=think)

    @contextmanager
    def _rested(self) -> Iterator[tuple[Served, Served]]:
        """Start API and dashboard, and wait until both have come to rest."""
        with served_with_dashboard(self.settings, self.folder) as (api, dashboard):
            api.until("/readyz")
            dashboard.until("/_stcore/health")
            api.until_quiet()
            dashboard.until_quiet()
            yield api, dashboard

    def _person(self, api: Served, sight: Sight) -> BrowserContext:
        """Give somebody a browser with nothing in it but their session."""
        context = self.browser.new_context(viewport=SIZE, reduced_motion="reduce")
        session = token(api.url, sight.by)
        context.add_cookies([{"name": COOKIE, "value": session, "url": "http://127.0.0.1"}])
        return context


def _paint(person: BrowserContext, dashboard: Served, sight: Sight) -> float:
    with opened(person, dashboard.url + sight.path, sight.useful) as (_, drawn):
        return drawn


def _row(page: str, how: str, times: Sequence[float]) -> Row:
    return {
        "page": page,
        "how": how,
        "n": len(times),
        "p50_ms": float(np.median(times)),
        "p95_ms": float(np.percentile(times, 95)),
        "load": os.getloadavg()[0],
    }
