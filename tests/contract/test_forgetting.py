"""Old cases forget who filed and signed them, and evidence still counts people rightly."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from api.background import DAILY, UPKEEP
from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import BadAccount, add_account, operator
from recommender.cases.forgetting import forget_agents
from recommender.cases.identities import IdentityUnknown, ask_identity
from recommender.cases.rosters import keep_roster
from recommender.changes.leaving import hand_over_leavers
from recommender.config import now
from recommender.kinds.standing import standings
from recommender.models.accounts import IdempotentAnswer
from recommender.models.asking import Question
from recommender.models.cases import Case, CoSignature
from recommender.models.eligibility import CaseRoster, Roster
from recommender.models.events import Event
from recommender.models.kinds import Kind
from recommender.models.notices import Notice
from recommender.models.pseudonyms import OnePerson, is_pseudonym, pseudonym
from recommender.models.reviewing import Review
from recommender.notices import tell
from recommender.storage.house import House
from recommender.vocabulary import (
    CaseState,
    Draw,
    NoticeTopic,
    Participant,
    SignatureVerdict,
)
from tests.conftest import NewCase
from tests.contract.small_shop import AGENTS, LAST_DAY

DAYS = 365
KEY = b"a key of the tests' own, 32 byte"


@pytest.fixture
def forgetful(stored: House) -> Iterator[House]:
    """A house, of either kind of database, that forgets people after a year."""
    opened = House(stored.settings.model_copy(update={"agent_id_days": DAYS}))
    yield opened
    opened.database.close()


def forget(house: House) -> int:
    with house.transaction(operator(house)) as tx:
        return forget_agents(tx)


def people(house: House) -> dict[str, tuple[str | None, str | None]]:
    with house.database.reading() as session:
        found = session.execute(select(Case.source_id, Case.agent_id, Case.cosigner_id))
        return {source_id: (agent, cosigner) for source_id, agent, cosigner in found}


@given(st.lists(st.text(min_size=1), unique=True))
def test_different_names_stay_different_and_one_stays_one(names: list[str]) -> None:
    one = OnePerson(KEY)
    stand_ins = [pseudonym(KEY, name) for name in names]
    assert len(set(stand_ins)) == len(names)
    for name, stand_in in zip(names, stand_ins, strict=True):
        assert is_pseudonym(stand_in)
        assert one(name) == one(stand_in) == stand_in == pseudonym(KEY, stand_in)
        assert pseudonym(b"another key", name) != stand_in
    assert one(None) is one("") is None
    assert [OnePerson(None)(name) for name in names] == names


def test_only_old_cases_forget_and_the_same_person_stays_the_same(
    forgetful: House, new_case: NewCase
) -> None:
    with forgetful.transaction(operator(forgetful)) as tx:
        for number, (agent, cosigner, days) in enumerate(
            [("maya", "tom", 2), ("maya", "tom", 0), ("tom", "lena", 1), ("", None, 3)]
        ):
            case = new_case(tx.session, agent_id=agent, cosigner_id=cosigner, source_id=str(number))
            case.decided_at = tx.at - timedelta(days=DAYS * bool(days) + days, seconds=1)
    assert forget(forgetful) == 4
    found = people(forgetful)
    key = forgetful.keys.audit
    maya, tom, lena = (pseudonym(key, name) for name in ("maya", "tom", "lena"))
    assert found == {
        "0": (maya, tom),
        "1": ("maya", "tom"),
        "2": (tom, lena),
        "3": ("", None),
    }
    assert forget(forgetful) == 0, "again changes nothing"
    with forgetful.database.reading() as session:
        forgot = session.scalars(select(Event).where(Event.verb == "forget")).one()
        assert forgot.details == {"names": 4}
        assert forgetful.log.verify(session).sequence > 0


def test_evidence_counts_the_same_people_before_and_after(shop: House) -> None:
    def counted(house: House) -> list[tuple[object, ...]]:
        with house.reading(operator(house)) as tx:
            kinds = tx.session.scalars(select(Kind).order_by(Kind.id)).all()
            found = [one.evidence for one in standings(tx, kinds)]
            return [(one.agents, one.effective_agents, one.signer_pairs) for one in found]

    before = counted(shop)
    days = (now() - LAST_DAY).days + 40
    half = House(shop.settings.model_copy(update={"agent_id_days": days}))
    assert forget(half) > 0
    filers = {agent for agent, _ in people(half).values()}
    assert {is_pseudonym(agent) for agent in filers} == {True, False}, "some cases, not all"
    assert len(filers) > len(AGENTS), "most people bear both"
    assert counted(half) == before
    half.database.close()


def test_rounds_hand_over_and_days_forget() -> None:
    assert hand_over_leavers in UPKEEP
    assert forget_agents in DAILY


def test_without_the_setting_nothing_is_forgotten(house: House, new_case: NewCase) -> None:
    with house.transaction(operator(house)) as tx:
        new_case(tx.session, age=9999)
    assert forget(house) == 0


def test_whatever_else_names_them_beside_the_case_goes_too(
    forgetful: House, new_case: NewCase, maya: Actor
) -> None:
    with forgetful.transaction(operator(forgetful)) as tx:
        case = new_case(tx.session, age=DAYS * 3)
        case.signatures.append(
            CoSignature(
                filer_id="maya",
                signer_id="tom",
                ordinal=1,
                verdict=SignatureVerdict.SIGNED,
                content_hash=case.content_hash,
                given_at=tx.at - timedelta(days=DAYS * 3),
            )
        )
        keep_roster(tx, case, {"maya", "tom"}, {"maya"})
        tx.session.add_all(
            [
                Question(
                    case_id=case.id,
                    asked_by="tom",
                    content_hash=case.content_hash,
                    text="Why?",
                    asked_at=tx.at,
                ),
                Review(case_id=case.id, draw=Draw.RANDOM, drawn_at=tx.at, reviewed_by="tom"),
                IdempotentAnswer(
                    account_name="maya",
                    key="k",
                    request_hash="0" * 64,
                    answer={"id": case.id},
                    created_at=tx.at - timedelta(days=DAYS + 1),
                ),
            ]
        )
        for topic in (NoticeTopic.PROPOSAL_ANSWERED, NoticeTopic.IDENTITY_SHOWN):
            tell(tx, ["maya"], topic=topic, title=str(topic), body="", case_id=case.id)
        case_id = case.id
    assert forget(forgetful) == 6
    with forgetful.database.reading() as session:
        (signature,) = session.scalars(select(CoSignature)).all()
        stored = session.get_one(Case, case_id)
        assert (signature.filer_id, signature.signer_id) == (stored.agent_id, stored.cosigner_id)
        assert session.scalars(select(Question.asked_by)).one() == signature.signer_id
        assert session.scalars(select(Review.reviewed_by)).one() == signature.signer_id
        assert session.scalars(select(CaseRoster)).all() == []
        assert session.scalars(select(Roster)).all() == []
        assert session.scalars(select(IdempotentAnswer)).all() == []
        kept = session.scalars(select(Notice)).all()
        assert [one.topic for one in kept] == [NoticeTopic.IDENTITY_SHOWN], "not read yet"
    with forgetful.transaction(maya) as tx:
        tx.session.get_one(Notice, kept[0].id).read_at = tx.at
    forget(forgetful)
    with forgetful.database.reading() as session:
        assert session.scalars(select(Notice)).all() == []


def test_what_waits_keeps_its_filer_and_an_import_that_waits_for_ever_loses_it(
    forgetful: House, new_case: NewCase
) -> None:
    with forgetful.transaction(operator(forgetful)) as tx:
        waiting = {"state": CaseState.PENDING, "decided_at": None, "cosigner_id": None}
        ours = new_case(tx.session, age=DAYS * 3, source_id="ours", **waiting)
        ours.expires_at = tx.at + timedelta(hours=1)
        new_case(tx.session, age=DAYS * 3, source_id="theirs", **waiting)
    assert forget(forgetful) == 1
    assert people(forgetful) == {"ours": ("maya", None), "theirs": (None, None)}


def test_what_is_forgotten_is_shown_to_nobody(
    forgetful: House, new_case: NewCase, ines: Actor
) -> None:
    with forgetful.transaction(operator(forgetful)) as tx:
        case_id = new_case(tx.session, age=DAYS * 3).id
    forget(forgetful)
    for who in Participant:
        with forgetful.transaction(ines) as tx, pytest.raises(IdentityUnknown):
            ask_identity(tx, case_id, who, "Somebody has to know.")


def test_only_admins_let_cases_forget_and_no_account_looks_forgotten(
    forgetful: House, maya: Actor
) -> None:
    with forgetful.transaction(maya) as tx, pytest.raises(RoleMissing):
        forget_agents(tx)
    with (
        forgetful.transaction(operator(forgetful)) as tx,
        pytest.raises(BadAccount, match="cannot be an account's name"),
    ):
        add_account(tx, name="forgotten:maya", display_name="M", roles=["agent"])
