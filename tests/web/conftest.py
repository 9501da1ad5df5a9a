"""The web application on a small seeded platform, and browsers that are signed in as this or that person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from shutil import copyfile

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.web.seeding import NOW, PASSWORD, Seeded, seed
from toegankelijk.config import Settings
from toegankelijk.storage.session import Database
from toegankelijk.web.app import create_app

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
KEY = re.compile(r'name="submission_key" value="([^"]+)"')


@dataclass(slots=True)
class Clock:
    """The time as the application sees it; a test may move it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Platform:
    """A running application with what is in it."""

    app: FastAPI
    database: Database
    ids: Seeded
    clock: Clock
    settings: Settings
    clients: ExitStack = field(repr=False)

    def visitor(self, base_url: str = "http://testserver") -> TestClient:
        """Somebody who is not signed in; redirects are not followed."""
        return self.clients.enter_context(
            TestClient(self.app, base_url=base_url, follow_redirects=False, raise_server_exceptions=False)
        )

    def person(self, email: str) -> TestClient:
        """Somebody who has signed in."""
        client = self.visitor()
        answer = sign_in(client, email, PASSWORD)
        assert answer.status_code == 303, answer.text
        return client


def token_of(page: str) -> str:
    """The CSRF token on a page."""
    found = TOKEN.search(page)
    assert found, "no form on this page"
    return found[1]


def key_of(page: str) -> str:
    """The submission key of the form on a page."""
    found = KEY.search(page)
    assert found, "no submission key on this page"
    return found[1]


def sign_in(client: TestClient, email: str, password: str, **more: str) -> Response:
    """Fill in the sign-in form."""
    token = token_of(client.get("/aanmelden").text)
    return client.post("/aanmelden", data={"csrf_token": token, "email": email, "password": password} | more)


@pytest.fixture(scope="session")
def seeded_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Seeded]:
    """A SQLite file with the seeded platform, to be copied."""
    path = tmp_path_factory.mktemp("seeded") / "seeded.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    ids = seed(database)
    database.close()
    return path, ids


@pytest.fixture
def make_platform(seeded_file: tuple[Path, Seeded], tmp_path: Path) -> Iterator[Callable[..., Platform]]:
    """`make_platform(public_url=...)` gives a platform of this test alone."""
    source, ids = seeded_file
    with ExitStack() as stack:

        def make(**settings: str) -> Platform:
            path = tmp_path / "web.sqlite3"
            copyfile(source, path)
            database = Database(f"sqlite:///{path}")
            stack.callback(database.close)
            known = Settings(data_dir=tmp_path, database_url=f"sqlite:///{path}", **settings)
            clock = Clock()
            return Platform(create_app(known, database, clock=clock), database, ids, clock, known, stack)

        yield make


@pytest.fixture
def platform(make_platform: Callable[..., Platform]) -> Platform:
    """A platform with ordinary settings."""
    return make_platform()
