"""Asking about a proposal before answering it, and its filer's answer."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.cases import AnswerIn, AskIn, CaseOut
from api.views.cases import case_out
from recommender.cases.asking import answer, ask

router = APIRouter(tags=["cases"])


@router.post("/proposals/{case_id}/ask")
def ask_about_proposal(house: OpenedHouse, actor: SignedIn, case_id: str, body: AskIn) -> CaseOut:
    """Ask its filer before answering; it waits on, and every peer reads question and answer."""
    with house.transaction(actor) as tx:
        return case_out(tx, ask(tx, case_id, body.content_hash, body.question))


@router.post("/questions/{question_id}/answer")
def answer_question(
    house: OpenedHouse, actor: SignedIn, question_id: str, body: AnswerIn
) -> CaseOut:
    """Answer a question about one's own proposal, without changing what was asked for."""
    with house.transaction(actor) as tx:
        return case_out(tx, answer(tx, question_id, body.text))
