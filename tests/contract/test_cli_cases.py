"""The verbs file, cosign, outcome, catch-up, precedents and search."""

import json
from typing import Any

import pytest
from click.testing import Result

from recommender.models.cases import Case
from recommender.storage.house import House
from recommender.vocabulary import CaseState
from tests.conftest import AddPolicy, NewCase, RunCli

FILE = ("file", "--as", "maya", "--situation", "The fan rattles.", "--resolution", "Swap the fan.")


def answered(result: Result) -> Any:  # noqa: ANN401 - JSON
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_proposal_is_filed_listed_and_signed(cli: RunCli, add_policy: AddPolicy) -> None:
    add_policy()
    more = ("--clause", "RET-3.1", "--facts", '{"months_owned": 13}', "--amount", 20)
    filed = answered(cli(*FILE, *more, "--currency", "EUR", "--json"))
    assert filed["state"] == "pending"
    assert filed["facts"] == {"months_owned": 13}
    (waiting,) = answered(cli("cosign", "--as", "tom", "--json"))
    assert waiting == filed
    signed = cli("cosign", filed["id"], "--as", "tom", "--hash", filed["content_hash"])
    assert (signed.exit_code, signed.stdout) == (0, f"{filed['id']} is approved.\n")
    assert answered(cli("cosign", "--as", "tom", "--json")) == []
    assert cli("cosign", "--as", "tom").stdout == "Nothing waits for you.\n"


def test_a_peer_asks_and_the_filer_answers(cli: RunCli) -> None:
    filed = answered(cli(*FILE, "--json"))
    by_tom = ("cosign", filed["id"], "--as", "tom", "--hash", filed["content_hash"])
    asked = cli(*by_tom, "--ask", "Which fan?")
    assert (asked.exit_code, asked.stdout) == (0, f"{filed['id']} is pending.\n")
    (question,) = answered(cli("answer", "--as", "maya", "--json"))
    assert (question["case"], question["question"]) == (filed["id"], "Which fan?")
    listed = f"{question['id']}  about {filed['id']}: Which fan?\n"
    assert cli("answer", "--as", "maya").stdout == listed
    assert cli("answer", question["id"], "--as", "maya").exit_code == 2
    told = cli("answer", question["id"], "The tall one.", "--as", "maya")
    assert (told.exit_code, told.stdout) == (0, "Answered; whoever asked has been told.\n")
    assert cli("answer", "--as", "maya").stdout == "Nobody has asked you anything.\n"
    lines = cli("cosign", "--as", "tom").stdout.splitlines()
    assert {"  asked: Which fan?", "  answered: The tall one."} <= set(lines)
    again = answered(cli(*by_tom, "--ask", "Since when?", "--json"))
    assert [one["answer"] for one in again["questions"]] == ["The tall one.", None]
    twice = answered(cli("answer", again["questions"][1]["id"], "May.", "--as", "maya", "--json"))
    assert [one["answer"] for one in twice["questions"]] == ["The tall one.", "May."]
    both = cli(*by_tom, "--ask", "Why?", "--decline", "No.")
    assert both.exit_code == 2
    assert cli("cosign", filed["id"], filed["id"], "--as", "tom").exit_code == 2


def test_people_read_a_proposal_whole(cli: RunCli, add_policy: AddPolicy) -> None:
    add_policy()
    told = cli(
        *FILE,
        *("--clause", "RET-2.2", "--reason", "It is loud.", "--after-the-act"),
        *("--facts", '{"loud": true}', "--amount", 5, "--currency", "EUR"),
        *("--occurred-at", "2026-01-02"),
    )
    assert told.exit_code == 0
    for line in (
        "  situation: The fan rattles.",
        "  resolution: Swap the fan.",
        "  reason: It is loud.",
        "  loud: yes",
        "  amount: 5 EUR",
        "  filed after the act",
        "  peers cannot approve this: RET-2.2 is never bent, whatever the case.",
    ):
        assert line in told.stdout.splitlines()
    assert cli("cosign", "--as", "tom").stdout == told.stdout


@pytest.mark.parametrize(
    ("gap", "words"), [((), "no clause named"), (("--gap",), "no clause fits")]
)
def test_a_gap_is_told_from_silence(cli: RunCli, gap: tuple[str, ...], words: str) -> None:
    assert words in cli(*FILE, *gap).stdout


