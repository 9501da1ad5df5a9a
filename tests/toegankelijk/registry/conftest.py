"""A registry with all reference facts, imported once and copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from tests.plugins.postgres import PostgresServer
from tests.toegankelijk.samples import NOW
from toegankelijk import registry
from toegankelijk.storage.session import Database


def _import(url: str) -> None:
    database = Database(url)
    with database.writing() as session:
        registry.import_reference_data(session, NOW)
    database.close()


@pytest.fixture(scope="session")
def facts_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the reference facts, to be copied."""
    path = tmp_path_factory.mktemp("facts") / "facts.sqlite3"
    copyfile(migrated_sqlite, path)
    _import(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def facts_postgres(postgres_server: PostgresServer, migrated_postgres: str) -> str:
    """The name of a PostgreSQL database with the reference facts, to be copied."""
    name = postgres_server.create_database(template=migrated_postgres)
    _import(postgres_server.url(name))
    return name


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def facts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with the reference facts in it, for this test alone."""
    if request.param == "sqlite":
        path = tmp_path / "facts.sqlite3"
        copyfile(request.getfixturevalue("facts_sqlite"), path)
        database = Database(f"sqlite:///{path}")
        yield database
        database.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create_database(template=request.getfixturevalue("facts_postgres"))
    database = Database(server.url(name))
    yield database
    database.close()
    server.drop_database(name)
