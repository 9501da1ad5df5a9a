"""The database as the rest of the platform sees it: sessions that read, sessions that write, and its migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from sqlite3 import SQLITE_BUSY, SQLITE_FULL, SQLITE_LOCKED
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from toegankelijk.errors import DatabaseFull, DatabaseTooNew, DatabaseUnavailable
from toegankelijk.storage import migrate

__all__ = ["Database", "DatabaseTooNew", "DatabaseUnavailable"]

BUSY_TIMEOUT_MS = 15_000
# What the URL of a SQLite file may set: how long a writer waits for another one, and how large the file may grow.
_SQLITE_LIMITS = {"busy_timeout": BUSY_TIMEOUT_MS, "max_page_count": 0}
_DISK_FULL = "53100"


class Database:
    """One database, SQLite or PostgreSQL, given by its SQLAlchemy URL; `postgresql://` is taken to mean psycopg.

    The URL of a SQLite file may end in `?max_page_count=N` (the largest size, in pages of 4096 bytes) and
    `?busy_timeout=MS` (how long a writer waits for another).
    """

    def __init__(self, url: str) -> None:
        parsed = _parse_url(url)
        limits = _sqlite_limits(parsed)
        self.url = parsed.difference_update_query(_SQLITE_LIMITS) if limits else parsed
        self._engine = _make_engine(self.url)
        if self.is_sqlite:
            event.listen(self._engine, "connect", partial(_prepare_sqlite, limits))
            event.listen(self._engine, "begin", _begin_sqlite)
        self._readers = self._engine.execution_options(**_reading_options(self.url))

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a SQLite file (one writer at a time) or a PostgreSQL server."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one consistent state and may not change it."""
        with _told_plainly(self.url), Session(self._readers, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed at the end, or wholly rolled back when an exception leaves the block."""
        with _told_plainly(self.url), Session(self._engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    def migrate(self) -> None:
        """Bring the tables to this version of the program; raises `DatabaseTooNew` and writes nothing when newer."""
        with _told_plainly(self.url):
            migrate.upgrade(self._engine)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _parse_url(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError:
        raise DatabaseUnavailable(
            f"{text!r} is not a database address. Set TOEGANKELIJK_DATABASE_URL to sqlite:////path/to/file or "
            "postgresql://user@host/name."
        ) from None
    backend = url.get_backend_name()
    if backend == "postgres" or url.drivername == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend not in ("sqlite", "postgresql"):
        raise DatabaseUnavailable(
            f"The database {backend} is not supported. Set TOEGANKELIJK_DATABASE_URL to sqlite:////path/to/file or "
            "postgresql://user@host/name."
        )
    return url


def _sqlite_limits(url: URL) -> dict[str, int]:
    if url.get_backend_name() != "sqlite":
        return {}
    asked = {name: url.query[name] for name in _SQLITE_LIMITS if name in url.query}
    wrong = [f"{name}={value}" for name, value in asked.items() if not str(value).isdecimal()]
    if wrong:
        raise DatabaseUnavailable(f"TOEGANKELIJK_DATABASE_URL: {', '.join(wrong)} is no number.")
    return _SQLITE_LIMITS | {name: int(str(value)) for name, value in asked.items()}


def _make_engine(url: URL) -> Engine:
    try:
        return create_engine(url, **_engine_options(url))
    except ModuleNotFoundError as error:
        raise DatabaseUnavailable(
            f"The driver {error.name} for this database is not installed: pip install 'toegankelijk[postgres]'."
        ) from error


def _engine_options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {}
    return {"pool_pre_ping": True}


def _reading_options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"read_only": True}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _prepare_sqlite(limits: dict[str, int], connection: Any, _record: Any) -> None:
    # The driver must not open transactions of its own: _begin_sqlite does.
    connection.isolation_level = None
    pragmas = [f"{name}={value}" for name, value in limits.items() if value]
    for pragma in (*pragmas, "foreign_keys=on", "synchronous=normal"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reads_only = bool(connection.get_execution_options().get("read_only"))
    connection.exec_driver_sql(f"PRAGMA query_only={'on' if reads_only else 'off'}")
    # A writer takes its lock at once: a later upgrade from reader to writer can fail without waiting.
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


@contextmanager
def _told_plainly(url: URL) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if not _is_out_of_reach(error):
            raise
        kind = DatabaseFull if _is_full(error) else DatabaseUnavailable
        told = str(error.orig).strip()
        raise kind(
            f"The database {url.render_as_string(hide_password=True)} cannot be used: {told}. {_remedy(error)}"
        ) from error


def _is_out_of_reach(error: DBAPIError) -> bool:
    # A file that holds no database, or a damaged one, comes as the plain class; broken constraints as others.
    return isinstance(error, (OperationalError, InterfaceError)) or type(error) is DatabaseError


def _remedy(error: DBAPIError) -> str:
    if _is_full(error):
        return "Make room for it, then start again: what was written stays, and nothing was written half."
    if _sqlite_code(error) in (SQLITE_BUSY, SQLITE_LOCKED):
        return "Another program writes to it for very long. End that one, then start again."
    return "Check that the folder can be written, or that the server runs and accepts this user."


def _is_full(error: DBAPIError) -> bool:
    return _sqlite_code(error) == SQLITE_FULL or getattr(error.orig, "sqlstate", None) == _DISK_FULL


def _sqlite_code(error: DBAPIError) -> int:
    # the first byte of an extended code is the plain one
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
