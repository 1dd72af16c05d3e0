"""Contact volumes: how many customers got in touch each week, so that rates have denominators."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from recommender.access import Act, Actor
from recommender.cases.importing.figures import Fields, keep_figures, read_figures
from recommender.cases.importing.mapping import ImportMapping, find_mapping
from recommender.cases.importing.refusals import RowRefused
from recommender.cases.importing.report import FiguresReport
from recommender.cases.importing.rows import WORDS
from recommender.cases.importing.values import read_whole, read_word, required_word
from recommender.models.base import new_id
from recommender.models.contacts import ContactVolume
from recommender.storage.house import House, Transaction

CONTACT_FIELDS: Final = ("week", "product", "channel", "contacts")
MOST_CONTACTS: Final = 2_000_000_000


@dataclass(frozen=True, slots=True)
class WeekOfContacts:
    """One figure: the week by its Monday, and "" where all products or channels are meant."""

    week: date
    product: str
    channel: str
    contacts: int

    @property
    def cell(self) -> tuple[date, str, str]:
        """What the figure is about."""
        return self.week, self.product, self.channel


def import_contacts(
    house: House,
    actor: Actor,
    path: Path,
    *,
    mapping: Path | ImportMapping | None = None,
    dry_run: bool = False,
    update: bool = False,
) -> FiguresReport:
    """Take in contact volumes in one transaction: week (any day of it), contacts, product, channel.

    The same figures again change nothing; `update` takes over others for a week that we have.
    Raises UnreadableFile and BadMapping.
    """
    actor.require(Act.IMPORT)
    rows = read_figures(path, find_mapping(mapping, CONTACT_FIELDS), CONTACT_FIELDS, read_contacts)
    report = FiguresReport(dry_run=dry_run, rows=len(rows))

    def keep(tx: Transaction, row: WeekOfContacts) -> str:
        held = tx.session.get(ContactVolume, row.cell)
        if held is None:
            tx.session.add(ContactVolume(**asdict(row)))
            return "added"
        if held.contacts == row.contacts:
            return "unchanged"
        if not update:
            return "changed"
        held.contacts = row.contacts
        return "updated"

    with house.transaction(actor) as tx, tx.session.begin_nested() as everything:
        keep_figures(tx, rows, lambda row: row.cell, keep, report)
        if report.added or report.updated:
            tx.record("import", "contacts", new_id(), added=report.added, updated=report.updated)
        if dry_run:
            everything.rollback()
    return report


def read_contacts(fields: Fields) -> WeekOfContacts:
    """Check one row; raises RowRefused."""
    contacts = read_whole(fields, "contacts")
    if contacts is None or contacts > MOST_CONTACTS:
        raise RowRefused(
            "There is no number of contacts.", field="contacts", remedy="Write how many there were."
        )
    return WeekOfContacts(
        week=_monday(required_word(fields, "week", WORDS["channel"])),
        product=read_word(fields, "product", WORDS["product"]) or "",
        channel=read_word(fields, "channel", WORDS["channel"]) or "",
        contacts=contacts,
    )


def _monday(word: str) -> date:
    try:
        day = datetime.fromisoformat(word).date()
        return day - timedelta(days=day.weekday())
    except (ValueError, OverflowError) as error:
        raise RowRefused(
            f"{word!r} is no day or week.",
            field="week",
            remedy="Write a day of the week, 2026-03-02, or the week itself, 2026-W10.",
        ) from error
