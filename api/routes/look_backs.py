"""Looking back at a ledger: a file comes in, a report goes out, nothing stays."""

from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Annotated, Final

from fastapi import APIRouter, Body, Query

from api.deps import OpenedHouse, SignedIn
from api.schemas.look_backs import LookBackOut, LookBackQuery, RecurringOut
from recommender.access import Act
from recommender.cases.importing.uploads import safe_name
from recommender.errors import Conflict
from recommender.retrospect.findings import LookBack, Money
from recommender.retrospect.looking_back import look_back
from recommender.retrospect.page import html
from recommender.retrospect.rules import rules_of

router = APIRouter(tags=["imports"])
_ONE: Final = Lock()
"""One look back at a time: it keeps a processor busy for minutes."""


class LookBackRunning(Conflict):
    """Somebody else looks back just now."""


@router.post("/look-backs")
def create_look_back(
    house: OpenedHouse,
    actor: SignedIn,
    query: Annotated[LookBackQuery, Query()],
    body: Annotated[bytes, Body(media_type="application/octet-stream")],
) -> LookBackOut:
    """Look back at a ledger, sent as the request's body; nothing of it is kept."""
    actor.require(Act.LOOK_BACK)
    if not _ONE.acquire(blocking=False):
        raise LookBackRunning(
            "Somebody else looks back at a ledger just now.", remedy="Try again in some minutes."
        )
    try:
        with house.reading(actor) as tx:
            books = rules_of(tx) if query.rules else ()
        with TemporaryDirectory() as folder:
            path = Path(folder) / safe_name(query.file_name)
            path.write_bytes(body)
            found = look_back(
                house.settings, actor, path, mapping=query.mapping, books=books, home=house
            )
    finally:
        _ONE.release()
    return _out(found)


def _out(found: LookBack) -> LookBackOut:
    return LookBackOut(
        rows=found.source.rows,
        refused=len(found.source.refused),
        approved=found.source.approved,
        sorted_cases=found.sorted_cases,
        kinds=[
            RecurringOut(
                name=kind.name,
                cases=kind.cases,
                a_year=_a_year(kind.money),
                currency=None if kind.money is None else kind.money.currency,
                rule=None if kind.rule is None else kind.rule.key,
            )
            for kind in found.kinds
        ],
        unread=list(found.source.unread),
        html=html(found),
    )


def _a_year(money: Money | None) -> float | None:
    return None if money is None or money.a_year is None else money.a_year.mid
