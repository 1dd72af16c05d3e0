"""Which of our fields a file's columns seem to be: by their names, then by what stands in them.

Where two columns could be one field, none is taken: somebody who knows the file is asked.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from recommender.cases.importing.mapping import is_blank, is_known
from recommender.cases.importing.rows import FIELDS
from recommender.cases.importing.written import is_moment, is_number, is_yes_no

Values = Mapping[str, Sequence[object]]
"""The first values of each column, blanks left out."""

_ALSO: Final[Mapping[str, str]] = {
    "id": "id case_id case_number case_no ticket ticket_id ticket_number ticket_no number key "
    "reference ref case nr no",
    "occurred_at": "occurred_at occurred created_at created opened_at opened date created_on "
    "created_date day happened_at happened timestamp when",
    "approved_at": "approved_at approved closed_at closed_on decided_at resolved_at closed_date",
    "situation": "situation description what_happened request problem issue text body details "
    "comment customer_request story note notes memo",
    "resolution": "resolution what_was_done what_we_did what_was_given solution action_taken "
    "outcome_text close_notes",
    "reason": "reason why justification rationale reason_note override_reason",
    "decline_reason": "decline_reason rejection_reason declined_because why_not",
    "status": "status state decision approval approved_or_declined granted accepted allowed",
    "channel": "channel origin contact_type",
    "product": "product item article",
    "market": "market country region",
    "brand": "brand shop",
    "customer_id": "customer_id customer customer_number customer_no account_id client_id client",
    "customer_tier": "customer_tier tier segment loyalty",
    "agent_id": "agent_id agent assignee employee handled_by filed_by clerk",
    "agent_team": "agent_team team desk group department",
    "cosigner_id": "cosigner_id cosigner approved_by second_approver approver signed_by",
    "policy_ref": "policy_ref policy clause rule policy_clause paragraph",
    "granted_action": "granted_action exception granted action",
    "amount": "amount value sum refund refund_amount cost credit waived amount_waived goodwill",
    "currency": "currency",
    "outcome.csat": "csat satisfaction rating",
    "outcome.complaint": "complaint complained",
    "outcome.retained": "retained stayed",
    "outcome.actual_cost": "actual_cost",
}
"""What others call our fields, the likeliest first."""
_NO_MEASURE: Final = frozenset(
    {
        *("account", "case", "code", "id", "index", "no", "nr", "number"),
        *("phone", "postcode", "row", "ticket", "year", "zip"),
    }
)
"""Last words of a column's name that says which, not how much."""
_LARGEST_MEASURE: Final = 10_000_000
_FEWEST: Final = 3
"""Values that a column needs before it is judged by them."""
_LOOKED_AT: Final = 200
_SENTENCE: Final = 4
"""Words that stand in the cells of a column of texts, at least, on average."""
_LONGEST_KEY: Final = 40
_UNIT: Final = re.compile(r"[\[(][^\])]*[\])]\s*$")
"""Of "Refund [EUR]", what stands behind the name."""
_SMALL: Final = re.compile(r"-?(0|[1-9]\d{0,6})(\.\d+)?")


def fields_of(values: Values) -> dict[str, str]:
    """Give the field that each column seems to be, each field once; numbers left over are facts."""
    taken = {name: name for name in values if is_known(name, FIELDS)}
    by_name(values, taken, _ALSO, _may_be)
    _by_first_word(values, taken)
    _by_content(values, taken)
    for name in values:
        if name not in taken and _is_measure(name, values[name]):
            taken[name] = f"facts.{plain(name)}"
    return taken


