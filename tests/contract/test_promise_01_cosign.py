"""Promise 1: nobody signs their own, two signatures give one approval, any edit voids one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import actor_named, add_account, operator
from recommender.cases.cosigning import AlreadySigned, cosign, decline, queue, signed_by_me
from recommender.cases.eligibility import FilerUnknown
from recommender.cases.filing import Wish, edit, file
from recommender.cases.proposals import NotPending
from recommender.config import Settings
from recommender.errors import RecommenderError
from recommender.models.cases import Case, CoSignature, OwnCosign, StaleSignature
from recommender.models.events import Event
from recommender.models.notices import Notice
from recommender.storage.house import House
from recommender.vocabulary import CaseState, NoticeTopic, Role, SignatureVerdict
from tests.conftest import NewCase

WISH = Wish(situation="The zip broke on the first day.", resolution="Swap the coat.")
CHANGED = Wish(situation="The zip broke on the third day.", resolution="Swap the coat.")


@pytest.fixture
def lena(house: House) -> Actor:
    with house.transaction(operator(house)) as tx:
        add_account(tx, name="lena", display_name="Lena", roles=[Role.AGENT], team="north")
    return actor_named(house, "lena")


@pytest.fixture
def second_house(settings: Settings, house: House) -> Iterator[House]:
    """The same database, opened by what might be another process."""
    assert house.settings is settings
    opened = House(settings)
    yield opened
    opened.database.close()


def filed(house: House, filer: Actor, *, signatures: int = 1) -> tuple[str, str]:
    with house.transaction(filer) as tx:
        case = file(tx, WISH)
        case.signatures_needed = signatures
        return case.id, case.content_hash


def state_of(house: House, case_id: str) -> CaseState:
    with house.database.reading() as session:
        return session.get_one(Case, case_id).state


def told(house: House, topic: NoticeTopic) -> list[str]:
    """Name who was told something for this reason, as often as they were."""
    with house.database.reading() as session:
        named = select(Notice.account_name).where(Notice.topic == topic)
        return sorted(session.scalars(named))


def test_a_peers_signature_approves_and_tells_the_filer(
    house: House, maya: Actor, tom: Actor
) -> None:
    case_id, seen = filed(house, maya)
    with house.transaction(tom) as tx:
        assert [case.id for case in queue(tx)] == [case_id]
        case = cosign(tx, case_id, seen)
        assert (case.state, case.cosigner_id, case.decided_at) == ("approved", "tom", tx.at)
    assert told(house, NoticeTopic.PROPOSAL_ANSWERED) == ["maya"]
    with house.database.reading() as session:
        last = session.scalars(select(Event).order_by(Event.sequence.desc())).first()
        assert last is not None
        assert (last.actor, last.verb, last.noun_id) == ("tom", "cosign", case_id)
    with house.reading(tom) as tx:
        assert queue(tx) == []
        assert [case.id for case in signed_by_me(tx)] == [case_id]


def test_nobody_signs_or_declines_their_own(house: House, maya: Actor) -> None:
    case_id, seen = filed(house, maya)
    with house.reading(maya) as tx:
        assert queue(tx) == []
    with pytest.raises(OwnCosign), house.transaction(maya) as tx:
        cosign(tx, case_id, seen)
    with pytest.raises(OwnCosign), house.transaction(maya) as tx:
        decline(tx, case_id, seen, "No.")
    assert state_of(house, case_id) is CaseState.PENDING


def test_the_database_itself_refuses_ones_own_signature(house: House, maya: Actor) -> None:
    case_id, seen = filed(house, maya)
    with pytest.raises(IntegrityError), house.transaction(maya) as tx:
        tx.session.add(
            CoSignature(
                case_id=case_id,
                filer_id="maya",
                signer_id="maya",
                ordinal=1,
                verdict=SignatureVerdict.SIGNED,
                content_hash=seen,
                given_at=tx.at,
            )
        )


@pytest.mark.parametrize("name", ["ines", "ruth", "admin", "auditor"])
def test_only_front_line_accounts_sign(house: House, maya: Actor, name: str) -> None:
    case_id, seen = filed(house, maya)
    with pytest.raises(RoleMissing), house.transaction(actor_named(house, name)) as tx:
        cosign(tx, case_id, seen)


@pytest.mark.parametrize("attempt", range(5))
def test_two_simultaneous_signatures_give_one_approval(
    house: House, second_house: House, maya: Actor, tom: Actor, lena: Actor, attempt: int
) -> None:
    case_id, seen = filed(house, maya)
    doors = [(house, tom), (second_house if attempt % 2 else house, lena)]
    together = Barrier(len(doors))

    def sign(door: tuple[House, Actor]) -> str:
        opened, actor = door
        together.wait()
        try:
            with opened.transaction(actor) as tx:
                cosign(tx, case_id, seen)
        except RecommenderError as error:
            return error.code
        return "signed"

    with ThreadPoolExecutor(len(doors)) as pool:
        answers = sorted(pool.map(sign, doors))
    assert answers == ["NotPending", "signed"]
    assert told(house, NoticeTopic.PROPOSAL_ANSWERED) == ["maya"]
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CoSignature)) == 1
        assert session.get_one(Case, case_id).state is CaseState.APPROVED


def test_an_edit_voids_a_signature_and_tells_the_signer(
    house: House, maya: Actor, tom: Actor, lena: Actor
) -> None:
    case_id, seen = filed(house, maya, signatures=2)
    with house.transaction(tom) as tx:
        assert cosign(tx, case_id, seen).state is CaseState.PENDING
        assert queue(tx) == []
    with house.transaction(maya) as tx:
        changed = edit(tx, case_id, CHANGED).content_hash
    assert changed != seen
    assert told(house, NoticeTopic.SIGNATURE_VOIDED) == ["tom"]
    with house.transaction(lena) as tx:
        assert cosign(tx, case_id, changed).state is CaseState.PENDING
    with house.transaction(tom) as tx:
        assert [case.id for case in queue(tx)] == [case_id]
        assert cosign(tx, case_id, changed).state is CaseState.APPROVED


def test_even_an_edit_that_changes_nothing_voids_a_signature(
    house: House, maya: Actor, tom: Actor
) -> None:
    case_id, seen = filed(house, maya, signatures=2)
    with house.transaction(tom) as tx:
        cosign(tx, case_id, seen)
    with house.transaction(maya) as tx:
        assert edit(tx, case_id, WISH).content_hash == seen
    with house.transaction(tom) as tx:
        case = cosign(tx, case_id, seen)
        assert case.state is CaseState.PENDING
        assert [given.voided_at is None for given in case.signatures] == [False, True]


@pytest.mark.parametrize(
    "field",
    [
        {"resolution": "Give the money back."},
        {"reason": "It was our fault."},
        {"facts": {"days_owned": 1}},
        {"amount": 5.0, "currency": "EUR"},
        {"gap": True},
        {"granted_action": "swap"},
        {"product": "coat"},
        {"channel": "shop"},
        {"customer_id": "c-1"},
        {"customer_tier": "gold"},
        {"filed_after_the_act": True},
    ],
)
def test_a_signature_for_the_old_content_is_refused(
    house: House, maya: Actor, tom: Actor, field: dict[str, object]
) -> None:
    case_id, seen = filed(house, maya)
    fields = {"situation": WISH.situation, "resolution": WISH.resolution} | field
    with house.transaction(maya) as tx:
        edit(tx, case_id, Wish(**fields))  # type: ignore[arg-type]
    with pytest.raises(StaleSignature), house.transaction(tom) as tx:
        cosign(tx, case_id, seen)
    with pytest.raises(StaleSignature), house.transaction(tom) as tx:
        decline(tx, case_id, seen, "No.")
    assert state_of(house, case_id) is CaseState.PENDING


def test_a_replayed_signature_is_refused(
    house: House, maya: Actor, tom: Actor, lena: Actor
) -> None:
    case_id, seen = filed(house, maya, signatures=2)
    with house.transaction(tom) as tx:
        cosign(tx, case_id, seen)
    with pytest.raises(AlreadySigned), house.transaction(tom) as tx:
        cosign(tx, case_id, seen)
    with house.transaction(lena) as tx:
        assert cosign(tx, case_id, seen).state is CaseState.APPROVED
    for actor in (tom, lena):
        with pytest.raises(NotPending), house.transaction(actor) as tx:
            cosign(tx, case_id, seen)


def test_a_proposal_without_a_known_filer_cannot_be_signed(
    house: House, tom: Actor, new_case: NewCase
) -> None:
    with house.database.transaction() as session:
        unknown = new_case(session, state=CaseState.PENDING, agent_id=None, cosigner_id=None)
        case_id, seen = unknown.id, unknown.content_hash
    with house.reading(tom) as tx:
        assert queue(tx) == []
    with pytest.raises(FilerUnknown), house.transaction(tom) as tx:
        cosign(tx, case_id, seen)
