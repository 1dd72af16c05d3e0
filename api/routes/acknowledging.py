"""Changed clauses: read and acknowledged by those whom they concern; counted by team."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.acknowledging import (
    AcknowledgedPage,
    AcknowledgeIn,
    ChangedClauseOut,
    MyChangesPage,
    TeamReadOut,
)
from api.schemas.policies import ChangeOut
from recommender.changes.acknowledged import acknowledged
from recommender.changes.acknowledging import Changed, acknowledge, my_changes
from recommender.storage.house import Transaction

router = APIRouter(tags=["policies"])


@router.get("/me/changes")
def read_my_changes(house: OpenedHouse, actor: SignedIn) -> MyChangesPage:
    """The clauses that read otherwise than the reader last acknowledged, with what changed."""
    with house.reading(actor) as tx:
        return _page(tx)


@router.post("/clauses/{key}/acknowledge")
def acknowledge_clause(
    house: OpenedHouse, actor: SignedIn, key: str, body: AcknowledgeIn
) -> MyChangesPage:
    """Say that the wording that applies was read; answers with what is left to read."""
    with house.transaction(actor) as tx:
        acknowledge(tx, key, body.revision)
        return _page(tx)


@router.get("/clauses/{key}/acknowledged")
def read_acknowledged(house: OpenedHouse, actor: SignedIn, key: str) -> AcknowledgedPage:
    """How many of each team have read a changed clause, in steps of the people floor; never who."""
    with house.reading(actor) as tx:
        found = acknowledged(tx, key)
        return AcknowledgedPage(
            clause=found.clause.key,
            revision=None if found.revision is None else found.revision.number,
            asked_on=None if found.asked_at is None else found.asked_at.date(),
            teams=[TeamReadOut.model_validate(team) for team in found.teams],
        )


def _page(tx: Transaction) -> MyChangesPage:
    return MyChangesPage(changes=[_changed_out(one) for one in my_changes(tx)])


def _changed_out(one: Changed) -> ChangedClauseOut:
    start = one.revision.effective_from
    return ChangedClauseOut(
        clause=one.clause.key,
        policy_title=one.clause.policy.title,
        revision=one.revision.number,
        effective_from=None if start is None else start.date(),
        retired=one.revision.retires,
        text=one.revision.text,
        changes=[ChangeOut.model_validate(change) for change in one.changes],
    )
