"""News of a candidate: it waits for its owners; what was decided, for those who led to it."""

from recommender.changes.desks import owners_of
from recommender.changes.rationale import written
from recommender.changes.recognition import contributors
from recommender.models.changes import Candidate, Decision
from recommender.models.policies import Clause
from recommender.notices import tell
from recommender.policies.safe_words import safe_name
from recommender.policies.syntax.markup import plain_text
from recommender.storage.house import Transaction
from recommender.vocabulary import DecisionVerdict, NoticeTopic

_HEADLINES = {
    DecisionVerdict.ACCEPT: "Accepted",
    DecisionVerdict.ACCEPT_WITH_EDITS: "Accepted with edits",
    DecisionVerdict.REJECT: "The rule stays as it is",
    DecisionVerdict.DEFER: "Put off",
    DecisionVerdict.CONFIRM: "Confirmed",
    DecisionVerdict.ROLL_BACK: "Taken back",
}
_OUTCOMES = {
    DecisionVerdict.ACCEPT: "The suggestion was accepted.",
    DecisionVerdict.ACCEPT_WITH_EDITS: "The suggestion was accepted with edits.",
    DecisionVerdict.REJECT: "The suggestion was not accepted.",
    DecisionVerdict.DEFER: "The decision was put off.",
    DecisionVerdict.CONFIRM: "The change was looked at again, and it stays.",
    DecisionVerdict.ROLL_BACK: "The change was taken back.",
}
_WRITING = frozenset(
    {DecisionVerdict.ACCEPT, DecisionVerdict.ACCEPT_WITH_EDITS, DecisionVerdict.ROLL_BACK}
)


def tell_owners(tx: Transaction, found: Candidate) -> None:
    """Tell those who may answer a candidate that it waits for them."""
    verdict = found.verdict.replace("_", " ").capitalize()
    clause = "a new clause" if found.clause is None else found.clause.key
    tell(
        tx,
        owners_of(tx.session, found),
        topic=NoticeTopic.CANDIDATE_WAITS,
        title=f"A suggested change waits for you: {safe_name(found.subject)}",
        body=f"{verdict}, for {clause}. {found.reason}",
        candidate_id=found.id,
        needs_you=True,
    )


def tell_contributors(tx: Transaction, found: Candidate, decision: Decision) -> None:
    """Tell filers, signers and the promoter what was decided and why."""
    theirs = contributors(tx, found)
    told = {
        "You filed or signed cases of this kind.": theirs,
        "You promoted this kind.": {found.promoted_by} - theirs,
    }
    for why_you, names in told.items():
        tell(
            tx,
            names,
            topic=NoticeTopic.DECISION,
            title=f"{_HEADLINES[decision.verdict]}: {safe_name(found.subject)}",
            body=f"{why_you} {_news(found, decision)}",
            candidate_id=found.id,
        )


def tell_desk_of_return(tx: Transaction, found: Candidate, decision: Decision) -> None:
    """Tell the rest of the desk that a change which they awaited will not come."""
    tell(
        tx,
        [name for name in owners_of(tx.session, found) if name != decision.decided_by],
        topic=NoticeTopic.DECISION,
        title=f"{_HEADLINES[decision.verdict]}: {safe_name(found.subject)}",
        body=f"It is of your desk. {_news(found, decision)}",
        candidate_id=found.id,
    )


def _news(found: Candidate, decision: Decision) -> str:
    """Put the decision into a few kind sentences, with the clause and its new text."""
    news = [_OUTCOMES[decision.verdict]]
    if decision.until is not None:
        news.append(f"It is looked at again on {written(decision.until)}.")
    if decision.verdict in _WRITING and found.revision_id and found.clause is not None:
        words = plain_text(decision.final_markup or "")
        news.append(_reads(found, found.clause, words))
    return " ".join([*news, f"The reason: “{decision.reason}” Thank you for your part in it."])


def _reads(found: Candidate, clause: Clause, words: str) -> str:
    """Say how a clause reads, and since when; a change without a day never came into force."""
    if found.effective_from is None:
        kept = f"goes on as it reads: {words}" if words else "does not apply."
        return f"It had not come into force. {clause.key} {kept}"
    start = clause.newest.effective_from
    since = f"from {written(start)} on" if start else "now"
    return f"{clause.key} {f'reads {since}: {words}' if words else f'no longer applies {since}.'}"
