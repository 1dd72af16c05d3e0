"""The change that a ledger carries for a kind so far, word by word."""

from collections.abc import Sequence
from typing import Final

from recommender.changes.drafting import draft
from recommender.errors import RecommenderError
from recommender.models.kinds import Kind
from recommender.policies.safe_words import fact_words, safe_name
from recommender.policies.syntax.compare import Change, word_diff
from recommender.policies.syntax.markup import plain_text
from recommender.retrospect.codes import Counted, name_by
from recommender.retrospect.findings import Suggestion
from recommender.storage.house import Transaction
from recommender.vocabulary import Verdict

_WORDS: Final = {
    Verdict.WIDEN_LIMIT: "Widen the limit",
    Verdict.ADD_EXCEPTION: "Add an exception",
    Verdict.WRITE_NEW_CLAUSE: "Write a rule for it",
    Verdict.GRANT_AUTHORITY: "Leave it to the agents’ judgement",
    Verdict.CLARIFY_WORDING: "Clarify the wording",
    Verdict.RETIRE_RULE: "Retire the rule",
    Verdict.TOLERATE_UNTIL: "Tolerate it until a date",
    Verdict.COACH: "Explain the rule; change nothing",
    Verdict.HARD_LIMIT: "Keep the rule as a hard limit",
}
_WHY: Final = {
    Verdict.ADD_EXCEPTION: "The rule may hold in general; these notes depart from it in one way.",
    Verdict.WRITE_NEW_CLAUSE: "No rule is known to say what applies to these cases.",
    Verdict.CLARIFY_WORDING: "Too few cases stand behind this to draw a number from; the rule "
    "should first say who decides.",
}
"""Reasons without peers: who signed is not in a ledger."""


_NAMED: Final = "The rule that they name is not known here, so this is one of its own."


def suggestion(
    tx: Transaction,
    kind: Kind,
    given: Counted | None,
    asked: Sequence[Counted],
    cited: Counted | None,
) -> Suggestion | None:
    """Give the draft of a kind; None where the data carry none.

    `given` is what nearly all its exceptions were given in the same words: where no rule is known,
    that is the rule by which they were decided. `asked` is what the ledger's codes tell of the
    requests themselves, `cited` a rule that they name and nobody has.
    """
    try:
        found = draft(tx, kind.id)
    except RecommenderError:
        return None
    old, new = plain_text(found.redline.old), plain_text(found.redline.new)
    if given is not None and new and not old:
        new = f"{_where(kind, asked)}: {given.value.rstrip('.')}."
    return Suggestion(
        verdict=_WORDS[found.verdict],
        reason=_NAMED if cited is not None else _WHY.get(found.verdict, found.reason),
        changes=[] if old == new else _changes(old, new),
    )


def _where(kind: Kind, asked: Sequence[Counted]) -> str:
    """Say of which cases a rule is: by what a form wrote, else by the ledger's codes."""
    if not asked:
        return f"In cases of “{safe_name(kind.name)}”"
    if any(one.in_notes for one in asked):
        return name_by(asked)
    told = [(fact_words(one.head), one.value) for one in asked]
    return f"Where {' and '.join(f'{what} is “{value}”' for what, value in told)}"


def _changes(old: str, new: str) -> list[Change]:
    return word_diff(old, new) if old else [Change("added", new)]
