"""Leavers: what they left open finds another hand, once."""

from pathlib import Path

import pytest
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import actor_named, add_account, deactivate, operator
from recommender.cases.filing import Wish, file
from recommender.cases.proposals import UnknownCase
from recommender.changes.leaving import HandedOver, hand_over_leavers, left_open, withdraw_left
from recommender.models.accounts import Account
from recommender.models.cases import Case, ImportBatch
from recommender.models.changes import Candidate
from recommender.models.notices import Notice
from recommender.models.policies import Clause, Policy
from recommender.policies.importing import import_policy
from recommender.policies.syntax.read import parse_policy
from recommender.storage.house import House
from recommender.vocabulary import CandidateState, CaseState, NoticeTopic, Role, Verdict
from tests.conftest import AddPolicy, NewCase, RunCli

BY_NAME = """\
# Bikes {#BK owner=olga}

## Loans {#BK-1}

[BK-1.1]{.clause #BK-1.1} A bike is lent for a day.

## Repairs {#BK-2}

[BK-2.1]{.clause #BK-2.1 owner=pat} A chain is oiled free of charge.
"""
NOTHING = HandedOver()


def leave(house: House, *names: str) -> None:
    with house.transaction(operator(house)) as tx:
        for name in names:
            deactivate(tx, name)


def upkeep(house: House) -> HandedOver:
    with house.transaction(operator(house)) as tx:
        return hand_over_leavers(tx)


def led(house: House, **leads: str) -> None:
    """Say who leads whom."""
    with house.transaction(operator(house)) as tx:
        for name, lead in leads.items():
            tx.session.get_one(Account, name).lead = lead


def told(house: House, name: str) -> list[tuple[str, str]]:
    with house.database.reading() as session:
        notices = select(Notice).where(
            Notice.account_name == name, Notice.topic == NoticeTopic.HANDED_OVER
        )
        return [(one.title, one.body) for one in session.scalars(notices.order_by(Notice.title))]


@pytest.fixture
def waiting(house: House, maya: Actor) -> str:
    """A proposal of maya's that nobody has answered."""
    with house.transaction(maya) as tx:
        return file(tx, Wish(situation="The parcel came late.", resolution="Take it back.")).id


def test_a_leavers_proposal_comes_onto_the_leads_list(
    house: House, ines: Actor, admin: Actor, waiting: str
) -> None:
    led(house, maya="ines")
    assert upkeep(house) == NOTHING, "maya is still there"
    with house.reading(ines) as tx:
        assert left_open(tx) == []
    leave(house, "maya")
    assert upkeep(house) == HandedOver(proposals=1)
    assert upkeep(house) == NOTHING, "again tells nobody"
    ((title, _),) = told(house, "ines")
    assert "still waits" in title
    assert told(house, "admin") == []
    with house.reading(admin) as tx:
        assert left_open(tx) == []
        with pytest.raises(UnknownCase):
            withdraw_left(tx, waiting)
    with house.transaction(ines) as tx:
        assert [case.id for case in left_open(tx)] == [waiting]
        assert withdraw_left(tx, waiting).state is CaseState.WITHDRAWN
        assert left_open(tx) == []


def test_a_lead_who_left_too_or_may_not_take_over_is_passed_over(
    house: House, waiting: str
) -> None:
    led(house, maya="tom", tom="ruth", ruth="ines")
    leave(house, "maya", "ruth")
    upkeep(house)
    assert len(told(house, "ines")) == 1
    assert told(house, "tom") == [], "an agent leads, and may not withdraw for others"
    leave(house, "ines")
    assert upkeep(house).proposals == 1
    assert len(told(house, "admin")) == len(told(house, "local-operator")) == 1
    with house.reading(actor_named(house, "admin")) as tx:
        assert [case.id for case in left_open(tx)] == [waiting]


def test_leads_in_a_circle_end_at_the_administrators(house: House, waiting: str) -> None:
    led(house, maya="tom", tom="maya")
    leave(house, "maya", "tom")
    assert upkeep(house).proposals == 1
    assert waiting
    assert len(told(house, "admin")) == 1


