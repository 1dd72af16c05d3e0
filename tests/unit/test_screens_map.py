"""The map and the corrections on the screens: what a lasso or a list takes, tried, done, undone."""

import json
from typing import Any

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.screens import maps
from recommender.vocabulary import Role
from tests.unit import screen_answers as made
from tests.unit.screen_stubs import Answer, Stub, refused, reopened, screen, words

MANAGER, AUDITOR = Role.MANAGER, Role.AUDITOR
AROUND = "0,0_4,0_4,4"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the canvas is given; it tells the outlines that a test puts into the list after."""
    given: list[Any] = []

    def canvas(data: dict[str, object], *, key: str, height: int) -> object:  # noqa: ARG001
        given.append(data)
        return None

    monkeypatch.setattr(maps, "canvas", canvas)
    return given


def stub(**more: Answer) -> Stub:
    answers: dict[str, Answer] = {
        "GET map": made.case_map(),
        "POST map/within": made.map_part(),
        "POST kinds/k1/split": made.corrected(),
        "POST kinds/k1/merge": made.corrected(),
        "POST moves": made.corrected(),
        "GET corrections": {"corrections": [made.correction()], "next": None},
        "POST corrections/co1/undo": made.corrected(),
    }
    return Stub(answers | {name.replace("__", " "): answer for name, answer in more.items()})


def sent(api: Stub, name: str) -> list[tuple[str, dict[str, Any]]]:
    """What was asked of a route: the query and the body."""
    return [
        (each.url.query.decode(), json.loads(each.content or b"{}"))
        for each in api.asked
        if each.url.path == f"/v1/{name}"
    ]


def deed(app: AppTest, word: str) -> AppTest:
    return next(iter(app.pills)).set_value(word).run()


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize(
    ("word", "route", "body"),
    [
        ("Split off", "kinds/k1/split", {"cases": ["kc1", "kc2"], "name": None}),
        ("Leave unsorted", "moves", {"cases": ["kc1", "kc2"], "to": None}),
    ],
)
def test_a_lasso_a_choice_and_a_click_correct(
    monkeypatch: pytest.MonkeyPatch, word: str, route: str, body: dict[str, Any]
) -> None:
    api = stub()
    app = screen("maps", api, monkeypatch, MANAGER, within=AROUND)
    held = sent(api, "map/within")[0][1]
    assert held == {"version": "r1", "polygon": [[0, 0], [4, 0], [4, 4]]}
    app = deed(app, word)
    assert sent(api, route) == [("dry_run=true", body)]
    assert '"3"' in api.asked[-1].headers["If-Match"] or '"k1"' in api.asked[-1].headers["If-Match"]
    app = app.button[0].click().run()
    assert sent(api, route)[-1] == ("", body)
    assert "Done, and every later run obeys it" in words(app)
    assert "within" not in app.query_params


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize(
    ("word", "route", "body"),
    [
        ("Move to", "moves", {"cases": ["kc1", "kc2"], "to": "k2"}),
        ("Merge the kind", "kinds/k1/merge", {"into": "k2"}),
    ],
)
def test_what_goes_elsewhere_asks_where(
    monkeypatch: pytest.MonkeyPatch, word: str, route: str, body: dict[str, Any]
) -> None:
    api = stub()
    app = deed(screen("maps", api, monkeypatch, MANAGER, within=AROUND), word)
    assert sent(api, route) == []
    assert app.selectbox[1].options == ["Gift without a receipt · RET-4.2"]
    app.selectbox[1].set_value("k2").run()
    assert sent(api, route) == [("dry_run=true", body)]


@pytest.mark.usefixtures("drawn")
def test_unsorted_cases_can_only_move(monkeypatch: pytest.MonkeyPatch) -> None:
    app = screen("maps", stub(), monkeypatch, MANAGER, within=AROUND)
    app.selectbox[0].set_value("unsorted").run()
    assert next(iter(app.pills)).options == ["Move to"]


@pytest.mark.usefixtures("drawn")
def test_a_refused_try_says_why_and_offers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub(**{"POST kinds/k1/split": refused(detail="Somebody decides about it.")})
    app = deed(screen("maps", api, monkeypatch, MANAGER, within=AROUND), "Split off")
    assert "Somebody decides about it." in words(app)
    assert len(app.button) == 0


def test_an_outline_that_was_just_drawn_stands_in_the_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(maps, "canvas", lambda *_, **__: [[0.5, 1], [3, 1], [3, 2.25]])
    app = screen("maps", stub(), monkeypatch, MANAGER)
    assert app.query_params["within"] == "0.5,1_3,1_3,2.25"
    assert app.query_params["version"] == "r1"
    assert "9 cases" in words(app)


def test_the_canvas_is_given_kinds_with_their_clauses_and_no_case(
    drawn: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = screen("maps", stub(), monkeypatch, MANAGER)
    assert "Draw around some cases" in words(app)
    assert drawn[0]["kinds"][0] == {
        "number": 1,
        "title": "Late but fair · RET-2.1",
        "words": "1. Late but fair · RET-2.1: 17 cases",
        "x": 0,
        "y": 0,
        "radius": 4.2,
    }
    assert set(drawn[0]) == {"version", "stamp", "hint", "kinds", "outline"}


@pytest.mark.usefixtures("drawn")
def test_the_key_names_the_largest_first_and_leads_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    one = made.case_map().kinds[0]
    kinds = [one.model_copy(update={"id": f"k{n}", "cases": n}) for n in range(9, 32)]
    app = screen("maps", stub(GET__map=made.case_map(kinds=kinds)), monkeypatch, MANAGER)
    links = {each.proto.query_string: each.proto.label for each in app.get("page_link")}
    key = {query: label.replace("\\", "") for query, label in links.items() if "id=" in query}
    assert len(key) == 20
    assert key["id=k31"] == "1. Late but fair · RET-2.1 (31)"
    assert key["id=k12"] == "20. Late but fair · RET-2.1 (12)"
    assert "And 3 smaller ones." in words(app)


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize("within", ["", "x", "1,2_3,4", "1,2_3_4,5"])
def test_an_odd_outline_is_none(monkeypatch: pytest.MonkeyPatch, within: str) -> None:
    app = screen("maps", stub(), monkeypatch, MANAGER, within=within)
    assert "Draw around some cases" in words(app)


@pytest.mark.usefixtures("drawn")
def test_a_lasso_around_nothing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub(**{"POST map/within": made.map_part(total=0, kinds=[], ids=[], cases=[])})
    assert "No case in there" in words(screen("maps", api, monkeypatch, MANAGER, within=AROUND))


@pytest.mark.usefixtures("drawn")
def test_an_empty_map_teaches(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub(**{"GET map": made.case_map(version=None, drawn_on=None, kinds=[], unsorted=None)})
    assert "No kind can be shown yet" in words(screen("maps", api, monkeypatch, MANAGER))


def test_without_a_map_there_is_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub(**{"GET map": made.case_map(version=None, drawn_on=None, without_place=33)})
    assert "17 cases, the newest first" in words(screen("maps", api, monkeypatch, MANAGER))


@pytest.mark.usefixtures("drawn")
def test_younger_cases_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub(**{"GET map": made.case_map(without_place=3)})
    said = words(screen("maps", api, monkeypatch, MANAGER))
    assert (
        "2 kinds, emerging ones too · 5 unsorted cases · 3 newer cases are in the list only" in said
    )


def boxes(app: AppTest) -> dict[str, bool]:
    """The ticked and the other cases of a list, by id."""
    return {str(each.key).removeprefix("tick-"): bool(each.value) for each in app.checkbox}


def a_list(monkeypatch: pytest.MonkeyPatch, api: Stub, **params: str) -> AppTest:
    return screen("maps", api, monkeypatch, MANAGER, view="List", kind="k1", **params)


def test_the_list_does_by_keyboard_what_the_lasso_does(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub(**{"POST map/within": made.map_part(after="kc2")})
    app = a_list(monkeypatch, api)
    assert sent(api, "map/within") == [("", {"kind": "k1", "after": None, "top": 25})]
    assert "Tick some cases" in words(app)
    assert made.MARKED.replace("*", "") not in app.checkbox[0].label
    app = app.checkbox[1].check().run()
    said = words(app).replace("*", "")
    assert "1 chosen of Late but fair · RET-2.1" in said
    assert "not on this page" not in said
    app = deed(app, "Split off")
    app.text_input[0].set_value("By the carrier").run()
    app = app.button[-1].click().run()
    body = {"cases": ["kc2"], "name": "By the carrier"}
    assert ("", body) in sent(api, "kinds/k1/split")
    assert boxes(app) == {"kc1": False, "kc2": False}


def test_a_tick_never_lands_on_another_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list comes in another order, with a new case on top; the kind's version goes along."""
    api = stub()
    app = a_list(monkeypatch, api)
    app.checkbox[1].check().run()
    ids = ["new", "kc2", "kc1"]
    kind = made.map_part().kinds[0].model_copy(update={"version": 4})
    api.answers["POST map/within"] = made.map_part(
        ids=ids, cases=[made.kind_case(case) for case in ids], kinds=[kind]
    )
    app.run()
    assert boxes(app) == {"new": False, "kc2": True, "kc1": False}
    app = deed(app, "Split off")
    assert sent(api, "kinds/k1/split")[-1][1]["cases"] == ["kc2"]
    assert api.asked[-1].headers["If-Match"] == '"4"'


