"""Just enough of the API to sign in, look who is there, and sign out."""

import secrets
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

PASSWORD = "correct horse battery"
ROLES = {"ines": ["manager"], "maya": ["agent"], "vera": ["admin", "agent", "manager"]}
LEAK = "/leak.png"


def stub_api() -> Starlette:
    """An API that knows three people; `app.state.leaks` counts fetches of an image it serves.

    Maya's display name asks for that image in Markdown. Behind a dash a name may go on: `maya-2` is
    somebody else with her roles, of whom nothing is kept yet.
    """
    sessions: dict[str, str] = {}

    def signed_out(detail: str) -> JSONResponse:
        body = {"title": "Signed out", "status": 401, "detail": detail, "code": "SignedOut"}
        return JSONResponse(body, 401, media_type="application/problem+json")

    def account(request: Request, name: str) -> dict[str, Any]:
        image = f" ![x]({str(request.base_url).rstrip('/')}{LEAK})" if name == "maya" else ""
        display_name = name.capitalize() + image
        return {"name": name, "team": None, "display_name": display_name, "roles": roles(name)}

    def roles(name: str) -> list[str]:
        return ROLES.get(name.partition("-")[0], [])

    async def sign_in(request: Request) -> Response:
        given = await request.json()
        if not roles(given["name"]) or given["password"] != PASSWORD:
            return signed_out("Name or password is wrong.")
        token = secrets.token_urlsafe()
        sessions[token] = given["name"]
        body = {"token": token, "expires_at": "2999-01-01T00:00:00Z"}
        return JSONResponse(body | {"account": account(request, given["name"])}, 201)

    async def current(request: Request) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in sessions:
            return signed_out("This session has ended.")
        if request.method == "DELETE":
            del sessions[token]
            return Response(status_code=204)
        return JSONResponse(account(request, sessions[token]))

    async def leak(_request: Request) -> Response:
        app.state.leaks += 1
        return Response(status_code=404)

    app = Starlette(
        routes=[
            Route("/v1/sessions", sign_in, methods=["POST"]),
            Route("/v1/sessions/current", current, methods=["DELETE"]),
            Route("/v1/me", current),
            Route(LEAK, leak),
        ]
    )
    app.state.leaks = 0
    app.state.sessions = sessions
    return app
