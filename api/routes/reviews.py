"""A second team's look at a sample of approvals."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.reviews import ReviewedOut, ReviewIn, ReviewOut
from api.views.cases import case_outs
from recommender.cases.reviewing import judge_review, my_reviews

router = APIRouter(tags=["cases"])


@router.get("/reviews")
def list_reviews(house: OpenedHouse, actor: SignedIn) -> list[ReviewOut]:
    """List the approvals of other teams that wait for one's own team to look at them."""
    with house.reading(actor) as tx:
        found = my_reviews(tx)
        shown = case_outs(tx, [case for _, case in found])
        return [
            ReviewOut(id=review.id, day=review.drawn_at.date(), case=case)
            for (review, _), case in zip(found, shown, strict=True)
        ]


@router.post("/reviews/{review_id}")
def answer_review(
    house: OpenedHouse, actor: SignedIn, review_id: str, body: ReviewIn
) -> ReviewedOut:
    """Say what one's team found; misuse takes the case out of the evidence, and nothing else."""
    with house.transaction(actor) as tx:
        review = judge_review(tx, review_id, body.verdict, body.reason)
        return ReviewedOut(id=review.id, verdict=body.verdict, reason=review.reason)
