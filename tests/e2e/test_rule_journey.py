"""From the first cases to a narrower rule: a kind's whole way, with the clock moved in between.

People click; what only time brings (more cases, the planned look, the news that a kind recurs) is
brought by the services on the same house.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from api.app import create_app
from recommender.accounts.directory import operator, set_password
from recommender.accounts.passwords import DEMO_PASSWORD
from recommender.changes.acknowledging import publish_changes
from recommender.changes.candidates import candidates
from recommender.changes.looking import look_at_effects
from recommender.changes.predicting import read_design
from recommender.changes.regressing import tell_regressed
from recommender.models.kinds import Kind
from recommender.policies.library import clause_by_key
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CandidateState, KindId
from tests.conftest import AddPolicy, NewCase
from tests.contract.changing import FILERS, TODAY, Shop, open_shop
from tests.e2e import servers
from tests.e2e.person import Person, people, pictures_folder

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RULE = "RET-2.1"
FACT = "days_since_delivery"
YEAR = tuple(islice(cycle(map(float, range(15, 31))), 122))
"""A case each third day of a year, each a day later than the one before, up to 30 days late."""
TOO_LATE = (30.0, 32.0, 34.0, 36.0)
WIDER, NARROWER = "26", "20"
CLICKS_TO_DECIDE = 3
"""The row of the list, the claim, the yes."""
COUNT_CLICKS = "window.clicks = 0; addEventListener('click', () => { window.clicks += 1; }, true)"


@pytest.fixture
def shop(house: House, add_policy: AddPolicy, new_case: NewCase) -> Shop:
    """A shop whose manager and owner can sign in, with the demo's password."""
    house.settings = house.settings.model_copy(update={"demo": True})
    opened = open_shop(house, add_policy, new_case)
    with house.transaction(operator(house)) as tx:
        for name in ("ines", "ruth"):
            set_password(tx, name, DEMO_PASSWORD)
    return opened


@pytest.fixture
def meet(shop: Shop, browser: Browser, tmp_path: Path) -> Iterator[Callable[[str], Person]]:
    """Bring people to a dashboard in front of the shop's own house."""
    app = create_app(shop.house, catches_up=False)
    with (
        servers.dashboard_before(app, tmp_path) as url,
        people(browser, url, pictures_folder()) as bring_in,
    ):
        yield bring_in


def test_from_the_first_cases_to_a_narrower_rule(shop: Shop, meet: Callable[[str], Person]) -> None:
    kind_id = shop.kind(values=YEAR[:3], csat=5)
    ines = meet("ines")
    ines_sees_it_emerge(ines, kind_id)
    more_cases_come(shop, kind_id)
    ines_promotes_it(ines, kind_id)
    ruth = meet("ruth")
    ruth_claims_moves_the_number_and_accepts(ruth)
    assert f"{WIDER} days" in wording(shop)
    assert upkeep(shop, publish_changes) == 1
    ines_reads_the_new_wording(ines)
    look = the_planned_day_comes(shop)
    ruth_reads_what_it_did(ruth)
    people_ask_again(shop, kind_id, look)
    ines_promotes_what_recurs(ines, kind_id)
    ruth_makes_it_narrower(ruth)
    assert f"{NARROWER} days" in wording(shop)
    assert states(shop) == [CandidateState.IN_FORCE, CandidateState.IN_FORCE]


def ines_sees_it_emerge(ines: Person, kind_id: KindId) -> None:
    """Three cases are no kind yet; the inbox says what is missing, and shows it on demand."""
    ines.at("Inbox")
    ines.reads("No run has looked for kinds yet.", "why-none")
    ines.click(ines.by_key("chip-emerging").get_by_role("link"))
    expect(ines.by_key(f"kind-row-{kind_id}")).to_contain_text("Emerging")
    ines.picture("emerging")


def ines_promotes_it(ines: Person, kind_id: KindId) -> None:
    """It stands first, with a score that can be opened; its numbers lead to its cases."""
    ines.click(ines.by_key("chip-first").get_by_role("link"))
    row = ines.by_key("kinds").locator(f".st-key-kind-row-{kind_id}")
    expect(row).to_contain_text("Strong")
    ines.press(f"score-{kind_id}")
    expect(ines.by_key(f"parts-{kind_id}")).to_contain_text("Evidence")
    ines.picture("surfaced")
    ines.click(row.get_by_role("link").first)
    ines.reads("Suggested change")
    ines.picture("kind")
    ines.click(ines.by_key("open-all").get_by_role("link"))
    ines.at("125 cases of this kind")
    ines.picture("cases")
    ines.click(ines.by_key("back-to-kind").get_by_role("link"))
    ines.reads("Suggested change")
    ines.press("promote")
    ines.reads("Promoted.", "said")
    ines.reads("You promoted this, so somebody else decides", "you-promoted")