def plain(name: str) -> str:
    """Give a column's name in small letters, its words apart by underscores."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", apart.lower()).strip("_")


def by_name(
    values: Values,
    taken: dict[str, str],
    called: Mapping[str, str],
    may_be: Callable[[str, Sequence[object]], bool],
) -> None:
    """Take columns for the fields that they are called after, unless their values deny it."""
    names = {plain(_UNIT.sub("", name)): name for name in values if name not in taken}
    for field, others in called.items():
        if field in taken.values():
            continue
        fit = (names[each] for each in others.split() if each in names)
        name = next((each for each in fit if each not in taken), None)
        if name is not None and may_be(field, values[name]):
            taken[name] = field


def by_content(
    values: Values, taken: dict[str, str], field: str, fits: Callable[[Sequence[object]], bool]
) -> None:
    """Take the one column for a field whose values are like it; of two, none."""
    if field not in taken.values():
        fit = [name for name in values if name not in taken and fits(values[name])]
        if len(fit) == 1:
            taken[fit[0]] = field


def _by_first_word(values: Values, taken: dict[str, str]) -> None:
    """Take "Refund [EUR]" for an amount: by its first word, where only one column has it."""
    for field, others in _ALSO.items():
        known = {each for each in others.split() if "_" not in each}
        if field in taken.values() or field not in _PROVEN:
            continue
        fit = [
            name
            for name in values
            if name not in taken
            and plain(name).split("_")[0] in known
            and values[name]
            and _may_be(field, values[name])
        ]
        if len(fit) == 1:
            taken[fit[0]] = field


def _by_content(values: Values, taken: dict[str, str]) -> None:
    """Tell the three that every row needs by what stands in the columns."""
    by_content(values, taken, "occurred_at", _all_moments)
    by_content(values, taken, "id", all_keys)
    if "situation" not in taken.values():
        lengths = {
            name: _words(values[name])
            for name in values
            if name not in taken and _words(values[name]) >= _SENTENCE
        }
        if len(lengths) == 1:
            taken[next(iter(lengths))] = "situation"


def _all_moments(cells: Sequence[object]) -> bool:
    return len(cells) >= _FEWEST and all(map(is_moment, cells))


def _all_numbers(cells: Sequence[object]) -> bool:
    return all(map(is_number, cells))


def all_keys(cells: Sequence[object]) -> bool:
    """Tell whether a column's values are names of things: short, and each another one."""
    words = [str(cell).strip() for cell in cells]
    return (
        len(words) >= _FEWEST
        and len(set(words)) == len(words)
        and all(len(word) <= _LONGEST_KEY and " " not in word for word in words)
        and not _all_moments(cells)
        and any(not is_number(cell) for cell in cells)
    )


def _words(cells: Sequence[object]) -> float:
    return sum(len(str(cell).split()) for cell in cells) / max(1, len(cells))


_PROVEN: Final[Mapping[str, Callable[[Sequence[object]], bool]]] = {
    "occurred_at": _all_moments,
    "amount": _all_numbers,
    "customer_id": lambda cells: _words(cells) < 2,  # noqa: PLR2004 - one word
    "agent_id": lambda cells: _words(cells) < 2,  # noqa: PLR2004 - one word
    "agent_team": lambda cells: _words(cells) < _SENTENCE,
}
"""Fields of which a column's values can tell that it is not one of them."""


def _may_be(field: str, cells: Sequence[object]) -> bool:
    """Tell whether values speak against a name; a few that are wrong do not."""
    if field == "amount":
        return sum(map(is_number, cells)) * 2 >= len(cells)
    if field in {"occurred_at", "approved_at"}:
        looked = cells[:_LOOKED_AT]
        return sum(map(is_moment, looked)) * 2 >= len(looked)
    return field != "granted_action" or not cells or not all(map(is_yes_no, cells))


def _is_measure(name: str, cells: Sequence[object]) -> bool:
    """Tell whether a column holds numbers or yes and no, and no numbers that are names."""
    if len(cells) < _FEWEST or plain(name).split("_")[-1] in _NO_MEASURE:
        return False
    if all(map(is_yes_no, cells)):
        return True
    return all(_is_small(cell) for cell in cells)


def _is_small(cell: object) -> bool:
    if isinstance(cell, str):
        return _SMALL.fullmatch(cell.strip()) is not None
    return is_number(cell) and abs(float(str(cell))) < _LARGEST_MEASURE


def values_of(names: Iterable[str], find: Callable[[str], Iterable[object]]) -> Values:
    """Gather what stands in each column, blanks left out."""
    return {name: [one for one in find(name) if not is_blank(one)] for name in names}
