"""Asking before answering: a peer's question about a proposal, and its filer's words to it.

Both sides are redacted, and neither reads the other's name.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import select

from recommender.access import Act
from recommender.cases.eligibility import proposal_to_answer
from recommender.cases.proposals import open_proposal, redacted
from recommender.cases.wishes import require_text
from recommender.errors import Conflict, NotFound
from recommender.models.asking import Question
from recommender.models.base import new_id
from recommender.models.cases import Case
from recommender.notices import settle_case, tell
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, NoticeTopic


class UnknownQuestion(NotFound):
    """There is no such question."""


class QuestionOpen(Conflict):
    """The same colleague has asked before, and the filer has not answered yet."""


class QuestionAnswered(Conflict):
    """The filer has answered this question already."""


def ask(tx: Transaction, case_id: str, content_hash: str, question: str) -> Case:
    """Ask the filer about a proposal as the actor read it; they are told.

    Whoever may sign may ask, one question at a time about the same text. Raises what
    `eligibility.proposal_to_answer` raises, and QuestionOpen.
    """
    tx.actor.require(Act.ASK)
    typed = require_text("question", question)
    case = proposal_to_answer(tx, case_id, content_hash)
    mine = [asked for asked in _open(tx, case) if asked.asked_by == tx.actor.name]
    if any(asked.content_hash == case.content_hash for asked in mine):
        raise QuestionOpen(
            "You have asked already, and your question waits for an answer.",
            remedy="Wait for the answer, or sign or decline.",
        )
    asked = Question(
        id=new_id(),
        case_id=case.id,
        asked_by=tx.actor.name,
        content_hash=case.content_hash,
        text=redacted(tx, typed),
        asked_at=tx.at,
    )
    tx.session.add(asked)
    tx.session.flush()
    tell(
        tx,
        [case.agent_id],
        topic=NoticeTopic.QUESTION,
        title="A colleague asks about your proposal",
        body="Answer in a sentence, or change the proposal where that says it better.",
        case_id=case.id,
        needs_you=True,
    )
    tx.record("ask", "case", case.id, question=asked.id)
    return case


def answer(tx: Transaction, question_id: str, text: str) -> Case:
    """Answer a question about one's own proposal; whoever asked is told.

    Raises UnknownQuestion, NotPending, ProposalExpired, NotYourCase and QuestionAnswered.
    """
    tx.actor.require(Act.FILE)
    typed = require_text("text", text)
    asked = tx.session.get(Question, question_id)
    if asked is None:
        raise UnknownQuestion(f"There is no question {question_id}.", question=question_id)
    case = open_proposal(tx, asked.case_id)
    case.require_filer(tx.actor)
    tx.session.refresh(asked)
    if asked.answered_at is not None:
        raise QuestionAnswered(
            "This question has its answer.", remedy="Edit the proposal to say more."
        )
    asked.answer = redacted(tx, typed)
    asked.answered_at = tx.at
    if not _open(tx, case):
        settle_case(tx, case.id, NoticeTopic.QUESTION)
    tell(
        tx,
        [asked.asked_by],
        topic=NoticeTopic.ANSWER,
        title="Your question was answered",
        body="Read the answer, then sign or decline.",
        case_id=case.id,
        needs_you=True,
    )
    tx.record("answer", "case", case.id, question=asked.id)
    return case


def asked_of_me(tx: Transaction) -> list[Question]:
    """Give what waits for the actor's answer, oldest first."""
    tx.actor.require(Act.FILE)
    waiting = (
        select(Question)
        .join(Case, Case.id == Question.case_id)
        .where(
            Case.agent_id == tx.actor.name,
            Case.state == CaseState.PENDING,
            Question.answered_at.is_(None),
        )
    )
    return list(tx.session.scalars(waiting.order_by(Question.asked_at, Question.id)))


def questions(tx: Transaction, case: Case) -> list[Question]:
    """Give what was asked about a case, oldest first; its reader is checked by who shows it."""
    return questions_about(tx, [case.id])[case.id]


def questions_about(tx: Transaction, cases: Collection[str]) -> dict[str, list[Question]]:
    """Give the same of several cases, by their ids."""
    threads: dict[str, list[Question]] = {case: [] for case in cases}
    asked = select(Question).where(Question.case_id.in_(threads))
    if threads:
        for one in tx.session.scalars(asked.order_by(Question.asked_at, Question.id)):
            threads[one.case_id].append(one)
    return threads


def tell_askers_of_edit(tx: Transaction, case: Case, but: Iterable[str]) -> None:
    """Tell whoever waits for an answer, except some, that the proposal itself was changed."""
    settle_case(tx, case.id, NoticeTopic.QUESTION)
    waiting = {asked.asked_by for asked in _open(tx, case)}
    tell(
        tx,
        waiting.difference(but),
        topic=NoticeTopic.ANSWER,
        title="A proposal you asked about was changed",
        body="The new text may answer your question. Read it, then sign, decline or ask again.",
        case_id=case.id,
        needs_you=True,
    )


def _open(tx: Transaction, case: Case) -> list[Question]:
    return [asked for asked in questions(tx, case) if asked.answered_at is None]
