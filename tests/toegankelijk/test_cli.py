"""The platform's own command line, driven as a user does."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.toegankelijk.samples import NOW, PASSWORD
from toegankelijk import registry
from toegankelijk.accounts import Grant, sign_in
from toegankelijk.cli import parse_grant
from toegankelijk.storage.session import Database

PROGRAM = [sys.executable, "-c", "from toegankelijk.cli import main; main()"]
START_S = 30.0


class Shell:
    """Runs the program with a database and a data folder of its own."""

    def __init__(self, data_dir: Path, database_url: str) -> None:
        self.data_dir = data_dir
        self.database_url = database_url

    @property
    def environment(self) -> dict[str, str]:
        """What the program finds in its environment."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TOEGANKELIJK_")}
        own = {"TOEGANKELIJK_DATA_DIR": str(self.data_dir), "TOEGANKELIJK_DATABASE_URL": self.database_url}
        return kept | own

    def run(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [*PROGRAM, *words],
            input=typed,
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=self.data_dir.parent,
            timeout=60,
            check=False,
        )


@pytest.fixture
def shell(database_url: str, tmp_path: Path) -> Shell:
    """The program on an empty database."""
    return Shell(tmp_path / "data", database_url)


def test_a_user_is_added_and_can_sign_in(shell: Shell) -> None:
    done = shell.run(
        "create-user", "An@Inter.example", "--name", "An", "--grant", "admin", "--grant", "inter", typed=PASSWORD + "\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "added: An@Inter.example\n", "")
    database = Database(shell.database_url)
    with database.writing() as session:
        signed_in = sign_in(session, email="an@inter.example", password=PASSWORD, now=NOW)
    database.close()
    assert signed_in is not None
    assert set(signed_in.principal.grants) == {Grant("admin"), Grant("inter")}


def test_a_surveyor_of_one_municipality_and_a_reviewer_of_one_sector_are_added(shell: Shell) -> None:
    grants = ("--grant", "surveyor:municipality:44021", "--grant", "reviewer:sector:cultuur")
    done = shell.run("create-user", "bob@inter.example", "--name", "Bob", *grants, typed=PASSWORD + "\n")
    assert (done.returncode, done.stderr) == (0, "")
    database = Database(shell.database_url)
    with database.writing() as session:
        signed_in = sign_in(session, email="bob@inter.example", password=PASSWORD, now=NOW)
    database.close()
    assert signed_in is not None
    assert set(signed_in.principal.grants) == {
        Grant("surveyor", "municipality", "44021"),
        Grant("reviewer", "sector", "cultuur"),
    }


def test_the_registry_is_imported_and_again(shell: Shell) -> None:
    first, second = shell.run("import-registry"), shell.run("import-registry")
    assert first.stdout == "bodies: 1325 added, 0 brought up to date; sites: 1310 added\n"
    assert second.stdout == "bodies: 0 added, 0 brought up to date; sites: 0 added\n"
    database = Database(shell.database_url)
    with database.reading() as session:
        assert registry.find_municipality(session, "44021") is not None
    database.close()


def test_everything_that_is_written_lies_in_the_data_folder(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    done = Shell(data_dir, "").run("migrate")
    assert done.stdout == f"up to date: sqlite:///{data_dir}/toegankelijk.sqlite3\n"
    assert [found.name for found in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize(
    ("words", "typed", "told"),
    [
        (("create-user", "an@b.example", "--name", "An", "--grant", "inter"), "kort\n", "[account-refused]"),
        (("create-user", "an@b.example", "--name", "An", "--grant", "inter"), "", "at least 12 characters"),
        (("create-user", "geen adres", "--name", "An", "--grant", "inter"), PASSWORD, "is not an e-mail address"),
        (("create-user", "an@b.example", "--name", "An", "--grant", "baas"), PASSWORD, "Unknown role 'baas'"),
        (("create-user", "an@b.example", "--name", "An", "--grant", "surveyor:sector:x"), PASSWORD, "one of cultuur"),
        (("create-user", "an@b.example", "--name", "An"), PASSWORD, "--grant"),
        (("onzin",), "", "No such command"),
    ],
)
def test_wrong_use_is_told_in_one_line_and_ends_with_2(
    tmp_path: Path, words: tuple[str, ...], typed: str, told: str
) -> None:
    done = Shell(tmp_path / "data", "").run(*words, typed=typed)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unusable_folder_or_database_is_told_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("geen map")
    for shell, told in (
        (Shell(tmp_path / "bestand" / "data", ""), "TOEGANKELIJK_DATA_DIR. [data-folder-unusable]"),
        (Shell(tmp_path / "data", "mysql://x"), "TOEGANKELIJK_DATABASE_URL"),
    ):
        done = subprocess.run(
            [*PROGRAM, "migrate"], capture_output=True, text=True, env=shell.environment, timeout=60, check=False
        )
        assert done.returncode == 2
        assert told in done.stderr


def test_a_grant_is_read_with_or_without_scope() -> None:
    assert parse_grant("inter") == Grant("inter")
    assert parse_grant("inter:municipality:44021") == Grant("inter", "municipality", "44021")


def test_the_platform_is_served_and_ends_with_the_signal(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "data", "")
    port = _free_port()
    process = subprocess.Popen(
        [*PROGRAM, "serve", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=shell.environment,
    )
    try:
        assert _answers(f"http://127.0.0.1:{port}/")
    finally:
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=START_S)[0].decode()
    assert f"on 127.0.0.1:{port}; stop with Ctrl-C" in output
    assert "Traceback" not in output


def test_a_busy_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = Shell(tmp_path / "data", "").run("serve", "--port", str(port))
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _answers(url: str) -> bool:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.1)
    return False
