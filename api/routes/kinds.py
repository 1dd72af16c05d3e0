"""Kinds: the managers' routes."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.deps import IfMatch, OpenedHouse, SignedIn, etag, require_version
from api.schemas.base import ReasonIn
from api.schemas.candidates import CandidateOut, PromoteIn
from api.schemas.drafts import DraftOut
from api.schemas.evidence import EvidenceOut
from api.schemas.kinds import (
    DimensionCountOut,
    HistoryOut,
    InboxPage,
    KindCaseOut,
    KindOut,
    KindPage,
    NearKindOut,
    OpenedOut,
    QuestionOut,
    RenameIn,
    SnoozeIn,
    StepOut,
)
from api.schemas.references import KindRef
from api.views.candidates import candidate_out, candidate_ref
from api.views.policies import clause_out
from recommender.access import Act
from recommender.cases.clock import today
from recommender.changes.candidates import candidate_of_kind, promote
from recommender.changes.drafting import draft
from recommender.kinds import catalogue
from recommender.kinds.listing import KindOrder
from recommender.kinds.opening import MOST, Asked, NumberOf
from recommender.kinds.pages import KindCase

router = APIRouter(tags=["kinds"])


def asked_number(
    of: Annotated[NumberOf, Query(description="Which number.")] = NumberOf.ALL,
    day: Annotated[date | None, Query(description="The day of an event.")] = None,
    fact: Annotated[str | None, Query(description="The name of a fact.")] = None,
    value: Annotated[str | None, Query(description="Its value; without one all that say.")] = None,
) -> Asked:
    """Read which number is to be opened."""
    return Asked(of=of, day=day, fact=fact, value=value)


@router.get("/inbox")
def read_inbox(house: OpenedHouse, actor: SignedIn) -> InboxPage:
    """What a manager sees first: surfaced kinds, ranked, and what still waits below."""
    with house.reading(actor) as tx:
        return InboxPage.model_validate(catalogue.inbox(tx))


@router.get("/kinds")
def list_kinds(
    house: OpenedHouse,
    actor: SignedIn,
    everything: Annotated[bool, Query(alias="all", description="Emerging kinds too.")] = False,
    sort: Annotated[KindOrder, Query(description="By what they are ordered.")] = KindOrder.STATE,
) -> list[KindOut]:
    """Kinds, surfaced ones only unless `all`."""
    with house.reading(actor) as tx:
        rows = catalogue.kinds(tx, include_all=everything, by=sort)
        return [KindOut.model_validate(row) for row in rows]


@router.get("/kinds/{kind_id}")
def read_kind(house: OpenedHouse, actor: SignedIn, kind_id: str, response: Response) -> KindPage:
    """All about one kind, or about the one that took it in: evidence, cases, clause, draft."""
    with house.reading(actor) as tx:
        detail = catalogue.kind(tx, kind_id)
        found = detail.kind.id
        candidate = candidate_of_kind(tx, found)
        response.headers["ETag"] = etag(detail.version)
        clause = detail.clause
        return KindPage(
            kind=KindOut.model_validate(detail.kind),
            version=detail.version,
            aliases=detail.aliases,
            clause=None if clause is None else clause_out(clause, today(tx).moment),
            evidence=EvidenceOut.model_validate(detail.evidence),
            representative=_cases(detail.representative),
            borderline=_cases(detail.borderline),
            nearest_outside=_cases(detail.nearest_outside),
            declined=_cases(detail.declined),
            terms=detail.terms,
            dimensions=None
            if detail.dimensions is None
            else [DimensionCountOut.model_validate(one) for one in detail.dimensions],
            near=[NearKindOut.model_validate(one) for one in detail.near],
            candidate=None if candidate is None else candidate_ref(candidate),
            draft=None if detail.retired else DraftOut.model_validate(draft(tx, found)),
            history=[HistoryOut.model_validate(step) for step in detail.history],
            waiting=[QuestionOut.model_validate(one) for one in detail.waiting],
            asked_for=detail.asked_for,
        )


@router.get("/kinds/{kind_id}/cases")
def read_cases(
    house: OpenedHouse,
    actor: SignedIn,
    kind_id: str,
    number: Annotated[Asked, Depends(asked_number)],
    after: Annotated[str | None, Query(description="Go on after this case.")] = None,
    top: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> OpenedOut:
    """The cases behind a number of a kind's page, the newest first."""
    with house.reading(actor) as tx:
        return OpenedOut.model_validate(
            catalogue.cases_behind(tx, kind_id, number, after=after, top=top)
        )


