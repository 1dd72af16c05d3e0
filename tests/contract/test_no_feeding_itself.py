"""Twenty clicks on "same as" make no kind that anybody is shown; twenty cases of their own do."""

import pytest

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.kinds.catalogue import living_kind
from recommender.kinds.runs import discover
from recommender.kinds.standing import standings
from recommender.models.kinds import Membership
from recommender.storage.house import House
from tests.conftest import NewCase
from tests.contract.kinds_world import AGENTS, fill

CLICKS = 20
WORDS = ("balloon burst birthday helium string magician clown cake candles marquee " * 2).split()


def told(number: int, *, copied: bool) -> str:
    """A text of its own, or the one that was re-used."""
    return " ".join(WORDS[:6] if copied else [*WORDS[number % 10 :][:6], f"party{number}"])


@pytest.mark.parametrize(("copied", "surfaces"), [(True, False), (False, True)])
def test_twenty_clicks_on_a_precedent_do_not_surface(
    house: House, new_case: NewCase, *, copied: bool, surfaces: bool
) -> None:
    fill(house, new_case, ("storm", "funeral"))
    with house.transaction(operator(house)) as tx:
        first: str | None = None
        for number in range(CLICKS):
            case = new_case(
                tx.session,
                situation=told(number, copied=copied),
                resolution=None,
                reason=None,
                age=5 * number + 1,
                agent_id=AGENTS[number % len(AGENTS)],
                agent_team=("north", "south")[number % 2],
                cosigner_id=AGENTS[(number + 1 + number // 5) % len(AGENTS)],
                precedent_id=first,
            )
            first = first or case.id
    discover(house, operator(house))
    assert first is not None
    assert surfaced(house, operator(house), first) is surfaces


def surfaced(house: House, actor: Actor, case_id: str) -> bool:
    """Tell whether the kind of a case is shown as one that recurs."""
    with house.reading(actor) as tx:
        membership = tx.session.get(Membership, case_id)
        if membership is None:
            return False
        return standings(tx, [living_kind(tx, membership.kind_id)])[0].surfaced
