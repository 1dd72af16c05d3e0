"""Asking before answering: what is asked, what is answered, who is told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import actor_named, add_account, operator
from recommender.cases.asking import (
    QuestionAnswered,
    QuestionOpen,
    UnknownQuestion,
    answer,
    ask,
    asked_of_me,
    questions,
)
from recommender.cases.cosigning import cosign
from recommender.cases.filing import Wish, edit, file, withdraw
from recommender.cases.proposals import NotPending, ProposalExpired
from recommender.cases.wishes import BlankField
from recommender.models.asking import Question
from recommender.models.cases import Case, NotYourCase, OwnCosign, StaleSignature
from recommender.models.events import Event
from recommender.models.notices import Notice
from recommender.storage.house import House
from recommender.vocabulary import CaseState, NoticeTopic, Role

WISH = Wish(situation="The lamp hums.", resolution="Swap the lamp.")
MAIL = "penelope.quill@example.org"


@pytest.fixture
def waiting(house: House, maya: Actor) -> tuple[str, str]:
    with house.transaction(maya) as tx:
        case = file(tx, WISH)
        return case.id, case.content_hash


@pytest.fixture
def asked(house: House, tom: Actor, waiting: tuple[str, str]) -> str:
    with house.transaction(tom) as tx:
        ask(tx, *waiting, "Is it the old lamp?")
        return tx.session.scalars(select(Question.id)).one()


def wanted(house: House, name: str) -> list[NoticeTopic]:
    """Why somebody is asked to act at this moment."""
    with house.database.reading() as session:
        asking = Notice.needs_you & Notice.read_at.is_(None) & (Notice.account_name == name)
        return sorted(session.scalars(select(Notice.topic).where(asking)))


def verbs(house: House) -> Iterator[tuple[str, str]]:
    with house.database.reading() as session:
        for event in session.scalars(select(Event).order_by(Event.sequence)):
            if event.noun == "case":
                yield event.actor, event.verb


def test_a_question_reaches_the_filer_and_its_answer_who_asked(
    house: House, maya: Actor, tom: Actor, waiting: tuple[str, str], asked: str
) -> None:
    assert wanted(house, "maya") == [NoticeTopic.QUESTION]
    with house.reading(maya) as tx:
        assert [one.text for one in asked_of_me(tx)] == ["Is it the old lamp?"]
    with house.transaction(maya) as tx:
        assert answer(tx, asked, "It is.").state is CaseState.PENDING
    assert wanted(house, "maya") == []
    assert wanted(house, "tom") == [NoticeTopic.ANSWER, NoticeTopic.COSIGN_WANTED]
    with house.transaction(tom) as tx:
        thread = questions(tx, tx.session.get_one(Case, waiting[0]))
        assert [(one.text, one.answer) for one in thread] == [("Is it the old lamp?", "It is.")]
        assert cosign(tx, *waiting).state is CaseState.APPROVED
    assert wanted(house, "tom") == []
    assert list(verbs(house)) == [
        ("maya", "file"),
        ("tom", "ask"),
        ("maya", "answer"),
        ("tom", "cosign"),
    ]


def test_both_sides_are_redacted_and_nowhere_kept_as_typed(
    house: House, maya: Actor, tom: Actor, waiting: tuple[str, str]
) -> None:
    with house.transaction(tom) as tx:
        ask(tx, *waiting, f"Is {MAIL} hers?")
    with house.transaction(maya) as tx:
        answer(tx, asked_of_me(tx)[0].id, f"Yes, {MAIL} is.")
    with house.database.reading() as session:
        question = session.scalars(select(Question)).one()
        assert (question.text, question.answer) == ("Is [e-mail] hers?", "Yes, [e-mail] is.")
        told = " ".join(session.scalars(select(Notice.body)))
        assert "e-mail" not in told


def test_one_question_waits_at_a_time_for_each_text(
    house: House, maya: Actor, tom: Actor, waiting: tuple[str, str], asked: str
) -> None:
    with pytest.raises(QuestionOpen), house.transaction(tom) as tx:
        ask(tx, *waiting, "Is it?")
    with house.transaction(maya) as tx:
        answer(tx, asked, "It is.")
    with house.transaction(tom) as tx:
        ask(tx, *waiting, "Since when?")
    with house.transaction(maya) as tx:
        changed = edit(tx, waiting[0], replace(WISH, reason="It hums.")).content_hash
    assert wanted(house, "maya") == []
    with house.transaction(tom) as tx:
        ask(tx, waiting[0], changed, "And at night?")
    assert wanted(house, "maya") == [NoticeTopic.QUESTION]


def test_another_open_question_keeps_the_filer_asked(
    house: House, maya: Actor, waiting: tuple[str, str], asked: str
) -> None:
    with house.transaction(operator(house)) as tx:
        add_account(tx, name="lena", display_name="Lena", roles=[Role.AGENT])
    with house.transaction(actor_named(house, "lena")) as tx:
        ask(tx, *waiting, "Which socket?")
    with house.transaction(maya) as tx:
        answer(tx, asked, "It is.")
    assert wanted(house, "maya") == [NoticeTopic.QUESTION, NoticeTopic.QUESTION]


def test_an_edit_tells_who_waits_for_an_answer_and_a_signer_only_of_the_signature(
    house: House, maya: Actor, tom: Actor, waiting: tuple[str, str], asked: str
) -> None:
    assert asked
    with house.transaction(maya) as tx:
        tx.session.get_one(Case, waiting[0]).signatures_needed = 2
    with house.transaction(tom) as tx:
        cosign(tx, *waiting)
    with house.transaction(maya) as tx:
        edit(tx, waiting[0], replace(WISH, reason="It hums."))
    assert wanted(house, "tom") == [NoticeTopic.COSIGN_WANTED, NoticeTopic.SIGNATURE_VOIDED]


def test_what_cannot_be_asked_or_answered(
    house: House, maya: Actor, tom: Actor, waiting: tuple[str, str], asked: str
) -> None:
    case_id, seen = waiting
    with pytest.raises(OwnCosign), house.transaction(maya) as tx:
        ask(tx, case_id, seen, "Why?")
    with pytest.raises(StaleSignature), house.transaction(tom) as tx:
        ask(tx, case_id, "0" * 64, "Why?")
    with pytest.raises(BlankField) as blank, house.transaction(tom) as tx:
        ask(tx, case_id, seen, " ")
    assert blank.value.field == "question"
    with pytest.raises(RoleMissing), house.transaction(actor_named(house, "ruth")) as tx:
        ask(tx, case_id, seen, "Why?")
    with pytest.raises(UnknownQuestion), house.transaction(maya) as tx:
        answer(tx, "nothing", "Because.")
    with pytest.raises(NotYourCase), house.transaction(tom) as tx:
        answer(tx, asked, "Because.")
    with pytest.raises(ProposalExpired), house.transaction(maya) as tx:
        answer(replace(tx, at=tx.at + timedelta(hours=25)), asked, "Because.")
    with house.transaction(maya) as tx:
        answer(tx, asked, "Because.")
    with pytest.raises(QuestionAnswered), house.transaction(maya) as tx:
        answer(tx, asked, "Because.")
    with house.transaction(maya) as tx:
        withdraw(tx, case_id)
    with pytest.raises(NotPending), house.transaction(tom) as tx:
        ask(tx, case_id, seen, "Why?")
    with house.reading(maya) as tx:
        assert asked_of_me(tx) == []
