"""What all tables share: one metadata with one way of naming constraints, and ids that sort by time."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import uuid6
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from toegankelijk.storage.columns import JSON_DOCUMENT, UtcDateTime, Uuid

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(DeclarativeBase):
    """Every table of the platform."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Uuid,
        datetime: UtcDateTime,
        dict[str, Any]: JSON_DOCUMENT,
    }


def new_id() -> UUID:
    """A fresh UUIDv7: ids sort by the time they were made."""
    return uuid6.uuid7()


def one_of(column: str, words: tuple[str, ...]) -> str:
    """The text of a check constraint that keeps a column to a closed list of words (our own, never a user's)."""
    return f"{column} IN ({', '.join(repr(word) for word in words)})"
