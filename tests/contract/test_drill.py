"""Behind every number of a kind's page stand its cases, and no others."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from recommender.accounts.directory import operator
from recommender.cases.outcomes import record_outcome
from recommender.kinds.opening import MOST
from recommender.models.cases import Case
from recommender.models.policies import Clause
from recommender.policies.library import revise
from recommender.vocabulary import CaseState, OutcomeSource
from tests.conftest import NewCase
from tests.contract.conftest import Api
from tests.contract.small_shop import LAST_DAY
from tests.contract.test_catalogue import one_agents_habit
from tests.contract.test_standings_kept import OTHER_BOOTS


def late(api: Api) -> dict[str, Any]:
    rows = api.by("ines").get("/v1/kinds").json()
    return next(row for row in rows if row["clause"] == "RET-2.1")


def opened(api: Api, **query: str | int) -> dict[str, Any]:
    answer = api.by("ines").get(f"/v1/kinds/{late(api)['id']}/cases", params=query)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def test_all_cases_are_as_many_as_the_page_says(shop_api: Api) -> None:
    page = opened(shop_api)
    days = [one["day"] for one in page["cases"]]
    assert page["total"] == len(page["cases"]) == late(shop_api)["cases"] == 18
    assert days == sorted(days, reverse=True)
    assert days[0] == late(shop_api)["last"]
    assert page["after"] is None


def test_outcomes_part_the_cases(shop_api: Api) -> None:
    house = shop_api.house
    worst = opened(shop_api)["cases"][0]["id"]
    with house.transaction(operator(house)) as tx:
        record_outcome(tx, worst, source=OutcomeSource.CUSTOMER, csat=1)
    assert [one["id"] for one in opened(shop_api, of="bad")["cases"]] == [worst]
    totals = [opened(shop_api, of=of)["total"] for of in ("good", "bad", "neutral", "missing")]
    assert totals == [17, 1, 0, 0]


def test_events_and_facts_are_opened_by_day_and_value(shop_api: Api) -> None:
    first = opened(shop_api)["cases"][-1]
    assert {one["id"] for one in opened(shop_api, of="event", day=first["day"])["cases"]} == {
        first["id"]
    }
    name, value = next(iter(first["facts"].items()))
    same = opened(shop_api, of="fact", fact=name, value=value)["cases"]
    assert first["id"] in {one["id"] for one in same}
    assert {one["facts"][name] for one in same} == {value}
    assert opened(shop_api, of="fact", fact=name)["total"] == 18
    assert opened(shop_api, of="fact", fact="no such")["total"] == 0
    refused = shop_api.by("ines").get(
        f"/v1/kinds/{late(shop_api)['id']}/cases", params={"of": "fact"}
    )
    assert refused.json()["code"] == "UnknownNumber"


def test_amounts_that_are_missing_are_opened(shop_api: Api) -> None:
    assert opened(shop_api, of="without_amount")["total"] == 0


def test_declined_look_alikes_are_opened_where_declined_cases_may_be_read(
    shop_api: Api, new_case: NewCase
) -> None:
    assert opened(shop_api, of="declined")["total"] == 0, "of three customers"
    house = shop_api.house
    with house.transaction(operator(house)) as tx:
        for number in range(3):
            case = new_case(
                tx.session,
                state=CaseState.DECLINED,
                clause="RET-2.1",
                agent_id=f"agent-{number}",
                customer_id=f"other-{number}",
            )
            tx.record("decline", "case", case.id)
    found = opened(shop_api, of="declined")["cases"]
    assert found
    assert {one["state"] for one in found} == {"declined"}


def test_each_number_opens_as_many_cases_as_it_says(shop_api: Api, new_case: NewCase) -> None:
    house = shop_api.house
    long_ago = opened(shop_api)["cases"][-1]["id"]
    with house.transaction(operator(house)) as tx:
        found = tx.session.get_one(Case, long_ago)
        found.amount = None
        record_outcome(tx, long_ago, source=OutcomeSource.CUSTOMER, csat=5, actual_cost=9.0)
        clause = tx.session.scalars(select(Clause).where(Clause.key == "RET-2.1")).one()
        revise(tx, clause, markup=OTHER_BOOTS, effective_from=LAST_DAY - timedelta(days=300))
        for number in range(6):
            age = 400 if number < 2 else 10
            people = {"agent_id": f"agent-{number}", "customer_id": f"other-{number}"}
            new_case(tx.session, state=CaseState.DECLINED, clause="RET-2.1", age=age, **people)
    evidence = shop_api.by("ines").get(f"/v1/kinds/{late(shop_api)['id']}").json()["evidence"]
    assert {each["fact"] for each in evidence["facts"]} >= {"amount"}
    for each in evidence["facts"]:
        assert opened(shop_api, of="fact", fact=each["fact"])["total"] == each["n"]
    assert opened(shop_api, of="declined")["total"] == evidence["look_alikes"]["cases"] == 7
    assert opened(shop_api, of="without_amount")["total"] == 0
    assert evidence["share_without_amount"] == 0, "its actual cost is known"


def test_pages_join_to_the_whole(shop_api: Api) -> None:
    whole = [one["id"] for one in opened(shop_api)["cases"]]
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = opened(shop_api, top=5, **after)
        found += [one["id"] for one in page["cases"]]
        if page["after"] is None:
            break
        after = {"after": page["after"]}
    assert found == whole
    refused = shop_api.by("ines").get(
        f"/v1/kinds/{late(shop_api)['id']}/cases", params={"after": "000000000000"}
    )
    assert refused.json()["code"] == "BadCursor"
    assert len(whole) < MOST


def test_a_wording_cuts_the_numbers_and_their_cases_alike(shop_api: Api) -> None:
    house = shop_api.house
    with house.transaction(operator(house)) as tx:
        clause = tx.session.scalars(select(Clause).where(Clause.key == "RET-2.1")).one()
        revise(tx, clause, markup=OTHER_BOOTS, effective_from=LAST_DAY - timedelta(days=40))
    assert opened(shop_api)["total"] == late(shop_api)["cases"] == 8
    cut = date.fromisoformat(opened(shop_api)["cases"][-1]["day"])
    assert cut >= LAST_DAY.date() - timedelta(days=40)


def test_few_people_have_no_cases_behind_their_numbers(api: Api, new_case: NewCase) -> None:
    habit = one_agents_habit(api.house, new_case)
    page = api.by("ines").get(f"/v1/kinds/{habit}/cases").json()
    assert page == {"total": None, "cases": [], "after": None, "masked": ["cases", "total"]}


def test_no_kind_has_no_cases(shop_api: Api) -> None:
    assert shop_api.by("ines").get("/v1/kinds/000000000000/cases").status_code == 404


def test_opened_cases_are_those_of_the_kind(shop_api: Api) -> None:
    with shop_api.house.database.reading() as session:
        query = select(Case.id).join(Clause).where(Clause.key == "RET-2.1")
        own = set(session.scalars(query.where(Case.state == CaseState.APPROVED)))
    assert {one["id"] for one in opened(shop_api)["cases"]} == own
