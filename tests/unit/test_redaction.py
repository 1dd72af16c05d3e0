import dataclasses
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import Invalid
from recommender.learning.redaction import SORTS, BadPattern, Redacted, Redactor, Span
from tests.unit.redaction_sentences import INNOCENT, PERSONAL

REDACTOR = Redactor()

FRAGMENTS = st.sampled_from(
    [word for sentence, _ in PERSONAL for word in sentence.split(" ")]
    + ["[name]", "[phone]", "Mr", "name is", "customer", ",", ".", "\n", "\ue000", "0", "7700 "]
)


@pytest.mark.parametrize(("text", "expected"), PERSONAL)
def test_personal_data_is_replaced(text: str, expected: str) -> None:
    assert REDACTOR.redact(text).text == expected


@pytest.mark.parametrize("text", INNOCENT)
def test_facts_places_and_plain_words_stay(text: str) -> None:
    assert REDACTOR.redact(text) == Redacted(text, ())


def test_spans_point_into_the_original_in_order_and_name_their_placeholder() -> None:
    text = "Mrs Abara, 07700 900461, order 20391"
    assert REDACTOR.redact(text).spans == (
        Span(4, 9, "name"),
        Span(11, 23, "phone"),
        Span(31, 36, "reference"),
    )


@given(st.lists(FRAGMENTS, max_size=14), st.sampled_from([" ", "", ", "]))
@settings(max_examples=300, deadline=None)
def test_redacting_twice_changes_nothing_more(words: list[str], glue: str) -> None:
    once = REDACTOR.redact(glue.join(words))
    assert REDACTOR.redact(once.text) == Redacted(once.text, ())


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_is_redacted_without_an_error_and_can_be_rebuilt(text: str) -> None:
    redacted = REDACTOR.redact(text)
    rebuilt, end = [], 0
    for span in redacted.spans:
        assert end <= span.start < span.end
        rebuilt += [text[end : span.start], f"[{span.kind}]"]
        end = span.end
    assert "".join([*rebuilt, text[end:]]) == redacted.text
    assert {span.kind for span in redacted.spans} <= set(SORTS)


def test_another_redactor_gives_the_same_result() -> None:
    texts = [text for text, _ in PERSONAL]
    assert [Redactor().redact(t) for t in texts] == [REDACTOR.redact(t) for t in texts]


def test_results_are_frozen() -> None:
    redacted = REDACTOR.redact("Mrs Abara")
    with pytest.raises(dataclasses.FrozenInstanceError):
        redacted.text = "Mrs Abara"  # type: ignore[misc]


def test_an_organisation_adds_its_own_patterns() -> None:
    redactor = Redactor(extra_patterns={"meter": r"MTR-\d{3}", "locker": r"locker (?P<value>\w+)"})
    once = redactor.redact("MTR-123 in locker B7, Mrs Abara")
    assert once.text == "[meter] in locker [locker], Mrs [name]"
    assert redactor.redact(once.text).spans == ()


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [("meter", "("), ("meter", r"\d*"), ("Meter", "x"), ("", "x"), ("[x]", "x")],
)
def test_a_pattern_that_cannot_work_is_refused(kind: str, pattern: str) -> None:
    with pytest.raises(BadPattern) as refused:
        Redactor(extra_patterns={kind: pattern})
    assert isinstance(refused.value, Invalid)
    assert refused.value.field == ("pattern" if kind == "meter" else "placeholder")
    assert refused.value.remedy


def test_known_people_are_replaced_in_any_case_and_by_their_parts() -> None:
    redactor = Redactor(known_names=["Summer  Quickfall", "", "Mo Li"])
    text = "summer quickfall, Quickfall and Summer; a quickfall in summer. MO LI signed."
    assert redactor.redact(text).text == (
        "[name], [name] and Summer; a quickfall in summer. [name] signed."
    )


def test_known_people_without_a_telling_part_are_replaced_as_a_whole() -> None:
    assert Redactor(known_names=["Mo Li"]).redact("Mo Li, Li").text == "[name], Li"


def test_words_to_keep_are_never_replaced() -> None:
    text = "The Hannah dress, the Calvin Klein belt and order 20391"
    assert REDACTOR.redact(text).spans
    redactor = Redactor(keep_words=["Hannah", "calvin klein", "20391"])
    assert redactor.redact(text).spans == ()
    assert redactor.redact("Mrs Hannah").spans == ()


def test_national_numbers_follow_the_regions() -> None:
    text = "She left 030 901820 on a note."
    assert Redactor(regions=("DE",)).redact(text).spans[0].kind == "phone"
    assert [s.kind for s in Redactor(regions=("US",)).redact(text).spans] == ["reference"]


def test_importing_the_module_reads_no_list() -> None:
    code = (
        "import json, sys; from recommender.learning.redaction import Redactor; Redactor();"
        "print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    loaded = set(json.loads(result.stdout))
    assert not loaded & {"faker", "symspellpy", "phonenumbers", "stdnum", "sklearn", "torch"}


@pytest.mark.parametrize(
    "piece",
    [
        "4 A-1 a.b ",
        "order electroencephalographically",
        "order 1-1-1",
        "A" * 50,
        "1 2",
        "a@b.",
        "12 Aa Bb ",
        "Mr A. ",
        "Anna ",
    ],
)
def test_a_long_text_takes_time_in_proportion(piece: str) -> None:
    REDACTOR.warm()
    text = piece * (20_000 // len(piece))
    began = time.process_time()
    REDACTOR.redact(text)
    assert time.process_time() - began < 5