@router.get("/kinds/{kind_id}/lineage")
def read_lineage(house: OpenedHouse, actor: SignedIn, kind_id: str) -> list[StepOut]:
    """What a kind came from, what it took in, what became of it."""
    with house.reading(actor) as tx:
        return [StepOut.model_validate(step) for step in catalogue.lineage(tx, kind_id)]


@router.patch("/kinds/{kind_id}")
def rename_kind(
    house: OpenedHouse, actor: SignedIn, kind_id: str, body: RenameIn, if_match: IfMatch = None
) -> KindRef:
    """Give a kind a human name; it survives every later run."""
    with house.transaction(actor) as tx:
        actor.require(Act.JUDGE_KINDS)
        require_version(if_match, catalogue.living_kind(tx, kind_id).version)
        return KindRef.model_validate(catalogue.rename(tx, kind_id, body.name))


@router.post("/kinds/{kind_id}/dismiss")
def dismiss_kind(house: OpenedHouse, actor: SignedIn, kind_id: str, body: ReasonIn) -> KindRef:
    """Put a kind aside with a reason; it comes back when its evidence has doubled."""
    with house.transaction(actor) as tx:
        return KindRef.model_validate(catalogue.dismiss(tx, kind_id, body.reason))


@router.post("/kinds/{kind_id}/restore")
def restore_kind(house: OpenedHouse, actor: SignedIn, kind_id: str) -> KindRef:
    """Take a dismissed kind back."""
    with house.transaction(actor) as tx:
        return KindRef.model_validate(catalogue.restore(tx, kind_id))


@router.post("/kinds/{kind_id}/snooze")
def snooze_kind(house: OpenedHouse, actor: SignedIn, kind_id: str, body: SnoozeIn) -> KindRef:
    """Keep a kind from the first ones until a day, or until so many more cases have come."""
    with house.transaction(actor) as tx:
        return KindRef.model_validate(
            catalogue.snooze(
                tx, kind_id, until=body.until, more_cases=body.more_cases, reason=body.reason
            )
        )


@router.post("/kinds/{kind_id}/wake")
def wake_kind(house: OpenedHouse, actor: SignedIn, kind_id: str) -> KindRef:
    """Take a kind that was put off back among those to look at."""
    with house.transaction(actor) as tx:
        return KindRef.model_validate(catalogue.wake(tx, kind_id))


@router.get("/kinds/{kind_id}/draft")
def read_draft(house: OpenedHouse, actor: SignedIn, kind_id: str) -> DraftOut:
    """What the evidence would suggest for this kind; nothing is stored."""
    with house.reading(actor) as tx:
        return DraftOut.model_validate(draft(tx, kind_id))


@router.post("/kinds/{kind_id}/promote", status_code=HTTPStatus.CREATED)
def promote_kind(
    house: OpenedHouse, actor: SignedIn, kind_id: str, body: PromoteIn
) -> CandidateOut:
    """Make a candidate policy change of a kind; its evidence is frozen with it."""
    with house.transaction(actor) as tx:
        return candidate_out(tx, promote(tx, kind_id, verdict=body.verdict))


def _cases(cases: list[KindCase]) -> list[KindCaseOut]:
    return [KindCaseOut.model_validate(case) for case in cases]
