"""A real PostgreSQL for tests: one server per run on a unix socket, a fresh database per test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

KEEPER = Path(__file__).with_name("server_keeper.py")
START_S = 30.0
SYSTEM_USER = "postgres"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=60")


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server that only this machine can reach, through a socket in `folder`."""

    folder: Path

    def url(self, name: str) -> str:
        """The SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def create_database(self, template: str = "template1") -> str:
        """Make a fresh database, empty or as a copy of another one, and give its name."""
        name = f"test_{uuid.uuid4().hex}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, also while something is still connected to it."""
        self._run("DROP DATABASE {} WITH (FORCE)", name)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of our own for the whole run: started here, stopped by its pid, its folder removed."""
    with _new_data() as (programs, folder), _served(programs, folder, folder / "data") as server:
        yield server


class PostgresThatStops:
    """A PostgreSQL for one test, which stops and starts it as it likes; its databases stay."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._running = ExitStack()
        self.server = self.start()

    def start(self) -> PostgresServer:
        """Start the server, and wait until it answers."""
        sockets = self._folder / "sockets"
        sockets.mkdir()
        _give_to_system_user(sockets)
        return self._running.enter_context(_served(self._programs, sockets, self._folder / "data"))

    def stop(self) -> None:
        """Stop the server: whoever is connected is cut off."""
        self._running.close()


@pytest.fixture
def postgres_that_stops() -> Iterator[PostgresThatStops]:
    """A PostgreSQL of this test alone, running."""
    with _new_data() as (programs, folder):
        postgres = PostgresThatStops(programs, folder)
        yield postgres
        postgres.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty PostgreSQL database for this test alone."""
    name = postgres_server.create_database()
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.sqlite3'}"
    return str(request.getfixturevalue("postgres_url"))


def _find_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


def _as_system_user(*command: object) -> list[str]:
    # PostgreSQL refuses to run as root.
    words = [str(word) for word in command]
    return ["runuser", "-u", SYSTEM_USER, "--", *words] if os.geteuid() == 0 else words


def _give_to_system_user(folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, SYSTEM_USER)


def _run_as_system_user(*command: object) -> None:
    done = subprocess.run(_as_system_user(*command), cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{command[0]} failed:\n{done.stdout}\n{done.stderr}")


@contextmanager
def _new_data() -> Iterator[tuple[Path, Path]]:
    """The folder of the server's programs, and a fresh folder with an empty server's data in it."""
    programs = _find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: no initdb under /usr/lib/postgresql (Debian: apt install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="toegankelijk-pg-"))
    try:
        _give_to_system_user(folder)
        words = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        _run_as_system_user(programs / "initdb", "-D", folder / "data", *words)
        yield programs, folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _served(programs: Path, folder: Path, data: Path) -> Iterator[PostgresServer]:
    """A server on this data with its socket in `folder`, which goes with it."""
    options = [word for setting in (*FAST, f"unix_socket_directories={folder}") for word in ("-c", setting)]
    command = _as_system_user(programs / "postgres", "-D", data, *options)
    log_path = folder / "log"
    with log_path.open("wb") as log:
        # The keeper ends the server when its input closes: here below, or because this process was killed.
        keeper = subprocess.Popen(
            [sys.executable, str(KEEPER), str(folder), str(data / "postmaster.pid"), *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_until_ready(keeper, folder, log_path)
        yield PostgresServer(folder)
    finally:
        keeper.communicate(timeout=START_S)


def _wait_until_ready(keeper: subprocess.Popen[bytes], folder: Path, log_path: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and keeper.poll() is None:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"PostgreSQL did not start:\n{log_path.read_text(errors='replace') if log_path.exists() else ''}")
