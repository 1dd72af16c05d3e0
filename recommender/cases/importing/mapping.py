"""Mappings: how the columns of another system's export become ours, as a TOML file says it."""

import tomllib
from collections.abc import Collection, Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Final, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    ValidationError,
)

from recommender.cases.importing.conversions import Conversion
from recommender.cases.importing.paths import BadPath, RecordPath, column_path, read_path
from recommender.cases.importing.reading import Encoding, Written
from recommender.errors import Invalid

BUILT_IN: Final = ("salesforce", "servicenow", "zendesk")
"""Mappings that can be used by their name."""

OPEN_FIELDS: Final = ("facts",)
"""Fields of which a part can be named, whatever its name: `facts.days_late`."""


class BadMapping(Invalid):
    """A mapping cannot be used; `field` says which of its entries is wrong."""


class UnknownMapping(Invalid):
    """There is no built-in mapping of that name."""


class UnknownZone(Invalid):
    """There is no time zone of that name."""


class Renamed(NamedTuple):
    """A record under our names, and what of it was not asked for under its own."""

    fields: dict[str, object]
    extra: dict[str, object]


def find_zone(name: str) -> ZoneInfo:
    """Find a time zone such as Europe/Berlin; raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise UnknownZone(
            f"There is no time zone {name!r}.", field="zone", remedy="Write it like Europe/Berlin."
        ) from error


def _path(value: object) -> object:
    return read_path(value) if isinstance(value, str) else value


def _zone(name: str) -> str:
    return find_zone(name).key


_Path = Annotated[InstanceOf[RecordPath], BeforeValidator(_path)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class FileForm(_Strict):
    """How the file is written; `zone` is that of times which state none, `sheet` a workbook's."""

    encoding: Encoding = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    sheet: str | None = None
    zone: Annotated[str, AfterValidator(_zone)] | None = None

    @property
    def written(self) -> Written:
        """What reading its rows takes."""
        return Written(encoding=self.encoding, delimiter=self.delimiter, sheet=self.sheet)


class ImportMapping(_Strict):
    """How a file is read, and where in its records our fields stand."""

    file: FileForm = FileForm()
    constants: Mapping[str, str | int | float | bool] = {}
    fields: Mapping[str, _Path] = {}
    convert: Mapping[str, Conversion] = {}
    ignore: list[_Path] = []

    def rename(self, record: Mapping[str, object], known: Collection[str]) -> Renamed:
        """Give a record under our names.

        A field without a path of its own is read from the column of its name. Constants stand
        where a row has nothing.
        """
        found = {name: path.find(record) for name, path in self.fields.items()}
        rest = dict(record)
        for path in (*self.fields.values(), *self.ignore):
            rest = path.without(rest)
        ours = [name for name in rest if is_known(name, known) and name not in self.fields]
        found |= {name: rest.pop(name) for name in ours}
        given = {name: value for name, value in found.items() if not is_blank(value)}
        return Renamed(dict(self.constants) | given, rest)

    def of_sheet(self, name: str | None) -> "ImportMapping":
        """Give the mapping for a sheet of a workbook, if one is named."""
        if name is None:
            return self
        return self.model_copy(update={"file": self.file.model_copy(update={"sheet": name})})

    def converted(self, fields: Mapping[str, object]) -> dict[str, object]:
        """Give the values as we write them; raises RowRefused, which names the field."""
        return {
            name: self.convert[name].apply(name, value) if name in self.convert else value
            for name, value in fields.items()
        }

    def column(self, name: str) -> str:
        """Give what the file calls one of our fields."""
        return self.fields[name].text if name in self.fields else name


def find_mapping(
    mapping: str | Path | ImportMapping | None, known: Collection[str]
) -> ImportMapping:
    """Find a mapping: a built-in one by its name, a file by its path, itself, or none at all.

    `known` are the fields that can be imported. Raises UnknownMapping or BadMapping.
    """
    if mapping is None:
        return ImportMapping()
    if isinstance(mapping, ImportMapping):
        return mapping
    if isinstance(mapping, Path):
        return read_mapping(_content(mapping), known)
    if mapping not in BUILT_IN:
        raise UnknownMapping(
            f"There is no mapping {mapping!r}.",
            field="mapping",
            remedy=f"Use {', '.join(BUILT_IN)}, or a file of your own: docs/import-format.md.",
        )
    return read_mapping(built_in(mapping), known)


def built_in(name: str) -> str:
    """Give the TOML of a built-in mapping."""
    source = resources.files("recommender.cases.importing.mappings") / f"{name}.toml"
    return source.read_text(encoding="utf-8")


def read_mapping(text: str, known: Collection[str]) -> ImportMapping:
    """Read a mapping's TOML; every entry is checked. Raises BadMapping, which names the entry."""
    return _checked(_toml(text), known)


def put_together(
    fields: Mapping[str, str],
    ignored: Collection[str],
    rest: str,
    known: Collection[str],
    *,
    days: Collection[str] = (),
) -> ImportMapping:
    """Make a mapping of the columns that stand for our fields, and TOML of all else.

    A column may have any name, also one that is no path. `days` are formats of times that the rest
    does not state. Raises BadMapping.
    """
    entries = _toml(rest)
    for taken in ("fields", "ignore"):
        if taken in entries:
            raise BadMapping(
                f"The conversions say {taken} too.",
                field=taken,
                remedy="Choose the columns beside our fields.",
            )
    if days:
        entries = {**entries, "convert": _with_days(entries.get("convert"), days)}
    paths = {name: to_column(column) for name, column in fields.items()}
    return _checked(
        entries | {"fields": paths, "ignore": [to_column(each) for each in ignored]}, known
    )


def _with_days(convert: object, days: Collection[str]) -> object:
    if not isinstance(convert, dict | None):
        return convert
    stated = {name: {"formats": list(days)} for name in ("occurred_at", "approved_at")}
    return stated | (convert or {})


def to_column(name: str) -> RecordPath:
    """Give the path that a name stands for, else the column of exactly this name."""
    try:
        return read_path(name)
    except BadPath:
        return column_path(name)


def _toml(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadMapping(
            f"The mapping is not TOML: {error}.", field="mapping", remedy="Correct that place."
        ) from error


def _checked(entries: dict[str, object], known: Collection[str]) -> ImportMapping:
    try:
        mapping = ImportMapping.model_validate(entries)
    except ValidationError as error:
        raise _first_fault(error) from error
    for table in ("constants", "fields", "convert"):
        for name in getattr(mapping, table):
            if not is_known(name, known):
                raise BadMapping(
                    f"There is no field {name}.",
                    field=f"{table}.{name}",
                    remedy=f"The fields are {', '.join(known)}.",
                )
    return mapping


def is_known(name: str, known: Collection[str]) -> bool:
    """Tell whether a column is one of the fields that can be imported, or a fact of its own."""
    return name in known or any(
        name.startswith(f"{field}.") and len(name) > len(field) + 1
        for field in OPEN_FIELDS
        if field in known
    )


def is_blank(value: object) -> bool:
    """Tell whether a cell holds nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadMapping(
            f"{path.name} cannot be read: {error}.",
            field="mapping",
            remedy="Give a TOML file in UTF-8.",
        ) from error


def _first_fault(error: ValidationError) -> BadMapping:
    first = error.errors()[0]
    return BadMapping(
        f"{first['msg']}.",
        field=".".join(map(str, first["loc"])),
        remedy="docs/import-format.md says what may stand there.",
    )
