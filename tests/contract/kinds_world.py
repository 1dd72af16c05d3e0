"""A small invented casebase with four recurring stories, for tests of runs and the catalogue."""

import random
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from recommender.accounts.directory import operator
from recommender.kinds import catalogue
from recommender.kinds.runs import discover
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership, Run
from recommender.storage.house import House
from tests.conftest import NewCase

STORIES = {
    "storm": "storm tree roof cable mast outage wind flooded generator neighbour",
    "funeral": "funeral widow passport abroad flight mourning hospice certificate brother burial",
    "puppy": "puppy chewed slippers teeth carpet vet kitten leash basket toys",
    "invoice": "invoice printer twice bank ledger statement duplicate transfer cents rounding",
}
ONE_OFFS = (
    "violin lost on the night ferry",
    "marathon bib number swapped twins",
    "beehive delivered to a school",
    "antique clock chimes too loudly",
)
AGENTS = ("ada", "bo", "cy", "dee", "eli", "flo")
SIZE = 10


def told(story: str, number: int) -> str:
    """A text of its own with six of the story's ten words."""
    chance = random.Random(f"{story}{number}")  # noqa: S311 - a repeatable choice of words
    words = chance.sample(STORIES[story].split(), 6)
    return f"{' '.join(words)} {story} {number}"


def fill(house: House, new_case: NewCase, stories: Sequence[str] = tuple(STORIES)) -> None:
    """Add ten cases of each story by several people over ten weeks, and four one-offs."""
    with house.transaction(operator(house)) as tx:
        for story in stories:
            for number in range(SIZE):
                new_case(tx.session, flush=False, **case_fields(story, number))
        for number, situation in enumerate(ONE_OFFS):
            texts = {"situation": situation, "resolution": None, "reason": None}
            source_id = f"one-off-{stories[0]}-{number}"
            new_case(tx.session, flush=False, source_id=source_id, age=9 * number, **texts)


def case_fields(story: str, number: int) -> dict[str, object]:
    """Give one case of a story."""
    return {
        "source_id": f"{story}-{number}",
        "situation": told(story, number),
        "resolution": None,
        "reason": None,
        "age": 7 * number + 1,
        "agent_id": AGENTS[number % len(AGENTS)],
        "cosigner_id": AGENTS[(number + 1 + number // 5) % len(AGENTS)],
        "agent_team": f"team-{number % 3}",
        "customer_id": f"{story}-customer-{number}",
        "amount": 10.0 + number,
        "currency": "EUR",
        "granted_action": f"grant_{story}",
    }


def found(house: House, seed: int = 0) -> Run:
    """Run discovery as the local operator."""
    return discover(house, operator(house), seed=seed)


def stories_of(house: House) -> dict[str, set[str]]:
    """Which kind holds which imported ids."""
    places: dict[str, set[str]] = {}
    with house.reading(operator(house)) as tx:
        for kind_id, source_id in tx.session.execute(
            select(Membership.kind_id, Case.source_id).join(Case, Case.id == Membership.case_id)
        ):
            places.setdefault(kind_id, set()).add(source_id)
    return places


def kind_of(house: House, story: str) -> str:
    """The id of the kind that holds most cases of a story."""
    places = stories_of(house)
    return max(places, key=lambda k: sum(one.startswith(story) for one in places[k]))


def living_names(house: House) -> dict[str, str]:
    """The living kinds' names by id."""
    with house.reading(operator(house)) as tx:
        return {row.id: row.name for row in catalogue.kinds(tx, include_all=True)}


def each_kind(house: House) -> Iterator[Kind]:
    """All kinds, retired ones too, outside of a transaction."""
    with house.reading(operator(house)) as tx:
        yield from tx.session.scalars(select(Kind))
