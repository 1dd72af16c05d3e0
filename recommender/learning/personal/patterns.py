"""Find personal data that has a form: addresses, numbers, codes, dates of birth, e-mail.

Each finder takes a text and gives character ranges. Amounts, dates, counts with units and clause
keys have forms of their own and are left alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

Range = tuple[int, int]
"""Start and end of a stretch of text, in characters, end exclusive."""

Finder = Callable[[str], Iterable[Range]]
"""From a text to the ranges of one sort of personal data."""

_I: Final = re.IGNORECASE

_EMAIL: Final = re.compile(
    r"(?<![\w.+-])[\w+-](?:[\w.+-]{0,62}[\w+-])?"
    r"(?:@|\s?[(\[](?:at|AT)[)\]]\s?)"
    r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+"
)

_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE: Final = (
    r"(?:\d{1,2}[./ -]\d{1,2}[./ -](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?:\sof)?[\s-]{_MONTH},?[\s-]\d{{2,4}}"
    rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?[.,]?\s\d{{4}}|\d{{6}}|\d{{8}})(?!\d)"
)
_BIRTH: Final = re.compile(
    rf"\b(?:d\.?\s?o\.?\s?b\.?|born|birth|birthday|birthdate)"
    rf"[\s:,=-]{{0,3}}(?:(?:on|is|was|date|would|be|to|me)[\s:]{{1,2}}){{0,4}}(?P<value>{_DATE})",
    _I,
)

_STREETS: Final = (
    r"street|road|avenue|lane|crescent|terrace|mews|close|drive|way|court|place|gardens|grove"
    r"|square|row|boulevard|parade|walk|rise|hill|green|park|wharf|quay|st|rd|ave|ln|dr|blvd|cres"
)
_SMALL_STREETS: Final = r"street|road|avenue|crescent|terrace|mews|boulevard"
_NOT_A_STREET: Final = (
    r"(?!(?:the|a|an|of|in|on|down|up|miles?|km|yards?|metres?|minutes?|hours?|days?|weeks?|months?"
    r"|years?|pounds?|quid|other|more|houses?|doors?|times?|way|per|x)\b)"
)
_UNIT: Final = r"(?:\b(?i:flat|apt|apartment|unit|suite)\.?\s\w{1,4},?\s)?"
_CAPITALISED: Final = r"(?:[^\W\d_a-zß-ÿ][\w'’-]*\s){1,3}"
_TOWN: Final = r"(?:,\s[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)?(?=[,.]?\s?\b(?:[A-Z]{1,2}\d|\ue000)))?"
_AMERICAN_TAIL: Final = (
    r"(?:,?\s(?i:suite|apt|apartment|unit)\.?\s\w{1,5}\b)?"
    r"(?:(?:,\s[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)?)?,?\s[A-Z]{2},?\s\d{5}(?:-\d{4})?\b)?"
)
_STREET: Final = re.compile(
    rf"{_UNIT}\b(?<![\d.,£$€:/-])\d{{1,5}}[A-Za-z]?,?\s"
    rf"(?:{_CAPITALISED}(?i:{_STREETS})|{_NOT_A_STREET}(?:[a-z'’-]+\s){{1,2}}(?:{_SMALL_STREETS}))"
    rf"\b{_TOWN}{_AMERICAN_TAIL}"
)
_STREET_FIRST: Final = re.compile(
    r"\b[^\W\d_]+(?:straße|strasse|str\.|weg|gasse|platz|laan|straat)\s\d{1,4}[a-z]?\b"
)
_PO_BOX: Final = re.compile(r"\bP\.?\s?O\.?\s?box\s\d{1,6}\b", _I)
_POSTCODE: Final = re.compile(
    r"\b(?:[A-Z]{1,2}\d[A-Z\d]?|GIR)\s?\d(?:[ABD-HJLNP-UW-Z]{2}|XX)\b", _I
)
_POST_CUE: Final = re.compile(
    r"\b(?:post\s?code|zip(?:\scode)?|eircode)(?:\sis)?[\s:]{1,2}(?P<value>(?=\w*\d)[A-Z\d]{3,5}"
    r"(?:[\s-][A-Z\d]{3,4})?)\b",
    _I,
)
_STATE_ZIP: Final = re.compile(
    r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI"
    r"|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),?\s\d{5}(?:-\d{4})?\b"
)

_LIVES: Final = re.compile(
    r"\b(?:liv(?:e|es|ing)|resid(?:e|es|ing)|based)\s(?:in|at)\s(?:[A-Z]\w+,?\s){0,3}"
    r"(?P<value>\d{5})\b(?![.,]\d)"
)

_SSN: Final = re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
_INSURANCE: Final = re.compile(r"\b[A-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b", _I)
_PLATE: Final = re.compile(r"\b[A-HJ-PR-Y]{2}[0-9]{2}\s?[A-HJ-PR-Z]{3}\b")
_MAC: Final = re.compile(r"\b[0-9A-F]{2}(?:[:-][0-9A-F]{2}){5}\b", _I)
_HANDLE: Final = re.compile(r"(?<![\w@./])@[A-Za-z_]\w{2,29}\b")
_ID_CUE: Final = re.compile(
    r"\b(?:passport|driving\slicen[cs]e|driver'?s?\slicen[cs]e|national\sinsurance|ni|nhs|ssn"
    r"|social\ssecurity|id\scard|identity\scard|tax\sid|licen[cs]e\splate|reg(?:istration)?\splate"
    r"|number\splate)(?:\s(?:number|no\.?|num|nr|is|was))*[\s:#.]{1,2}"
    r"(?P<value>(?=[A-Z]{0,6}\s?\d)[A-Z]{0,6}\s?\d[A-Z\d]*(?:[\s-]\d[A-Z\d]*)*)\b",
    _I,
)

_THINGS: Final = (
    r"account|acct|acc|a/c|order|ticket|ref|reference|case|invoice|parcel|tracking|shipment"
    r"|consignment|imei|iccid|sim|serial|policy|member(?:ship)?|booking|customer|cust|contract"
    r"|claim|complaint|incident|rma|return|receipt|transaction|quote|job|basket|voucher|coupon"
    r"|gift\scard|loyalty(?:\scard)?|meter|mandate|subscription|user"
)
_REFERENCE_CUE: Final = re.compile(
    rf"\b(?:{_THINGS})s?(?:\s(?:no|number|num|nr|id|code|ref|reference))?\.?"
    r"(?:\s(?:is|was))?[\s:#=(]{1,3}"
    r"(?P<value>(?![A-Z]+-(?:[A-Z]+-)*\d{1,2}(?:\.\d{1,2})?\b)"
    r"(?:[A-Z]{1,6}[-/]?){0,3}\d[A-Z\d]*(?:\s\d[A-Z\d]*|[-/][A-Z\d]+)*)\b(?![.,]\d|%|\s?[£$€])",
    _I,
)
_LOGIN: Final = re.compile(
    r"\b(?:user\s?(?:id|name)|log-?in)(?:\s(?:is|was))?[\s:=]{1,3}"
    r"(?P<value>[A-Z](?:[\w.-]*\w)?\d\w*)\b",
    _I,
)
_HASH: Final = re.compile(r"(?<![\w&])#\s?(?P<value>(?=[A-Z-]*\d)[A-Z\d][A-Z\d-]{3,})\b", _I)
_PREFIXED: Final = re.compile(
    r"\b(?:ORD(?:ER)?|INV|TKT|TICKET|REF|CASE|ACC(?:T)?|CUST?|SO|PO|RMA|INC|CS|CRM|BK|TRK|CLM|TXN"
    r"|SR|CN|RET)[-_/:]?(?:\d{4}[-_/])?\d{3,}[A-Z\d-]*\b"
)
_CODE: Final = re.compile(r"\b(?:[A-Z]{1,4}[-/]?)?\d[A-Z\d]*(?:[-/][A-Z\d]+)*\b")
_GROUPED: Final = re.compile(r"(?<![\w.,£$€:/+-])\d{2,}(?:[\s-]\d+)+(?![\w%/:]|[.,]\d)")
_RUN: Final = re.compile(r"(?<![\w.,£$€:/+-])\d{7,}(?![\w%/:]|[.,]\d)")
_LOCATOR: Final = re.compile(r"(?=[A-Z]*\d[A-Z]*\d)(?=.*\d[A-Z])[A-Z\d]{5,8}")
_GOODS: Final = re.compile(
    r"\b(?:items?|products?|articles?|models?|parts?|sku|ean|isbn|variants?)"
    r"(?:\s(?:id|ids|no\.?|numbers?|num|codes?))?[\s:#=]{1,3}$",
    _I,
)
_GOODS_REACH: Final = 24
"""Characters before a number in which it is said to be of goods, not of a person."""
_UNITS: Final = re.compile(
    r"\s?(?:gbp|eur|usd|pounds?|quid|euros?|dollars?|bucks|pence|points?|miles?|km|m|mb|gb|kb|kg|g"
    r"|units?|items?|pieces?|x|%|days?|weeks?|months?|mths?|years?|yrs?|hours?|hrs?|mins?|minutes?"
    r"|customers?|rows?|cases?)\b",
    _I,
)
CALENDAR_DATE: Final = re.compile(
    r"(?:(?:19|20)\d{2}[\s-]?(?:0[1-9]|1[0-2])[\s-]?(?:0[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])[\s-](?:0?[1-9]|1[0-2])[\s-](?:(?:19|20)?\d{2})"
    r"|(?:19|20)\d{2}[\s-](?:19|20)\d{2}"
    r"|(?:[01]\d|2[0-4])[0-5]\d\s?-\s?(?:[01]\d|2[0-4])[0-5]\d)"
)
_ENOUGH_DIGITS: Final = 4
_CODE_DIGITS: Final = 6
_GROUP_DIGITS: Final = 7


def matches(pattern: re.Pattern[str], text: str) -> Iterator[Range]:
    """The range of every match, or of its part named `value`."""
    group = "value" if "value" in pattern.groupindex else 0
    for match in pattern.finditer(text):
        yield match.span(group)


def finder(*patterns: re.Pattern[str]) -> Finder:
    """One finder that gives what any of several patterns matches."""

    def find(text: str) -> Iterator[Range]:
        for pattern in patterns:
            yield from matches(pattern, text)

    return find


def _digits(text: str) -> int:
    return sum(c.isdigit() for c in text)


def references(text: str) -> Iterator[Range]:
    """Account, order, ticket and similar numbers, with or without a word that says so."""
    for start, end in matches(_REFERENCE_CUE, text):
        code = text[start:end]
        if (_digits(code) >= _ENOUGH_DIGITS or _LOCATOR.fullmatch(code)) and not _is_fact(
            text, start, end
        ):
            yield start, end
    for pattern in (_LOGIN, _HASH, _PREFIXED):
        yield from matches(pattern, text)
    for start, end in matches(_CODE, text):
        code = text[start:end]
        letters = any(c.isalpha() for c in code)
        if letters and _digits(code) >= _CODE_DIGITS and not _is_fact(text, start, end):
            yield start, end
    for pattern in (_GROUPED, _RUN):
        for start, end in matches(pattern, text):
            if _digits(text[start:end]) >= _GROUP_DIGITS and not _is_fact(text, start, end):
                yield start, end


def _is_fact(text: str, start: int, end: int) -> bool:
    """Whether digits are a date, a count with its unit or the number of goods, which stay."""
    dated = CALENDAR_DATE.fullmatch(text[start:end]) is not None
    goods = _GOODS.search(text[max(0, start - _GOODS_REACH) : start]) is not None
    return dated or goods or _UNITS.match(text, end) is not None


emails: Final[Finder] = finder(_EMAIL)
birth_dates: Final[Finder] = finder(_BIRTH)
addresses: Final[Finder] = finder(
    _STREET, _STREET_FIRST, _PO_BOX, _POSTCODE, _POST_CUE, _STATE_ZIP, _LIVES
)
identities: Final[Finder] = finder(_ID_CUE, _SSN, _INSURANCE, _PLATE, _MAC, _HANDLE)
