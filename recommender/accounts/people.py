"""People imported from a list: accounts with team and lead; leavers."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from recommender.access import Act
from recommender.accounts.directory import (
    BadAccount,
    add_account,
    deactivate,
    known_roles,
    require_another_admin,
    require_name,
    require_no_operator,
)
from recommender.errors import Conflict, Invalid
from recommender.models.accounts import Account
from recommender.office.archive import UnreadableOffice
from recommender.office.sheets import WORKBOOK, Row, read_sheet
from recommender.storage.house import Transaction
from recommender.vocabulary import Role

COLUMNS: Final = ("name", "display_name", "roles", "team", "lead", "active")
_YES: Final = frozenset({"1", "true", "yes", "y"})
_NO: Final = frozenset({"0", "false", "no", "n"})


@dataclass(frozen=True)
class RefusedPerson:
    """A row that was not taken, and why; rows count from 1."""

    row: int
    name: str
    field: str
    reason: str


@dataclass(frozen=True)
class PeopleReport:
    """What an import of people did, by account name; accounts that it does not list stay."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    deactivated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[RefusedPerson] = field(default_factory=list)


def read_people(path: Path) -> list[dict[str, object]]:
    """Read CSV with a header in UTF-8, or a workbook or JSONL where the name ends so.

    Raises BadAccount where the file is none of them.
    """
    try:
        if path.suffix.lower() == WORKBOOK:
            return _from_sheet(read_sheet(path))
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() != ".jsonl":
            return [dict(row) for row in csv.DictReader(io.StringIO(text))]
        return [dict(json.loads(line)) for line in text.splitlines() if line.strip()]
    except (ValueError, TypeError, csv.Error, UnreadableOffice) as error:
        raise BadAccount(
            f"{path.name} cannot be read: {error}.",
            field="file",
            remedy=f"Give UTF-8 CSV or .xlsx with the columns {', '.join(COLUMNS)}, or JSONL.",
        ) from error


def _from_sheet(rows: Sequence[Row]) -> list[dict[str, object]]:
    if not rows:
        return []
    header = [str(cell).strip() for cell in rows[0][1] if cell is not None]
    return [dict(zip(header, cells, strict=False)) for _, cells in rows[1:]]


def import_people(tx: Transaction, rows: Iterable[Mapping[str, object]]) -> PeopleReport:
    """Bring accounts in line with a list; a refused row stops no other.

    Columns: name, display_name, roles (several apart by blank, comma or semicolon; agent for
    somebody new), team, lead, active (no lets somebody leave). What a row does not say stays.
    """
    tx.actor.require(Act.ADMINISTER_ACCOUNTS)
    report = PeopleReport()
    for number, row in enumerate(rows, start=1):
        try:
            _take(tx, _wish(row), report)
        except (Invalid, Conflict) as error:
            name = str(row.get("name") or "")
            reason = " ".join(filter(None, (error.detail, error.remedy)))
            report.refused.append(RefusedPerson(number, name, error.field or "row", reason))
    return report


def _wish(row: Mapping[str, object]) -> dict[str, Any]:
    """Give what a row says about an account, by column; raises BadAccount or OperatorStays."""
    unknown = sorted(str(column) for column in row if column not in COLUMNS)
    if unknown:
        raise BadAccount(
            f"There is no column {unknown[0]}.",
            field=unknown[0],
            remedy=f"Rename it or leave it out; the columns are {', '.join(COLUMNS)}.",
        )
    cells = {column: _cell(row[column]) for column in COLUMNS if row.get(column) is not None}
    name = cells.get("name", "")
    require_name(name)
    require_no_operator(name)
    wish: dict[str, Any] = {"name": name}
    if cells.get("display_name"):
        wish["display_name"] = cells["display_name"]
    if cells.get("roles"):
        wish["roles"] = known_roles(re.split(r"[\s,;]+", cells["roles"]))
    wish |= {column: cells[column] or None for column in ("team", "lead") if column in cells}
    if cells.get("active"):
        wish["active"] = _yes_or_no(cells["active"])
    return wish


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).strip()


def _yes_or_no(cell: str) -> bool:
    answer = cell.lower()
    if answer not in _YES | _NO:
        raise BadAccount(f"active is {cell!r}.", field="active", remedy="Write yes or no.")
    return answer in _YES


def _take(tx: Transaction, wish: dict[str, Any], report: PeopleReport) -> None:
    name = wish["name"]
    account = tx.session.get(Account, name)
    if account is None:
        active = wish.pop("active", True)
        add_account(tx, **({"display_name": name, "roles": [Role.AGENT]} | wish))
        report.added.append(name)
        if not active:
            deactivate(tx, name)
    elif account.active and wish.get("active") is False:
        deactivate(tx, name)
        report.deactivated.append(name)
    elif any(getattr(account, column) != value for column, value in wish.items()):
        if Role.ADMIN not in wish.get("roles", account.roles):
            require_another_admin(tx, account)
        for column, value in wish.items():
            setattr(account, column, value)
        report.changed.append(name)
        tx.record("change", "account", name, roles=account.roles, active=account.active)
    else:
        report.unchanged.append(name)
