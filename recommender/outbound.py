"""The one way out: what this product asks of other machines, which only a setting can make it do.

It asks the addresses that it is given, follows no redirect, and takes JSON objects of a sane size.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from recommender.config import is_local, is_safe_address
from recommender.errors import Unavailable

SECONDS: Final = 5.0
"""How long one step of a request may take."""
LARGEST: Final = 1_000_000
"""So many bytes of an answer are read at most."""


class OutsideSilent(Unavailable):
    """Nobody answers at an address, or not in a way that can be read."""


class OutsideRefused(Unavailable):
    """The address answers that it does not want this; `status` says how."""

    def __init__(self, status: int) -> None:
        super().__init__(f"It was refused there: {status}.", status=status)
        self.status = status


class AddressUnsafe(Unavailable):
    """An address is not one to send secrets to."""


def ask(
    address: str,
    fields: Mapping[str, str] | None = None,
    *,
    basic: tuple[str, str] | None = None,
    bearer: str | None = None,
) -> dict[str, Any]:
    """Read a JSON object from an address, or the answer to a form where there are fields.

    Raises AddressUnsafe, OutsideSilent or OutsideRefused.
    """
    if not is_safe_address(address):
        raise AddressUnsafe(
            "An address is neither encrypted nor on this machine.",
            remedy="It has to begin with https.",
        )
    headers = {"Accept": "application/json"}
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    try:
        with (
            connections(address) as http,
            http.stream(
                "GET" if fields is None else "POST",
                address,
                data=fields,
                auth=basic,
                headers=headers,
            ) as response,
        ):
            return _object(response)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OutsideSilent("Nobody answers there.") from error


@contextmanager
def connections(address: str) -> Iterator[httpx.Client]:
    """Open connections: by the environment's proxy and certificates, but not to this machine."""
    trusts = not is_local(urlsplit(address).hostname or "")
    with httpx.Client(timeout=SECONDS, trust_env=trusts) as http:
        yield http


def _object(response: httpx.Response) -> dict[str, Any]:
    if response.status_code != HTTPStatus.OK:
        raise OutsideRefused(response.status_code)
    content = b""
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > LARGEST:
            raise OutsideSilent("The answer is too long to be one.")
    try:
        found = json.loads(content)
    except ValueError as error:
        raise OutsideSilent("The answer is not JSON.") from error
    if not isinstance(found, dict):
        raise OutsideSilent("The answer is not a JSON object.")
    return found
