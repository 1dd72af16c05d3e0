"""Rows that an import leaves out, because their customer or their texts were erased here."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from recommender.cases.importing.rows import ImportRow
from recommender.models.cases import Case
from recommender.models.protection import Erasure
from recommender.storage.house import Transaction

_AT_ONCE = 500


def erased_keys(tx: Transaction, rows: Sequence[ImportRow]) -> set[tuple[str, str]]:
    """Give the keys of rows whose case was erased, or happened before its customer was."""
    return set(_held(tx, rows)) | set(_of_erased_customers(tx, rows))


def _held(tx: Transaction, rows: Sequence[ImportRow]) -> Iterator[tuple[str, str]]:
    for start in range(0, len(rows), _AT_ONCE):
        ids = {row.id for row in rows[start : start + _AT_ONCE]}
        yield from (
            (system, number)
            for system, number in tx.session.execute(
                select(Case.source_system, Case.source_id).where(
                    Case.source_id.in_(ids), Case.erased_at.is_not(None)
                )
            )
        )


def _of_erased_customers(tx: Transaction, rows: Sequence[ImportRow]) -> Iterator[tuple[str, str]]:
    latest = select(Erasure.customer_hash, func.max(Erasure.erased_at))
    erased = dict(iter(tx.session.execute(latest.group_by(Erasure.customer_hash))))
    for row in rows if erased else ():
        if row.customer_id is None:
            continue
        moment = erased.get(tx.house.keys.customer_hash(row.customer_id))
        if moment is not None and row.occurred_at <= moment:
            yield row.key
