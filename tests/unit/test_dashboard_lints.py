"""What no screen does: each rule names a trap that a screen has fallen into, or nearly."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

import dashboard

ROOT: Final = Path(next(iter(dashboard.__path__)))
FIELDS: Final = frozenset(
    [
        "area",
        "calendar",
        "checkbox",
        "date_input",
        "figure",
        "line",
        "multiselect",
        "number_input",
        "pills",
        "radio",
        "segmented_control",
        "selectbox",
        "several",
        "slider",
        "text_area",
        "text_input",
        "time_input",
        "toggle",
    ]
)
"""Fields that keep what somebody put into them."""
SAYS: Final = frozenset(
    ["caption", "error", "info", "markdown", "subheader", "success", "title", "toast", "warning"]
)
SHOWS: Final = frozenset(
    [
        "button",
        "carry_out",
        "empty_state",
        "expander",
        "form_submit_button",
        "heading",
        "link",
        "popover",
        "read",
        "say",
        "tabs",
    ]
)
"""What else puts its first argument on a screen."""
ONE_FORM: Final = frozenset({"kept", "screens/file", "screens/people", "texts", "which_rule"})
"""Modules whose fields are one form for all: nothing in their address chooses another object."""
TYPED_INTO: Final = frozenset(
    [
        "chat_input",
        "date_input",
        "form",
        "multiselect",
        "number_input",
        "text_area",
        "text_input",
        "time_input",
    ]
)
"""What people type into, and forms, which tell nothing of it before they are sent."""
IN_THE_ADDRESS: Final = frozenset({"addressed", "trying"})
"""Modules whose fields stand in the address."""
NO_OBJECT: Final = frozenset(
    {
        ("screens/mine", "all"),  # how long the list is, not what is in it
        ("standing_in", "deputy-name"),  # the reader's own deputy: there is one
        ("standing_in", "deputy-from"),
        ("standing_in", "deputy-to"),
    }
)
"""Fields elsewhere that speak of no single object."""
OUR_WORDS: Final = frozenset({"counted", "missing", "says", "word"})
"""Members that hold numbers or our own words, never what somebody typed."""


@cache
def trees() -> dict[str, ast.Module]:
    return {
        path.relative_to(ROOT).with_suffix("").as_posix(): ast.parse(path.read_text("utf-8"))
        for path in sorted(ROOT.rglob("*.py"))
    }


def found(module: str, looks: Callable[[ast.AST], bool]) -> Iterator[str]:
    return (
        f"dashboard/{module}.py:{node.lineno} {ast.unparse(node)[:70]}"
        for node in ast.walk(trees()[module])
        if isinstance(node, ast.expr | ast.keyword) and looks(node)
    )


def everywhere(looks: Callable[[ast.AST], bool], *but: str) -> list[str]:
    return [one for module in trees() if module not in but for one in found(module, looks)]


def called(node: ast.AST) -> str:
    """The last name of what is called: st.markdown and place.markdown are both `markdown`."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)


def option_named(node: ast.AST, start: str) -> bool:
    return isinstance(node, ast.keyword) and (node.arg or "").startswith(start)


def option(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)


def test_rows_are_picked_by_id() -> None:
    """Streamlit gives places, and after a sort another row has it: rows are links by their id."""
    assert everywhere(lambda node: option_named(node, "on_select")) == []


@pytest.mark.parametrize("name", ["data_editor", "cache_data", "cache_resource"])
def test_nothing_is_edited_by_place_or_kept_for_everybody(name: str) -> None:
    """Edited rows are places too; what a cache holds is given to whoever asks next."""
    assert everywhere(lambda node: isinstance(node, ast.Attribute) and node.attr == name) == []


def test_no_markup_of_ours_lets_others_in() -> None:
    assert everywhere(lambda node: option_named(node, "unsafe_allow"), "as_typed", "by_key") == []


