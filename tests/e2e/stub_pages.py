"""An API in which every page of the dashboard has something to show, all of it made up."""

from collections.abc import Mapping

from fastapi.encoders import jsonable_encoder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.schemas.effects import EffectRowOut
from api.schemas.examiner import ExaminedOut
from api.schemas.kinds import KindOut, OpenedOut
from api.schemas.precedents import PrecedentOut
from recommender.vocabulary import CaseState, Grade, KindState, NoticeTopic
from tests.e2e.stub_api import stub_api
from tests.unit import screen_answers as made

PAGES: Mapping[str, str] = {
    "inbox": "Late but fair",
    "kind?id=k1": "Just outside",
    "cases?id=k1&of=good": "Back to the kind",
    "candidate": "waited too long",
    "candidate?id=cd1": "Your decision",
    "effects": "As predicted",
    "library": "Find a clause",
    "library?clause=RET-2.1": "What colleagues may approve here",
    "limits": "Nothing is paused",
    "file": "What happened?",
    "cosign": "proposals wait",
    "mine": "waits until",
    "reviews": "oldest first",
    "notices": "Somebody answered",
    "identities": "No name was asked for",
    "handed-over": "Nothing was left open",
    "reports": "No quarter has been kept yet",
    "protection": "What is kept",
    "people?who=maya": "1 person",
    "import": "An import can be undone",
    "import?upload=u1": "can be read",
    "runs": "The database answers",
    "texts": "Add",
    "texts?part=Erasing": "asks to be forgotten",
}
"""Addresses of pages, and words that each alone shows."""
_SITUATIONS = (
    "The parcel lay at the neighbour's while she was in hospital; she found it on day 38.",
    "He was sent the wrong size twice and only tried the third pair on after the summer.",
    "Her father died, and the suit for the wedding was never worn.",
)


def pages_api() -> Starlette:
    """The stub API with an answer for whatever a page reads."""
    app = stub_api()
    answers = _answers()

    async def read(request: Request) -> Response:
        name = f"{request.method} {request.path_params['path']}"
        if name not in answers:
            problem = {"title": "Nothing here", "status": 404, "detail": name, "code": "NotFound"}
            return JSONResponse(problem, 404)
        return JSONResponse(jsonable_encoder(answers[name]))

    app.router.routes += [
        Route("/v1/{path:path}", read, methods=["GET", "POST", "PUT"]),
        Route("/readyz", _ready),
    ]
    return app


async def _ready(_request: Request) -> Response:
    return JSONResponse({"status": "ok", "database": True, "encoder": True})


def _answers() -> dict[str, object]:
    case = made.case(situation=_SITUATIONS[0], expires_at=made.NOW)
    other = made.case("c2", situation=_SITUATIONS[1], facts={}, amount=120.0)
    cases = [made.kind_case(f"kc{n}", situation=each) for n, each in enumerate(_SITUATIONS)]
    change = {"candidate": made.candidate_ref(), "kind_name": "Late but fair", "clause": "RET-2.1"}
    clauses = [made.clause(), made.clause("DEL-1.2", owner="depot")]
    book = {"key": "AF", "title": "Handbook", "owner": None, "clauses": clauses}
    notice = {
        "id": "n1",
        "topic": NoticeTopic.ANSWER,
        "needs_you": True,
        "title": "Somebody answered",
        "body": "The receipt is there.",
        "case_id": "c1",
        "candidate_id": None,
        "created_at": made.NOW,
        "read_at": None,
    }
    review = {"id": "r1", "day": made.TODAY, "case": made.case("c3", situation=_SITUATIONS[2])}
    account = {
        "name": "maya",
        "display_name": "Maya",
        "roles": ["agent"],
        "team": "north",
        "lead": None,
        "active": True,
        "version": "maya-1",
    }
    charter = {"version": 1, "text": "# Charter\n\nNobody is ranked.", "accepted_at": made.NOW}
    report = "# Protection report\n\n## What is kept\n\n- Cases, without names.\n"
    return {
        "GET inbox": made.inbox_page(kinds=_kinds(), first=["k1", "k2", "k3"]),
        "GET kinds": _kinds(),
        "GET kinds/k1": made.kind_page(representative=cases, declined=cases[:1]),
        "GET kinds/k1/cases": OpenedOut(total=3, cases=cases, after=None, masked=[]),
        "GET candidates": {"candidates": [made.candidate_page(red=True)]},
        "GET me/changes": {"changes": []},
        "GET candidates/cd1": made.candidate_page(
            state="claimed", claimed_by_you=True, kind=made.candidate_ref().kind
        ),
        "GET answers": made.answers(),
        "GET me/deputy": {"deputy": None, "away_from": None, "away_until": None},
        "GET effects": {
            "effects": [EffectRowOut.model_validate(change | {"effect": made.effect()})]
        },
        "GET library": {"policies": [book]},
        "GET clauses/RET-2.1": made.clause_page(),
        "GET limits": {"clauses": []},
        "GET pauses": {"pauses": []},
        "GET filing": made.filing_page(clauses=clauses),
        "GET draft": None,
        "PUT draft": None,
        "GET queue": {"direction": "Be fair, and say so.", "proposals": [case, other]},
        "GET cases/c1/reused": None,
        "POST precedents": {"precedents": [_precedent(1), _precedent(2)], "allowed": None},
        "POST advice": made.advice(precedents=[_precedent(1), _precedent(2)]),
        "GET mine": {
            "filed": [case.model_copy(update={"mine": True}), other],
            "signed": [],
        },
        "GET became": [],
        "GET reviews": [review],
        "GET notices": {"notices": [notice]},
        "GET identities": {"requests": []},
        "GET handed-over": {"proposals": []},
        "GET examiner": ExaminedOut(quarter=None, quarters=[], answers=[], markdown=""),
        "GET charter": charter,
        "GET protection-report": {"markdown": report},
        "GET accounts": [account],
        "GET runs": [made.run()],
        "GET runs/why-none": ["Only 11 cases were approved; kinds need 20."],
        "GET imports": [],
        "GET uploads/u1": made.upload(),
        "POST uploads/u1/import": made.import_job(),
        "GET redaction/words": [],
    }


def _kinds() -> list[KindOut]:
    def kind(number: int, **given: object) -> KindOut:
        return made.kind(f"k{number}", **given)

    return [
        kind(1, cost=1857.5),
        kind(
            2,
            name="Gift without a receipt, wanted as store credit",
            state=KindState.NEW,
            grade=Grade.WEAK,
            clause="RET-4.2",
            cost=384.0,
            cases=11,
            per_week=[0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 4, 3],
        ),
        kind(
            3,
            name="Delivery fee after a failed second delivery",
            state=KindState.REGRESSED,
            grade=Grade.STRONG,
            clause="DEL-1.2",
            cost=20211.0,
            cases=140,
            per_week=[9, 8, 12, 11, 10, 9, 13, 12, 11, 14, 12, 9],
        ),
        kind(
            4, name="Few people", agents=None, cases=None, per_week=[], masked=["agents", "cases"]
        ),
        kind(5, name="Put aside", state=KindState.DISMISSED, score=None, cost=None),
    ]


def _precedent(number: int) -> PrecedentOut:
    return made.precedent(
        f"p{number}",
        situation=_SITUATIONS[number],
        decision=CaseState.APPROVED if number == 1 else CaseState.DECLINED,
        decline_reason=None if number == 1 else "Worn already.",
    )