def test_what_a_clause_allows_already_is_said_beside_the_filing(
    cli: RunCli, add_policy: AddPolicy
) -> None:
    add_policy()
    told = cli(*FILE, "--clause", "RET-3.1", "--facts", '{"months_owned": 3}', "--json")
    assert told.stderr.startswith(
        "RET-3.1 allows this already: no proposal is needed. A zip is mended"
    )
    assert json.loads(told.stdout)["clause"] == "RET-3.1"


def test_a_peer_declines_with_a_reason(cli: RunCli, house: House) -> None:
    filed = answered(cli(*FILE, "--json"))
    words = ("cosign", filed["id"], "--as", "tom", "--hash", filed["content_hash"])
    assert answered(cli(*words, "--decline", "Fans rattle.", "--json"))["state"] == "declined"
    with house.database.reading() as session:
        assert session.get_one(Case, filed["id"]).decline_reason == "Fans rattle."


def test_refusals_exit_1_and_wrong_usage_2(cli: RunCli) -> None:
    own = answered(cli(*FILE, "--json"))
    refused = cli("cosign", own["id"], "--as", "maya", "--hash", own["content_hash"])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "somebody else has to answer" in refused.stderr
    assert cli(*FILE[:-1], " ").exit_code == 1
    for words in (
        ("cosign", own["id"], "--as", "tom"),
        (*FILE, "--facts", "[4]"),
        (*FILE, "--facts", "days=4"),
        ("file", "--as", "maya"),
        ("outcome",),
    ):
        assert cli(*words).exit_code == 2


def test_only_agents_file(cli: RunCli) -> None:
    words = [word for word in FILE if word not in {"--as", "maya"}]
    assert cli(*words).exit_code == 1
    assert cli(*words, "--as", "ines").exit_code == 1


def test_an_outcome_is_recorded_and_read(cli: RunCli, house: House, new_case: NewCase) -> None:
    with house.database.transaction() as session:
        new_case(session, source_id="T-7")
    told = cli("outcome", "T-7", "--source", "customer", "--csat", 5, "--no-complaint")
    assert told.stdout == "Recorded; the outcome reads good.\n"
    assert cli("outcome", "T-7", "--lost").stdout == "Recorded; the outcome reads bad.\n"
    assert cli("outcome", "T-7").exit_code == 1


def test_precedents_and_search_give_the_documented_shape(
    cli: RunCli, house: House, new_case: NewCase, add_policy: AddPolicy
) -> None:
    add_policy()
    with house.database.transaction() as session:
        opaque = new_case(session, source_id="T-1", clause="RET-3.1", facts={"months": 14}).id
        new_case(session, source_id="T-2", situation="Wrong colour.", state=CaseState.DECLINED)
    asked = ("precedents", "--situation", "The heel is loose.", "--clause", "RET-3.1", "--json")
    more = ("--facts", '{"months": 15}')
    assert answered(cli(*asked)) == []
    assert cli("catch-up").stdout.startswith("Embedded 6 texts")
    first, second = answered(cli(*asked, *more))
    keys = ["source_system", "id", "similarity", "decision", "clause", "why"]
    assert list(first) == [*keys, "differs", "superseded", "badly_ended"]
    assert (first["differs"], first["superseded"]) == (["only there: pair"], False)
    assert (first["source_system"], first["id"], first["decision"]) == ("ledger", "T-1", "approved")
    assert first["clause"] == "RET-3.1"
    assert first["why"][:2] == ["same clause: RET-3.1", "months: 14, yours 15"]
    assert first["similarity"] > second["similarity"]
    assert [row["id"] for row in answered(cli(*asked, "--exclude", "T-1"))] == ["T-2"]
    assert [row["id"] for row in answered(cli(*asked, "--top", 1))] == ["T-1"]
    (found,) = answered(cli("search", "wrong colour", "--top", 1, "--json"))
    assert (found["id"], found["decision"]) == ("T-2", "declined")
    row = answered(cli(*asked, "--as", "maya"))[0]
    assert (row["source_system"], row["id"]) == (None, opaque)
    assert answered(cli(*asked, "--as", "ines")) == [], "one case is nobody's group"


def test_people_read_precedents_as_a_table(cli: RunCli, house: House, new_case: NewCase) -> None:
    with house.database.transaction() as session:
        new_case(session, source_id="T-1")
    cli("catch-up")
    told = cli("precedents", "--situation", "The heel is loose.").stdout
    assert told.splitlines()[0].split() == [
        "Likeness",
        "Case",
        "Answer",
        "Clause",
        "Situation",
        "Why",
    ]
    assert "words in common: heel, loose" in told
