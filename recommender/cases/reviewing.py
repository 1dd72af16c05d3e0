"""A second team looks at a sample of approvals; what it finds is about a case, never a person.

The sample is random and cannot be foreseen. Pairs of filer and signer who chose each other more
often than the eligible peers of the day explain add to it, and that is all that comes of it: no
list, no score, no word to anybody.
"""

import hashlib
import hmac
from collections import defaultdict
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select

from recommender.access import Act
from recommender.cases.pairs import Signing, striking
from recommender.cases.proposals import WHOLE, redacted
from recommender.cases.rosters import could_answer
from recommender.cases.wishes import require_text
from recommender.errors import Conflict, NotFound
from recommender.models.accounts import Account
from recommender.models.cases import Case
from recommender.models.reviewing import Review
from recommender.notices import tell
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, Draw, NoticeTopic, ReviewVerdict, Role

PAIR_DAYS: Final = 180
"""Days back that pairs are looked at."""
LOOKED_AT: Final = 5
"""Approvals of a striking pair that are drawn at most, those drawn before included."""


class UnknownReview(NotFound):
    """There is no such case to look at for this reader's team."""


class AlreadyReviewed(Conflict):
    """A colleague of the team has answered already."""


def draw(tx: Transaction, case: Case) -> Review | None:
    """Draw a case that was approved just now into the sample, by chance; None if it was not."""
    if _chance(tx, "drawn", case.id) >= tx.house.settings.review_share:
        return None
    return _drawn(tx, case, Draw.RANDOM)


def draw_pairs(tx: Transaction) -> int:
    """Draw approvals of pairs that chose each other strikingly often; give how many.

    Only approvals whose eligible peers were recorded at filing are looked at. Without a random
    sample (`review_share` 0) there is none of pairs either.
    """
    tx.actor.require(Act.EXPIRE)
    if tx.house.settings.review_share == 0:
        return 0
    signed = _signed(tx)
    drawn = 0
    for filer, signer in striking(signed):
        theirs = [one.case_id for one in signed if (one.filer, one.signer) == (filer, signer)]
        known = tx.session.scalars(select(Review.case_id).where(Review.case_id.in_(theirs))).all()
        for case_id in [one for one in theirs if one not in known][: LOOKED_AT - len(known)]:
            _drawn(tx, tx.session.get_one(Case, case_id), Draw.PAIR)
            drawn += 1
    return drawn


def my_reviews(tx: Transaction) -> list[tuple[Review, Case]]:
    """Give the approvals that wait for the actor's team to look at them, the oldest first."""
    tx.actor.require(Act.REVIEW_SAMPLE)
    waiting = select(Review, Case).where(_mine(tx), Review.verdict.is_(None)).options(*WHOLE)
    oldest_first = tx.session.execute(waiting.order_by(Review.drawn_at, Review.id))
    return [(review, case) for review, case in oldest_first]


def judge_review(
    tx: Transaction, review_id: str, verdict: ReviewVerdict, reason: str | None = None
) -> Review:
    """Say what the actor's team found; misuse needs a reason, and takes the case out of evidence.

    The approval stays as it is, and nothing else follows. Who answered may correct it.
    """
    tx.actor.require(Act.REVIEW_SAMPLE)
    asked = select(Review, Case).where(_mine(tx), Review.id == review_id)
    found = tx.session.execute(asked).one_or_none()
    if found is None:
        raise UnknownReview("There is no such case for your team to look at.", review=review_id)
    review, case = found
    if review.reviewed_by not in (None, tx.actor.name):
        raise AlreadyReviewed("A colleague of yours has looked at this already.")
    misused = verdict is ReviewVerdict.MISUSE
    said = require_text("reason", reason) if misused or reason else None
    review.verdict, review.reason = verdict, None if said is None else redacted(tx, said)
    review.reviewed_by, review.reviewed_at = tx.actor.name, tx.at
    if misused and case.misused_at is None:
        _tell_filer(tx, case, review)
    case.misused_at = tx.at if misused else None
    tx.record("judge_review", "case", case.id, verdict=str(verdict))
    return review


def _tell_filer(tx: Transaction, case: Case, review: Review) -> None:
    tell(
        tx,
        [case.agent_id],
        topic=NoticeTopic.CASE_REVIEWED,
        title="A second team would not count one of your cases",
        body=(
            f"They wrote: {review.reason} The approval stands, and nothing follows from this but "
            "that the case is no evidence for changing a rule."
        ),
        case_id=case.id,
    )


def _mine(tx: Transaction) -> ColumnElement[bool]:
    """Reviews of the actor's team, but of no case that they filed or signed before they joined."""
    return and_(
        Review.case_id == Case.id,
        Review.team == tx.actor.team,
        func.coalesce(Case.agent_id, "") != tx.actor.name,
        func.coalesce(Case.cosigner_id, "") != tx.actor.name,
    )


def _drawn(tx: Transaction, case: Case, why: Draw) -> Review:
    """Draw a case for a team that is neither the filer's nor the signer's, if there is one."""
    teams = _other_teams(tx, case)
    chosen = int(_chance(tx, "team", case.id) * len(teams))
    team = sorted(teams)[chosen] if teams else None
    review = Review(case_id=case.id, draw=why, team=team, drawn_at=tx.at)
    tx.session.add(review)
    tell(
        tx,
        [] if team is None else teams[team],
        topic=NoticeTopic.REVIEW_WANTED,
        title="A case of another team waits for a second look",
        body="Your team was drawn to read it. Whoever is free says whether it is fine.",
    )
    return review


def _other_teams(tx: Transaction, case: Case) -> dict[str, list[str]]:
    """Name the active agents of every team that is neither the filer's nor the signer's."""
    everybody = tx.session.execute(
        select(Account.name, Account.team, Account.roles, Account.active)
    ).all()
    own = {case.agent_team}
    own |= {team for name, team, _, _ in everybody if name in {case.agent_id, case.cosigner_id}}
    teams: defaultdict[str, list[str]] = defaultdict(list)
    for name, team, roles, active in everybody:
        if active and team and team not in own and Role.AGENT in roles:
            teams[team].append(name)
    return teams


def _signed(tx: Transaction) -> list[Signing]:
    """Approvals of peers in the last months with who could have signed them, the newest first."""
    since = tx.at - timedelta(days=PAIR_DAYS)
    by_peers = and_(
        Case.state == CaseState.APPROVED,
        Case.decided_at >= since,
        Case.agent_id.is_not(None),
        Case.cosigner_id.is_not(None),
        Case.decided_by_owner.is_(False),
    )
    eligible = could_answer(tx, select(Case.id).where(by_peers))
    rows = select(
        Case.id, func.coalesce(Case.agent_id, ""), func.coalesce(Case.cosigner_id, "")
    ).where(by_peers)
    newest_first = tx.session.execute(rows.order_by(Case.decided_at.desc(), Case.id))
    return [
        Signing(case_id, filer, signer, eligible[case_id])
        for case_id, filer, signer in newest_first
        if signer in eligible.get(case_id, ())
    ]


def _chance(tx: Transaction, purpose: str, case_id: str) -> float:
    """Give a number from 0 up to 1 that nobody can foresee without the key."""
    digest = hmac.new(tx.house.keys.audit, f"{purpose} {case_id}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8]) / 2**64
