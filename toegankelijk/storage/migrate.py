"""Bring a database to the newest migration from Python, without a configuration file."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from toegankelijk.errors import DatabaseTooNew, DatabaseUnavailable

SCRIPTS = "toegankelijk:migrations"
# Any fixed number: it keeps two starting programs from migrating one PostgreSQL database at the same time.
ADVISORY_LOCK = 8_211_946_370


def upgrade(engine: Engine) -> None:
    """Run the migrations that this database has not seen; all of them or none."""
    with engine.connect() as connection:
        if _is_current(connection):
            return
        connection.rollback()
        if connection.dialect.name == "sqlite":
            _upgrade_sqlite(connection)
        else:
            with connection.begin():
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
                _run(connection)


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings, handing it a connection in place of an address."""
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _upgrade_sqlite(connection: Connection) -> None:
    # Batch migrations rebuild tables, which must not fire foreign keys; both pragmas work outside transactions only.
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA journal_mode=wal")
    driver.execute("PRAGMA foreign_keys=off")
    try:
        with connection.begin():
            _run(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise DatabaseUnavailable(f"The migration would leave rows without what they point at: {broken[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys=on")


def _run(connection: Connection) -> None:
    if not _is_current(connection):
        command.upgrade(configuration(connection), "head")


def _is_current(connection: Connection) -> bool:
    """True when every migration has run; raises `DatabaseTooNew` when there is one that is not known here."""
    scripts = ScriptDirectory.from_config(configuration())
    there = set(MigrationContext.configure(connection).get_current_heads())
    unknown = there - {script.revision for script in scripts.walk_revisions()}
    if unknown:
        raise DatabaseTooNew(
            f"The database is of a newer version than this program (its migration {', '.join(sorted(unknown))} is "
            "unknown here). Install the newer program, or name another database in TOEGANKELIJK_DATABASE_URL. "
            "Nothing was changed."
        )
    return there == set(scripts.get_heads())
