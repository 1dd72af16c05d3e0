"""Erasing a customer: their texts, vectors and precedents go, what is counted stays.

The event log stays whole and says nothing of them. Only a keyed hash tells later imports whose
rows they must leave out.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace

from sqlalchemy import delete, select

from recommender.access import Act, Actor
from recommender.cases.importing.uploads import drop_all_uploads
from recommender.cases.letting_go import forgotten_customer, let_go
from recommender.errors import Invalid, NotFound
from recommender.models.base import new_id
from recommender.models.cases import Case
from recommender.models.drafts import FilingDraft
from recommender.models.protection import Erasure
from recommender.storage.house import House, Transaction


class UnknownCustomer(NotFound):
    """There is no case of this customer, or none that was not erased before."""


class NoCustomer(Invalid):
    """Nobody was named who could be erased."""


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What an erasure did, or would do in a dry run.

    `id` is how the event log names it; nothing says whom it was about.
    """

    id: str | None
    dry_run: bool
    cases: int
    texts: int
    vectors: int
    notices: int
    questions: int
    drafts: int
    names: int
    """Kinds, candidates and reasons from which a word of theirs was taken."""
    rewritten: bool = False
    """The database's files were rewritten, so that no byte is left in them."""


def erase_customer(
    house: House, actor: Actor, customer_id: str, *, dry_run: bool = False
) -> Erased:
    """Erase a customer everywhere, then rewrite the database's files, so that no byte is left.

    Where another program holds the files, `rewritten` is False, and `at_rest.seal_again` rewrites
    them later. Backups keep what they hold. Raises NoCustomer and UnknownCustomer.
    """
    actor.require(Act.ERASE)
    wanted = customer_id.strip()
    if not wanted:
        raise NoCustomer(
            "No customer is named.", field="customer_id", remedy="Give the id that cases carry."
        )
    with house.transaction(actor) as tx, tx.session.begin_nested() as everything:
        done = _erase(tx, wanted, dry_run=dry_run)
        if dry_run:
            everything.rollback()
    if dry_run:
        return done
    drop_all_uploads(house.settings)
    return replace(done, rewritten=house.database.compact())


def _erase(tx: Transaction, customer_id: str, *, dry_run: bool) -> Erased:
    forgotten = forgotten_customer(tx, customer_id)
    cases = tx.session.scalars(
        select(Case)
        .where(Case.customer_id.in_((customer_id, forgotten)), Case.erased_at.is_(None))
        .order_by(Case.source_system, Case.source_id)
        .with_for_update()
    ).all()
    drafts = _drafts(tx, customer_id)
    if not cases and not drafts:
        raise UnknownCustomer(
            "There is no case of this customer that still holds a text.",
            field="customer_id",
            remedy="Give the id as the cases carry it.",
        )
    counts = let_go(tx, cases, on_request=True) if cases else Counter()
    tx.session.execute(delete(FilingDraft).where(FilingDraft.account_name.in_(drafts)))
    erasure = Erasure(
        id=new_id(),
        customer_hash=tx.house.keys.customer_hash(customer_id),
        counts=dict(counts),
        erased_by=tx.actor.name,
        erased_at=tx.at,
    )
    tx.session.add(erasure)
    tx.record("erase", "customer", erasure.id, cases=len(cases))
    return Erased(
        id=None if dry_run else erasure.id,
        dry_run=dry_run,
        cases=len(cases),
        texts=counts["texts"],
        vectors=counts["vectors"],
        notices=counts["notices"],
        questions=counts["questions"],
        drafts=len(drafts),
        names=counts["names"],
    )


def _drafts(tx: Transaction, customer_id: str) -> list[str]:
    """Give the accounts whose unfiled proposal names the customer."""
    found = tx.session.execute(select(FilingDraft.account_name, FilingDraft.content))
    named = re.compile(rf"(?<!\w){re.escape(customer_id)}(?!\w)")
    return [account for account, content in found if named.search(content)]
