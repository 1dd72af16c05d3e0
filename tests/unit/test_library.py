"""The library: clauses looked up, revised, typed, compared; files taken in again."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import actor_named, add_account, deactivate
from recommender.models.events import Event
from recommender.models.policies import NotYourClause, Policy
from recommender.policies.library import (
    BadCeiling,
    KeyTaken,
    PolicyReport,
    StaleSuggestion,
    UnknownClause,
    UnknownPolicy,
    UnknownRevision,
    clause_by_key,
    clause_view,
    confirm_parameters,
    diff,
    import_policy,
    is_orphan,
    new_clause,
    policies,
    policy_by_key,
    render_policy,
    resolve_ref,
    revise,
    set_ceiling,
    suggestions,
)
from recommender.policies.syntax.handbook import BadClause, UnknownSection
from recommender.policies.syntax.read import parse_policy
from recommender.policies.syntax.rows import parse_rows
from recommender.storage.events import log_length
from recommender.storage.house import House, Transaction
from tests.conftest import HANDBOOK, AddPolicy

JUNE = datetime(2026, 6, 1, tzinfo=UTC)
JULY = datetime(2026, 7, 1, tzinfo=UTC)
KEYS = ["RET-2.1", "RET-2.2", "RET-3.1"]
LONGER = HANDBOOK.replace("14 days", "21 days").replace("max=14", "max=21")


def take(house: House, actor: Actor, text: str, **how: bool | datetime) -> PolicyReport:
    with house.transaction(actor) as tx:
        return import_policy(tx, parse_policy(text, "handbook"), **how)  # type: ignore[arg-type]


def widen(tx: Transaction, effective_from: datetime | None = None) -> None:
    clause = clause_by_key(tx, "RET-2.1")
    markup = clause.newest.markup.replace("14 days", "30 days").replace("max=14", "max=30")
    revise(tx, clause, markup=markup, effective_from=effective_from, candidate_id="candidate-1")


def test_a_handbook_comes_in_whole(house: House, ruth: Actor) -> None:
    report = take(house, ruth, HANDBOOK)
    assert report == PolicyReport("RET", "Returns", new=True, added=KEYS)
    with house.reading(ruth) as tx:
        (policy,) = policies(tx)
        assert [clause.key for clause in policy.clauses] == report.added
        clause = clause_by_key(tx, "RET-2.1")
        assert (clause.section_key, clause.section_title) == ("RET-2", "Return window")
        assert (clause.desk, clause.never_bend) == ("returns-desk", False)
        assert clause_by_key(tx, "RET-2.2").never_bend
        assert clause.newest.number == 1
        assert clause.newest.effective_from is None
        assert clause.newest.parameters == [
            {"fact": "days_since_delivery", "bound": "max", "limit": 14, "unit": "day"}
        ]
        assert clause.newest.text == "Unworn shoes come back within 14 days of delivery."


def test_the_same_file_again_changes_nothing_and_records_nothing(house: House, ruth: Actor) -> None:
    take(house, ruth, HANDBOOK)
    with house.reading(ruth) as tx:
        before = log_length(tx.session)
    report = take(house, ruth, HANDBOOK)
    assert (report.new, report.added, report.changed) == (False, [], [])
    assert len(report.unchanged) == 3
    with house.reading(ruth) as tx:
        assert log_length(tx.session) == before


@pytest.mark.parametrize(
    ("old", "new", "described"),
    [
        (" .never-bend", "", ["RET-2.2"]),
        ("owner=returns-desk", "owner=ruth", KEYS),
        ("Return window", "Window", ["RET-2.1", "RET-2.2"]),
        ("# Returns ", "# Taking back ", []),
    ],
)
def test_what_changes_beside_the_wordings_is_recorded_too(
    house: House, ruth: Actor, old: str, new: str, described: list[str]
) -> None:
    take(house, ruth, HANDBOOK)
    report = take(house, ruth, HANDBOOK.replace(old, new))
    assert report.unchanged == KEYS
    with house.reading(ruth) as tx:
        newest = tx.session.scalars(select(Event).order_by(Event.sequence.desc())).first()
        assert newest is not None
        assert (newest.verb, newest.noun_id) == ("import", "RET")
        assert newest.details["described"] == described


def test_only_the_desk_of_a_clause_and_admins_change_it(
    house: House, admin: Actor, ruth: Actor
) -> None:
    with house.transaction(admin) as tx:
        add_account(tx, name="olga", display_name="O", roles=["policy_owner"], team="bikes")
    olga = actor_named(house, "olga")
    take(house, ruth, HANDBOOK)
    assert take(house, olga, HANDBOOK).unchanged == KEYS, "nothing would change"
    for text in (LONGER, HANDBOOK.replace(" .never-bend", ""), HANDBOOK.replace("returns-", "x-")):
        with pytest.raises(NotYourClause):
            take(house, olga, text)
    with house.transaction(olga) as tx:
        with pytest.raises(NotYourClause):
            set_ceiling(tx, "RET-2.1", 500)
        with pytest.raises(NotYourClause):
            confirm_parameters(tx, "RET-2.1", [])
    assert take(house, admin, LONGER).changed == ["RET-2.1"]


def test_a_changed_wording_becomes_the_next_revision_from_now_on(house: House, ruth: Actor) -> None:
    take(house, ruth, HANDBOOK)
    assert take(house, ruth, LONGER).changed == ["RET-2.1"]
    with house.reading(ruth) as tx:
        clause = clause_by_key(tx, "RET-2.1")
        old, new = clause.revisions
        assert (new.number, new.candidate_id) == (2, None)
        assert clause.revision_at(JUNE) in {old, new}
        assert new.effective_from is not None
        assert clause.revision_at(new.effective_from) is new


def test_a_date_that_is_given_wins(house: House, ruth: Actor) -> None:
    take(house, ruth, HANDBOOK)
    take(house, ruth, LONGER, effective_from=JULY)
    with house.reading(ruth) as tx:
        assert clause_view(tx, "RET-2.1", JUNE).revision == 1
        assert clause_view(tx, "RET-2.1", JULY).revision == 2
        assert "21 days" in render_policy(tx, "RET", JULY)
        assert render_policy(tx, "RET", JUNE) == HANDBOOK


def test_a_date_in_a_row_wins_over_the_one_given(house: House, ruth: Actor) -> None:
    row = '{"clause_id": "A.1", "doc_id": "A", "text": "Be kind.", "effective_from": "2026-06-01"}'
    with house.transaction(ruth) as tx:
        import_policy(tx, parse_rows(row).policies[0], effective_from=JULY)
        assert clause_view(tx, "A.1", JUNE).text == "Be kind."
        before = clause_view(tx, "A.1", datetime(2026, 5, 31, tzinfo=UTC))
        assert (before.text, before.markup, before.revision) == (None, None, None)


def test_a_clause_that_the_file_lost_is_named_and_kept(house: House, ruth: Actor) -> None:
    take(house, ruth, HANDBOOK)
    shorter = HANDBOOK[: HANDBOOK.index("## Repairs")]
    assert take(house, ruth, shorter).missing == ["RET-3.1"]
    with house.reading(ruth) as tx:
        written = render_policy(tx, "RET", tx.at)
        assert written.startswith(shorter)
        again = parse_policy(written, "handbook")
        assert [clause.key for clause in again.clauses] == ["RET-2.1", "RET-2.2", "RET-3.1"]
        assert [clause.position for clause in policies(tx)[0].clauses] == [1, 2, 3]


def test_a_decided_wording_stays_when_an_older_file_comes_in_again(
    house: House, ruth: Actor
) -> None:
    take(house, ruth, HANDBOOK)
    with house.transaction(ruth) as tx:
        widen(tx)
    report = take(house, ruth, HANDBOOK)
    assert (report.decided, report.changed) == (["RET-2.1"], [])
    with house.reading(ruth) as tx:
        assert "30 days" in str(clause_view(tx, "RET-2.1", tx.at).text)
    assert take(house, ruth, HANDBOOK, replace_decided=True).changed == ["RET-2.1"]
    with house.reading(ruth) as tx:
        assert "14 days" in str(clause_view(tx, "RET-2.1", tx.at).text)
        origins = [one["candidate_id"] for one in clause_view(tx, "RET-2.1", tx.at).revisions]
        assert origins == [None, "candidate-1", None]


def test_a_key_of_another_policy_is_refused(house: House, ruth: Actor) -> None:
    take(house, ruth, HANDBOOK)
    with pytest.raises(KeyTaken) as refused:
        take(house, ruth, HANDBOOK.replace("#RET ", "#OTHER "))
    assert refused.value.facts == {"clause": "RET-2.1", "policy": "RET"}


@pytest.mark.parametrize("who", ["maya", "ines", "auditor"])
def test_only_owners_and_admins_write(house: House, add_policy: AddPolicy, who: str) -> None:
    add_policy()
    with house.transaction(actor_named(house, who)) as tx:
        clause = clause_by_key(tx, "RET-2.1")
        with pytest.raises(RoleMissing):
            import_policy(tx, parse_policy(HANDBOOK, "handbook"))
        with pytest.raises(RoleMissing):
            revise(tx, clause, markup="New.", effective_from=None)
        with pytest.raises(RoleMissing):
            new_clause(tx, clause.policy, "RET-2", "RET-2.9", "New.", None, None)
        with pytest.raises(RoleMissing):
            confirm_parameters(tx, "RET-2.1", [])
        with pytest.raises(RoleMissing):
            set_ceiling(tx, "RET-2.1", 5)


def test_what_is_not_there_is_said_with_what_is_near(house: House, ruth: Actor) -> None:
    take(house, ruth, HANDBOOK)
    with house.reading(ruth) as tx:
        with pytest.raises(UnknownClause, match=r"RET-2\.1"):
            clause_by_key(tx, "RET-21")
        with pytest.raises(UnknownClause, match="policies show"):
            clause_by_key(tx, "zzz")
        with pytest.raises(UnknownPolicy):
            policy_by_key(tx, "RETT")
        with pytest.raises(UnknownRevision):
            diff(tx, "RET-2.1", 1, 2)


@pytest.mark.parametrize(
    ("ref", "clause", "section"),
    [
        ("RET-2.1", "RET-2.1", "RET-2"),
        (" RET-2.1 ", "RET-2.1", "RET-2"),
        ("RET-2", None, "RET-2"),
        ("ret-2", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_a_reference_means_a_clause_a_section_or_nothing(
    house: House, add_policy: AddPolicy, ref: str | None, clause: str | None, section: str | None
) -> None:
    add_policy()
    with house.database.reading() as session:
        found = resolve_ref(session, ref)
        assert (found.clause.key if found.clause else None, found.section_key) == (clause, section)


def test_a_revision_is_numbered_dated_and_retires(
    house: House, ruth: Actor, add_policy: AddPolicy
) -> None:
    add_policy()
    with house.transaction(ruth) as tx:
        widen(tx, JULY)
        clause = clause_by_key(tx, "RET-3.1")
        revise(tx, clause, markup=clause.newest.markup, effective_from=JULY, retires=True)
        assert (clause.newest.retires, clause.newest.effective_from) == (True, JULY)
    with house.reading(ruth) as tx:
        assert clause_view(tx, "RET-2.1", JULY).parameters[0]["limit"] == 30
        assert clause_view(tx, "RET-3.1", JUNE).text is not None
        assert clause_view(tx, "RET-3.1", JULY).text is None
        assert "RET-3.1" in render_policy(tx, "RET", JUNE)
        assert "RET-3.1" not in render_policy(tx, "RET", JULY)


@pytest.mark.parametrize(
    "markup", ["", "  ", "Text.\n\n# A heading", "[X]{.clause #X} Another clause."]
)
def test_a_wording_that_no_handbook_could_carry_is_refused(
    house: House, ruth: Actor, add_policy: AddPolicy, markup: str
) -> None:
    add_policy()
    with pytest.raises(BadClause), house.transaction(ruth) as tx:
        revise(tx, clause_by_key(tx, "RET-2.1"), markup=markup, effective_from=None)


def test_a_new_clause_stands_at_the_end_of_its_section(
    house: House, ruth: Actor, add_policy: AddPolicy
) -> None:
    add_policy()
    with house.transaction(ruth) as tx:
        policy = policy_by_key(tx, "RET")
        new_clause(tx, policy, "RET-2", "RET-2.3", "Gifts come back too.", JULY, "candidate-1")
        with pytest.raises(KeyTaken):
            new_clause(tx, policy, "RET-2", "RET-3.1", "Again.", None, None)
        with pytest.raises(UnknownSection):
            new_clause(tx, policy, "RET-9", "RET-9.1", "Nowhere.", None, None)
    with house.reading(ruth) as tx:
        keys = [clause.key for clause in policy_by_key(tx, "RET").clauses]
        assert keys == ["RET-2.1", "RET-2.2", "RET-2.3", "RET-3.1"]
        assert clause_by_key(tx, "RET-2.3").section_title == "Return window"
        assert render_policy(tx, "RET", JUNE) == HANDBOOK, "not in force yet"
        read = parse_policy(render_policy(tx, "RET", JULY), "handbook")
        assert [clause.key for clause in read.clauses] == keys
        assert read.markup["RET-2.3"] == "Gifts come back too."
    report = take(house, ruth, HANDBOOK)
    assert report.missing == ["RET-2.3"]
    with house.reading(ruth) as tx:
        assert "Gifts come back too." in render_policy(tx, "RET", JULY)


def test_a_section_without_clauses_takes_its_first(house: House, ruth: Actor) -> None:
    take(house, ruth, HANDBOOK + "\n## Loans {#RET-4}\n")
    with house.transaction(ruth) as tx:
        policy = policy_by_key(tx, "RET")
        clause = new_clause(tx, policy, "RET-4", "RET-4.1", "A week.", None, None)
        assert (clause.position, clause.section_title) == (4, "RET-4")


def test_two_revisions_are_compared_word_by_word(
    house: House, ruth: Actor, add_policy: AddPolicy
) -> None:
    add_policy()
    with house.transaction(ruth) as tx:
        widen(tx)
        changes = [(one.op, one.text) for one in diff(tx, "RET-2.1", 1, 2)]
    assert ("removed", "14") in changes
    assert ("added", "30") in changes


def test_a_number_becomes_a_typed_limit_in_force_since_its_words_are(
    house: House, ruth: Actor
) -> None:
    plain = "# Returns\n\nShoes come back within 14 days of delivery, at most 2 items.\n"
    take(house, ruth, plain)
    with house.transaction(ruth) as tx:
        clause = policies(tx)[0].clauses[0]
        offered = suggestions(clause)
        assert [(one.bound, one.limit, one.unit) for one in offered] == [
            ("max", 14, "day"),
            ("max", 2, "item"),
        ]
        revision = confirm_parameters(tx, clause.key, offered)
        assert (revision.number, revision.effective_from) == (2, None)
        assert revision.text == clause.revisions[0].text
        assert [one["limit"] for one in revision.parameters] == [14, 2]
        with pytest.raises(StaleSuggestion):
            confirm_parameters(tx, clause.key, offered)
    assert take(house, ruth, plain).changed == [], "a plain file takes no confirmed limit away"
    with house.reading(ruth) as tx:
        assert len(policies(tx)[0].clauses[0].newest.parameters) == 2


def test_a_ceiling_is_an_amount_or_none(house: House, ruth: Actor, add_policy: AddPolicy) -> None:
    add_policy()
    with house.transaction(ruth) as tx:
        set_ceiling(tx, "RET-2.1", 50)
        assert clause_view(tx, "RET-2.1", tx.at).ceiling == 50
        set_ceiling(tx, "RET-2.1", None)
        assert clause_view(tx, "RET-2.1", tx.at).ceiling is None
        for amount in (-1, float("nan"), float("inf")):
            with pytest.raises(BadCeiling):
                set_ceiling(tx, "RET-2.1", amount)


def test_a_clause_is_an_orphan_when_nobody_of_its_desk_is_there(
    house: House, admin: Actor, add_policy: AddPolicy
) -> None:
    add_policy()
    with house.transaction(admin) as tx:
        clause = clause_by_key(tx, "RET-2.1")
        assert not is_orphan(tx.session, clause), "ruth sits at the desk"
        deactivate(tx, "ruth")
        assert is_orphan(tx.session, clause)
        add_account(tx, name="returns-desk", display_name="Desk", roles=["agent"])
        assert is_orphan(tx.session, clause), "an agent owns no policy"
        add_account(tx, name="r2", display_name="R", roles=["policy_owner"], team="returns-desk")
        assert not is_orphan(tx.session, clause)
        deactivate(tx, "r2")
        clause.policy.owner = clause.owner = None
        assert not is_orphan(tx.session, clause), "without a desk it belongs to every owner"


def test_a_refused_import_leaves_nothing(house: House, ruth: Actor) -> None:
    take(house, ruth, HANDBOOK)
    clash = "# Other {#OTHER}\n\n[O.1]{.clause #O.1} One.\n\n[RET-2.1]{.clause #RET-2.1} Two.\n"
    with pytest.raises(KeyTaken):
        take(house, ruth, clash)
    with house.database.reading() as session:
        assert session.query(Policy).count() == 1
