"""An examiner's questions are answered from what was kept of a quarter, and nobody is counted."""

import csv
import json
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from io import StringIO

import pytest

from recommender.access import RoleMissing
from recommender.accounts.directory import actor_named, add_account, operator
from recommender.changes.examiner import QUESTIONS, Answer, Examined, examine
from recommender.kinds.fairness import NoQuarter
from recommender.kinds.slices import keep_quarters
from recommender.kinds.statistics import wilson
from recommender.models.cases import Case
from recommender.models.contacts import ContactVolume
from recommender.models.policies import Clause
from recommender.storage.house import House
from recommender.vocabulary import CaseState, Dimension, Role
from tests.conftest import AddPolicy, NewCase, RunCli
from tests.contract.changing import FILERS
from tests.contract.conftest import Api

FIRST_TWENTY = frozenset(range(20))


def fill(
    house: House, new_case: NewCase, declined: Collection[int] = FIRST_TWENTY, **given: object
) -> None:
    """Add 80 cases of the first quarter: half by chat, in each ten declined; and 20 after it."""
    with house.transaction(operator(house)) as tx:
        for number in range(80):
            new_case(
                tx.session,
                age=65 + number % 60,
                agent_id=FILERS[number % len(FILERS)],
                channel=("chat", "phone")[number % 2],
                product="=HYPERLINK(1)" if number % 4 < 2 else "shoes",
                cosigner_id=None,
                state=CaseState.DECLINED if number in declined else CaseState.APPROVED,
                **{"clause": "RET-2.1"} | given,
            )
        for number in range(20):
            filer = FILERS[number % len(FILERS)]
            new_case(tx.session, age=number, agent_id=filer, cosigner_id=None)
        house.settings = house.settings.model_copy(update={"as_of": date(2026, 6, 1)})
        keep_quarters(tx)


@pytest.fixture
def examined(house: House, add_policy: AddPolicy, new_case: NewCase) -> House:
    add_policy()
    fill(house, new_case)
    return house


def report(house: House) -> Examined:
    with house.reading(operator(house)) as tx:
        return examine(tx)


def lines(house: House, question: str, attribute: str) -> Iterator[Answer]:
    return (
        one
        for one in report(house).answers
        if (one.question, one.attribute) == (question, attribute)
    )


def test_declines_by_attribute_have_their_interval(examined: House) -> None:
    found = {one.value: one for one in lines(examined, "attribute", "channel")}
    assert set(found) == {"chat", "phone"}
    low, high = wilson(10, 40)
    for one in found.values():
        assert (one.exceptions, one.declined) == (30, 10)
        assert one.low is not None
        assert one.high is not None
        assert low - 0.01 < one.low <= low < high <= one.high < high + 0.01


def test_an_attribute_with_too_few_declines_gives_no_share(
    house: House, add_policy: AddPolicy, new_case: NewCase
) -> None:
    add_policy()
    fill(house, new_case, declined=range(0, 80, 14))  # all of one filer, by chat
    found = list(lines(house, "attribute", "channel"))
    assert {(one.cases, one.note) for one in found} == {(40, "too few declines to tell apart")}
    assert {one.low for one in found} == {None}
    [whole] = lines(house, "share", "house")
    assert (whole.exceptions, whole.note) == (None, "few"), "nor does the sum tell it"


def test_contacts_tell_the_share_where_every_week_has_them(examined: House) -> None:
    [before] = lines(examined, "share", "house")
    assert (before.exceptions, before.low) == (60, None)
    assert before.note.startswith("not checkable")
    with examined.transaction(operator(examined)) as tx:
        monday = date(2025, 12, 29)
        tx.session.add_all(
            ContactVolume(week=monday + timedelta(weeks=week), contacts=500) for week in range(20)
        )
    [after] = lines(examined, "share", "house")
    low, high = wilson(60, 13 * 500)
    assert after.low is not None
    assert after.high is not None
    assert after.low <= low < high <= after.high
    assert after.note == "of 6500 contacts in 13 weeks"


def test_limits_in_force_are_listed(examined: House) -> None:
    found = {one.value: one.note for one in lines(examined, "limits", "clause")}
    assert found["RET-2.1"] == "days since delivery is at most 14"
    assert found["RET-2.2"] == "never bent"


