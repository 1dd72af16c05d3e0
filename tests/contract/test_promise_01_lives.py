"""Promise 1 in any order of acts: a model says who may do what, and the house says the same."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.cases.asking import answer, ask, questions
from recommender.cases.cosigning import cosign, decline, queue
from recommender.cases.escalating import escalate_overdue
from recommender.cases.filing import Wish, edit, expire_overdue, file, withdraw
from recommender.errors import RecommenderError
from recommender.models.cases import Case
from recommender.models.notices import Notice
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CaseState, SignatureVerdict
from tests.contract.line import ABOVE, BELOW, draw_line

WISH = Wish(situation="The kettle leaks.", resolution="Send another.")
START = datetime(2026, 6, 1, 12, tzinfo=UTC)
LINE = {*ABOVE, *BELOW}
ANSWERERS = st.sampled_from(["tom", "lena", "olaf", "tom", "lena", "ines", "boss", "rae", "maya"])
FILERS = st.sampled_from(["maya", "maya", "maya", "tom", "ines"])
FRESH = st.sampled_from([True, True, True, False])


@dataclass
class Asked:
    """A question: whose, about which text, and whether it has its answer."""

    by: str
    content: str
    answered: bool = False


@dataclass
class Life:
    """What must be true of one proposal of maya's."""

    content: str
    needed: int
    expires: datetime
    state: CaseState = CaseState.PENDING
    escalated: bool = False
    signers: set[str] = field(default_factory=set)
    asked: dict[str, Asked] = field(default_factory=dict)