def ruth_claims_moves_the_number_and_accepts(ruth: Person) -> None:
    """She moves the drafted 28 days to 26, sees at once what that does, and accepts it so."""
    ruth.at("Changes")
    ruth.page.evaluate(COUNT_CLICKS)
    ruth.click(ruth.by_key("open-candidate-").get_by_role("link"))
    expect(ruth.by_key("redline").locator("ins").first).to_contain_text("28")
    ruth.press("claim")
    ruth.reads("It is yours to decide", "said")
    ruth.settled()
    before = ruth.by_key("backtest").inner_text()
    ruth.page.keyboard.press("1")
    expect(ruth.by_key("accept")).to_contain_text("Accept with edits")
    ruth.page.keyboard.press("2")
    expect(ruth.by_key("edited-redline")).to_have_count(0)
    ruth.enter("limit-", WIDER)
    expect(ruth.by_key("tried-redline").locator("ins").first).to_contain_text(WIDER)
    expect(ruth.by_key("backtest")).not_to_have_text(before)
    expect(ruth.by_key("recap")).to_contain_text(f"{WIDER} days")
    ruth.write("reason-", "What 2 of 3 peers sign, and in 1 minute: keys do nothing in a field.")
    ruth.enter("accept-password-", DEMO_PASSWORD)
    ruth.picture("edited")
    expect(ruth.by_key("recap")).to_contain_text(f"{WIDER} days")
    expect(ruth.by_key("accept")).to_contain_text("Accept with edits")
    ruth.press("accept")
    ruth.reads("Decided.", "said")
    assert ruth.page.evaluate("window.clicks") == CLICKS_TO_DECIDE
    ruth.picture("accepted")


def ines_reads_the_new_wording(ines: Person) -> None:
    """Whoever files or leads is asked to read it, once."""
    ines.follow("Notices")
    ines.reads("Rules that changed")
    expect(ines.by_key("changed-redline-").locator("ins").first).to_contain_text(WIDER)
    ines.picture("changed")
    ines.press("acknowledge-")
    ines.reads("Thank you.", "said")
    expect(ines.by_key("acknowledge-")).to_have_count(0)


def ruth_reads_what_it_did(ruth: Person) -> None:
    """On the planned day the verdict stands beside what was predicted."""
    ruth.follow("Effects")
    ruth.reads("Fell as predicted")
    ruth.click(ruth.by_key("open-effect-").get_by_role("link"))
    ruth.reads("Exceptions fell; the predicted fall is not ruled out.", "effect")
    ruth.reads("Exceptions a week", "effect-readings")
    ruth.picture("effect")


def ines_promotes_what_recurs(ines: Person, kind_id: KindId) -> None:
    """It stands in her inbox again, as what goes on although its rule was changed."""
    ines.follow("Inbox")
    row = ines.by_key("kinds").locator(f".st-key-kind-row-{kind_id}")
    expect(row).to_contain_text("Regressed")
    ines.picture("regressed")
    ines.click(row.get_by_role("link").first)
    ines.reads("This kind was promoted.", "judgement")
    ines.press("promote")
    ines.reads("Promoted.", "said")


def ruth_makes_it_narrower(ruth: Person) -> None:
    """What is suggested is wider still; she goes below what holds today, and sees who loses."""
    ruth.follow("All changes", "Changes")
    row = ruth.page.locator("[class*=st-key-candidate-row-]", has_text="Open")
    ruth.click(row.get_by_role("link").first)
    ruth.press("claim")
    ruth.reads("It is yours to decide", "said")
    ruth.enter("limit-", NARROWER)
    expect(ruth.by_key("tried-redline").locator("ins").first).to_contain_text(NARROWER)
    ruth.reads("Newly refused", "backtest")
    ruth.write("reason-", "It drew later and later ones; this is where it did good.")
    ruth.enter("accept-password-", DEMO_PASSWORD)
    ruth.picture("narrower")
    ruth.press("accept")
    ruth.reads("Decided.", "said")
    ruth.follow(RULE, "Library")
    ruth.reads(f"within {NARROWER} days", "clause-text")
    ruth.picture("narrower-library")


# What time brings


def more_cases_come(shop: Shop, kind_id: KindId) -> None:
    """A year of them, by people of both teams."""
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = tx.session.get_one(Kind, kind_id)
        shop.add_cases(tx.session, kind, RULE, FACT, YEAR, csat=5)


def the_planned_day_comes(shop: Shop) -> date:
    """No case of the kind came since; the look is taken on its day."""
    with shop.house.reading(shop.owner) as tx:
        design = read_design(candidates(tx)[0])
    assert design is not None
    assert design.look_on is not None
    shop.at(design.look_on)
    assert upkeep(shop, look_at_effects) == 1
    return design.look_on


def people_ask_again(shop: Shop, kind_id: KindId, look: date) -> None:
    """Within ten days after the look twelve come, all of them later than the new wording allows."""
    since = (datetime.combine(look, datetime.min.time(), tzinfo=UTC) - TODAY).days
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = tx.session.get_one(Kind, kind_id)
        for place in range(12):
            shop.add_cases(
                tx.session,
                kind,
                RULE,
                FACT,
                (TOO_LATE[place % len(TOO_LATE)],),
                age=-(since + 1 + place / 2),
                agent_id=FILERS[place % len(FILERS)],
                cosigner_id=FILERS[(place + 1) % len(FILERS)],
            )
    shop.at(look + timedelta(days=10))
    assert upkeep(shop, tell_regressed) == 1


def upkeep(shop: Shop, due: Callable[[Transaction], int]) -> int:
    with shop.house.transaction(operator(shop.house)) as tx:
        return due(tx)


def wording(shop: Shop) -> str:
    """The newest wording of the clause."""
    with shop.house.reading(shop.owner) as tx:
        return clause_by_key(tx, RULE).newest.text


def states(shop: Shop) -> list[CandidateState]:
    with shop.house.reading(shop.owner) as tx:
        return [one.state for one in candidates(tx)]
