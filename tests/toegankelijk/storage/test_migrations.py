"""The migrations: complete, repeatable, and careful with a database they do not know."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DatabaseError

from tests.toegankelijk.samples import NOW
from toegankelijk.errors import DatabaseTooNew, DatabaseUnavailable
from toegankelijk.storage.session import Database
from toegankelijk.storage.tables import METADATA
from toegankelijk.storage.trail import add_event


def test_migrated_tables_are_those_of_the_models(database: Database) -> None:
    engine = create_engine(database.url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        differences = compare_metadata(context, METADATA)
    engine.dispose()
    assert differences == []


def test_check_constraints_of_the_migration_are_those_of_the_models(database: Database) -> None:
    engine = create_engine(database.url)
    found = {
        (table, check["name"]) for table in METADATA.tables for check in inspect(engine).get_check_constraints(table)
    }
    engine.dispose()
    wanted = {
        (table.name, str(constraint.name))
        for table in METADATA.tables.values()
        for constraint in table.constraints
        if type(constraint).__name__ == "CheckConstraint"
    }
    assert found == wanted


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    database = Database(database_url)
    database.migrate()
    database.migrate()
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    database.close()


def test_database_of_a_newer_version_is_refused_with_the_remedy(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew, match=r"9999.*Install the newer program.*Nothing was changed"):
        database.migrate()


def test_nothing_is_written_to_a_database_of_a_newer_version(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    sqlite_database.close()
    path = Path(str(sqlite_database.url.database))
    before = path.read_bytes()
    newcomer = Database(f"sqlite:///{path}")
    with pytest.raises(DatabaseTooNew):
        newcomer.migrate()
    newcomer.close()
    assert path.read_bytes() == before
    assert [found.name for found in path.parent.glob("test.sqlite3*")] == ["test.sqlite3"]


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Geachte mevrouw, " * 200)
    with pytest.raises(DatabaseUnavailable, match=r"letter\.txt"):
        Database(f"sqlite:///{path}").migrate()


def test_audit_events_can_be_added_but_not_changed_or_removed(database: Database) -> None:
    with database.writing() as session:
        add_event(session, now=NOW, actor_id=None, action="tried", subject_kind="test", subject_id="1")
    for statement in ("UPDATE audit_event SET action = 'hidden'", "DELETE FROM audit_event"):
        with pytest.raises(DatabaseError, match="only ever added"), database.writing() as session:
            session.execute(text(statement))
    with database.reading() as session:
        assert session.execute(text("SELECT action FROM audit_event")).all() == [("tried",)]
