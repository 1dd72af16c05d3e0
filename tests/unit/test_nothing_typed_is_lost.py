"""Nothing typed is lost: each field of every page, as somebody finds it after signing in anew."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.menu import sections
from recommender.vocabulary import Role
from tests.e2e.stub_pages import PAGES, answers
from tests.unit.screen_stubs import Stub, refused, reopened, screen

MODULES: Final = {"import": "imports", "map": "maps"}
"""Screens whose module is not called as their address is."""
IN_THE_ADDRESS: Final = (
    "effective-",
    "from-",
    "limit-",
    "on-",
    "review-",
    "scope-until-",
    "until-",
)
"""Keys of fields whose page's address says what stands in them, once it was drawn."""
ADDRESSES: Final = (*PAGES, "routed")
FIELDS: Final = ("text_area", "text_input", "number_input", "date_input", "multiselect")
OTHER_DAY: Final = date(2026, 12, 24)
Field = Any
"""A field as a test finds it, of whatever kind."""
GONE: Final = refused(503, title="Not reachable")


def opened(address: str) -> tuple[str, dict[str, str]]:
    name, _, query = address.partition("?")
    return MODULES.get(name, name.replace("-", "_")), dict(parse_qsl(query))


def typed_into(app: AppTest) -> Iterator[Field]:
    """The fields of a screen in which somebody can type, but for passwords and what is sought."""
    for kind in FIELDS:
        for field in getattr(app, kind):
            secret = kind == "text_input" and field.proto.type == field.proto.PASSWORD
            if not (secret or field.disabled or field.proto.query_param_key):
                yield field


def another(field: Field) -> object:
    """What somebody might put into a field in place of what stands there."""
    match field.type:
        case "number_input":
            return (field.value or 0) + 3
        case "date_input":
            return OTHER_DAY
        case "multiselect":
            unchosen = [each for each in field.options if each not in field.value]
            return [*field.value, *unchosen[:1]]
    return f"{field.value or ''} Typed."[: field.max_chars or None]


def address_of(app: AppTest) -> dict[str, str]:
    """Streamlit gives a parameter that a script set as a list, else as it was given."""
    known = app.query_params.items()
    return {name: each if isinstance(each, str) else each[0] for name, each in known}


def again(app: AppTest, field: Field) -> Field | None:
    return next((each for each in app.get(field.type) if each.key == field.key), None)


@pytest.fixture
def stub() -> Stub:
    return Stub(answers())


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_was_put_into_a_field_is_there_after_signing_in_anew(
    monkeypatch: pytest.MonkeyPatch, stub: Stub, address: str
) -> None:
    """The API went while it was typed, so that nothing but the field itself can have kept it."""
    name, params = opened(address)
    known = stub.answers
    lost = []
    for key in [each.key for each in typed_into(screen(name, stub, monkeypatch, *Role, **params))]:
        app = screen(name, stub, monkeypatch, *Role, **params)
        field = next(each for each in typed_into(app) if each.key == key)
        value = another(field)
        if not str(key).startswith(IN_THE_ADDRESS):
            stub.answers = dict.fromkeys(known, GONE)
        app = field.set_value(value).run()
        stub.answers = known
        found = again(reopened(name, *Role, **params | address_of(app)), field)
        if found is None or found.value != value:
            lost.append((key, value, found and found.value))
    assert lost == []


def test_the_walk_goes_everywhere() -> None:
    offered = {url for urls in sections(list(Role)).values() for url in urls}
    assert offered <= {address.partition("?")[0] for address in ADDRESSES}
