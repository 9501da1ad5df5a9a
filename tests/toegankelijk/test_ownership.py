"""A program that lives is told from one that ended, however it ended; its lease is renewed while it works."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from crawler.model import Versions
from tests.toegankelijk.samples import HOME, NOW, a_scanned_site
from toegankelijk import scans
from toegankelijk.ownership import Owner, renewed
from toegankelijk.scans.lease import LEASE
from toegankelijk.storage import scans as stored
from toegankelijk.storage.session import Database

ROOT = Path(__file__).resolve().parents[2]
HOLDER = (
    "import sys, time; from pathlib import Path; from toegankelijk.ownership import Owner\n"
    "with Owner(Path(sys.argv[1])) as owner: print(owner.name, flush=True); time.sleep(60)"
)


def test_a_living_owner_is_not_gone(tmp_path: Path) -> None:
    with Owner(tmp_path) as one, Owner(tmp_path) as other:
        assert one.name != other.name
        assert not other.is_gone(one.name)
        other.sweep(keep=())
        assert len(list(tmp_path.iterdir())) == 2


def test_an_owner_that_was_killed_is_gone_at_once(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        name = holder.stdout.readline().strip()
        with Owner(tmp_path) as other:
            assert not other.is_gone(name)
            holder.kill()
            holder.wait()
            assert other.is_gone(name)


def test_an_owner_that_let_go_leaves_nothing_behind(tmp_path: Path) -> None:
    with Owner(tmp_path) as owner:
        owner.has_let_go = True
    assert list(tmp_path.iterdir()) == []


def test_an_owner_that_may_still_have_a_scan_leaves_its_file_until_nobody_needs_it(tmp_path: Path) -> None:
    with Owner(tmp_path) as owner:
        pass
    (tmp_path / "van iets anders").touch()
    with Owner(tmp_path) as other:
        other.sweep(keep={owner.name, "elders, process 3, 0123456789abcdef"})
        assert other.is_gone(owner.name)
        other.sweep(keep={other.name})
        assert not other.is_gone(owner.name)
        assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("name", ["", "elders, process 3, 0123456789abcdef", "x ../../etc/passwd", "x \x00"])
def test_an_owner_that_is_not_seen_here_is_judged_by_its_lease_alone(tmp_path: Path, name: str) -> None:
    with Owner(tmp_path) as owner:
        assert not owner.is_gone(name)
        owner.sweep(keep={name})


@pytest.fixture
def scan_id(sqlite_database: Database) -> UUID:
    with sqlite_database.writing() as session:
        order = scans.Order(a_scanned_site(session).id, HOME, "full", 1, Versions("1", {}, "", ""), "1", {})
        return scans.open_scan(session, order, owner="niemand", now=NOW, is_gone=lambda _: False).id


def _lease_and_owner(database: Database, scan_id: UUID, *, owner: str = "") -> object:
    with database.writing() as session:
        scan = stored.get_scan_row(session, scan_id)
        scan.owner = owner or scan.owner
        return scan.lease_until


def _wait_for_lease(database: Database, scan_id: UUID, wanted: object) -> bool:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if _lease_and_owner(database, scan_id) == wanted:
            return True
        time.sleep(0.05)
    return False


def test_a_lease_is_renewed_while_nothing_else_happens(
    sqlite_database: Database, scan_id: UUID, tmp_path: Path
) -> None:
    later = NOW + timedelta(minutes=5)
    with Owner(tmp_path / "owners") as owner:
        _lease_and_owner(sqlite_database, scan_id, owner=owner.name)
        with renewed(sqlite_database, scan_id, owner, now=lambda: later, every_s=0.05):
            assert _wait_for_lease(sqlite_database, scan_id, later + LEASE)


def test_a_lease_that_is_lost_is_not_taken_back(sqlite_database: Database, scan_id: UUID, tmp_path: Path) -> None:
    with (
        Owner(tmp_path / "owners") as owner,
        renewed(sqlite_database, scan_id, owner, now=lambda: NOW + timedelta(minutes=5), every_s=0.05),
    ):
        time.sleep(0.3)
        assert _lease_and_owner(sqlite_database, scan_id) == NOW + LEASE


def test_renewing_outlives_a_database_that_is_away_for_a_while(
    sqlite_database: Database, scan_id: UUID, tmp_path: Path
) -> None:
    later = NOW + timedelta(minutes=5)
    file = Path(str(sqlite_database.url.database))
    impatient = Database(f"sqlite:///{file}?busy_timeout=20")
    with Owner(tmp_path / "owners") as owner:
        _lease_and_owner(sqlite_database, scan_id, owner=owner.name)
        with renewed(impatient, scan_id, owner, now=lambda: later, every_s=0.05):
            with sqlite_database.writing() as session:
                stored.get_scan_row(session, scan_id)
                time.sleep(0.4)
            assert _wait_for_lease(sqlite_database, scan_id, later + LEASE)
    impatient.close()
