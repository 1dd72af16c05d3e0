"""Handbooks read and written back: keys, owners, flags, limits, and the file byte for byte."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recommender.errors import Invalid
from recommender.policies.syntax.handbook import (
    BadClause,
    BadParameter,
    DuplicateClause,
    HandbookFault,
    NotUtf8,
    UnknownSection,
)
from recommender.policies.syntax.layout import (
    NewClause,
    add_clause,
    attributed_layout,
    clause_head,
    next_key,
    render,
)
from recommender.policies.syntax.read import check_wording, decode, parse_policy

HANDBOOK = """\
---
title: "for the wiki: not ours"
---
# Garden hire {#GH owner=hire-desk}

Read this first.

## Lending {#GH-1}

[GH-1.1]{.clause #GH-1.1} A mower is lent for
[3 days]{.parameter fact=days_lent max=3 unit=day} at a time.

- [GH-1.2]{.clause #GH-1.2 .never-bend} Chainsaws are lent with a helmet only:
  - no helmet, no saw

<!-- [GH-9.9]{.clause #GH-9.9} not yet -->

### Deposits {#GH-1-D owner="money desk"}

[GH-1.3]{.clause #GH-1.3 owner=cashier} A deposit is taken.

Late fees
---------

[GH-2.1]{.clause #GH-2.1} A late day costs a day's hire.
"""

HOSTILE = st.lists(
    st.sampled_from(
        [*"ab1 \t\n\r#-*=_`~[]{}().:<>!|\\\ufeff'\"é", "\r\n", "\n\n", "**A-1** ", "<!--"]
    ),
    max_size=60,
).map("".join)
SYNTAX = st.lists(
    st.sampled_from(
        [
            "# T {#T}\n",
            "## S {#S owner=desk}\n",
            "## S\r\n",
            "S\n===\n",
            "[A-1]{.clause #A-1} ",
            "- [A-2]{.clause #A-2 .never-bend}\n",
            "[A-3]{.clause} ",
            "[2 days]{.parameter fact=days max=2 unit=day}",
            "[2 days]{.parameter max=2}",
            "text ",
            "\n",
            "\r\n",
            "```\n",
            "`[A-9]{.clause #A-9}`",
            "<!-- ",
            " -->\n",
            "- item\n",
            "---\n",
            "\ufeff",
        ]
    ),
    max_size=14,
).map("".join)
WORDS = st.text(alphabet="abc 14é,.%*`[]()-\n", min_size=1, max_size=40).map(str.strip)


def test_a_handbook_in_our_syntax_gives_keys_owners_flags_and_limits() -> None:
    policy = parse_policy(HANDBOOK, "hire")
    assert (policy.key, policy.title, policy.owner) == ("GH", "Garden hire", "hire-desk")
    assert [(one.key, one.title, one.level, one.owner) for one in policy.sections] == [
        ("GH-1", "Lending", 2, "hire-desk"),
        ("GH-1-D", "Deposits", 3, "money desk"),
        ("late-fees", "Late fees", 2, "hire-desk"),
    ]
    assert [(one.key, one.section_key, one.owner, one.never_bend) for one in policy.clauses] == [
        ("GH-1.1", "GH-1", "hire-desk", False),
        ("GH-1.2", "GH-1", "hire-desk", True),
        ("GH-1.3", "GH-1-D", "cashier", False),
        ("GH-2.1", "late-fees", "hire-desk", False),
    ]
    first, second = policy.clauses[:2]
    assert first.markup.endswith("unit=day} at a time.")
    assert first.text == "A mower is lent for 3 days at a time."
    assert [(one.fact, one.bound, one.limit, one.unit) for one in first.parameters] == [
        ("days_lent", "max", 3, "day")
    ]
    assert first.markup[first.parameters[0].start :].startswith("[3 days]{")
    assert second.text == "Chainsaws are lent with a helmet only:\n- no helmet, no saw"
    assert [one.position for one in policy.clauses] == [1, 2, 3, 4]
    assert render(policy.layout, policy.markup) == HANDBOOK


@pytest.mark.parametrize(
    "text",
    [
        HANDBOOK.replace("\n", "\r\n"),
        HANDBOOK.replace("\n", "\r"),
        "\ufeff" + HANDBOOK,
        HANDBOOK.replace("hire.", "hire.   \t"),
        HANDBOOK.rstrip("\n"),
        HANDBOOK + "\n\n  \n",
    ],
    ids=["crlf", "cr", "byte order mark", "trailing blanks", "no last line end", "blank end"],
)
def test_the_bytes_of_a_file_come_back(text: str) -> None:
    data = text.encode()
    policy = parse_policy(decode(data), "hire")
    assert len(policy.clauses) == 4
    assert render(policy.layout, policy.markup).encode() == data


@given(text=SYNTAX)
@example("[A-1]{.clause #A-1} a\n---\nb")
def test_whatever_is_read_in_our_syntax_comes_back(text: str) -> None:
    try:
        policy = parse_policy(text, "page")
    except HandbookFault:
        return
    assert render(policy.layout, policy.markup) == text
    keys = [one.key for one in policy.sections] + [one.key for one in policy.clauses]
    assert len(keys) == len(set(keys))


@given(text=st.one_of(st.text(max_size=200), HOSTILE))
@example("- a\n===")
@example("- a\n  - b\n- c")
@example("<!-- a\n<!-- b -->\n")
@example("~~~~\na\n~~~\n")
def test_a_plain_file_is_never_refused_and_comes_back(text: str) -> None:
    policy = parse_policy(text, "page")
    assert render(policy.layout, policy.markup) == text
    keys = [one.key for one in policy.clauses]
    assert len(keys) == len(set(keys))
    for clause in policy.clauses:
        assert clause.text
        check_wording(clause.markup)


@given(old=SYNTAX, wording=WORDS)
def test_an_accepted_wording_is_read_back_as_itself(old: str, wording: str) -> None:
    text = HANDBOOK + "\n## More {#M}\n\n[M-1]{.clause #M-1} old\n\n[M-2]{.clause #M-2} z\n"
    for new in (old.strip(), wording):
        try:
            check_wording(new)
        except HandbookFault:
            continue
        policy = parse_policy(text, "hire")
        page = render(policy.layout, policy.markup | {"M-1": new})
        again = parse_policy(page, "hire")
        assert again.markup == policy.markup | {"M-1": new}


@pytest.mark.parametrize(
    ("wording", "line"),
    [
        ("", 1),
        (" \n ", 1),
        ("a\n\n## B", 1),
        ("a\n[X-1]{.clause #X-1} b", 1),
        ("a\nsee [X-1]{.clause #X-1} b", 2),
        ("a\n\nB\n===", 1),
    ],
)
def test_a_wording_that_is_more_than_one_clause_is_refused(wording: str, line: int) -> None:
    with pytest.raises(BadClause) as refused:
        check_wording(wording)
    assert refused.value.line == line
    assert refused.value.field == "wording"


def test_check_wording_gives_the_limits_of_the_wording() -> None:
    (found,) = check_wording("At [2 km]{.parameter fact=km min=2.5 unit=km} or more.")
    assert (found.fact, found.bound, found.limit, found.words) == ("km", "min", 2.5, "2 km")


def test_revised_new_and_retired_clauses_stand_in_the_written_file() -> None:
    policy = parse_policy(HANDBOOK, "hire")
    layout = add_clause(policy.layout, NewClause("GH-1.4", "GH-1", never_bend=True, owner="a b"))
    assert render(layout, policy.markup) == HANDBOOK
    markup = policy.markup | {"GH-1.1": "Mowers are lent.", "GH-1.4": "Ladders are checked."}
    del markup["GH-1.3"]
    page = render(layout, markup)
    again = parse_policy(page, "hire")
    assert {one.key: one.markup for one in again.clauses} == markup
    added = next(one for one in again.clauses if one.key == "GH-1.4")
    assert (added.section_key, added.never_bend, added.owner) == ("GH-1", True, "a b")
    assert "[GH-1.3]" not in page
    assert page.startswith(HANDBOOK[: HANDBOOK.index("[GH-1.1]")])


def test_a_clause_is_added_after_a_blank_line_whatever_the_section_ends_with() -> None:
    for ending in ("", "\n", "\n\n", "\r\n", "  "):
        for page in (f"# T {{#T}}\n\n[T-1]{{.clause #T-1}} a{ending}", f"# T {{#T}}{ending}"):
            policy = parse_policy(page, "t")
            layout = add_clause(policy.layout, NewClause("T-2", "T"))
            assert render(layout, policy.markup) == page
            written = render(layout, policy.markup | {"T-2": "b"})
            again = parse_policy(written, "t")
            assert again.markup == policy.markup | {"T-2": "b"}
            assert written.startswith(page)


def test_a_clause_cannot_be_added_to_a_section_that_is_not_there() -> None:
    with pytest.raises(UnknownSection, match="no section X"):
        add_clause(parse_policy(HANDBOOK, "hire").layout, NewClause("X-1", "X"))


def test_a_clause_added_to_a_plain_handbook_keeps_it_plain() -> None:
    page = "# Shop (SHOP)\n\n## Fees (S-FEE)\n\n- **S-FEE.01** one\n- **S-FEE.02** two\n"
    policy = parse_policy(page, "shop")
    layout = add_clause(policy.layout, NewClause("S-FEE.03", "S-FEE"))
    written = render(layout, policy.markup | {"S-FEE.03": "three"})
    assert written == page + "\n**S-FEE.03** three\n"
    assert parse_policy(written, "shop").markup == policy.markup | {"S-FEE.03": "three"}


@pytest.mark.parametrize(
    ("section", "keys", "expected"),
    [
        ("RET-2", ["RET-2.1", "RET-2.2", "RET-20.7"], "RET-2.3"),
        ("MT-FEE", ["MT-FEE-1"], "MT-FEE-2"),
        ("IN", ["IN.09"], "IN.10"),
        ("IN", ["IN.01", "IN.02"], "IN.03"),
        ("late-fees", ["GH-2.1"], "late-fees.1"),
    ],
)
def test_the_next_key_follows_those_of_the_section(
    section: str, keys: list[str], expected: str
) -> None:
    assert next_key(section, keys) == expected


def test_a_single_clause_is_written_with_its_head() -> None:
    clause = NewClause("GH-[1]", "GH", never_bend=True)
    line = clause_head(clause) + "Helmets are worn."
    assert line == r"[GH-\[1\]]{.clause #GH-[1] .never-bend} Helmets are worn."
    assert parse_policy(line, "x").markup == {"GH-[1]": "Helmets are worn."}


@pytest.mark.parametrize(
    ("text", "kind", "line", "field"),
    [
        ("[A]{.clause #A} a\n\n[A]{.clause #A} b", DuplicateClause, 3, "#A"),
        ("# A {#A}\n\n[A]{.clause #A} b", DuplicateClause, 3, "#A"),
        ("\n[A]{.clause} a", BadClause, 2, "clause"),
        ("[A]{#A .never-bend} a", BadClause, 1, "clause"),
        ("[A]{.clause #A =} a", BadClause, 1, "clause"),
        ("[A]{.clause #A .neverbend} a", BadClause, 1, ".neverbend"),
        ("[A]{.clause #A ownr=x} a", BadClause, 1, "ownr"),
        ("[A]{.clause #A owner=x owner=y} a", BadClause, 1, "clause"),
        ("[A]{.clause #A #B} a", BadClause, 1, "clause"),
        ("[A]{.clause #A", BadClause, 1, "clause"),
        ("a\nsee [A]{.clause #A} a", BadClause, 2, "clause"),
        ("[A]{.clause #A} a [B]{.clause #B} b", BadClause, 1, "clause"),
        ("[A]{.clause #A}\n\n# B", BadClause, 1, "clause"),
        ("## See [A]{.clause #A}", BadClause, 1, "heading"),
        ("## [A]{.clause #A} here", BadClause, 1, "clause"),
        ("## B {.clause #B}\n\n[A]{.clause #A} a", BadClause, 1, "heading"),
        ("## B {#B =x}\n\n[A]{.clause #A} a", BadClause, 1, "heading"),
        ("[A]{.clause #A}\na [2]{.parameter max=2}", BadParameter, 2, "fact"),
        ("[A]{.clause #A} a\n[2]{.parameter fact=x}", BadParameter, 2, "x"),
        ("[A]{.clause #A} a [2]{.parameter fact=x max=2 min=1}", BadParameter, 1, "x"),
        ("[A]{.clause #A} a [2]{.parameter fact=x max=two}", BadParameter, 1, "max"),
        ("[A]{.clause #A} a [2]{.parameter fact=x max=inf}", BadParameter, 1, "max"),
        ("[A]{.clause #A} a [2]{.parameter fact=x max=2 unt=day}", BadParameter, 1, "unt"),
        ("[A]{.clause #A} a [2]{.parameter fact=x max=2 unit='a]b'}", BadParameter, 1, "unit"),
        ("[A]{.clause #A} a [2]{.paramter fact=x max=2}", BadParameter, 1, "parameter"),
        ("[A]{.clause #A} a [2]{.parameter fact=x max==}", BadParameter, 1, "parameter"),
        ("[A]{.clause #A} a\r\n[2]{.parameter fact=x max=2", BadParameter, 2, "parameter"),
        (
            "[A]{.clause #A} [2]{.parameter fact=x max=2}\n[3]{.parameter fact=x max=3}",
            BadParameter,
            2,
            "x",
        ),
    ],
)
def test_a_mistake_is_refused_with_line_field_and_remedy(
    text: str, kind: type[HandbookFault], line: int, field: str
) -> None:
    with pytest.raises(kind) as refused:
        parse_policy(text, "page")
    assert isinstance(refused.value, Invalid)
    assert (refused.value.line, refused.value.field) == (line, field)
    assert refused.value.detail.startswith(f"line {line}: ")
    assert refused.value.remedy


def test_a_clause_that_is_only_quoted_is_no_clause() -> None:
    page = (
        "Write `[A-1]{.clause #A-1}`.\n\n```\n[A-1]{.clause #A-1} a\n```\n\n<!-- [A]{.clause} -->"
    )
    policy = parse_policy(page, "page")
    assert [one.key for one in policy.clauses] == ["page.1"]
    assert policy.clauses[0].text == "Write `[A-1]{.clause #A-1}`."


def test_bytes_that_are_no_utf8_are_refused_with_their_line() -> None:
    with pytest.raises(NotUtf8, match="line 3"):
        decode("a\nb\ncafé".encode("latin-1"))


def test_a_plain_handbook_gets_keys_from_brackets_and_bold_words() -> None:
    page = """\
# Bike shop (bikes)

## Repairs (BK-REP)

- **BK-REP.01** Repairs take
  two days.
- **BK-REP.02:** **Never** without a helmet.

## Sales (online)

1. First item.
   - nested
2. Second item.

A paragraph wrapped
14. here, and **COVID** is no key.

| a | b |

***
[ref]: https://example.org
"""
    policy = parse_policy(page, "file")
    assert (policy.key, policy.title, policy.owner) == ("bikes", "Bike shop", None)
    assert [(one.key, one.title) for one in policy.sections] == [
        ("BK-REP", "Repairs"),
        ("sales-online", "Sales (online)"),
    ]
    assert [(one.key, one.text) for one in policy.clauses] == [
        ("BK-REP.01", "Repairs take two days."),
        ("BK-REP.02", "**Never** without a helmet."),
        ("sales-online.1", "First item.\n- nested"),
        ("sales-online.2", "Second item."),
        ("sales-online.3", "A paragraph wrapped\n14. here, and **COVID** is no key."),
        ("sales-online.4", "| a | b |"),
    ]
    assert render(policy.layout, policy.markup) == page


def test_a_plain_handbook_without_headings_is_named_for_its_file() -> None:
    policy = parse_policy("one\n\ntwo\n", "Späte Rückgaben")
    assert (policy.key, policy.title) == ("spate-ruckgaben", "Späte Rückgaben")
    assert [one.key for one in policy.clauses] == ["spate-ruckgaben.1", "spate-ruckgaben.2"]
    assert [one.key for one in policy.sections] == ["spate-ruckgaben"]


def test_a_plain_handbook_takes_its_title_from_the_first_heading_of_any_level() -> None:
    policy = parse_policy("## Fees\n\na\n\n## Fees\n\nb\n", "book")
    assert (policy.key, policy.title) == ("book", "Fees")
    assert [(one.key, one.section_title) for one in policy.clauses] == [
        ("fees.1", "Fees"),
        ("fees-2.1", "Fees"),
    ]


def test_plain_keys_are_never_taken_twice() -> None:
    page = "# A-1 (A-1)\n\n**A-1** a\n\n**B-1** b\n\n**B-1** c\n\n# B (B-1.1)\n\n# (!)\n\nd\n"
    policy = parse_policy(page, "book")
    assert [one.key for one in policy.sections] == ["A-1", "B-1.1", "section"]
    assert [(one.key, one.text) for one in policy.clauses] == [
        ("A-1.1", "**A-1** a"),
        ("B-1", "b"),
        ("A-1.3", "**B-1** c"),
        ("section.1", "d"),
    ]


def test_an_owner_holds_for_the_sections_below_and_not_beside() -> None:
    page = "# T {owner=a}\n## B {owner=b}\n### C\n## D\n# E\n[E-1]{.clause #E-1} e\n"
    owners = [(one.title, one.owner) for one in parse_policy(page, "x").sections]
    assert owners == [("B", "b"), ("C", "b"), ("D", "a"), ("E", "a")]


def test_an_item_is_nested_from_two_blanks_on() -> None:
    texts = [one.text for one in parse_policy("- a\n  - b\n - c\n- d\n", "x").clauses]
    assert texts == ["a\n- b", "c", "d"]


def test_new_keys_go_around_those_that_are_written_down() -> None:
    page = (
        "# Fees {#book}\n\n## Fees\n\n**fees.1** a\n\nb\n\n## Book\n\n**fees.4** c\n\n## Fees\n\nd"
    )
    policy = parse_policy(page, "x")
    assert [one.key for one in policy.sections] == ["fees", "book-2", "fees-2"]
    assert [one.key for one in policy.clauses] == ["fees.1", "fees.2", "fees.4", "fees-2.1"]
    taken = parse_policy("# T\n\n## A\n\na\n\n**a.1** b\n", "x")
    assert [one.key for one in taken.clauses] == ["a.2", "a.1"]


def test_code_and_comments_that_are_never_closed_hide_nothing() -> None:
    for opening in ("```", "````\n```a", "<!-- a", "<!-- a\n<!-- b", "<!-- a --> b", "~~~\n~~~x"):
        page = f"{opening}\n\n[A-1]{{.clause #A-1}} a\n"
        assert parse_policy(page, "x").markup == {"A-1": "a"}
    page = "~~~\n[A-1]{.clause #A-1} a\n~~~~\n<!--\n[A-2]{.clause #A-2} b\n-->\n***\nc\n"
    assert [one.text for one in parse_policy(page, "x").clauses] == ["c"]


def test_long_headings_give_short_keys() -> None:
    policy = parse_policy(f"## {'word ' * 30}\n\na\n\n## {'x' * 90}\n\nb\n", "book")
    assert [len(one.key) for one in policy.sections] == [44, 48]


def test_an_empty_file_is_a_policy_without_clauses() -> None:
    policy = parse_policy("", "")
    assert (policy.key, policy.clauses, policy.layout) == ("policy", (), ())


@given(text=HOSTILE)
@example(text="- \r\na")
def test_a_plain_handbook_can_be_written_out_in_our_syntax(text: str) -> None:
    policy = parse_policy(text, "page")
    page = render(attributed_layout(policy), policy.markup)
    again = parse_policy(page, "page")
    if not policy.clauses:
        assert again.clauses == ()
        return
    assert again.markup == policy.markup
    assert [one.section_key for one in again.clauses] == [one.section_key for one in policy.clauses]


def shared_handbooks() -> list[Path]:
    return sorted(Path(__file__).parents[2].joinpath("../shared/data").glob("policy_*/*.md"))


def test_the_shared_handbooks_come_back_byte_for_byte() -> None:
    files = shared_handbooks()
    if not files:
        pytest.skip("../shared/data is not here")
    for file in files:
        data = file.read_bytes()
        policy = parse_policy(decode(data), file.stem)
        assert render(policy.layout, policy.markup).encode() == data
        assert all(f"**{clause.key}** " in data.decode() for clause in policy.clauses)
        assert len(policy.clauses) == data.count(b"\n- **")
