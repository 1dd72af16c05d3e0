"""Which typed facts a proposal should carry."""

from recommender.access import Act
from recommender.policies.library import clause_by_key
from recommender.policies.syntax.markup import read_parameters
from recommender.storage.house import Transaction


def asked_facts(tx: Transaction, clause_key: str | None) -> list[str]:
    """Name the facts that the typed limits of a clause's live wording ask for, in its order."""
    tx.actor.require(Act.FILE)
    clause = None if clause_key is None else clause_by_key(tx, clause_key)
    revision = None if clause is None else clause.revision_at(tx.at)
    if revision is None:
        return []
    return list(dict.fromkeys(one.fact for one in read_parameters(revision.markup)))
