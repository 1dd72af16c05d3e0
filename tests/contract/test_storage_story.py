"""One exception's whole life, the same on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from threading import Barrier

from sqlalchemy import func, select

from recommender.accounts.directory import actor_named, operator
from recommender.cases.cosigning import cosign
from recommender.cases.filing import Wish, file
from recommender.cases.precedents import PrecedentQuery, precedents
from recommender.changes.accepting import accept
from recommender.changes.candidates import claim, promote
from recommender.kinds import catalogue
from recommender.kinds.runs import discover
from recommender.models.cases import Case
from recommender.models.events import Event
from recommender.notices import my_notices
from recommender.policies.library import clause_by_key
from recommender.storage.house import House
from recommender.vocabulary import Verdict
from tests.contract import small_shop
from tests.contract.asking import WISH
from tests.contract.conftest import Api

LATE = Wish(
    situation="A customer from Leeds returned unworn boots 18 days after delivery, window over",
    resolution="Return taken back and the money refunded to the card",
    reason="The parcel was late, so the return window was over before it began",
    clause_key="RET-2.1",
    facts={"days_since_delivery": 18},
    amount=80.0,
    currency="EUR",
)
DRAFT = PrecedentQuery(situation=LATE.situation, clause_key="RET-2.1", facts=LATE.facts, top=3)


def test_a_case_becomes_a_wording_and_its_people_hear_why(stored: House) -> None:
    small_shop.fill(stored)
    maya, tom, ines, ruth = (actor_named(stored, name) for name in ("maya", "tom", "ines", "ruth"))
    with stored.transaction(maya) as tx:
        case = file(tx, LATE)
        case_id, seen = case.id, case.content_hash
    with stored.transaction(tom) as tx:
        cosign(tx, case_id, seen)
    run = discover(stored, ines)
    assert run.counts == {"cases": 33, "kinds": 2, "in_kinds": 33, "unsorted": 0}
    with stored.reading(maya) as tx:
        (first, *_) = precedents(tx, DRAFT)
        assert first.case.id == case_id
        assert first.why
    with stored.reading(ines) as tx:
        kinds = {kind.clause: kind for kind in catalogue.kinds(tx)}
        assert {clause: kind.cases for clause, kind in kinds.items()} == {
            "RET-2.1": 19,
            "RET-3.1": 14,
        }
    with stored.transaction(ines) as tx:
        candidate_id = promote(tx, kinds["RET-2.1"].id, verdict=Verdict.WIDEN_LIMIT).id
    with stored.transaction(ruth) as tx:
        claim(tx, candidate_id)
    with stored.transaction(ruth) as tx:
        accept(tx, candidate_id, reason="Late parcels are not theirs.")
    with stored.reading(maya) as tx:
        assert "Late parcels are not theirs." in my_notices(tx)[0].body
        newest = clause_by_key(tx, "RET-2.1").newest
        assert (newest.number, newest.candidate_id) == (2, candidate_id)
        assert newest.text == "Unworn shoes come back within 24 days of delivery."
        assert newest.parameters[0]["limit"] == 24
        stored.log.verify(tx.session)
        verbs = tx.session.scalars(select(Event.verb).order_by(Event.sequence)).all()
    chain = ["file", "cosign", "start", "publish", "promote", "claim", "accept"]
    assert [verb for verb in verbs if verb in chain] == chain


def test_a_second_run_keeps_the_kinds_and_what_people_named(stored: House) -> None:
    small_shop.fill(stored)
    admin = operator(stored)
    discover(stored, admin)
    with stored.transaction(admin) as tx:
        first = {kind.id for kind in catalogue.kinds(tx)}
        catalogue.rename(tx, min(first), "A name by hand")
    run = discover(stored, admin, seed=7)
    with stored.reading(admin) as tx:
        kinds = catalogue.kinds(tx)
    assert {kind.id for kind in kinds} == first
    assert "A name by hand" in {kind.name for kind in kinds}
    assert (run.diff["moved"], run.diff["words"]) == (0, "2 unchanged.")


def test_one_key_sent_twice_at_once_files_once(stored: House) -> None:
    client, start = Api(stored).by("maya"), Barrier(2)
    wish = {name: value for name, value in WISH.items() if name != "clause_key"}

    def send(_: int) -> tuple[int, str]:
        start.wait()
        answer = client.post("/v1/proposals", json=wish, headers={"Idempotency-Key": "1"})
        return answer.status_code, answer.json().get("code", answer.json().get("id"))

    with ThreadPoolExecutor(2) as pool:
        answers = set(pool.map(send, range(2)))
    with stored.database.reading() as session:
        case_id = session.scalars(select(Case.id)).one()
        assert session.scalar(select(func.count()).where(Event.verb == "file")) == 1
    assert (HTTPStatus.CREATED, case_id) in answers
    assert answers - {(HTTPStatus.CREATED, case_id)} <= {(HTTPStatus.CONFLICT, "KeyInUse")}
