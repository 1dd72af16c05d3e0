"""Find payment cards, bank accounts and telephone numbers: digits that pass a check."""

import re
from collections.abc import Iterator
from typing import Final

from recommender.learning.personal.patterns import CALENDAR_DATE, Range, matches

_CARD: Final = re.compile(r"(?<![\w.,£$€+-])\d(?:[ -]?\d){11,18}(?![\w]|[.,]\d)")
_ISSUERS: Final = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3[068]\d{12}"
    r"|35\d{14}|6\d{15,18}|5[06-8]\d{10,17}"
)
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z\d]{2,4}){3,8}\b", re.IGNORECASE)
_SORT_CODE: Final = re.compile(
    r"\b(?:sort\s?code|s/c)(?:\sis)?[\s:]{1,2}(?P<sort>\d{2}[ -]?\d{2}[ -]?\d{2})\b"
    r"(?:[^\d\ue000]{1,24}?(?P<account>\d{8})\b)?",
    re.IGNORECASE,
)
_CARD_ENDING: Final = re.compile(
    r"\bcard\s(?:no\.?\s|number\s)?(?:ending|ends|ended)(?:\s(?:in|with))?[\s:*]{1,5}"
    r"(?P<value>\d{4})\b",
    re.IGNORECASE,
)
_SECURITY_CODE: Final = re.compile(
    r"\b(?:cvv2?|cvc|cv2)(?:\sis)?[\s:]{1,2}(?P<value>\d{3,4})\b", re.IGNORECASE
)

_PHONE: Final = re.compile(
    r"(?<![\w.,£$€/#+-])(?:\+\s?)?\(?\d(?:[ ().-]{0,2}\d){6,14}(?!\d|[.,]\d|[\w%])"
)
_PHONE_CUE: Final = re.compile(
    r"\b(?:tel|telephone|phone|ph|mob|mobile|cell|fax|call(?:ed)?|ring|rang|cb|call\s?back"
    r"|text(?:ed)?|whatsapp)\.?(?:\s(?:no\.?|number|is|on|back|me|her|him|them|at)){0,3}[\s:=(]{0,2}$",
    re.IGNORECASE,
)
_AMERICAN: Final = re.compile(r"(?:\(\d{3}\)\s?|\d{3}[ .-])\d{3}[ .-]\d{4}")
_CUE_REACH: Final = 48
"""Characters before a number in which a cue is looked for."""
_NATIONAL_DIGITS: Final = 9
"""Fewest digits of a national number, its leading 0 included."""


def cards(text: str) -> Iterator[Range]:
    """Card numbers that pass their checksum, IBANs, sort codes with their accounts, last four."""
    for match in _CARD.finditer(text):
        if _is_card(re.sub(r"\D", "", match.group())):
            yield match.span()
    for match in _IBAN.finditer(text):
        yield from _iban(match)
    for match in _SORT_CODE.finditer(text):
        yield match.span("sort")
        if match["account"]:
            yield match.span("account")
    yield from matches(_CARD_ENDING, text)
    yield from matches(_SECURITY_CODE, text)


def _is_card(digits: str) -> bool:
    from stdnum import luhn

    return _ISSUERS.fullmatch(digits) is not None and luhn.is_valid(digits)


def _iban(match: re.Match[str]) -> Iterator[Range]:
    """The longest valid account number at a match, which may have swallowed the next words."""
    from stdnum import iban

    found = match.group()
    while found:
        if iban.is_valid(found):
            yield match.start(), match.start() + len(found)
            return
        found = found.rpartition(" ")[0]


def phones(text: str, regions: tuple[str, ...]) -> Iterator[Range]:
    """Telephone numbers: international, national with a leading 0, American, or announced as such.

    Parameters
    ----------
    text
        What to search.
    regions
        ISO countries whose national numbers count, such as GB.
    """
    for match in _PHONE.finditer(text):
        number = match.group()
        start = match.start() + (number.startswith("(") and ")" not in number)
        before = text[max(0, start - _CUE_REACH) : start]
        if _PHONE_CUE.search(before) or _is_phone(number, regions):
            yield start, match.end()


def _is_phone(number: str, regions: tuple[str, ...]) -> bool:
    if _AMERICAN.fullmatch(number):
        return True
    digits = re.sub(r"\D", "", number)
    if number.startswith("+") or digits.startswith("00"):
        return _possible(f"+{digits.removeprefix('00')}", None)
    if not digits.startswith("0") or len(digits) < _NATIONAL_DIGITS:
        return False
    return not CALENDAR_DATE.fullmatch(number) and any(_possible(digits, r) for r in regions)


def _possible(number: str, region: str | None) -> bool:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    return reason == phonenumbers.ValidationResult.IS_POSSIBLE