def test_ticks_stay_over_pages_and_other_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page in a session of its own, as if somebody had signed in anew between."""
    ids = ["kc1", "kc2", "kc3"]
    api = stub(**{"POST map/within": made.map_part(ids=ids, after="kc2")})
    a_list(monkeypatch, api).checkbox[0].check().run()
    older = made.map_part(ids=ids, cases=[made.kind_case("kc3")])
    api.answers["POST map/within"] = older
    app = reopened("maps", MANAGER, view="List", kind="k1", after="kc2")
    assert boxes(app) == {"kc3": False}
    app.checkbox[0].check().run()
    said = words(app).replace("*", "")
    assert "2 chosen of Late but fair · RET-2.1 · 1 of them is not on this page" in said
    of_k2 = made.map_part().kinds[0].model_copy(update={"id": "k2"})
    other = made.map_part(ids=["kc9"], cases=[made.kind_case("kc9")], kinds=[of_k2])
    api.answers["POST map/within"] = other
    assert "chosen" not in words(reopened("maps", MANAGER, view="List", kind="k2"))
    api.answers["POST map/within"] = older
    app = reopened("maps", MANAGER, view="List", kind="k1", after="kc2")
    assert boxes(app) == {"kc3": True}
    assert "2 chosen" in words(app)
    app.button(key="clear-k1").click().run()
    assert boxes(app) == {"kc3": False}
    assert "Tick some cases" in words(app)


def test_a_ticked_case_that_left_its_kind_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub()
    app = a_list(monkeypatch, api)
    app.checkbox[0].check().run()
    app.checkbox[1].check().run()
    api.answers["POST map/within"] = made.map_part(ids=["kc2"], cases=[made.kind_case("kc2")])
    app.run()
    said = words(app).replace("*", "")
    assert "1 ticked case is no longer in this kind" in said
    assert "1 chosen" in said
    assert "no longer in this kind" not in words(app.run())


class Suggesting(Stub):
    """An API that suggests one name after another where a split is tried without any."""

    def __init__(self, *names: str | None) -> None:
        super().__init__(stub().answers)
        self._left = [*names]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/kinds/k1/split":
            tried = b"dry_run" in request.url.query and not json.loads(request.content)["name"]
            name = self._left.pop(0) if tried else None
            self.answers["POST kinds/k1/split"] = made.corrected(suggested_name=name)
        return super().__call__(request)


@pytest.mark.usefixtures("drawn")
def test_a_split_suggests_a_name_which_can_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Suggesting("Carrier: in the rain")
    app = deed(screen("maps", api, monkeypatch, MANAGER, within=AROUND), "Split off")
    assert app.text_input[0].value == "Carrier: in the rain"
    assert "Suggested by the words of these cases" in words(app)
    app.text_input[0].set_value("Wet parcels").run()
    assert "Suggested by" not in words(app)
    app.button[0].click().run()
    assert sent(api, "kinds/k1/split")[-1] == (
        "",
        {"cases": ["kc1", "kc2"], "name": "Wet parcels"},
    )


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize("name", ["Carrier: in the rain", None])
def test_a_suggested_name_is_sent_as_it_stands_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch, name: str | None
) -> None:
    api = Suggesting("Carrier: in the rain", "Another", "Another")
    app = deed(screen("maps", api, monkeypatch, MANAGER, within=AROUND), "Split off")
    if name is None:
        app.text_input[0].set_value("").run()
        assert app.text_input[0].value == ""
    app.button[0].click().run()
    assert sent(api, "kinds/k1/split")[-1] == ("", {"cases": ["kc1", "kc2"], "name": name})


def test_the_suggestion_follows_the_ticks_until_somebody_types(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    api = Suggesting(None, "Two of a sort", "Never shown")
    ids = ["kc1", "kc2", "kc3"]
    cases = [made.kind_case(case) for case in ids]
    api.answers["POST map/within"] = made.map_part(ids=ids, cases=cases)
    app = a_list(monkeypatch, api)
    app = deed(app.checkbox[0].check().run(), "Split off")
    assert app.text_input[0].value == ""
    app.checkbox[1].check().run()
    assert app.text_input[0].value == "Two of a sort"
    app.text_input[0].set_value("Mine").run()
    app.checkbox[2].check().run()
    assert app.text_input[0].value == "Mine"


def test_an_auditor_reads_the_list_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    app = screen("maps", stub(), monkeypatch, AUDITOR, view="List", kind="unsorted")
    assert app.checkbox[0].disabled
    assert "Managers correct kinds" in words(app)


def test_a_group_without_cases_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    app = screen("maps", stub(), monkeypatch, MANAGER, view="List", kind="k2")
    assert "No case in there" in words(app)


def test_a_correction_is_tried_and_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub()
    app = screen("corrections", api, monkeypatch, MANAGER)
    assert f"**Carrier {made.MARKED}** was split off **Late but fair**" in words(app)
    app = app.toggle[0].set_value(True).run()
    assert sent(api, "corrections/co1/undo") == [("dry_run=true", {})]
    app = app.button[0].click().run()
    assert ("", {}) in sent(api, "corrections/co1/undo")
    assert {each.headers.get("If-Match") for each in api.asked} == {None, '"8"'}
    assert "Taken back." in words(app)


def test_corrections_that_stand_are_told_from_those_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    undone = made.correction(
        verb="move", other_kind_id=None, other_kind_name=None, undone_on=made.TODAY, cases=None
    )
    none = made.correction(id="co2", verb="not_a_kind", note=made.MARKED)
    page = {"corrections": [undone, none], "next": "co2"}
    app = screen("corrections", stub(**{"GET corrections": page}), monkeypatch, AUDITOR)
    said = words(app)
    assert "Moved from **Late but fair** to **unsorted**" in said
    assert "Taken back on" in said
    assert made.MARKED in said
    assert len(app.toggle) == 0


def test_without_corrections_the_page_teaches(monkeypatch: pytest.MonkeyPatch) -> None:
    api = stub(**{"GET corrections": {"corrections": [], "next": None}})
    assert "Nothing was corrected yet" in words(screen("corrections", api, monkeypatch, MANAGER))
