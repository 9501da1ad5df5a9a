"""The database as the rest of the platform sees it: sessions that read, sessions that write, and its migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.orm import Session

from toegankelijk.errors import DatabaseTooNew, DatabaseUnavailable
from toegankelijk.storage import migrate

__all__ = ["Database", "DatabaseTooNew", "DatabaseUnavailable"]

BUSY_TIMEOUT_MS = 15_000


class Database:
    """One database, SQLite or PostgreSQL, given by its SQLAlchemy URL; `postgresql://` is taken to mean psycopg."""

    def __init__(self, url: str) -> None:
        self.url = _parse_url(url)
        self._engine = _make_engine(self.url)
        if self.is_sqlite:
            event.listen(self._engine, "connect", _prepare_sqlite)
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


def _make_engine(url: URL) -> Engine:
    try:
        return create_engine(url, **_engine_options(url))
    except ModuleNotFoundError as error:
        raise DatabaseUnavailable(
            f"The driver {error.name} for this database is not installed: pip install 'toegankelijk[postgres]'."
        ) from error


def _engine_options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}}
    return {"pool_pre_ping": True}


def _reading_options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"read_only": True}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions of its own: _begin_sqlite does.
    connection.isolation_level = None
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=on", "synchronous=normal"):
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
    except DatabaseError as error:
        if not _is_out_of_reach(error):
            raise
        raise DatabaseUnavailable(
            f"The database {url.render_as_string(hide_password=True)} cannot be used: {error.orig}. "
            "Check that the folder can be written, or that the server runs and accepts this user."
        ) from error


def _is_out_of_reach(error: DatabaseError) -> bool:
    # A file that holds no database, or a damaged one, comes as the plain class; broken constraints as others.
    return isinstance(error, OperationalError) or type(error) is DatabaseError
