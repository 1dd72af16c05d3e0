"""Taking cases in: what becomes of each row, when it is new, known or changed."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.cases.embedding import catch_up
from recommender.cases.filing import Wish, file
from recommender.cases.importing.mapping import UnknownMapping, UnknownZone
from recommender.cases.importing.taking import import_cases
from recommender.models.base import new_id
from recommender.models.cases import Case, Embedding, ImportBatch
from recommender.models.events import Event
from recommender.storage.events import commitment
from recommender.storage.house import House
from recommender.vocabulary import CaseState, OutcomeSource
from tests.conftest import AddPolicy
from tests.imports import Take, case_id, counts, everything, row, taker


@pytest.fixture
def take(house: House, admin: Actor, tmp_path: Path) -> Take:
    """Import rows as an admin: `take(rows, update=True)`."""
    return taker(house, admin, tmp_path)


def ids(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(Case.source_id)))


def test_a_row_becomes_a_case_with_everything_it_says(
    house: House, admin: Actor, take: Take, add_policy: AddPolicy
) -> None:
    add_policy()
    report = take(
        [
            row(
                1,
                situation="My name is Oliver Jennings, call me on +44 7700 900123.",
                reason="Loyal since 2011.",
                decline_reason="Too late.",
                approved_at="2026-03-01T11:00:00Z",
                policy_ref="RET-2.1",
                granted_action="refund",
                amount=35,
                currency="EUR",
                facts={"days_late": 4, "note": "ask Oliver Jennings"},
                outcome={"csat": 5, "complaint": False},
                filed_after_the_act=True,
                ticket={"subject": "From Oliver Jennings", "tags": ["boots", 7]},
            )
        ]
    )
    assert counts(report) == {"imported": 1}
    with house.reading(admin) as tx:
        case = tx.session.scalars(select(Case)).one()
        assert case.state is case.imported_state is CaseState.APPROVED
        assert case.situation == "My name is [name], call me on [phone]."
        assert case.raw.situation == "My name is Oliver Jennings, call me on +44 7700 900123."
        assert (case.reason, case.raw.decline_reason) == ("Loyal since 2011.", "Too late.")
        assert case.facts == {"days_late": 4, "note": "ask [name]"}
        assert case.extra == {"ticket": {"subject": "From [name]", "tags": ["boots", 7]}}
        assert case.clause is not None
        assert (case.clause.key, case.section_key, case.policy_ref) == (
            "RET-2.1",
            "RET-2",
            "RET-2.1",
        )
        assert case.revision_id == case.clause.newest.id
        assert case.decided_at == datetime(2026, 3, 1, 11, tzinfo=UTC)
        assert case.filed_at == case.occurred_at
        assert (case.amount, case.currency, case.granted_action) == (35, "EUR", "refund")
        assert (case.agent_id, case.cosigner_id, case.filed_after_the_act) == ("maya", "tom", True)
        assert set(case.provenance.values()) == {"imported"}
        assert {"situation", "facts.days_late", "amount"} <= set(case.provenance)
        assert not case.touched_here
        outcome = case.outcomes[0]
        assert (outcome.source, outcome.csat, outcome.complaint) == (OutcomeSource.IMPORT, 5, False)
        sealed = case.content_hash
        case.seal()
        assert case.content_hash == sealed


def test_the_batch_is_one_event_that_commits_to_all_of_it(
    house: House, admin: Actor, take: Take
) -> None:
    report = take([row(1), row(2), row(3, situation="")])
    with house.reading(admin) as tx:
        event = tx.session.scalars(select(Event).order_by(Event.sequence.desc())).first()
        batch = tx.session.get_one(ImportBatch, report.batch_id)
        cases = tx.session.scalars(select(Case)).all()
        assert event is not None
        assert (event.verb, event.noun, event.noun_id) == ("import", "batch", batch.id)
        told = {"rows": 3, "imported": 2, "updated": 0, "refused": 1}
        assert batch.counts == told
        assert event.details == told | {"commitment": event.details["commitment"]}
        assert all(commitment(case) not in str(event.details) for case in cases)
        assert {case.batch_id for case in cases} == {batch.id}
        house.log.verify(tx.session)


def test_identity_that_is_missing_stays_unknown_and_self_signing_is_told(
    house: House, admin: Actor, take: Take
) -> None:
    nobody = dict.fromkeys(("agent_id", "cosigner_id", "customer_id"))
    report = take([row(1, **nobody), row(2, agent_id="tom"), row(3, status=None)])
    assert (report.self_signed, report.status_missing, report.imported) == (1, 1, 3)
    with house.reading(admin) as tx:
        case = tx.session.get_one(Case, case_id(house))
        assert (case.agent_id, case.cosigner_id, case.customer_id) == (None, None, None)


def test_references_are_clauses_sections_or_counted(
    house: House, admin: Actor, take: Take, add_policy: AddPolicy
) -> None:
    add_policy()
    refs = ("RET-2.1", "RET-2", "OLD-7", "OLD-7", "OLD-8", None)
    report = take([row(number, policy_ref=ref) for number, ref in enumerate(refs, start=1)])
    assert (report.unknown_refs, report.unknown) == (3, {"OLD-7": 2, "OLD-8": 1})
    with house.reading(admin) as tx:
        cases = tx.session.scalars(select(Case).order_by(Case.source_id)).all()
        assert [(case.clause and case.clause.key, case.section_key) for case in cases] == [
            ("RET-2.1", "RET-2"),
            (None, "RET-2"),
            *[(None, None)] * 4,
        ]
        assert [case.policy_ref for case in cases] == list(refs)


def test_references_are_linked_by_the_next_import_after_the_policy_came(
    house: House, admin: Actor, take: Take, add_policy: AddPolicy
) -> None:
    rows = [row(1, policy_ref="RET-2.1"), row(2, policy_ref="GONE"), row(3, status="pending")]
    rows[2]["policy_ref"] = "RET-3.1"
    assert take(rows).unknown_refs == 3
    add_policy()
    report = take(rows)
    assert (report.linked, report.unknown, counts(report)) == (2, {"GONE": 1}, {"unchanged": 3})
    with house.reading(admin) as tx:
        first, _, waiting = tx.session.scalars(select(Case).order_by(Case.source_id))
        assert first.clause is not None
        assert (first.clause.key, first.revision_id) == ("RET-2.1", first.clause.newest.id)
        assert waiting.clause is not None
        assert waiting.revision_id is None
    assert take(rows).linked == 0


def test_the_same_file_again_changes_nothing(house: House, take: Take) -> None:
    rows = [row(1, outcome={"csat": 4}, extra={"a": [1]}), row(2), row(3, status="nonsense")]
    take(rows)
    before = everything(house)
    again = take(list(reversed(rows)), update=True)
    assert counts(again) == {"unchanged": 2, "refused": 1}
    assert again.batch_id is None
    assert everything(house) == before


def test_changed_content_is_told_and_taken_over_only_with_update(house: House, take: Take) -> None:
    first = take([row(1, outcome={"csat": 2}), row(2), row(3)])
    changed = [row(1, situation="Her boots held, after all."), row(2, amount=3), row(3)]
    told = take(changed)
    assert counts(told) == {"changed": 2, "unchanged": 1}
    assert [(left.line, left.id) for left in told.left] == [(1, "A-1"), (2, "A-2")]
    assert told.batch_id is None
    assert counts(take(changed, update=True)) == {"updated": 2, "unchanged": 1}
    assert counts(take(changed, update=True)) == {"unchanged": 3}
    with house.database.reading() as session:
        case = session.get_one(Case, case_id(house))
        assert case.situation == case.raw.situation == "Her boots held, after all."
        assert case.outcomes == []
        assert case.batch_id == first.batch_id
        assert session.get_one(Case, case_id(house, 2)).amount == 3


def test_an_update_replaces_the_imports_outcome_and_drops_vectors_of_changed_texts(
    house: House, admin: Actor, take: Take
) -> None:
    take([row(1, reason="Kind.", outcome={"csat": 2, "complaint": True}), row(2)])
    catch_up(house, admin)
    take([row(1, outcome={"csat": 4}), row(2, amount=9)], update=True)
    with house.database.reading() as session:
        kept = session.scalars(select(Embedding.case_id)).all()
        assert kept == [case_id(house, 2)]
        outcome = session.get_one(Case, case_id(house)).outcome
        assert (outcome.csat, outcome.complaint) == (4, None)


def test_a_status_moves_only_as_the_table_of_states_allows(house: House, take: Take) -> None:
    take([row(1, status="pending"), row(2), row(3, status="declined")])
    report = take([row(1), row(2, status="revoked"), row(3)], update=True)
    assert counts(report) == {"updated": 2, "refused": 1}
    assert (report.refused[0].id, report.refused[0].field) == ("A-3", "status")
    states = [state for _, _, state, *_ in everything(house)[1]]
    assert states == [CaseState.APPROVED, CaseState.REVOKED, CaseState.DECLINED]


def test_of_two_rows_with_one_key_the_second_is_refused(take: Take) -> None:
    report = take(
        [row(1), row(1, amount=5), row(1, source_system="web"), row(2, status="x"), row(2)]
    )
    assert counts(report) == {"imported": 3, "refused": 2}
    twice, odd = report.refused
    assert (twice.line, twice.id, twice.field) == (2, "A-1", "id")
    assert "duplicate" in twice.reason
    assert (odd.line, odd.field) == (4, "status")


def test_a_row_cannot_take_the_place_of_a_proposal_filed_here(
    house: House, maya: Actor, take: Take
) -> None:
    with house.transaction(maya) as tx:
        filed = file(tx, Wish(situation="A bent spoke.", resolution="Mended it.")).id
    report = take([row(1, source_system="recommender", id=filed), row(2)], update=True)
    assert counts(report) == {"imported": 1, "refused": 1}
    assert "filed here" in report.refused[0].reason


def test_a_dry_run_tells_the_same_and_writes_nothing(house: House, take: Take) -> None:
    take([row(1), row(2)])
    before = everything(house)
    rows = [row(1, amount=4), row(2), row(3), row(4, situation=None)]
    dry = take(rows, update=True, dry_run=True)
    assert (dry.dry_run, dry.batch_id) == (True, None)
    assert everything(house) == before
    wet = take(rows, update=True)
    assert counts(dry) == counts(wet) == {"imported": 1, "updated": 1, "unchanged": 1, "refused": 1}


def test_the_zone_is_the_options_else_the_mappings_else_utc(
    house: House, take: Take, tmp_path: Path
) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text("[file]\nzone = 'Europe/Berlin'\n", encoding="utf-8")
    rows = [row(1, occurred_at="2026-03-01T10:00"), row(2)]
    utc = take(rows)
    assert (utc.zone, utc.zoneless, utc.imported) == ("UTC", 1, 2)
    assert take(rows, mapping=mapping).zone == "Europe/Berlin"
    assert counts(take(rows, mapping=mapping, zone="UTC")) == {"unchanged": 2}
    assert counts(take(rows, zone="Asia/Tokyo", update=True)) == {"updated": 1, "unchanged": 1}
    with house.database.reading() as session:
        moved = session.get_one(Case, case_id(house))
        assert moved.occurred_at == datetime(2026, 3, 1, 1, tzinfo=UTC)
    with pytest.raises(UnknownZone):
        take(rows, zone="Mars")
    with pytest.raises(UnknownMapping):
        take(rows, mapping="hubspot")


def test_progress_counts_the_rows_that_say_something_new(take: Take) -> None:
    take([row(1)])
    told: list[tuple[int, int]] = []
    take([row(1), row(2), row(3)], progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_a_row_that_came_meanwhile_is_met_in_the_transaction(
    house: House, admin: Actor, take: Take, tmp_path: Path
) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(f"{json.dumps(row(1))}\n{json.dumps(row(2))}", encoding="utf-8")

    def somebody_else_is_faster(done: int, total: int) -> None:
        if done == total:
            take([row(1, amount=8), row(2)])

    report = import_cases(house, admin, path, update=True, progress=somebody_else_is_faster)
    assert counts(report) == {"updated": 1, "unchanged": 1}


def test_only_admins_import(house: House, ines: Actor, tmp_path: Path) -> None:
    with pytest.raises(RoleMissing):
        import_cases(house, ines, tmp_path / "rows.jsonl")


@pytest.fixture
def copies(house: House) -> Iterator[Callable[[], House]]:
    """Give a fresh copy of the house's database for each example."""
    path = Path(house.settings.database_url.removeprefix("sqlite:///"))
    house.database.close()
    opened: list[House] = []

    def copy() -> House:
        for one in opened:
            one.database.close()
        opened.clear()
        other = path.with_name(f"copy-{new_id()}.sqlite")
        shutil.copy(path, other)
        changed = {"database_url": f"sqlite:///{other}", "key_file": house.settings.secrets_path}
        opened.append(House(house.settings.model_copy(update=changed)))
        return opened[0]

    yield copy
    for one in opened:
        one.database.close()