class Lives(RuleBasedStateMachine):
    """Proposals of one agent, and everybody around her acting upon them."""

    lives = Bundle("lives")

    def __init__(self, house: House, people: dict[str, Actor]) -> None:
        super().__init__()
        self.house = house
        self.people = people
        self.known: dict[str, Life] = {}
        self.now = START

    def attempt(self, who: str, act: Callable[[Transaction], object]) -> str | None:
        """Act as somebody at the model's time; give the refusal's name, None if it was done."""
        try:
            with self.house.transaction(self.people[who]) as tx:
                act(replace(tx, at=self.now))
        except RecommenderError as error:
            return error.code
        return None

    def closed(self, life: Life) -> str | None:
        if life.state is not CaseState.PENDING:
            return "NotPending"
        return "ProposalExpired" if life.expires <= self.now else None

    def barred(self, life: Life, who: str, *, fresh: bool) -> str | None:
        """Why somebody may not answer."""
        if who == "maya":
            role: str | None = "OwnCosign"
        elif who in LINE:
            role = "InTheSameLine"
        else:
            role = "RoleMissing" if who == "ines" and not life.escalated else None
        return self.closed(life) or role or (None if fresh else "StaleSignature")

    @rule(target=lives, needed=st.sampled_from([1, 1, 2]))
    def file(self, needed: int) -> str:
        with self.house.transaction(self.people["maya"]) as tx:
            case = file(replace(tx, at=self.now), WISH)
            case.signatures_needed = needed
            life = Life(case.content_hash, needed, self.now + timedelta(hours=24))
            self.known[case.id] = life
            return case.id

    @rule(case=lives, who=FILERS, days=st.integers(0, 3))
    def edit(self, case: str, who: str, days: int) -> None:
        life, texts = self.known[case], []
        expected = {"ines": "RoleMissing"}.get(who) or self.closed(life)
        expected = expected or ("NotYourCase" if who != "maya" else None)
        wish = replace(WISH, facts={"days": days})
        refusal = self.attempt(who, lambda tx: texts.append(edit(tx, case, wish).content_hash))
        assert refusal == expected
        if refusal is None:
            life.content, life.expires = texts[0], self.now + timedelta(hours=24)
            life.escalated = False
            life.signers.clear()

    @rule(case=lives, who=ANSWERERS, fresh=FRESH)
    def sign(self, case: str, who: str, *, fresh: bool) -> None:
        life = self.known[case]
        expected = self.barred(life, who, fresh=fresh)
        expected = expected or ("AlreadySigned" if who in life.signers else None)
        assert self.attempt(who, lambda tx: cosign(tx, case, seen(life, fresh))) == expected
        if expected is None:
            life.signers.add(who)
            if len(life.signers) == life.needed:
                life.state = CaseState.APPROVED

    @rule(case=lives, who=ANSWERERS, fresh=FRESH)
    def decline(self, case: str, who: str, *, fresh: bool) -> None:
        life = self.known[case]
        expected = self.barred(life, who, fresh=fresh)
        expected = expected or ("AlreadySigned" if who in life.signers else None)
        said = self.attempt(who, lambda tx: decline(tx, case, seen(life, fresh), "It fell."))
        assert said == expected
        if expected is None:
            life.state = CaseState.DECLINED

    @rule(case=lives, who=ANSWERERS, fresh=FRESH)
    def ask(self, case: str, who: str, *, fresh: bool) -> None:
        life = self.known[case]
        waits = any(
            one.by == who and one.content == life.content and not one.answered
            for one in life.asked.values()
        )
        expected = self.barred(life, who, fresh=fresh) or ("QuestionOpen" if waits else None)
        assert self.attempt(who, lambda tx: ask(tx, case, seen(life, fresh), "Why?")) == expected
        if expected is None:
            with self.house.reading(self.people["maya"]) as tx:
                thread = questions(tx, tx.session.get_one(Case, case))
            (new,) = {one.id for one in thread} - life.asked.keys()
            life.asked[new] = Asked(who, life.content)

    @precondition(lambda self: any(life.asked for life in self.known.values()))
    @rule(who=FILERS, data=st.data())
    def answer(self, who: str, data: st.DataObject) -> None:
        pairs = [(life, id_) for life in self.known.values() for id_ in life.asked]
        life, id_ = data.draw(st.sampled_from(pairs))
        expected = {"ines": "RoleMissing"}.get(who) or self.closed(life)
        expected = expected or ("NotYourCase" if who != "maya" else None)
        expected = expected or ("QuestionAnswered" if life.asked[id_].answered else None)
        assert self.attempt(who, lambda tx: answer(tx, id_, "Because.")) == expected
        if expected is None:
            life.asked[id_].answered = True

    @rule(case=consumes(lives), who=FILERS)
    def withdraw(self, case: str, who: str) -> None:
        life = self.known[case]
        expected = {"ines": "RoleMissing"}.get(who)
        expected = expected or ("NotPending" if life.state is not CaseState.PENDING else None)
        expected = expected or ("NotYourCase" if who != "maya" else None)
        assert self.attempt(who, lambda tx: withdraw(tx, case)) == expected
        if expected is None:
            life.state = CaseState.WITHDRAWN

    @rule(hours=st.sampled_from([1, 9, 9, 17]), keeps_up=st.sampled_from([True, True, False]))
    def wait(self, hours: int, *, keeps_up: bool) -> None:
        self.now += timedelta(hours=hours)
        if keeps_up:
            self.keep_up()

    def keep_up(self) -> None:
        assert self.attempt("operator", escalate_overdue) is None
        assert self.attempt("operator", expire_overdue) is None
        for life in self.known.values():
            if life.state is CaseState.PENDING and life.expires <= self.now:
                life.state = CaseState.EXPIRED
            elif life.state is CaseState.PENDING:
                life.escalated |= life.expires <= self.now + timedelta(hours=16)

    @invariant()
    def the_house_agrees(self) -> None:
        with self.house.database.reading() as session:
            for case in session.scalars(select(Case).where(Case.id.in_(self.known))):
                life = self.known[case.id]
                assert (case.state, case.content_hash) == (life.state, life.content)
                assert (case.escalated_at is not None) is life.escalated
                standing = [one for one in case.signatures if one.voided_at is None]
                signers = {one.signer_id for one in standing if one.verdict is SIGNED}
                assert signers == life.signers
                assert all(one.content_hash == case.content_hash for one in standing)
                assert not signers & {"maya", *LINE}

    @invariant()
    def nobody_is_asked_about_what_is_answered(self) -> None:
        over = [id_ for id_, life in self.known.items() if life.state is not CaseState.PENDING]
        asking = Notice.needs_you & Notice.read_at.is_(None) & Notice.case_id.in_(over)
        with self.house.database.reading() as session:
            assert session.scalars(select(Notice).where(asking)).all() == []

    @invariant()
    def queues_hold_what_can_be_answered(self) -> None:
        for who in ("tom", "ines", "boss"):
            with self.house.reading(self.people[who]) as tx:
                mine = {case.id for case in queue(replace(tx, at=self.now))}
            assert mine & self.known.keys() == {
                id_
                for id_, life in self.known.items()
                if self.barred(life, who, fresh=True) is None and who not in life.signers
            }


SIGNED = SignatureVerdict.SIGNED


def seen(life: Life, fresh: bool) -> str:  # noqa: FBT001 - hypothesis draws it
    return life.content if fresh else "0" * 64


@pytest.mark.slow
def test_whatever_the_order_of_acts_only_eligible_peers_answer_the_text_that_they_saw(
    stored: House,
) -> None:
    people = draw_line(stored) | {"operator": operator(stored)}
    examples = 10 if stored.database.is_sqlite else 4
    run_state_machine_as_test(
        partial(Lives, stored, people),  # type: ignore[arg-type]  # any factory will do
        settings=settings(max_examples=examples, stateful_step_count=25, deadline=None),
    )
    with stored.database.reading() as session:
        assert stored.log.verify(session).sequence > 0
