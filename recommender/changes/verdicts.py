"""Which verdict the evidence suggests, and which ones it bars."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from recommender.cases.guardrails import NeverBend
from recommender.changes.askers import asks_alone
from recommender.changes.budgets import past_budget
from recommender.changes.ground import Ground
from recommender.changes.parameters import LEAST_CASES, WEAK_BELOW
from recommender.changes.rules import Rule, conditions_of
from recommender.errors import Conflict
from recommender.policies.conditions import Condition
from recommender.policies.safe_words import fact_words
from recommender.vocabulary import TEXT_CHANGING_VERDICTS, Grade, KindState, OutcomeReading, Verdict

WIDENING: Final = TEXT_CHANGING_VERDICTS - {Verdict.CLARIFY_WORDING}
"""The verdicts that allow more than the clause does."""

PEAK: Final = timedelta(weeks=8)
PEAKED: Final = 0.7
"""Share of the cases that a peak holds [J]."""
RULED_OUT: Final = 0.8
"""Share of a clause's cases signed as exceptions from which it is no rule any more [J]."""
WELL: Final = 0.7
"""Least lower bound of good outcomes to leave cases to the agents' judgement [J]."""
LEAST_WAYS: Final = 3
LEAST_TIMES: Final = 2
"""So many ways of dealing with a kind, each signed so often, are no single rule [J]."""

_MEANS: Final = {
    Verdict.WIDEN_LIMIT: "Moves the limit of {key} for everybody.",
    Verdict.ADD_EXCEPTION: "Leaves {key} as it is and adds one sentence for this kind.",
    Verdict.WRITE_NEW_CLAUSE: "Gives these cases a rule of their own.",
    Verdict.GRANT_AUTHORITY: "Lets agents depart from {key} in these cases as they judge fair.",
    Verdict.CLARIFY_WORDING: "Allows no more than {key} does, and says plainer who decides.",
    Verdict.RETIRE_RULE: "Ends {key} for everybody.",
    Verdict.TOLERATE_UNTIL: "Changes no text; the kind is looked at again after the day.",
    Verdict.COACH: "Changes no text; the rule is explained to those who use it.",
    Verdict.HARD_LIMIT: "Changes no text; why the rule holds is said to everybody.",
}

Suggestion = tuple[Verdict, str]


@dataclass(frozen=True)
class Offered:
    """A verdict that may be chosen, with what it would do; or why it may not."""

    verdict: Verdict
    allowed: bool
    why: str


class OutcomesBad(Conflict):
    """The outcomes of the kind are bad, so nothing is widened, whatever its frequency."""


def suggest(ground: Ground, rule: Rule) -> Suggestion:
    """Suggest the narrowest change that the evidence carries, and say why in one sentence."""
    found = (
        _guarded(ground)
        or _without_clause_or_case(ground)
        or (None if ground.hides_people else _beside_limits(ground, rule))
        or _worse_than_usual(rule)
        or _by_limit(ground, rule)
        or _in_words(ground, rule)
    )
    verdict, why = _affordable(ground, rule, found)
    if rule.doubt is None or verdict not in WIDENING:
        return verdict, why
    return verdict, f"{why} {rule.doubt.words}, so nothing beyond this is suggested."


def require_permitted(ground: Ground, verdict: Verdict) -> None:
    """Refuse to change a clause that is never bent, or to widen what ends badly."""
    if ground.clause is not None and ground.clause.never_bend and verdict in TEXT_CHANGING_VERDICTS:
        raise NeverBend(
            f"{ground.clause.key} is never bent, so no draft changes it.",
            field="verdict",
            remedy="Explain the limit, or coach.",
            clause=ground.clause.key,
        )
    if verdict in WIDENING and (ground.ends_badly or ground.complaints_stand_out):
        raise OutcomesBad(
            "These cases end badly, so nothing is widened for them.",
            field="verdict",
            remedy="Coach, clarify the wording or explain the limit.",
            kind=ground.kind.id,
        )


def require_left_out(
    ground: Ground, rule: Rule, verdict: Verdict, stated: Sequence[Condition]
) -> None:
    """Refuse what would let in a part that ended badly, since its words cannot leave it out."""
    barred = {(one.fact, one.bound) for one in stated if verdict is not Verdict.RETIRE_RULE}
    for part in rule.ended_badly:
        condition = part.condition
        if verdict in WIDENING and (condition.fact, condition.bound) not in barred:
            raise OutcomesBad(
                f"{part.words} This would let them in.",
                field="verdict",
                remedy="Add an exception, which leaves them out, or split the kind.",
                kind=ground.kind.id,
            )


def means(verdict: Verdict, ground: Ground) -> str:
    """Say in one sentence what a verdict does."""
    return _MEANS[verdict].format(key=ground.clause_key or "a new clause")


def _guarded(ground: Ground) -> Suggestion | None:
    key = ground.clause_key
    if ground.clause is not None and ground.clause.never_bend:
        return Verdict.HARD_LIMIT, f"{key} is never bent; say plainly why, and where it ends."
    if ground.ends_badly:
        return Verdict.COACH, "Most of these cases end badly, so nothing is widened for them."
    if ground.complaints_stand_out:
        return Verdict.COACH, (
            f"These cases draw more complaints than others under {key}, so nothing is widened."
        )
    return None


def _affordable(ground: Ground, rule: Rule, found: Suggestion) -> Suggestion:
    """Suggest to say who decides where the clause's budget does not carry more."""
    if found[0] not in WIDENING:
        return found
    why = past_budget(ground, conditions_of(ground, rule, found[0]))
    return found if why is None else (Verdict.CLARIFY_WORDING, why)


