"""The verbs from draft to decision: shapes, exit codes, words on a terminal."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from recommender.cli.main import recommender
from recommender.models.cases import Case
from recommender.storage.house import House
from recommender.vocabulary import CandidateState
from tests.contract.changing import BOOTS, Shop, open_shop

DRAFT_KEYS = {
    "kind",
    "clause",
    "base_revision",
    "verdict",
    "reason",
    "grade",
    "parameters",
    "redline",
    "rationale",
    "conditions",
    "unlimited",
    "ended_badly",
    "scope",
    "verdicts",
}


@pytest.fixture
def shop(
    house: House,
    add_policy: Callable[..., None],
    new_case: Callable[..., Case],
    monkeypatch: pytest.MonkeyPatch,
) -> Shop:
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", house.settings.database_url)
    monkeypatch.setenv("RECOMMENDER_ENCODER", "hashing")
    return open_shop(house, add_policy, new_case)


def run(*arguments: str, **given: Any) -> Result:  # noqa: ANN401 - the runner's own
    return CliRunner().invoke(recommender, arguments, **given)


def answer(*arguments: str, **given: Any) -> Any:  # noqa: ANN401 - any JSON
    result = run(*arguments, "--json", **given)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_draft_has_the_documented_shape(shop: Shop) -> None:
    found = answer("draft", shop.kind(declined=(50.0, 60.0)))
    assert set(found) == DRAFT_KEYS
    [parameter] = found["parameters"]
    assert set(parameter) == {
        "fact",
        "unit",
        "direction",
        "narrow",
        "medium",
        "wide",
        "boundary",
        "n",
        "independent",
        "confidence_left",
        "set_aside",
        "separates",
    }
    for width in ("narrow", "medium", "wide"):
        assert set(parameter[width]) == {"limit", "coverage", "cost"}
        assert isinstance(parameter[width]["limit"], int | float)
    assert parameter["boundary"] == {"estimate": 40, "low": 30, "high": 50}
    assert (parameter["fact"], parameter["unit"], parameter["direction"]) == (
        "days_since_delivery",
        "day",
        "max",
    )
    assert set(found["redline"]) == {"old", "new"}
    assert all(set(one) == {"sentence", "cases"} and one["cases"] for one in found["rationale"])
    assert (found["verdict"], found["clause"], found["base_revision"]) == (
        "widen_limit",
        "RET-2.1",
        1,
    )


@pytest.mark.parametrize(
    "given",
    [
        {"values": (15.0, 16.0, 17.0)},
        {"clause": None, "fact": "hens"},
        {"clause": None, "fact": "hens", "values": (1.0, 2.0)},
        {"fact": "colour", "values": ("red",) * 10, "amount": None},
        {"clause": "RET-2.2"},
        {"csat": 1},
    ],
)
def test_every_living_kind_has_a_draft(shop: Shop, given: dict[str, Any]) -> None:
    kind_id = shop.kind(**given)
    found = answer("draft", kind_id)
    assert set(found) == DRAFT_KEYS
    assert run("draft", kind_id).exit_code == 0
    assert run("backtest", kind_id).exit_code == 0


def test_a_draft_on_a_terminal_says_what_would_change(shop: Shop) -> None:
    told = run("draft", shop.kind(declined=(50.0, 60.0))).stdout
    for words in ("Widen limit (RET-2.1)", "medium", "Now: ", "Then: ", "within 30 days", "cases]"):
        assert words in told


def test_a_backtest_has_the_documented_shape(shop: Shop) -> None:
    kind_id = shop.kind()
    found = answer("backtest", kind_id)
    flips, year = found.pop("flips"), found.pop("year")
    assert (len(flips), set(flips[0])) == (16, {"case", "day", "was", "now", "outcome", "cost"})
    assert set(year) == {"low", "mid", "high"}
    assert [set(one) for one in found.pop("uptake")] == [{"low", "mid", "high", "times"}] * 3
    assert found == {
        "covered": 16,
        "still_exceptions": 0,
        "already_allowed": 0,
        "newly_allowed": 0,
        "still_declined": 0,
        "newly_refused": 0,
        "in_policy": 0,
        "cannot_tell": 0,
        "cost": 320.0,
        "currency": "EUR",
        "newly_allowed_cases": [],
        "masked": [],
        "by_outcome": [{"outcome": "missing", "covered": 16, "newly_allowed": 0}],
        "bunching": None,
        "grants": [],
        "conflicts": [],
    }
    told = run("backtest", kind_id).stdout
    assert "cost 320 EUR" in told
    assert f"That is {year['mid']:,.0f} EUR a year" in told


def test_a_backtest_on_a_terminal_warns(shop: Shop) -> None:
    key = shop.add_clause(BOOTS.replace("14", "20"))
    told = run("backtest", shop.kind()).stdout
    assert f"Mind: {key} says days since delivery is at most 20; this goes past it." in told
    untyped = shop.add_clause("Late fees are charged as listed.")
    told = run("backtest", shop.kind(clause=untyped, fact="days_late")).stdout
    assert "Nobody asked for it: amount is left open" in told


@pytest.mark.usefixtures("shop")
def test_a_kind_that_is_not_there_is_refused() -> None:
    for verb in ("draft", "backtest", "promote"):
        result = run(verb, "nowhere")
        assert result.exit_code == 1
        assert result.stdout == ""


def test_from_promotion_to_force(shop: Shop, tmp_path: Path) -> None:
    kind_id = shop.kind()
    assert "No change has been suggested yet." in run("candidates").stdout
    promoted = answer("promote", kind_id, "--as", "ines")
    assert (promoted["state"], promoted["kind"]) == ("open", kind_id)
    [row] = answer("candidates")
    assert row == promoted
    assert "RET-2.1" in run("candidates").stdout
    one = row["id"]
    assert "claimed" in run("claim", one, "--as", "ruth").stdout
    assert "open" in run("release", one, "--as", "ruth").stdout
    assert answer("claim", one, "--as", "ruth")["state"] == "claimed"
    wording = tmp_path / "wording.md"
    wording.write_text("Boots come back after a good talk, “gladly”.\n", encoding="utf-8")
    accepted = run("accept", one, "--as", "ruth", "--reason", "Simpler.", "--wording", str(wording))
    assert accepted.stdout == (
        f"{one}: widen limit for RET-2.1, in force.\nIn force from 2026-06-01 on.\n"
    )
    assert answer("candidates")[0]["effective_from"] == "2026-06-01"


def test_a_later_day_and_another_verdict(shop: Shop) -> None:
    kind_id = shop.kind()
    one = answer("promote", kind_id, "--as", "ines", "--verdict", "add_exception")["id"]
    answer("claim", one, "--as", "ruth")
    accepted = answer(
        "accept", one, "--as", "ruth", "--reason", "Fair.", "--effective-from", "2026-08-01"
    )
    assert (accepted["state"], accepted["verdict"]) == ("accepted", "add_exception")


def test_rejecting_and_deferring(shop: Shop) -> None:
    first, second = shop.claimed(shop.kind()), shop.claimed(shop.kind())
    rejected = answer("reject", first, "--as", "ruth", "--reason", "No.")
    deferred = answer(
        "defer", second, "--as", "ruth", "--reason", "Later.", "--until", "2026-08-01"
    )
    assert (rejected["state"], deferred["state"]) == ("rejected", "deferred")


def test_confirming_and_taking_back(shop: Shop) -> None:
    one = shop.accepted(shop.kind())
    assert answer("confirm", one, "--as", "rhea", "--reason", "It works.")["state"] == "confirmed"
    taken = run("rollback", one, "--as", "ruth", "--reason", "It does not.")
    assert taken.stdout == f"{one}: widen limit for RET-2.1, rolled back.\n"
    again = run("rollback", one, "--as", "ruth", "--reason", "Twice.")
    assert (again.exit_code, again.stdout) == (1, "")


def test_who_promoted_by_command_does_not_decide(shop: Shop) -> None:
    one = answer("promote", shop.kind())["id"]
    refused = run("claim", one)
    assert refused.exit_code == 1
    assert "You promoted this candidate" in refused.stderr
    assert shop.state(one) is CandidateState.OPEN


@pytest.mark.parametrize(
    "arguments",
    [
        ("draft",),
        ("accept", "one"),
        ("reject", "one"),
        ("defer", "one", "--reason", "x", "--until", "soon"),
        ("promote", "one", "--verdict", "allow"),
    ],
)
@pytest.mark.usefixtures("shop")
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2
