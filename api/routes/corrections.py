"""Corrections of kinds: the managers' routes; each acts at once and can be tried or undone."""

from dataclasses import asdict, replace
from typing import Annotated

from fastapi import APIRouter, Header, Query

from api.deps import IfMatch, OpenedHouse, SignedIn, require_version
from api.schemas.base import ReasonIn
from api.schemas.corrections import (
    CorrectionOut,
    CorrectionsPage,
    EffectOut,
    MergeIn,
    MoveIn,
    SplitIn,
)
from api.schemas.map import MoveCasesIn
from recommender.access import Act
from recommender.kinds import corrections
from recommender.kinds.catalogue import living_kind
from recommender.kinds.corrected import MOST_LISTED, find_correction, versions
from recommender.kinds.corrected import corrections as listed
from recommender.kinds.drilling import require_open
from recommender.kinds.split_names import suggested_name
from recommender.kinds.undoing import undo
from recommender.models.kinds import Membership
from recommender.storage.house import Transaction

router = APIRouter(tags=["kinds"])

UNSORTED = "unsorted"
"""Where a case in no kind is."""

IfMatchPlace = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description='The id of the kind that the case was seen in, or "unsorted", in quotes; '
        "refused when the case is elsewhere by now.",
    ),
]
IfMatchCorrection = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The correction's `version` as listed, in quotes; refused when a kind that it "
        "is about has changed since.",
    ),
]
DryRun = Annotated[bool, Query(description="Tell what it would change, and change nothing.")]


@router.post("/kinds/{kind_id}/merge")
def merge_kind(
    house: OpenedHouse,
    actor: SignedIn,
    kind_id: str,
    body: MergeIn,
    dry_run: DryRun = False,
    if_match: IfMatch = None,
) -> EffectOut:
    """Make two kinds one; the other keeps its id and takes the cases."""
    with house.transaction(actor) as tx:
        _require_seen(tx, kind_id, if_match)
        effect = corrections.merge(tx, kind_id, body.into, dry_run=dry_run)
        return EffectOut.model_validate(effect)


@router.post("/kinds/{kind_id}/split")
def split_kind(
    house: OpenedHouse,
    actor: SignedIn,
    kind_id: str,
    body: SplitIn,
    dry_run: DryRun = False,
    if_match: IfMatch = None,
) -> EffectOut:
    """Make a kind of its own of some of a kind's cases; the others stay, and stay apart.

    Tried without a name, it suggests one.
    """
    with house.transaction(actor) as tx:
        _require_seen(tx, kind_id, if_match)
        effect = corrections.split(tx, kind_id, body.cases, name=body.name, dry_run=dry_run)
    if dry_run and body.name is None:
        with house.reading(actor) as tx:
            effect = replace(effect, suggested_name=suggested_name(tx, kind_id, body.cases))
    return EffectOut.model_validate(effect)


@router.post("/kinds/{kind_id}/confirm")
def confirm_kind(
    house: OpenedHouse,
    actor: SignedIn,
    kind_id: str,
    dry_run: DryRun = False,
    if_match: IfMatch = None,
) -> EffectOut:
    """Say that all cases of a kind belong together."""
    with house.transaction(actor) as tx:
        _require_seen(tx, kind_id, if_match)
        return EffectOut.model_validate(corrections.confirm(tx, kind_id, dry_run=dry_run))


@router.post("/kinds/{kind_id}/not-a-kind")
def call_kind_none(
    house: OpenedHouse,
    actor: SignedIn,
    kind_id: str,
    body: ReasonIn,
    dry_run: DryRun = False,
    if_match: IfMatch = None,
) -> EffectOut:
    """Say that the cases of a kind have nothing in common; no run puts two together again."""
    with house.transaction(actor) as tx:
        _require_seen(tx, kind_id, if_match)
        effect = corrections.not_a_kind(tx, kind_id, body.reason, dry_run=dry_run)
        return EffectOut.model_validate(effect)


@router.post("/cases/{case_id}/move")
def move_case(
    house: OpenedHouse,
    actor: SignedIn,
    case_id: str,
    body: MoveIn,
    dry_run: DryRun = False,
    if_match: IfMatchPlace = None,
) -> EffectOut:
    """Put a case into another kind, or keep it out of all; no run touches it again."""
    with house.transaction(actor) as tx:
        actor.require(Act.JUDGE_KINDS)
        require_version(if_match, _place(tx, case_id))
        effect = corrections.move(tx, case_id, body.to, dry_run=dry_run)
        return EffectOut.model_validate(effect)


@router.post("/moves")
def move_cases(
    house: OpenedHouse,
    actor: SignedIn,
    body: MoveCasesIn,
    dry_run: DryRun = False,
    if_match: IfMatchPlace = None,
) -> EffectOut:
    """Put cases of one kind, or of none, into another, or keep them out of all."""
    with house.transaction(actor) as tx:
        actor.require(Act.JUDGE_KINDS)
        for case_id in body.cases:
            require_version(if_match, _place(tx, case_id))
        effect = corrections.move_cases(tx, body.cases, body.to, dry_run=dry_run)
        return EffectOut.model_validate(effect)


@router.get("/corrections")
def list_corrections(
    house: OpenedHouse,
    actor: SignedIn,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
    before: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
) -> CorrectionsPage:
    """What people corrected, the newest first, undone ones too."""
    with house.reading(actor) as tx:
        rows = listed(tx, limit=limit, before=before)
        version = versions(tx, [row.id for row in rows])
    return CorrectionsPage(
        corrections=[CorrectionOut(**asdict(row), version=version[row.id]) for row in rows],
        next=rows[-1].id if len(rows) == limit else None,
    )


@router.post("/corrections/{correction_id}/undo")
def undo_correction(
    house: OpenedHouse,
    actor: SignedIn,
    correction_id: str,
    dry_run: DryRun = False,
    if_match: IfMatchCorrection = None,
) -> EffectOut:
    """Take a correction back; cases that were corrected again since stay where they are."""
    with house.transaction(actor) as tx:
        actor.require(Act.JUDGE_KINDS)
        found = find_correction(tx, correction_id)
        require_version(if_match, versions(tx, [found.id])[found.id])
        return EffectOut.model_validate(undo(tx, correction_id, dry_run=dry_run))


def _place(tx: Transaction, case_id: str) -> str:
    place = tx.session.get(Membership, require_open(tx, case_id).id)
    return UNSORTED if place is None else place.kind_id


def _require_seen(tx: Transaction, kind_id: str, if_match: str | None) -> None:
    tx.actor.require(Act.JUDGE_KINDS)
    require_version(if_match, living_kind(tx, kind_id).version)
