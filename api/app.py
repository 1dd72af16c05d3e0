"""The application: one opened house, its routes, and the catch-up that runs beside it."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from api import problems
from api.background import CatchUp
from api.importing import Imports
from api.looking_back import LookBacks
from api.routes import (
    accounts,
    acknowledging,
    advice,
    allowed,
    asking,
    backtests,
    candidates,
    charter,
    corrections,
    deputies,
    drafts,
    effects,
    health,
    identities,
    imports,
    inventory,
    kinds,
    leaving,
    limits,
    look_backs,
    maps,
    notices,
    oidc,
    outcomes,
    policies,
    precedents,
    proposals,
    protection,
    recognition,
    reports,
    reviews,
    runs,
    sessions,
    texts,
)
from recommender.storage.house import House, open_house

_ROOMS = (
    sessions,
    oidc,
    accounts,
    charter,
    identities,
    leaving,
    protection,
    policies,
    acknowledging,
    limits,
    proposals,
    asking,
    outcomes,
    reviews,
    drafts,
    advice,
    allowed,
    precedents,
    imports,
    inventory,
    look_backs,
    kinds,
    runs,
    corrections,
    maps,
    candidates,
    backtests,
    deputies,
    effects,
    reports,
    recognition,
    notices,
    texts,
)


class _Documented(FastAPI):
    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        problems.describe(document)
        return document


def create_app(house: House | None = None, *, catches_up: bool = True) -> FastAPI:
    """Build the application on a house (default: the one that the environment describes).

    `catches_up` False leaves embedding to `recommender catch-up`.
    """
    opened = house or open_house()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        opened.database.require_schema()
        app.state.look_backs.open()
        if catches_up:
            app.state.catch_up.start()
        yield
        app.state.catch_up.stop()
        app.state.imports.join()
        app.state.look_backs.stop()
        opened.database.close()

    app = _Documented(
        title="Policy-feedback recommender",
        version="1",
        summary="Exceptions, precedents, kinds and the policy changes that come of them.",
        lifespan=lifespan,
        docs_url=None,  # its page would load scripts from elsewhere
        redoc_url=None,
        responses={"4XX": problems.DOCUMENTED},
    )
    app.state.house = opened
    app.state.catch_up = CatchUp(opened)
    app.state.imports = Imports()
    app.state.look_backs = LookBacks(opened.settings)
    problems.register(app)
    app.include_router(health.router)
    for room in _ROOMS:
        app.include_router(room.router, prefix="/v1")
    logging.getLogger("uvicorn.access").disabled = True
    return app
