"""Conversions: one field's values from another system's habits to ours."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from recommender.cases.importing.refusals import RowRefused

_SIGNATURE: Final = re.compile(r"^--[ ]?\r?$", re.MULTILINE)
_NUMBER: Final = {
    ",": re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[. \u00a0\u202f'’]\d{3})+)(?:,\d+)?"),
    ".": re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[, \u00a0\u202f'’]\d{3})+)(?:\.\d+)?"),
}
_SAMPLE: Final = datetime(2025, 11, 24, 17, 48, 59, 123456, tzinfo=UTC)


def _date_format(form: str) -> str:
    """Refuse a format that does not say the day, or that reads a zone and loses it (%Z)."""
    if "%Z" in form:
        message = "%Z reads a zone's name and loses it; use %z, or state the file's zone"
        raise ValueError(message)
    if datetime.strptime(_SAMPLE.strftime(form), form).date() != _SAMPLE.date():  # noqa: DTZ007 - only a pattern's proof
        message = "this format does not say the day, month and year"
        raise ValueError(message)
    return form


def _folded(values: Mapping[str, str | int | float | bool]) -> dict[str, object]:
    return {key.strip().casefold(): value for key, value in values.items()}


class Conversion(BaseModel):
    """What is done to one field's values: each part only where it is stated."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    values: Annotated[Mapping[str, str | int | float | bool], AfterValidator(_folded)] = {}
    """What the other system says, in any case, to what we say; the rest stays as it is."""
    formats: list[Annotated[str, AfterValidator(_date_format)]] = []
    """How dates are written, as strptime reads them; ISO 8601 is always read."""
    decimal: Literal[",", "."] | None = None
    """What stands before a number's decimals; thousands may be grouped."""
    cut_signature: bool = False
    """Drop what follows a line of two hyphens, where mail programs put the signature."""

    def apply(self, name: str, value: object) -> object:
        """Give the converted value; raises RowRefused for a number that is written otherwise."""
        if isinstance(value, bool) or not isinstance(value, str | int):
            return value
        known = self.values.get(str(value).strip().casefold())
        if known is not None or isinstance(value, int):
            return value if known is None else known
        if self.decimal is not None:
            return _plain_number(value.strip(), self.decimal, name)
        for form in self.formats:
            if (moment := _moment(value.strip(), form)) is not None:
                return moment
        return _SIGNATURE.split(value, maxsplit=1)[0].rstrip() if self.cut_signature else value


def _plain_number(text: str, decimal: Literal[",", "."], name: str) -> str:
    if not _NUMBER[decimal].fullmatch(text):
        raise RowRefused(
            f"{text[:40]!r} is no number with {decimal!r} before its decimals.",
            field=name,
            remedy="Correct the number, or the mapping's `decimal`.",
        )
    whole, _, decimals = text.partition(decimal)
    digits = re.sub(r"[^\d+-]", "", whole)
    return f"{digits}.{decimals}" if decimals else digits


def _moment(text: str, form: str) -> str | None:
    try:
        return datetime.strptime(text, form).isoformat()  # noqa: DTZ007 - the file's zone comes later
    except ValueError:
        return None
