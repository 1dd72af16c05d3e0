"""The pages that people open most, with what makes each useful and something to do there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from playwright.sync_api import Page

from tests.bench.staff import PASSWORD
from tests.bench.watching import MAIN

MANAGER = "manager-0"


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A page, who opens it, what makes it useful, and what changes there by what."""

    name: str
    page: str
    query: str
    by: str
    useful: str
    act: Callable[[Page, int], None]
    """Does something there for the so-manieth time, each time another thing than before."""
    changes: str = MAIN

    @property
    def path(self) -> str:
        """Its address."""
        return f"/{self.page}" + (f"?{self.query}" if self.query else "")


def token(api: str, name: str) -> str:
    """Sign somebody in."""
    person = {"name": name, "password": PASSWORD}
    answer = httpx.post(f"{api}/v1/sessions", json=person, trust_env=False, timeout=60)
    answer.raise_for_status()
    told: str = answer.json()["token"]
    return told


def sights(api: str) -> Sequence[Sight]:
    """Give inbox, the kind on top of it, the editor of a change that was promoted and claimed, map.

    What is promoted is the largest kind whose suggested change has a number to move.
    """
    with _client(api, MANAGER) as manager:
        inbox = manager.get("inbox").json()
        candidate = _promoted(manager, inbox["kinds"])
    owner = f"{candidate['owner']}-1"
    with _client(api, owner) as desk:
        desk.post(f"candidates/{candidate['id']}/claim").raise_for_status()
    return [
        Sight(
            name="inbox",
            page="inbox",
            query="",
            by=MANAGER,
            useful=".st-key-kinds a",
            act=_other_view,
        ),
        Sight(
            name="kind",
            page="kind",
            query=f"id={inbox['first'][0]}",
            by=MANAGER,
            useful=".st-key-cases",
            act=_other_cases,
        ),
        Sight(
            name="editor",
            page="candidate",
            query=f"id={candidate['id']}",
            by=owner,
            useful=".st-key-backtest",
            act=_further_limit,
            changes=".st-key-tried-redline",
        ),
        Sight(
            name="map",
            page="map",
            query="",
            by=MANAGER,
            useful="canvas[data-points]",
            act=_other_way,
        ),
    ]


def _client(api: str, name: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token(api, name)}"}
    return httpx.Client(base_url=f"{api}/v1", headers=headers, timeout=300, trust_env=False)


def _promoted(manager: httpx.Client, kinds: Sequence[dict[str, Any]]) -> dict[str, Any]:
    for kind in sorted(kinds, key=lambda each: -(each["cases"] or 0)):
        page = manager.get(f"kinds/{kind['id']}").json()
        if page["draft"] and page["draft"]["conditions"]:
            verdict = {"verdict": page["draft"]["verdict"]}
            answer = manager.post(f"kinds/{kind['id']}/promote", json=verdict)
            answer.raise_for_status()
            candidate: dict[str, Any] = answer.json()
            return candidate
    raise LookupError("no kind's suggested change has a number to move")


def _other_view(page: Page, turn: int) -> None:
    page.locator(".st-key-views a").nth(1 + turn % 2).click()


def _other_cases(page: Page, turn: int) -> None:
    page.locator(".st-key-cases button").nth(1 + turn % 2).click()


def _further_limit(page: Page, _turn: int) -> None:
    page.locator("[class*=st-key-limit-] [data-testid=stNumberInputStepUp]").first.click()


def _other_way(page: Page, turn: int) -> None:
    page.locator(".st-key-view button").nth((turn + 1) % 2).click()
