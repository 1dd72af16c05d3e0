"""Every text of ours can be translated: in a made-up language none is left in English."""

import gettext
import re
from collections.abc import Iterator
from typing import Final

import pytest
from fastapi.encoders import jsonable_encoder
from streamlit.testing.v1 import AppTest

from api.schemas.kinds import OpenedOut
from dashboard import catalogue
from recommender.vocabulary import Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Stub, screen

OPEN, SHUT = "⟦", "⟧"
NOT_OURS: Final = frozenset(["days", "delivery", "nov", "since"])
"""Facts by their names, and the names of months, which no catalogue has."""
_BADGE: Final = re.compile(r":[a-z]+-badge")
_TAGS: Final = re.compile(r"<style.*?</style>|<[^>]*>", re.DOTALL)
_WORD: Final = re.compile(r"[A-Za-z]{3,}")


class MadeUp(gettext.NullTranslations):
    """Every text stands in brackets."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{SHUT}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"{OPEN}{msgid1 if n == 1 else msgid2}{SHUT}"


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_translations", lambda _language: MadeUp())


def said(app: AppTest) -> Iterator[str]:
    kinds = ("title", "subheader", "caption", "markdown", "success", "info", "warning", "error")
    for kind in kinds:
        yield from (each.value for each in getattr(app, kind))
    for kind in ("button", "selectbox", "text_area", "text_input", "number_input", "checkbox"):
        yield from (each.label for each in getattr(app, kind))
    yield from (each.proto.label for each in app.get("page_link"))
    yield from (_TAGS.sub(" ", each.proto.body) for each in app.get("html"))


def outside(text: str) -> str:
    """What stands in no brackets; ours may stand within ours."""
    depth, left = 0, []
    for letter in text.replace("\\", "").replace("\u2060", ""):
        depth += (letter == OPEN) - (letter == SHUT)
        left.append(letter if depth == 0 and letter != SHUT else " ")
    return "".join(left)


def values(answer: object) -> Iterator[str]:
    """The texts in an answer, without the names of its members."""
    if isinstance(answer, dict):
        for each in answer.values():
            yield from values(each)
    elif isinstance(answer, list):
        for each in answer:
            yield from values(each)
    elif isinstance(answer, str):
        yield answer


def left_in_english(app: AppTest, answers: object) -> list[str]:
    """Words of a page that stand in no brackets, and in no answer of the API either."""
    told = " ".join(values(jsonable_encoder(answers))).lower()
    known = {*_WORD.findall(told)} | NOT_OURS
    return [
        f"{word}: {text[:80]}"
        for text in said(app)
        for word in _WORD.findall(_BADGE.sub("", outside(text)))
        if word.lower() not in known
    ]


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("inbox", {}),
        ("inbox", {"show": "all", "sel": "k1"}),
        ("inbox", {"show": "growing"}),
        ("kind", {"id": "k1", "show": "all"}),
        ("kind", {}),
        ("cases", {"id": "k1", "of": "good"}),
        ("cases", {}),
    ],
)
def test_no_text_of_ours_is_left_in_english(
    monkeypatch: pytest.MonkeyPatch, name: str, params: dict[str, str]
) -> None:
    answers = {
        "GET inbox": made.inbox_page(kinds=[made.kind(), made.kind("k2")]),
        "GET kinds/k1": made.kind_page(),
        "GET kinds/k1/cases": OpenedOut(total=30, cases=[made.kind_case()], after="kc9", masked=[]),
    }
    app = screen(name, Stub(answers), monkeypatch, Role.MANAGER, **params)
    assert app.title[0].value
    assert left_in_english(app, answers) == []


def test_a_text_outside_of_the_catalogue_is_seen() -> None:
    text = f"{OPEN}Ours, of {OPEN}one{SHUT} word{SHUT} and forgotten"
    assert _WORD.findall(outside(text)) == ["and", "forgotten"]