cells = st.dictionaries(
    st.sampled_from(["occurred_at", "situation", "status", "amount", "facts", "outcome", "id"]),
    st.none()
    | st.integers(-5, 5)
    | st.text(max_size=6)
    | st.sampled_from(["2026-03-02", "pending", {"a": 1}, {"csat": 9}]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(cells, max_size=6))
def test_good_rows_survive_any_neighbours_and_come_once(
    copies: Callable[[], House], admin: Actor, tmp_path: Path, odd: list[dict[str, object]]
) -> None:
    fresh = copies()
    neighbours = [row(number) | cell for number, cell in enumerate(odd, start=1)]
    good = [row(20, id="the first good one"), row(21, id="the last good one")]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, [good[0], *neighbours, good[1]])), encoding="utf-8")
    first = import_cases(fresh, admin, path)
    assert first.rows == len(neighbours) + 2 == first.imported + len(first.refused)
    assert {one["id"] for one in good} <= set(ids(fresh))
    before = everything(fresh)
    again = import_cases(fresh, admin, path, update=True)
    assert (again.unchanged, again.refused) == (first.imported, first.refused)
    assert everything(fresh) == before


def test_an_import_that_breaks_off_at_its_last_statement_leaves_nothing(
    house: House, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    take([row(9)])
    before = everything(house)

    def power_cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(house.log, "append", power_cut)
    with pytest.raises(KeyboardInterrupt):
        take([row(1), row(9, amount=2)], update=True)
    assert everything(house) == before
