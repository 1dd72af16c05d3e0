"""A page of cases asks the database as often for fifty cases as for five, and says the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from api.views.cases import case_out, case_outs
from recommender.accounts.directory import actor_named, add_account, operator
from recommender.cases.eligibility import record_eligible
from recommender.cases.guardrails import PEERS, Rule, breaches, breaches_of_each
from recommender.models.accounts import Account
from recommender.models.asking import Question
from recommender.models.cases import Case
from recommender.models.reviewing import Review
from recommender.notices import tell
from recommender.policies.library import import_policy
from recommender.policies.limiting import Limits, pause, set_ceiling, set_limits
from recommender.policies.syntax.read import parse_policy
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CaseState, Draw, NoticeTopic, Role
from tests.conftest import HANDBOOK, NewCase
from tests.contract.conftest import Api

CLAUSES = ("RET-2.1", "RET-2.2", "RET-3.1", None)
FEW, MANY = 5, 50
MOST = 25
"""Statements of a page, those that tell who asks for it included."""


@pytest.fixture
def limited(stored: House) -> House:
    """A house whose clauses have limits of every sort, and one a pause."""
    with stored.transaction(operator(stored)) as tx:
        add_account(tx, name="olga", display_name="Olga", roles=[Role.AGENT], team="east")
        tx.session.get_one(Account, "tom").lead = "ines"
        import_policy(tx, parse_policy(HANDBOOK, "handbook"))
        set_ceiling(tx, "RET-2.1", 60)
        roles = {Role.AGENT: 70.0, Role.MANAGER: 400.0}
        both = Limits(
            monthly_budget=300, currency="EUR", per_customer=1, per_customer_days=30, roles=roles
        )
        set_limits(tx, "RET-2.1", both)
        other = Limits(monthly_budget=90, currency="USD", per_customer=2, per_customer_days=5)
        set_limits(tx, "RET-3.1", other)
        pause(tx, "RET-3.1", "An audit is running.")
    return stored


def waiting(tx: Transaction, new_case: NewCase, turn: int) -> None:
    """Let a case wait that was offered to tom and escalated, with a question of his."""
    case = new_case(
        tx.session,
        clause=CLAUSES[turn % 4],
        state=CaseState.PENDING,
        decided_at=None,
        cosigner_id=None,
        amount=(None, 50.0, 80.0)[turn % 3],
        currency=("EUR", "USD")[turn % 2],
        customer_id=("anna", "bert", None)[turn % 3],
        escalated_at=tx.at,
        expires_at=tx.at + timedelta(hours=turn + 1),
    )
    record_eligible(tx, case)
    asked = {"case_id": case.id, "asked_by": "tom", "text": "Since when?", "asked_at": tx.at}
    tx.session.add(Question(content_hash=case.content_hash, **asked))
    tell(tx, ["tom"], topic=NoticeTopic.COSIGN_WANTED, title="", body="", case_id=case.id)


def answered(tx: Transaction, new_case: NewCase, turn: int) -> None:
    """Let an approval of this month stand that counts against a limit or does not."""
    case = new_case(
        tx.session,
        clause=CLAUSES[turn % 4],
        decided_at=tx.at,
        amount=(None, 20.0, 30.0)[turn % 3],
        currency=("EUR", "USD")[turn // 2 % 2],
        customer_id=("anna", "bert")[turn % 2],
        imported_state=(None, CaseState.APPROVED)[turn % 5 == 0],
    )
    tx.session.add(Review(case_id=case.id, draw=Draw.RANDOM, team="east", drawn_at=tx.at))


@contextmanager
def statements(house: House) -> Iterator[list[str]]:
    said: list[str] = []

    def listen(*given: object) -> None:
        said.append(str(given[2]))

    event.listen(house.database.engine, "before_cursor_execute", listen)
    yield said
    event.remove(house.database.engine, "before_cursor_execute", listen)


def fill(house: House, new_case: NewCase, turns: range) -> None:
    with house.transaction(operator(house)) as tx:
        for turn in turns:
            waiting(tx, new_case, turn)
            answered(tx, new_case, turn)


PAGES = {
    "tom": ("/v1/queue", "proposals"),
    "ines": ("/v1/queue", "proposals"),
    "maya": ("/v1/mine", "filed"),
    "ruth": ("/v1/routed", "proposals"),
    "olga": ("/v1/reviews", None),
}


def test_a_page_of_fifty_asks_the_database_as_often_as_one_of_five(
    limited: House, new_case: NewCase
) -> None:
    api = Api(limited)
    asked: dict[str, list[int]] = {name: [] for name in PAGES}
    for turns in (range(FEW), range(FEW, MANY)):
        fill(limited, new_case, turns)
        for name, (path, field) in PAGES.items():
            client = api.by(name)
            with statements(limited) as said:
                found = client.get(path).json()
            cases = found if field is None else found[field]
            assert len(cases) >= turns.stop // 2, path
            asked[name].append(len(said))
    assert {name: few for name, (few, _) in asked.items()} == {
        name: many for name, (_, many) in asked.items()
    }
    assert max(max(counts) for counts in asked.values()) <= MOST, asked


def test_many_cases_say_what_each_says_alone(limited: House, new_case: NewCase) -> None:
    fill(limited, new_case, range(24))
    for name in PAGES:
        with limited.reading(actor_named(limited, name)) as tx:
            cases = list(tx.session.scalars(select(Case).order_by(Case.id)))
            together = breaches_of_each(tx, cases, PEERS)
            assert together == [breaches(tx, case, PEERS) for case in cases]
            assert {one.rule for met in together for one in met} == set(Rule)
            assert case_outs(tx, cases) == [case_out(tx, case) for case in cases]


def test_of_no_cases_nothing_is_asked(limited: House) -> None:
    with limited.reading(actor_named(limited, "tom")) as tx, statements(limited) as said:
        assert (case_outs(tx, []), breaches_of_each(tx, [])) == ([], [])
    assert said == []