def test_imported_and_answered_proposals_wait_for_nobody_here(
    house: House, new_case: NewCase, waiting: str
) -> None:
    with house.transaction(operator(house)) as tx:
        batch = ImportBatch(file_name="f", counts={}, imported_at=tx.at, imported_by=tx.actor.name)
        tx.session.add(batch)
        tx.session.flush()
        new_case(tx.session, state=CaseState.PENDING, cosigner_id=None, batch_id=batch.id)
        tx.session.get_one(Case, waiting).move_to(CaseState.EXPIRED, tx.at)
    leave(house, "maya")
    assert upkeep(house) == NOTHING


def test_what_somebody_owned_by_name_goes_to_their_team(house: House) -> None:
    with house.transaction(operator(house)) as tx:
        import_policy(tx, parse_policy(BY_NAME, "bikes"))
        for name, team in (("olga", "bikes"), ("oleg", "bikes"), ("pat", None)):
            roles = [Role.POLICY_OWNER]
            add_account(tx, name=name, display_name=name, roles=roles, team=team)
    leave(house, "olga")
    assert upkeep(house).clauses >= 1
    with house.database.reading() as session:
        assert session.scalars(select(Policy.owner)).one() == "bikes"
        owners = {clause.key: clause.desk for clause in session.scalars(select(Clause))}
    assert owners == {"BK-1.1": "bikes", "BK-2.1": "pat"}
    assert told(house, "oleg") != []
    assert upkeep(house) == NOTHING

    leave(house, "pat")
    assert upkeep(house) == HandedOver(orphans=1), "pat sat in no team"
    assert upkeep(house) == NOTHING
    assert told(house, "admin") == [("Nobody is left at pat", "It answers for BK-2.1.")]
    leave(house, "oleg")
    assert upkeep(house) == HandedOver(orphans=1), "the desk of bikes is empty now"
    assert ("Nobody is left at bikes", "It answers for BK-1.1.") in told(house, "admin")


def test_what_a_leaver_had_claimed_is_open_again(
    house: House, add_policy: AddPolicy, cli: RunCli
) -> None:
    add_policy()
    with house.transaction(operator(house)) as tx:
        roles = [Role.POLICY_OWNER]
        add_account(tx, name="rhea", display_name="Rhea", roles=roles, team="returns-desk")
        clause = tx.session.scalars(select(Clause).where(Clause.key == "RET-2.1")).one()
        claimed = Candidate(
            clause=clause,
            state=CandidateState.CLAIMED,
            verdict=Verdict.CLARIFY_WORDING,
            reason="People do not find it.",
            draft={},
            evidence={},
            promoted_by="ines",
            promoted_at=tx.at,
            claimed_by="ruth",
            claimed_at=tx.at,
        )
        tx.session.add(claimed)
        tx.session.flush()
        candidate_id = claimed.id
    assert upkeep(house) == NOTHING
    assert cli("accounts", "deactivate", "ruth").exit_code == 0, "the door hands over at once"
    assert upkeep(house) == NOTHING
    with house.database.reading() as session:
        found = session.get_one(Candidate, candidate_id)
        assert (found.state, found.claimed_by) == (CandidateState.OPEN, None)
    assert [title for title, _ in told(house, "rhea")] == [
        "A suggested change waits again: RET-2.1"
    ]


def test_an_import_of_people_and_the_command_line_hand_over_too(
    house: House, cli: RunCli, waiting: str, tmp_path: Path
) -> None:
    led(house, maya="ines")
    people = tmp_path / "people.csv"
    people.write_text("name,active\nmaya,no\n")
    assert cli("accounts", "import", people).exit_code == 0
    assert waiting in cli("--as", "ines", "handed-over").stdout
    assert cli("--as", "ines", "handed-over", "--withdraw", waiting, "--json").stdout == "[]\n"
    assert cli("--as", "ines", "handed-over", "--withdraw", waiting).exit_code == 1


def test_only_those_who_may_hand_over(house: House, maya: Actor) -> None:
    for act in (hand_over_leavers, left_open):
        with house.transaction(maya) as tx, pytest.raises(RoleMissing):
            act(tx)
