"""Offering a proposal to a few peers at first; everybody who may answer finds it in the queue."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable

from sqlalchemy import select

from recommender.cases.guardrails import PEERS, breaches
from recommender.models.cases import Case
from recommender.models.notices import Notice
from recommender.notices import tell
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, NoticeTopic


def offer(tx: Transaction, case: Case, peers: Iterable[str]) -> int:
    """Tell a few of the peers that a proposal waits, once; give how many heard.

    How many is a setting. Nobody is told of what peers cannot approve.
    """
    if breaches(tx, case, PEERS) or _asked(tx, case):
        return 0
    return tell(
        tx,
        least_shown(tx, case, peers)[: tx.settings.signers_shown],
        topic=NoticeTopic.COSIGN_WANTED,
        title="A colleague's proposal waits for an answer",
        body="You are among the few who are told first. Sign it, decline it or ask about it: each "
        "is welcome, and whoever answers first settles it.",
        case_id=case.id,
        needs_you=True,
    )


def least_shown(tx: Transaction, case: Case, names: Iterable[str]) -> list[str]:
    """Order accounts by how few open proposals they were told of; alike ones by lot.

    What counts is what waits at this moment: nothing is known, or kept, of what anybody answered.
    """
    open_offers = (
        select(Notice.account_name)
        .join(Case, Case.id == Notice.case_id)
        .where(Case.state == CaseState.PENDING, Notice.topic == NoticeTopic.COSIGN_WANTED)
    )
    shown = Counter(tx.session.scalars(open_offers))
    return sorted(names, key=lambda name: (shown[name], _lot(case.id, name)))


def offered_to_me(tx: Transaction, cases: Collection[str]) -> frozenset[str]:
    """Give those of some cases, by their ids, that the actor was asked to answer."""
    asked = select(Notice.case_id).where(
        Notice.case_id.in_(cases),
        Notice.account_name == tx.actor.name,
        Notice.topic == NoticeTopic.COSIGN_WANTED,
    )
    return frozenset(filter(None, tx.session.scalars(asked))) if cases else frozenset()


def _asked(tx: Transaction, case: Case) -> frozenset[str]:
    """Name who was asked to answer a case."""
    asked = select(Notice.account_name).where(
        Notice.case_id == case.id, Notice.topic == NoticeTopic.COSIGN_WANTED
    )
    return frozenset(tx.session.scalars(asked))


def _lot(case_id: str, name: str) -> bytes:
    return hashlib.sha256(f"{case_id} {name}".encode()).digest()
