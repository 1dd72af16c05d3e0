"""Exports of three helpdesks and the development data: good rows taken, bad ones named."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.cases.importing.taking import import_cases
from recommender.models.cases import Case
from recommender.policies.library import import_policy
from recommender.policies.syntax.rows import parse_rows
from recommender.storage.house import House
from tests.conftest import RunCli

DATA = Path(__file__).parents[3] / "shared" / "data"
SAMPLES = DATA / "import_samples"
FILES = {
    "zendesk": "zendesk_tickets.jsonl",
    "salesforce": "salesforce_cases.csv",
    "servicenow": "servicenow_cases.csv",
}
FAULTS = {
    "empty description": ("situation", "description: The situation is empty."),
    "unreadable CreatedDate": ("occurred_at", "CreatedDate: "),
    "duplicate number": ("id", "number: This is a duplicate of the row on line 61."),
}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="needs the data in ../shared/data")


@pytest.fixture(params=FILES)
def expected(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """A helpdesk, and what is expected of its export."""
    whole = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
    return request.param, whole[request.param]


def cases(house: House) -> list[Case]:
    with house.database.reading() as session:
        found = session.scalars(select(Case).order_by(Case.source_id)).all()
        session.expunge_all()
        return list(found)


def test_each_export_gives_its_good_rows_and_names_its_bad_one(
    house: House, admin: Actor, expected: tuple[str, dict[str, Any]]
) -> None:
    helpdesk, wanted = expected
    report = import_cases(house, admin, SAMPLES / FILES[helpdesk], mapping=helpdesk)
    assert (report.rows, report.imported) == (wanted["rows"], wanted["good"])
    assert len(cases(house)) == wanted["good"]
    assert [refused.id for refused in report.refused] == [bad["id"] for bad in wanted["bad"]]
    for refused, bad in zip(report.refused, wanted["bad"], strict=True):
        field, reason = FAULTS[bad["reason"]]
        assert refused.field == field
        assert refused.reason.startswith(reason)
    assert report.zone == "UTC"
    assert report.zoneless == (report.imported if helpdesk == "servicenow" else 0)
    again = import_cases(house, admin, SAMPLES / FILES[helpdesk], mapping=helpdesk)
    assert (again.unchanged, again.refused) == (report.imported, report.refused)


def test_the_three_exports_say_the_same_of_the_same_cases(house: House, admin: Actor) -> None:
    """They are one set of cases; each export leaves out one, and knows what its system can."""
    for helpdesk, file in FILES.items():
        import_cases(house, admin, SAMPLES / file, mapping=helpdesk)
    by_system: dict[str, dict[int, Case]] = {helpdesk: {} for helpdesk in FILES}
    for case in cases(house):
        number = int(case.source_id.removeprefix("CS"))
        by_system[case.source_system][number] = case
    shared = set.intersection(*map(set, by_system.values()))
    assert len(shared) == 58
    for number in shared:
        three = [by_system[helpdesk][number] for helpdesk in FILES]
        for name in ("occurred_at", "situation", "policy_ref", "amount", "cosigner_id"):
            assert len({getattr(case, name) for case in three}) == 1, (number, name)
        assert len({case.channel for case in three}) == 1
    states = Counter((case.source_system, str(case.state)) for case in cases(house))
    assert states["servicenow", "approved"] == 54
    assert (states["servicenow", "declined"], states["servicenow", "pending"]) == (3, 3)


def test_quirks_are_read_as_their_systems_mean_them(house: House, admin: Actor) -> None:
    for helpdesk, file in FILES.items():
        import_cases(house, admin, SAMPLES / file, mapping=helpdesk)
    texts = [case.situation for case in cases(house)]
    assert not any("Sent from my" in text or text.endswith("--") for text in texts)
    amounts = {case.amount for case in cases(house) if case.source_system == "servicenow"}
    assert max(amount for amount in amounts if amount is not None) == 32.65
    resolutions = [case.resolution or "" for case in cases(house)]
    assert any("€" in text and "é" in text for text in resolutions)
    assert {case.customer_tier for case in cases(house)} >= {"standard", "plus", "premium"}


@pytest.mark.parametrize(
    ("file", "refused"),
    [
        ("telecom_cases/cases.jsonl", {}),
        ("stream_insurance.jsonl", {}),
        ("stream_shop.jsonl", {}),
        ("license_exceptions_cncf.jsonl", {}),
        ("freeze_exceptions_k8s.jsonl", {"occurred_at": 7, "status": 1}),
        ("retail_requests.jsonl", {"occurred_at": 114}),
    ],
)
def test_the_development_data_come_in(
    house: House, cli: RunCli, file: str, refused: dict[str, int]
) -> None:
    answer = cli("import", DATA / file, "--json")
    report = json.loads(answer.stdout)
    assert Counter(one["field"] for one in report["refused"]) == refused
    assert report["imported"] == report["rows"] - sum(refused.values()) == len(cases(house))
    assert answer.exit_code == (1 if report["imported"] == 0 else 0)


def test_what_the_data_leave_out_stays_unknown(house: House, admin: Actor) -> None:
    import_cases(house, admin, DATA / "license_exceptions_cncf.jsonl")
    found = cases(house)
    assert {case.agent_id for case in found} == {case.customer_id for case in found} == {None}
    states = Counter(str(case.state) for case in found)
    assert states == {"approved": 154, "declined": 3, "in_policy": 337}


@pytest.mark.slow
def test_sections_and_clauses_are_resolved(house: House, admin: Actor) -> None:
    with house.transaction(operator(house)) as tx:
        for handbook in (
            "policy_stream_insurance.jsonl",
            "telecom_cases/policy_telecom_handbook.jsonl",
        ):
            for policy in parse_rows((DATA / handbook).read_text(encoding="utf-8")).policies:
                import_policy(tx, policy)
    for file in ("stream_insurance.jsonl", "telecom_cases/cases.jsonl"):
        assert import_cases(house, admin, DATA / file).unknown_refs == 0
    for case in cases(house):
        if case.policy_ref is not None:
            assert (case.clause_id is None) is (case.source_system == "insurance")
            assert case.section_key is not None


def test_the_report_has_a_documented_shape(house: House, admin: Actor, cli: RunCli) -> None:
    path = SAMPLES / FILES["zendesk"]
    dry = import_cases(house, admin, path, mapping="zendesk", dry_run=True)
    answer = cli("import", path, "--mapping", "zendesk", "--dry-run", "--json")
    assert json.loads(answer.stdout) == asdict(dry)