def test_what_one_policy_owner_answered_is_not_counted(
    house: House, add_policy: AddPolicy, new_case: NewCase
) -> None:
    add_policy()
    fill(house, new_case, decided_by_owner=True)
    assert {one.note for one in lines(house, "deciders", "role")} == {"few"}
    assert [one.note for one in lines(house, "limits", "house")] == ["few"]


def test_every_question_is_answered_in_order(examined: House) -> None:
    asked = [one.question for one in report(examined).answers]
    assert list(dict.fromkeys(asked)) == list(QUESTIONS)
    text = report(examined).markdown
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == list(
        QUESTIONS.values()
    )


def test_each_question_is_answered_with_a_number(examined: House) -> None:
    with examined.transaction(operator(examined)) as tx:
        for name in ("rhea", "rosa"):
            add_account(tx, name=name, display_name=name, roles=[Role.POLICY_OWNER], team="desk")
        other = tx.session.query(Clause).filter_by(key="RET-3.1").one()
        for number, case in enumerate(tx.session.query(Case).order_by(Case.source_id)):
            case.dimension = (Dimension.ADAPTING, Dimension.RESOURCES)[number // 2 % 2]
            case.decided_by_owner = number % 3 == 0
            if number // 4 % 2:
                case.clause = other
        monday = date(2025, 12, 29)
        tx.session.add_all(
            ContactVolume(week=monday + timedelta(weeks=week), contacts=500) for week in range(20)
        )
    told: dict[tuple[str, str], list[Answer]] = {}
    for one in report(examined).answers:
        told.setdefault((one.question, one.attribute), []).append(one)
    [share] = told["share", "house"]
    assert share.exceptions == 60
    for question in (("attribute", "channel"), ("product", "product"), ("reason", "clause")):
        assert sum((one.exceptions or 0) + (one.declined or 0) for one in told[question]) == 80
    assert {one.value for one in told["reason", "clause"]} == {"RET-2.1", "RET-3.1"}
    assert {one.label for one in told["reason", "clause"]} >= {"Return window (RET-2.1)"}
    [routed] = told["limits", "house"]
    assert routed.note == "27 cases past a limit, answered by policy owners"
    assert [one.note for one in told["deciders", "role"]] == ["53 decisions", "27 decisions"]


def test_promise_14_no_cell_is_a_formula(examined: House) -> None:
    rows = list(csv.reader(StringIO(report(examined).csv)))
    assert len(rows) == 1 + len(report(examined).answers)
    cells = [cell for row in rows for cell in row]
    assert "'=HYPERLINK(1)" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "\\=HYPERLINK(1)" in report(examined).markdown


def test_it_is_the_same_on_every_later_day(examined: House, new_case: NewCase) -> None:
    before = report(examined)
    with examined.transaction(operator(examined)) as tx:
        new_case(tx.session, age=70, channel="letter")
        examined.settings = examined.settings.model_copy(update={"as_of": date(2026, 6, 20)})
        keep_quarters(tx)
    assert report(examined) == before


def test_without_a_quarter_it_says_so(house: House) -> None:
    empty = report(house)
    assert (empty.quarter, empty.answers) == (None, [])
    assert empty.markdown.startswith("No quarter was kept yet")
    with house.reading(operator(house)) as tx, pytest.raises(NoQuarter):
        examine(tx, "2026-Q1")


@pytest.mark.parametrize("name", ["maya", "ines"])
def test_agents_and_managers_do_not_read_it(house: House, name: str) -> None:
    with house.reading(actor_named(house, name)) as tx, pytest.raises(RoleMissing):
        examine(tx)


def test_api_and_command_line_give_the_same(examined: House, cli: RunCli) -> None:
    answer = Api(examined).by("auditor").get("/v1/examiner", params={"quarter": "2026-Q1"}).json()
    printed = json.loads(cli("examiner", "--json").stdout)
    assert answer["quarters"] == ["2026-Q1"]
    assert answer["answers"] == printed["answers"]
    assert cli("examiner", "2026-Q1").stdout == answer["markdown"]
    assert cli("examiner", "--csv").stdout_bytes.decode() == report(examined).csv