def bare(text: ast.expr) -> Iterator[str]:
    """Members of an answer that stand in a text as they came: `case.situation`, `row["name"]`.

    Local names and calls are not followed: what they hold is looked at by promise 14's tests.
    """
    match text:
        case ast.JoinedStr(values=values):
            for each in values:
                if isinstance(each, ast.FormattedValue):
                    yield from bare(each.value)
        case ast.BinOp(left=left, right=right):
            yield from bare(left)
            yield from bare(right)
        case ast.IfExp(body=body, orelse=orelse):
            yield from bare(body)
            yield from bare(orelse)
        case ast.Call(func=ast.Name(id="t" | "tn"), keywords=options):
            for given in options:
                yield from bare(given.value)
        case ast.Subscript(value=ast.Name(id=table)) if not table.strip("_").isupper():
            yield ast.unparse(text)
        case ast.Attribute(attr=member) if member not in OUR_WORDS:
            yield ast.unparse(text)


@pytest.mark.parametrize("module", trees())
def test_no_answer_is_put_into_markdown_as_it_came(module: str) -> None:
    calls = (node for node in ast.walk(trees()[module]) if isinstance(node, ast.Call))
    texts = [call.args[0] for call in calls if called(call) in SAYS and call.args]
    assert [each for text in texts for each in bare(text)] == []


def test_the_rule_sees_what_it_is_for() -> None:
    seen = [
        "f'{case.text}'",
        "t('so: {why}', why=case.text)",
        "md('so: {why}', why=case.text)",
        "page.reason",
        "f'{A[x].word}{row[0]}'",
        "'a' + (b.c if b else '')",
    ]
    assert [[*bare(ast.parse(each, mode="eval").body)] for each in seen] == [
        ["case.text"],
        ["case.text"],
        [],
        ["page.reason"],
        ["row[0]"],
        ["b.c"],
    ]


@pytest.mark.parametrize("module", sorted(set(trees()) - ONE_FORM))
def test_a_field_of_one_object_carries_its_id(module: str) -> None:
    """A field outlives the page on which it was drawn: B would show what was typed for A."""

    def looks(node: ast.AST) -> bool:
        if not isinstance(node, ast.Call) or called(node) not in FIELDS:
            return False
        key = option(node, "key")
        literal = key is None or isinstance(key, ast.Constant)
        known = isinstance(key, ast.Constant) and (module, key.value) in NO_OBJECT
        return literal and not known and option(node, "bind") is None

    assert list(found(module, looks)) == []


@pytest.mark.parametrize("module", sorted(set(trees()) - IN_THE_ADDRESS - {"kept"}))
def test_nothing_typed_is_lost_since_every_field_is_kept(module: str) -> None:
    """A field keeps what is typed, stands in the address, or is for a password."""

    def looks(node: ast.AST) -> bool:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return False
        secret = option(node, "type")
        kept = any(each.arg is None for each in node.keywords)  # **kept.keeping(...)
        return (
            node.func.attr in TYPED_INTO
            and not kept
            and option(node, "bind") is None
            and not (isinstance(secret, ast.Constant) and secret.value == "password")
        )

    assert list(found(module, looks)) == []


def test_passwords_are_told_with_every_key() -> None:
    """Streamlit's own field forgets what was typed where Tab leads on over its eye."""

    def looks(node: ast.AST) -> bool:
        return isinstance(node, ast.keyword) and ast.unparse(node) == "type='password'"

    assert everywhere(looks, "oneself") == []


def written_in_place(node: ast.AST) -> bool:
    """A label or a sentence on a screen that the catalogue has not."""
    if not isinstance(node, ast.Call) or called(node) not in SAYS | FIELDS | SHOWS:
        return False
    named = [option(node, name) for name in ("caption", "help", "placeholder")]
    return any(has_words(text) for text in [*node.args[:1], *filter(None, named)])


def has_words(text: ast.expr) -> bool:
    match text:
        case ast.Constant(value=str(words)):
            return any(letter.isalpha() for letter in words)
        case ast.JoinedStr(values=values):
            return any(has_words(each) for each in values)
        case ast.IfExp(body=body, orelse=orelse):
            return has_words(body) or has_words(orelse)
        case ast.BinOp(left=left, right=right):
            return has_words(left) or has_words(right)
    return False


@pytest.mark.parametrize("module", sorted(trees()))
def test_texts_stand_in_the_catalogue(module: str) -> None:
    assert list(found(module, written_in_place)) == []
