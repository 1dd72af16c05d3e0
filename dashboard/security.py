"""What the browser is told to refuse: the content policy and its neighbours.

Texts that people typed are shown on every screen. Should one ever slip through as markup, the
policy keeps it from loading anything from anywhere else and from running a script.
"""

import base64
import hashlib
import re
from pathlib import Path
from typing import Final

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_HOST: Final = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:]+\](:\d+)?")
_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    # Not "no-referrer": with it, browsers send "Origin: null" along with our own forms, which
    # then look like forms posted from elsewhere. Other sites learn nothing either way.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def source_hash(text: str) -> str:
    """A script's or style's content as a policy names it: `'sha256-...'`."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def inline_script_hashes(html: str) -> tuple[str, ...]:
    """The hash of every script written into a page."""
    return tuple(source_hash(script) for script in _INLINE_SCRIPT.findall(html))


def streamlit_script_hashes() -> tuple[str, ...]:
    """The hashes of the inline scripts in the page that the installed Streamlit serves."""
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    return inline_script_hashes(page.read_text(encoding="utf-8"))


def content_policy(host: str, script_hashes: tuple[str, ...]) -> str:
    """The content policy for pages served under `host`; an odd host name gets no socket."""
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    scripts = " ".join(("'self'", *script_hashes, "'unsafe-eval'", "'wasm-unsafe-eval'"))
    return "; ".join(
        (
            "default-src 'self'",
            "img-src 'self' data: blob:",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            f"connect-src 'self'{sockets}",
            "worker-src 'self' blob:",
            "frame-src data:",  # a report on a page: it belongs to no site, and runs nothing
            "font-src 'self' data:",
            "object-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


class SecurityHeaders:
    """Sends the policy with every answer; a route that sets its own, stricter one keeps it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._script_hashes = streamlit_script_hashes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        policy = content_policy(Headers(scope=scope).get("host", ""), self._script_hashes)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-security-policy", policy)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
