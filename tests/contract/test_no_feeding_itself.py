"""What the product itself put into cases makes no kind and no agreement; their own words do."""

import numpy as np
import pytest

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.cases.embedding import catch_up as embed
from recommender.kinds.catalogue import living_kind
from recommender.kinds.clauses import Reference
from recommender.kinds.gathering import RunCase, Texts, approved_texts, case_table
from recommender.kinds.runs import discover
from recommender.kinds.standing import standings
from recommender.learning.arrays import UnitVectors
from recommender.learning.aspects import readings
from recommender.learning.casetable import CaseTable, View
from recommender.models.kinds import Membership
from recommender.storage.house import House
from recommender.vocabulary import FieldSource
from tests.conftest import AddPolicy, NewCase
from tests.contract.kinds_world import AGENTS, fill

CLICKS = 20
TAKEN = 1000
SUGGESTED = frozenset({"clause_key", "granted_action", "facts.days", "facts.items"})
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


def table(suggested: frozenset[str]) -> CaseTable:
    """A thousand cases whose fields all follow one trait of their texts."""
    rows = np.random.default_rng(3).normal(size=(TAKEN, 12)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    cases = [
        RunCase(
            id=str(number),
            key=str(number),
            reference=Reference(clause="RET-1" if trait else "DEL-1", given=True),
            action="refund" if trait else "send again",
            facts={"days": 3} if trait else {"items": 2},
            filer=None,
            text="",
            suggested=suggested,
        )
        for number, trait in enumerate(rows[:, 0] > 0)
    ]
    view = View(vectors=UnitVectors(rows), present=np.ones(TAKEN, dtype=bool))
    return case_table(Texts(cases=cases, views={"situation": view}))


@pytest.mark.parametrize(("suggested", "teach"), [(SUGGESTED, False), (frozenset(), True)])
def test_a_thousand_taken_suggestions_make_no_agreement(
    suggested: frozenset[str], *, teach: bool
) -> None:
    assert set(readings(table(suggested))) == ({"clause", "action", "facts"} if teach else set())


@pytest.mark.parametrize("source", [FieldSource.SUGGESTED, FieldSource.TYPED])
def test_what_was_suggested_to_a_filer_speaks_for_its_case_and_teaches_nothing(
    house: House, new_case: NewCase, add_policy: AddPolicy, source: FieldSource
) -> None:
    add_policy()
    actor = operator(house)
    with house.transaction(actor) as tx:
        new_case(
            tx.session,
            clause="RET-2.1",
            granted_action="refund",
            facts={"days": 3, "items": 2},
            provenance=dict.fromkeys(("clause_key", "granted_action", "facts.days"), source)
            | {"facts.items": FieldSource.TYPED},
        )
    embed(house, actor)
    with house.reading(actor) as tx:
        texts = approved_texts(tx.session, house.encoder.fingerprint)
    laid_out = case_table(texts)
    typed = source is FieldSource.TYPED
    assert laid_out.clauses == ["RET-2.1"]
    assert laid_out.actions == ["refund"]
    assert laid_out.facts == [{"days": 3, "items": 2}]
    assert laid_out.taken == [frozenset() if typed else {"clause", "action", "facts"}]
    assert texts.cases[0].reference.suggested is not typed