def _without_clause_or_case(ground: Ground) -> Suggestion | None:
    if ground.base is None:
        return Verdict.WRITE_NEW_CLAUSE, "No clause says what applies to these cases."
    if not ground.signed:
        key = ground.clause_key
        return Verdict.COACH, f"No case has come since {key} reads as it does; nothing to change."
    return None


def _beside_limits(ground: Ground, rule: Rule) -> Suggestion | None:
    return _passing(ground) or _for_nobody(ground) or _by_judgement(ground, rule)


def _passing(ground: Ground) -> Suggestion | None:
    """Suggest to change no text for what one team does, or what goes by itself."""
    if ground.state is KindState.LOCAL_PRACTICE:
        return Verdict.COACH, "Only one team signs this, so it is no rule for everybody yet."
    if ground.state is KindState.FADING:
        return Verdict.TOLERATE_UNTIL, "Fewer and fewer of these cases come, so no text changes."
    if _peaked(ground):
        return Verdict.TOLERATE_UNTIL, (
            "Nearly all of these cases came within eight weeks that are long over, so no text "
            "changes."
        )
    return None


def _peaked(ground: Ground) -> bool:
    """Tell whether most counted cases lie in one span of weeks that ended as long ago."""
    days = sorted(case.occurred_at.date() for case in ground.counted)
    if ground.as_of is None or len(days) < LEAST_CASES.value:
        return False
    most = math.ceil(PEAKED * len(days))
    spans = zip(days, days[most - 1 :], strict=False)
    return any(last - first <= PEAK and last <= ground.as_of - PEAK for first, last in spans)


def _for_nobody(ground: Ground) -> Suggestion | None:
    """Suggest to retire a rule that nearly nobody keeps to, and that nobody misses."""
    bad = any(case.outcome.reading is OutcomeReading.BAD for case in ground.signed)
    kept = ground.ruled_out is None or ground.ruled_out < RULED_OUT
    if kept or bad or ground.grade is not Grade.STRONG or ground.declined:
        return None
    return Verdict.RETIRE_RULE, (
        f"At least {RULED_OUT * 100:.0f} % of all cases under {ground.clause_key} are signed as "
        "exceptions, none is declined, and no outcome is bad."
    )


def _by_judgement(ground: Ground, rule: Rule) -> Suggestion | None:
    """Suggest to leave to agents what they do in many ways, all well, with no fact to decide."""
    done = Counter(case.granted_action for case in ground.counted if case.granted_action)
    ways = sum(times >= LEAST_TIMES for times in done.values())
    well = ground.good_low is not None and ground.good_low >= WELL
    if ground.grade is not Grade.STRONG or not well or rule.conditions or rule.undecided:
        return None
    if ways < LEAST_WAYS or rule.doubt is not None:
        return None
    return Verdict.GRANT_AUTHORITY, (
        f"Peers sign {ways} different ways of dealing with these cases, nearly all end well, and "
        "no fact says which is right: leave it to the agent."
    )


def _worse_than_usual(rule: Rule) -> Suggestion | None:
    """Suggest to keep the signature where bad outcomes stand out and no fact holds them apart."""
    if rule.doubt is None or not rule.doubt.worse:
        return None
    return Verdict.CLARIFY_WORDING, (
        f"{rule.doubt.words}, surely more than of other signed cases, and nothing that they carry "
        "holds them apart: a colleague keeps signing until the kind is split."
    )


def _by_limit(ground: Ground, rule: Rule) -> Suggestion | None:
    """Suggest to move the clause's limit, or to say more plainly what it allows already.

    Where others ask past the limit as well, the kind gets an exception instead. Neither where
    another condition holds too, nor to move a limit that signed and declined cases pass alike.
    """
    first = rule.limited
    if first is None or first.live is None or first.condition is None:
        return None
    if any(one != first.condition for one in rule.conditions):
        return None
    key, limit = ground.clause_key, f"{first.live.limit:.12g}"
    if first.widens:
        if rule.undecided:
            return None
        words = first.condition.words
        if not asks_alone(ground, first.live):
            return Verdict.ADD_EXCEPTION, (
                f"Peers regularly sign while {words}, and {key} says {limit}; but others ask past "
                "it too, so only this kind gets more."
            )
        return Verdict.WIDEN_LIMIT, f"Peers regularly sign while {words}, and {key} says {limit}."
    return Verdict.CLARIFY_WORDING, (
        f"Most of these cases are within {limit}, the limit of {key}, so its wording seems to "
        "hide what it allows."
    )


def _in_words(ground: Ground, rule: Rule) -> Suggestion:
    key = ground.clause_key
    if rule.undecided:
        return _undecided(ground, rule)
    few = len(ground.counted) < LEAST_CASES.value and not rule.conditions
    if ground.hides_people or few or rule.unmeasured:
        return Verdict.CLARIFY_WORDING, (
            f"Too few cases or people stand behind this to draw a number from, so {key} should "
            "first say who decides."
        )
    return Verdict.ADD_EXCEPTION, f"{key} holds in general, and peers sign one exception to it."


def _undecided(ground: Ground, rule: Rule) -> Suggestion:
    """Leave the decision with a colleague where no fact tells what peers sign from the rest."""
    why = "Nothing that these cases carry tells what peers sign from what they decline"
    if rule.barred:
        names = " and ".join(fact_words(fact) for fact in rule.barred)
        why = f"{why} but {names}, which only a person may write a rule on"
    if len(ground.counted) < WEAK_BELOW.value:
        return Verdict.CLARIFY_WORDING, (
            f"{why}, so {ground.clause_key} should first say who decides."
        )
    return Verdict.ADD_EXCEPTION, f"{why}, so a colleague keeps signing."
