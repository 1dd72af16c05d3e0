"""All that helps with a proposal while it is typed, in one answer; nothing of it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recommender.access import Act
from recommender.cases.dimensions import SuggestedDimension, suggest_dimension
from recommender.cases.facts import asked_facts, read_facts
from recommender.cases.findability import Allowance, already_allowed
from recommender.cases.guardrails import Breach, foreseen
from recommender.cases.likely_clauses import CLEARLY, LikelyClause, likely_clauses
from recommender.cases.precedents import LookedUp, PrecedentQuery, look_up
from recommender.cases.wishes import Wish
from recommender.storage.house import Transaction

if TYPE_CHECKING:
    from recommender.learning.fact_reader import ReadFact


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What helps with a draft; empty or None is what could not be said.

    `facts` are those that the texts state and nobody has typed or confirmed; `asked` are those
    that the clause asks for: the one named, else the one clearly meant. `limits` are why peers
    could not approve it as it stands.
    """

    facts: "Sequence[ReadFact]"
    asked: Sequence[str]
    clauses: Sequence[LikelyClause]
    dimension: SuggestedDimension | None
    allowed: Allowance | None
    earlier: LookedUp
    limits: Sequence[Breach]


def advise(tx: Transaction, wish: Wish, top: int) -> Advice:
    """Say of a wish, as far as it is typed, all that helps; at most `top` precedents."""
    tx.actor.require(Act.FILE)
    clauses = likely_clauses(tx, wish)
    meant = _meant(wish, clauses)
    texts = {"situation": wish.situation, "resolution": wish.resolution}
    query = PrecedentQuery.of(wish, top)
    return Advice(
        facts=[one for one in read_facts(tx, texts, meant) if one.name not in wish.facts],
        asked=asked_facts(tx, meant),
        clauses=clauses,
        dimension=suggest_dimension(tx, wish.granted_action, wish.resolution),
        allowed=already_allowed(tx, wish, clauses),
        earlier=look_up(tx, query),
        limits=foreseen(tx, wish),
    )


def _meant(wish: Wish, clauses: Sequence[LikelyClause]) -> str | None:
    """The clause that was named, else the one that is more likely meant than not."""
    if wish.clause_key is not None or not clauses or clauses[0].likely < CLEARLY:
        return wish.clause_key
    return clauses[0].key
