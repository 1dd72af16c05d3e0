"""docs/decisions-and-policy.md says what is checked, counted and told, as the code does it."""

import re

from recommender.access import ALLOWED, Act
from recommender.accounts.sign_ins import TRIES, WAIT
from recommender.changes import bunching, sensitivity, verdicts
from recommender.changes.askers import HOLDS
from recommender.changes.backtest import COUNTS, MOST_FLIPS
from recommender.changes.clarifying import LEAST_DRAFTS
from recommender.changes.drafting import TOLERATED
from recommender.changes.examiner import QUESTIONS
from recommender.changes.moved import MOVED_BY
from recommender.changes.overdue import EVERY
from recommender.changes.parameters import LEAST_CASES, WEAK_BELOW
from recommender.changes.redline import Subject, sentence
from recommender.config import Settings
from recommender.kinds import costs, slices
from recommender.kinds.contrast import LEAST_LIKE
from recommender.kinds.thresholds import COMES_BACK, RECURS
from recommender.policies.conditions import Condition
from recommender.vocabulary import (
    CANDIDATE_MOVES,
    TEXT_CHANGING_VERDICTS,
    DecisionVerdict,
    Role,
    Verdict,
)
from tests.contract.paging import page, percent, prose, table

NAME = "decisions-and-policy.md"
PAGE = prose(NAME)
DEFAULTS = {name: field.default for name, field in Settings.model_fields.items()}
ACTS = (
    (Act.JUDGE_KINDS,),
    (Act.DECIDE,),
    (Act.CHOOSE_DEPUTY,),
    (Act.SET_LIMITS,),
    (Act.READ_KINDS, Act.READ_CANDIDATES),
    (Act.READ_EXAMINER,),
    (Act.MAKE_AUDIT_PACK, Act.VERIFY_AUDIT),
    (Act.ACKNOWLEDGE,),
)
"""What each row of the table of acts is about."""


def spaced(word: str) -> str:
    return word.replace("_", " ")


def roles(act: Act) -> str:
    if ALLOWED[act] == frozenset(Role) - {Role.AGENT}:
        return "all but agents"
    return ", ".join(spaced(role) for role in sorted(ALLOWED[act]))


def test_who_may_do_what_is_the_one_table() -> None:
    rows = table(NAME, "act")
    assert len(rows) == len(ACTS)
    for (_, who), acts in zip(rows, ACTS, strict=True):
        assert {roles(act) for act in acts} == {who}


def test_every_verdict_is_told_and_suggested_somewhere() -> None:
    told = dict(table(NAME, "verdict"))
    assert list(told) == [spaced(verdict) for verdict in Verdict]
    silent = {verdict for verdict in Verdict if "changes no text" in told[spaced(verdict)]}
    assert silent == set(Verdict) - TEXT_CHANGING_VERDICTS
    suggested = " ".join(row[1] for row in table(NAME, "where"))
    assert all(spaced(verdict) in suggested for verdict in Verdict)


def test_the_shares_that_choose_a_verdict_are_those_of_the_code() -> None:
    assert f"at least {percent(LEAST_LIKE)} as like it as its own least like case" in PAGE
    assert (
        f"{percent(verdicts.PEAKED)} of nine cases and more came within {verdicts.PEAK.days // 7} "
        f"weeks that ended {verdicts.PEAK.days // 7} weeks ago"
    ) in PAGE
    assert LEAST_CASES.value == 9
    assert f"at least {percent(verdicts.RULED_OUT)} of all cases under the clause" in PAGE
    assert f"good outcomes surely {percent(verdicts.WELL)}, {verdicts.LEAST_WAYS} ways" in PAGE
    assert verdicts.LEAST_TIMES == 2
    assert "signed twice each" in PAGE
    assert f"at least {percent(HOLDS)} of what is signed past it is of this kind" in PAGE
    assert f"under {WEAK_BELOW.value} cases clarify wording" in PAGE
    assert f"{TOLERATED.days} days on" in PAGE
    assert f"When {LEAST_DRAFTS} drafts asked" in PAGE


def test_the_sentence_of_an_exception_is_the_one_that_is_drafted() -> None:
    conditions = (
        Condition("days_late", "max", 28, "day"),
        Condition("amount", "max", 40, "EUR"),
    )
    drafted = sentence(Verdict.ADD_EXCEPTION, Subject("left in the rain", conditions))
    assert drafted in PAGE.replace("> ", "")


def test_every_count_of_the_backtest_is_told() -> None:
    assert [row[0] for row in table(NAME, "count")] == [spaced(name) for name in COUNTS]
    assert f"the newest {MOST_FLIPS} first" in PAGE
    assert sensitivity.UPTAKE == (1, 2, 3)
    assert "the whole year by 1, 2 and 3" in PAGE
    assert f"Under {costs.LEAST_WEEKS} weeks there is no year" in PAGE
    assert (bunching.STEP, bunching.LEAST) == (1 / 10, 9)
    assert "in the last tenth within the old limit" in PAGE
    assert "said from nine cases on" in PAGE


def test_the_states_are_the_table_that_is_obeyed() -> None:
    moves: dict[str, str] = {}
    for starts, ends in table(NAME, "from"):
        moves |= dict.fromkeys(starts.split(", "), ends)
    assert moves == {
        spaced(state): ", ".join(sorted(spaced(one) for one in ends))
        for state, ends in CANDIDATE_MOVES.items()
        if ends
    }


def test_every_answer_is_told_with_who_hears_it() -> None:
    heard = ", ".join(row[0] for row in table(NAME, "answer")).split(", ")
    assert heard == [spaced(verdict) for verdict in DecisionVerdict]
    assert f"Teams with at least {DEFAULTS['people_floor_agents']} contributors" in PAGE
    assert f"for more than {DEFAULTS['answer_days']} days is red" in PAGE
    assert EVERY.days == 7
    assert "reminded once a week" in PAGE


def test_what_an_answer_asks_for_is_told() -> None:
    assert DEFAULTS["reauthenticate"] is True
    assert f"after {TRIES} wrong ones in {WAIT.seconds // 60} minutes" in PAGE
    assert COMES_BACK == 2
    assert "promoted again when its distinct cases have doubled" in PAGE
    assert f"on {WEAK_BELOW.value} cases or more" in PAGE
    assert f"moved by more than {percent(MOVED_BY)}" in PAGE
    assert f"After {DEFAULTS['review_days']} days, or on the day that was set, the desk" in PAGE
    assert f"{RECURS.least:g} distinct cases dated after" in PAGE
    assert f"after {DEFAULTS['acknowledge_after_days']} days they are reminded" in PAGE
    assert f"in steps of {DEFAULTS['people_floor_agents']} people" in PAGE


def test_the_examiners_report_is_told() -> None:
    listed = re.findall(r"^\d\. (.+)$", page(NAME), re.MULTILINE)
    assert listed == list(QUESTIONS.values())
    assert f"{slices.SETTLES.days} days after the quarter's end" in PAGE
    told = ", ".join(spaced(name) for name in slices.ATTRIBUTES[:-1])
    assert f"by {told} and {spaced(slices.ATTRIBUTES[-1])}" in PAGE
    assert f"at most {slices.MOST_CELLS} cells and the rest" in PAGE
