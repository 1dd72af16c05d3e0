"""An API in which every page of the dashboard has something to show, all of it made up."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from fastapi.encoders import jsonable_encoder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.schemas.effects import EffectRowOut, EffectWeekOut
from api.schemas.evidence import (
    CountedOut,
    EventOut,
    EvidenceOut,
    LookAlikesOut,
    OutcomesOut,
    RateOut,
    ValueOut,
    YearOut,
)
from api.schemas.examiner import ExaminedLineOut, ExaminedOut
from api.schemas.kinds import KindOut, OpenedOut
from api.schemas.map import IslandOut, MapKindOut
from api.schemas.precedents import PrecedentOut
from recommender.vocabulary import CaseState, EffectVerdict, Grade, KindState, NoticeTopic
from tests.e2e.stub_api import stub_api
from tests.unit import screen_answers as made

PAGES: Mapping[str, str] = {
    "inbox": "Late but fair",
    "kind?id=k1": "Just outside",
    "cases?id=k1&of=good": "Back to the kind",
    "map": "Draw around some cases",
    "map?view=List&kind=k1": "Tick some cases",
    "corrections": "was split off",
    "candidates": "waited too long",
    "candidate?id=cd1": "Your decision",
    "effects": "Fell as predicted",
    "library": "Find a clause",
    "library?clause=RET-2.1": "What colleagues may approve here",
    "limits": "Nothing is paused",
    "limits?clause=RET-2.1": "Save limits",
    "file": "What happened?",
    "cosign": "proposals wait",
    "mine": "waits until",
    "reviews": "oldest first",
    "notices": "Somebody answered",
    "identities": "No name was asked for",
    "handed-over": "Nothing was left open",
    "effects?id=cd1": "All changed rules",
    "reports": "Did two pairs of eyes decide?",
    "protection": "What is kept",
    "people?who=maya": "1 person",
    "import": "An import can be undone",
    "import?upload=u1": "can be read",
    "look-back?ledger=l1": "for they are about people",
    "runs": "The database answers",
    "texts": "Add",
    "texts?part=Erasing": "asks to be forgotten",
}
"""Addresses of pages, and words that each alone shows."""
_KEPT = {
    "what": "Who filed, answered and could have answered a case",
    "readers": "no reader; one name by break-glass",
    "stays": "until a case forgets its people",
}
_LIMITS = {
    "clause_key": "RET-2.1",
    "never_bend": False,
    "ceiling": 60.0,
    "monthly_budget": 500.0,
    "currency": "EUR",
    "repeat_cases": 2,
    "repeat_days": 30,
    "roles": [{"role": "agent", "amount": 50.0}],
    "spent": {"month": "2026-11", "amount": 120.0, "left": 380.0, "uncounted": 1},
    "pauses": [],
    "yours": True,
    "version": 3,
}
_SITUATIONS = (
    "The parcel lay at the neighbour's while she was in hospital; she found it on day 38.",
    "He was sent the wrong size twice and only tried the third pair on after the summer.",
    "Her father died, and the suit for the wedding was never worn.",
)


def pages_api() -> Starlette:
    """The stub API with an answer for whatever a page reads."""
    app = stub_api()
    given = answers()

    async def read(request: Request) -> Response:
        name = f"{request.method} {request.path_params['path']}"
        if name not in given:
            problem = {"title": "Nothing here", "status": 404, "detail": name, "code": "NotFound"}
            return JSONResponse(problem, 404)
        return JSONResponse(jsonable_encoder(given[name]))

    app.router.routes += [
        Route("/v1/{path:path}", read, methods=["GET", "POST", "PUT"]),
        Route("/readyz", _ready),
    ]
    app.router.routes.insert(0, Route("/v1/map/points", _points))
    return app


async def _ready(_request: Request) -> Response:
    return JSONResponse({"status": "ok", "database": True, "encoder": True})


async def _points(_request: Request) -> Response:
    """Points as a run would lay them: most on an island, the rest between."""
    chance = np.random.default_rng(7)
    rows = []
    for number, island in enumerate(_islands()):
        disc = island.island
        assert disc is not None
        turn = chance.uniform(0, 2 * np.pi, island.cases)
        far = disc.radius * 0.95 * np.sqrt(chance.uniform(0, 1, island.cases))
        places = [disc.x + far * np.cos(turn), disc.y + far * np.sin(turn)]
        rows.append(np.column_stack([*places, np.full(island.cases, number)]))
    rows.append(np.column_stack([chance.uniform(-20, 40, (2, 25)).T, np.full(25, -1)]))
    return Response(np.vstack(rows).astype("<f4").tobytes(), media_type="application/octet-stream")


def _islands() -> list[MapKindOut]:
    sizes = (
        (17, "Late but fair", "RET-2.1", 0, 0),
        (11, "Gift without a receipt", "RET-4.2", 14, 4),
        (140, "Delivery fee after a failed delivery", "DEL-1.2", 12, 26),
        (60, "Order changed by phone", "PRI-5.1", -6, 18),
    )
    return [
        MapKindOut(
            id=f"k{number}",
            name=name,
            clause=clause,
            version=3,
            cases=cases,
            island=IslandOut(x=x, y=y, radius=cases**0.5),
        )
        for number, (cases, name, clause, x, y) in enumerate(sizes, 1)
    ]


def answers() -> dict[str, object]:
    """What each page reads, by method and path."""
    case = made.case(situation=_SITUATIONS[0], expires_at=made.NOW)
    other = made.case("c2", situation=_SITUATIONS[1], facts={}, amount=120.0)
    cases = [made.kind_case(f"kc{n}", situation=each) for n, each in enumerate(_SITUATIONS)]
    page = made.kind_page(
        representative=cases,
        declined=cases[:1],
        evidence=_evidence(),
        near=[made.near_kind(), made.near_kind("k3", name="Late after a holiday")],
    )
    opened = OpenedOut(total=7, cases=cases, after=None, masked=[])
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
        "GET map": made.case_map(kinds=_islands()),
        "POST map/within": made.map_part(cases=cases, ids=[f"kc{n}" for n in range(7)]),
        "POST kinds/k1/split": made.corrected(),
        "GET corrections": {"corrections": [made.correction()], "next": None},
        "GET kinds": _kinds(),
        "GET kinds/k1": page,
        "GET kinds/k2": page.model_copy(update={"kind": _kinds()[1]}),
        "GET kinds/k1/cases": opened,
        "GET kinds/k2/cases": opened,
        "GET candidates": {"candidates": [made.candidate_page(red=True)]},
        "GET me/changes": {"changes": []},
        "GET candidates/cd1": made.candidate_page(
            state="claimed", claimed_by_you=True, kind=made.candidate_ref().kind
        ),
        "GET answers": made.answers(),
        "GET me/deputy": {"deputy": None, "away_from": None, "away_until": None},
        "GET effects": {"effects": _effects()},
        "GET candidates/cd1/effect": made.effect(currency="EUR", nearby=[made.neighbour()]),
        "GET library": {"policies": [book]},
        "GET clauses/RET-2.1": made.clause_page(),
        "GET limits": {"clauses": []},
        "GET clauses/RET-2.1/limits": _LIMITS,
        "GET routed": {"direction": "Be fair.", "proposals": [other]},
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
            "credit": False,
        },
        "GET became": [],
        "GET reviews": [review],
        "GET notices": {"notices": [notice]},
        "GET identities": {"requests": []},
        "GET handed-over": {"proposals": []},
        "GET examiner": _examined(),
        "GET kept": {"kept": [_KEPT], "texts_days": 730, "people_days": None, "hours": 8},
        "GET me/looked-at": {"looked": []},
        "GET charter": charter,
        "GET protection-report": {"markdown": report},
        "GET accounts": [account],
        "GET inventory": made.inventory(),
        "GET runs": [made.run()],
        "GET runs/why-none": ["Only 11 cases were approved; kinds need 20."],
        "GET imports": [],
        "GET uploads/u1": made.upload(),
        "POST uploads/u1/import": made.import_job(),
        "GET look-backs": [made.look_back_job()],
        "GET look-backs/l1/columns": made.ledger(),
        "GET redaction/words": [],
    }


def _evidence() -> EvidenceOut:
    days = [31, 32, 33, 34, 34, 36, 38, 38, 38, 40, 41, 43, 45, 52, 56]
    late = made.spread(
        n=15,
        missing=2,
        q1=34,
        median=38,
        q3=43,
        high=56,
        declined_low=44,
        declined_high=75,
        counts=[CountedOut(value=day, cases=days.count(day)) for day in sorted({*days})],
        declined=[CountedOut(value=day, cases=1) for day in (44, 61, 63, 75)],
    )
    tiers = [ValueOut(value="gold", cases=9), ValueOut(value="silver", cases=4)]
    plain: dict[str, object] = dict.fromkeys(
        ["low", "q1", "median", "q3", "high", "declined_low", "declined_high", "unit"]
    )
    plain |= {"fact": "tier", "n": 13, "missing": 4, "values": tiers, "counts": [], "declined": []}
    return made.evidence(
        facts=[late, late.model_copy(update=plain)],
        outcomes=OutcomesOut(good=7, neutral=0, bad=0, missing=10),
        events=[EventOut(day=made.TODAY, cases=4, counted=2)],
        rate=RateOut(rate=0.4, low=0.21, high=0.66, of="contacts", weeks=20),
        year=YearOut(low=900, mid=1234.5, high=1600, currency="EUR", actual_share=0.5),
        look_alikes=LookAlikesOut(cases=4, good=made.interval(), words="No cause is claimed."),
    )


def _effects() -> list[EffectRowOut]:
    """A change as predicted, one whose review is late, one that recurs, one that is young."""

    def weeks(*counts: int) -> list[EffectWeekOut]:
        return [EffectWeekOut(week=made.TODAY, exceptions=each, uses=each + 2) for each in counts]

    before = weeks(3, 5, 2, 4, 6, 3, 4, 5, 3, 4, 2, 6)
    early: dict[str, Any] = {
        "verdict": EffectVerdict.TOO_EARLY,
        "read_on": None,
        "before": before,
        "curve": [],
    }
    given: list[tuple[str, dict[str, Any]]] = [
        ("cd1", {"before": before, "curve": weeks(1, 0, 2, 0, 0, 1, 0, 1)}),
        ("cd2", {"before": before, "curve": weeks(4, 3, 5), "regressed_on": made.TODAY}),
        ("cd3", {"before": before, "curve": weeks(1, 0), "overdue": True}),
        ("cd4", early | {"readings": []}),
    ]
    return [
        EffectRowOut(
            candidate=made.candidate_ref(id=change_id),
            kind_name="Late but fair",
            clause="RET-2.1",
            effect=made.effect(review_on=made.TODAY, **more),
        )
        for change_id, more in given
    ]


def _examined() -> ExaminedOut:
    def line(question: str, attribute: str, value: str, **given: object) -> ExaminedLineOut:
        counts = dict.fromkeys(("cases", "exceptions", "declined", "low", "high"))
        told = {"question": question, "attribute": attribute, "value": value, "label": ""}
        return ExaminedLineOut.model_validate(told | counts | {"note": ""} | given)

    share = {
        "exceptions": 120,
        "low": 0.012,
        "high": 0.017,
        "note": "of 8,400 contacts in 13 weeks",
    }
    counts = {"cases": 67, "exceptions": 60, "declined": 7, "low": 0.05, "high": 0.21}
    rate = {"note": "0.9% to 1.6% of its contacts had an exception"}
    limit = {"label": "Returns (RET-2.1)", "note": "days since delivery is at most 30"}
    answers = [
        line("share", "house", "all", **share),
        line("attribute", "channel", "phone", **counts, **rate),
        line("attribute", "channel", "all others", **counts),
        line("attribute", "market", "DE", cases=101, note="too few declines to tell apart"),
        line("attribute", "market", "AT", cases=33, note="too few declines to tell apart"),
        line("attribute", "customer_tier", "all", note="few, or one value"),
        line("product", "product", "all", note="few, or one value"),
        line("reason", "clause", "RET-2.1", **counts, label="Returns (RET-2.1)"),
        line("reason", "clause", "all others", **counts),
        line("reason", "dimension", "adapting", **counts),
        line("limits", "clause", "RET-2.1", **limit),
        line("limits", "house", "breaches routed", note="few"),
        line("deciders", "role", "colleagues, of cases", note="134 decisions"),
        line("deciders", "role", "policy owners, of cases", note="few"),
    ]
    quarters = ["2026-Q3", "2026-Q2"]
    return ExaminedOut(quarter="2026-Q3", quarters=quarters, answers=answers, markdown="# Report")


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
            clause_text="Goods given as a gift are taken back against the receipt that came with "
            "them; without it the giver is asked, and store credit is not given in its place.",
            cost=384.0,
            agents=6,
            outcomes=OutcomesOut(good=0, neutral=1, bad=2, missing=8),
            year=YearOut(low=310, mid=520, high=760, currency="EUR", actual_share=0.0),
            why="Surfaced within the last 28 days. 11 in the last 4 weeks, none in the 4 before.",
            cases=11,
            per_week=[0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 4, 3],
        ),
        kind(
            3,
            name="Delivery fee after a failed second delivery",
            state=KindState.REGRESSED,
            grade=Grade.STRONG,
            clause="DEL-1.2",
            clause_text="The second delivery is charged.",
            outcomes=OutcomesOut(good=61, neutral=12, bad=3, missing=64),
            year=YearOut(low=17400, mid=20211, high=24100, currency="EUR", actual_share=0.4),
            why="Its rule was changed, and it goes on. 46 in the last 4 weeks, 48 in the 4 before.",
            cost=20211.0,
            cases=140,
            per_week=[9, 8, 12, 11, 10, 9, 13, 12, 11, 14, 12, 9],
        ),
        kind(
            4,
            name="Few people",
            agents=None,
            cases=None,
            per_week=[],
            masked=["agents", "cases"],
            score=None,
            outcomes=None,
            year=None,
            why="So few people are behind it that it tells no number.",
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
