"""Insert many rows at once, and leave alone those that are already there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from toegankelijk.storage.schema import Table

# Well under what SQLite (32,766) and PostgreSQL (65,535) accept as parameters of one statement.
CHUNK = 1_000

Row = TypeVar("Row")


def chunked(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The rows in pieces that fit in one statement each."""
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def insert_missing(session: Session, table: type[Table], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows; one that breaks a unique constraint is already there and stays as it is.

    Give rows in one fixed order, so that two writers cannot wait for each other.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    for chunk in chunked(rows):
        session.execute(dialect.insert(table).on_conflict_do_nothing(), list(chunk))
