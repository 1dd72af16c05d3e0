"""docs/policy-format.md shows only what the product reads."""

import re
from pathlib import Path

from recommender.policies.syntax.handbook import ParsedPolicy
from recommender.policies.syntax.layout import render
from recommender.policies.syntax.read import parse_policy
from recommender.policies.syntax.rows import parse_rows

PAGE = Path(__file__).parents[2] / "docs" / "policy-format.md"


def blocks() -> list[tuple[str, str]]:
    found = re.findall(
        r"^```(\w+)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return [(str(sort), str(text)) for sort, text in found]


def handbooks() -> list[ParsedPolicy]:
    return [parse_policy(text, "page") for sort, text in blocks() if sort == "markdown"]


def test_every_example_is_read_and_comes_back() -> None:
    assert [sort for sort, _ in blocks()] == ["markdown", "markdown", "markdown", "jsonl"]
    assert PAGE.read_text(encoding="utf-8").count("```") == 2 * len(blocks())
    for sort, text in blocks():
        if sort == "jsonl":
            assert parse_rows(text).refused == ()
        else:
            policy = parse_policy(text, "page")
            assert render(policy.layout, policy.markup) == text


def test_the_marked_example_says_what_the_page_says() -> None:
    marked = handbooks()[0]
    assert [(one.key, one.owner, one.never_bend) for one in marked.clauses] == [
        ("BW-1.1", "workshop-desk", False),
        ("BW-1.2", "workshop-desk", True),
        ("BW-2.1", "counter", False),
        ("BW-2.2", "cashier", False),
    ]
    assert [
        (one.fact, one.bound, one.limit, one.unit)
        for clause in marked.clauses
        for one in clause.parameters
    ] == [("months_since_purchase", "max", 6, "month"), ("deposit", "min", 50, "EUR")]


def test_the_plain_examples_get_the_keys_that_the_page_names() -> None:
    _, plain, keyed = handbooks()
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"`{clause.key}`" in page for clause in plain.clauses)
    assert [one.key for one in plain.clauses] == [
        "bicycle-workshop.1",
        "loan-bicycles.1",
        "loan-bicycles.2",
    ]
    assert [one.key for one in keyed.clauses] == ["BW-LOAN.01", "BW-LOAN.02"]


def test_the_rows_give_two_policies() -> None:
    workshop, hours = parse_rows(dict(blocks())["jsonl"]).policies
    assert (workshop.title, hours.title) == ("Bicycle workshop", "HOURS")
    assert workshop.clauses[0].parameters[0].words == "6 months"
    assert workshop.clauses[1].never_bend
