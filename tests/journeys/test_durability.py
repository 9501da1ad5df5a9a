"""Nothing is lost: scans are killed, run out of room and lose their database, and the next start goes on."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select, text

from tests.plugins.postgres import PostgresThatStops
from tests.plugins.programs import Program, run_program
from tests.plugins.serving import Later, LocalSite, Reply, serve_pages
from toegankelijk import scans
from toegankelijk.storage import scans as stored
from toegankelijk.storage.session import Database

pytestmark = pytest.mark.browser

SEED = int(os.environ.get("DURABILITY_SEED") or random.SystemRandom().randrange(2**32))
KILLS = {
    "sqlite": {"supervisor": 8, "worker": 6, "browser": 6},
    "postgres": {"supervisor": 2, "worker": 1, "browser": 1},
}
PAGES = 12
PATIENCE_S = 120.0
SLOW_S = 0.1
FOUND = re.compile(rf"^(\d+)/{PAGES} ", re.MULTILINE)


def page(number: int) -> str:
    """A page with two known failures, each at a place of its own, and links to all others."""
    links = "".join(f'<a href="/p{other}">Pagina {other}</a> ' for other in range(1, PAGES))
    return (
        f'<!doctype html><html lang="nl"><head><title>Pagina {number}</title></head><body><main><h1>P {number}</h1>'
        f'<p>{f"woord{number} " * 40}</p><img id="foto-{number}" src="data:,"><input id="veld-{number}" type="text">'
        f"{links}</main></body></html>"
    )


@pytest.fixture
def site() -> Iterator[LocalSite]:
    pages = {f"/p{number}": Reply(page(number), delay_s=SLOW_S) for number in range(1, PAGES)}
    with serve_pages({"/": Reply(page(0), delay_s=SLOW_S), **pages}) as running:
        yield running


@dataclass
class Installation:
    """A data folder, a database and a site to scan, as one installation has them."""

    folder: Path
    database_url: str
    site: LocalSite
    scratch: Path
    told: list[str] = field(default_factory=list)

    @contextmanager
    def scanning(self, *words: str, **environment: str) -> Iterator[Program]:
        """A scan of the site, running."""
        with run_program(
            ["scan.py", "site", f"{self.site.url}/", "--allow", self.site.allow, "--delay", "0", *words],
            self.folder,
            TMPDIR=str(self.scratch),
            **{"TOEGANKELIJK_DATABASE_URL": self.database_url, **environment},
        ) as program:
            yield program
            self.told.append(program.told)

    def scan(self, *words: str, **environment: str) -> tuple[int, str]:
        """A scan of the site to its end: the exit code, and what it said."""
        with self.scanning(*words, **environment) as program:
            program.listen_until(lambda _: False, seconds=PATIENCE_S)
            return program.process.wait(PATIENCE_S), program.told

    def command(self, *words: str) -> str:
        """What another command of the product prints."""
        return subprocess.run(
            [sys.executable, *words],
            env={
                **os.environ,
                "TOEGANKELIJK_DATA_DIR": str(self.folder),
                "TOEGANKELIJK_DATABASE_URL": self.database_url,
            },
            cwd=Path(__file__).resolve().parents[2],
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    @contextmanager
    def database(self) -> Iterator[Database]:
        with closing(Database(self.database_url)) as database:
            database.migrate()
            yield database

    def kept_pages(self) -> set[str]:
        """The paths of the pages that the running scan has, and that therefore nobody may ask again."""
        with self.database() as database, database.reading() as session:
            running = session.scalar(select(stored.Scan.id).where(stored.Scan.state == "running"))
            return set() if running is None else {urlsplit(url).path for url in scans.finished_urls(session, running)}

    def scan_states(self) -> list[str]:
        with self.database() as database, database.reading() as session:
            return list(session.scalars(select(stored.Scan.state).order_by(stored.Scan.key)))


@pytest.fixture
def scratch() -> Iterator[Path]:
    """The programs' folder for what is temporary; a short path, as Chromium's sockets lie below it."""
    with tempfile.TemporaryDirectory(prefix="dur-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def installation(tmp_path: Path, site: LocalSite, scratch: Path) -> Installation:
    return Installation(tmp_path / "data", f"sqlite:///{tmp_path / 'test.sqlite3'}", site, scratch)


def assert_whole(installation: Installation, *, scans_made: int = 1) -> None:
    """Every page once, every known finding once, counts that add up, nothing left running, no folder left."""
    with installation.database() as database, database.reading() as session:
        ids = list(session.scalars(select(stored.Scan.id).order_by(stored.Scan.key)))
        assert len(ids) == scans_made
        rows = {urlsplit(row.url).path: row for row in scans.pages_of(session, ids[-1])}
        paths = {"/", *(f"/p{number}" for number in range(1, PAGES))}
        assert {path: (row.status, row.failures) for path, row in rows.items()} == dict.fromkeys(paths, ("scanned", 2))
        scan = scans.get_scan(session, ids[-1])
        assert (scan.state, scan.counts["discovered"], scan.counts["scanned"]) == ("complete", PAGES, PAGES)
        for rule, place in (("image-alt", "#foto-{}"), ("label", "#veld-{}")):
            found = scans.findings_of(session, ids[-1], rule=rule, outcome="fail", limit=500)
            wanted = {(path, place.format(path[2:] or 0)) for path in paths}
            assert Counter((urlsplit(entry.url).path, entry.selector) for entry in found) == dict.fromkeys(wanted, 1)
        totals = {total.rule: (total.pages, total.nodes) for total in scans.rule_totals(session, ids[-1])}
        assert totals["image-alt"] == totals["label"] == (PAGES, PAGES)
        for table in (stored.PageRaw, stored.PageFacts):
            at_scan = select(func.count()).select_from(table).join(stored.Address).join(stored.Scan)
            assert session.scalar(at_scan.where(stored.Scan.id == ids[-1])) == PAGES
        if database.is_sqlite:
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    assert "running" not in installation.scan_states()


def assert_nothing_left(installation: Installation) -> None:
    marker = Program(None, installation.folder)  # type: ignore[arg-type]
    end = time.monotonic() + 20
    while marker.left_behind() and time.monotonic() < end:
        time.sleep(0.1)
    assert marker.left_behind() == []
    for folder in (installation.folder / "browsers", installation.folder / "owners", installation.scratch):
        assert list(folder.iterdir()) == []


def children_of(pid: int, mark: str) -> list[int]:
    """The children of a process whose command line holds a text."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and mark in (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"):
                found.append(int(entry.name))
    return found


def victims(program: Program, kind: str) -> list[int]:
    if kind == "supervisor":
        return [program.process.pid]
    workers = children_of(program.process.pid, "crawler.worker")
    if kind == "worker":
        return workers
    return [browser for worker in workers for browser in children_of(worker, "--user-data-dir")]


def kill_one(program: Program, kind: str, chance: random.Random) -> bool:
    """Wait for a random moment and kill; False when the program ended before."""
    told = len(FOUND.findall(program.told)) + chance.randrange(3)
    going_on = program.listen_until(lambda said: len(FOUND.findall(said)) >= told, seconds=PATIENCE_S)
    time.sleep(chance.uniform(0, 3.0 if not told else 0.6))
    end = time.monotonic() + PATIENCE_S
    while going_on and program.process.poll() is None and time.monotonic() < end:
        for pid in victims(program, kind):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                return True
        time.sleep(0.02)
    return False


def rounds_of(kills: dict[str, int], chance: random.Random) -> deque[list[str]]:
    """Kills by start of the program: each kind once at most (a page that loses two workers is given up), ours last."""
    starts = max(kills.values()) + 1
    rounds: list[list[str]] = [[] for _ in range(starts)]
    for kind in ("worker", "browser"):
        for number in chance.sample(range(starts), kills[kind]):
            rounds[number].append(kind)
    for kinds in rounds:
        chance.shuffle(kinds)
    for number in chance.sample(range(starts), kills["supervisor"]):
        rounds[number].append("supervisor")
    return deque(filter(None, rounds))


def test_whatever_is_killed_the_next_start_goes_on_and_nothing_is_lost(
    installation: Installation, database_url: str, record_property: Callable[[str, object], None]
) -> None:
    installation.database_url = database_url
    kills = KILLS["postgres" if "postgresql" in database_url else "sqlite"]
    record_property("seed", SEED)
    print(f"DURABILITY_SEED={SEED}")
    chance = random.Random(f"{SEED} {sorted(kills.items())}")
    rounds, made, done = rounds_of(kills, chance), 0, Counter[str]()
    moments: list[str] = []
    while True:
        kinds = rounds.popleft() if rounds else []
        kept, asked = installation.kept_pages(), len(installation.site.asked)
        with installation.scanning() as program:
            while kinds and kill_one(program, kinds[0], chance):
                moments.append(f"{kinds[0]} after {last_page(program)} pages of scan {made + 1}")
                done[kinds.pop(0)] += 1
            program.listen_until(lambda _: False, seconds=PATIENCE_S)
            code = program.process.wait(PATIENCE_S)
        if kinds:
            rounds.appendleft(kinds)
        assert not kept & set(installation.site.asked[asked:]), "a page that is kept was asked again"
        assert code in (0, -signal.SIGKILL) or "[browser-unavailable]" in program.told, program.told
        states = installation.scan_states()
        assert set(states[:-1]) <= {"complete"}, "a scan was begun anew instead of gone on with"
        if states[-1:] == ["complete"] and made < len(states):
            made = len(states)
            assert_whole(installation, scans_made=made)
        if code == 0:
            assert_nothing_left(installation)
        if code == 0 and not rounds:
            break
    print("\n".join(moments))
    assert done == kills


def last_page(program: Program) -> int:
    numbers = FOUND.findall(program.told)
    return int(numbers[-1]) if numbers else 0


def test_a_second_start_is_told_and_the_first_goes_on_undisturbed(installation: Installation) -> None:
    done, content = threading.Event(), installation.site.pages["/p5"]
    installation.site.pages["/p5"] = Later(content, lambda: content if done.wait(25) else "")
    with installation.scanning() as first:
        first.wait_for(f"1/{PAGES} ", seconds=PATIENCE_S)
        code, told = installation.scan()
        assert (code, "[scan-running]" in told) == (1, True)
        assert f"process {first.process.pid}" in told
        assert "Traceback" not in told
        assert "in progress" in installation.command("scan.py", "status")
        done.set()
        first.listen_until(lambda _: False, seconds=PATIENCE_S)
        assert first.process.wait(PATIENCE_S) == 0
    assert_whole(installation)
    assert_nothing_left(installation)


def test_limits_and_seed_of_the_first_start_hold_for_the_rest_unless_it_is_begun_anew(
    installation: Installation, tmp_path: Path
) -> None:
    with installation.scanning("--pages", "5", "--seed", "1") as first:
        first.wait_for("2/5 ", seconds=PATIENCE_S)
        first.process.kill()
    assert "broken off" in installation.command("scan.py", "status") or installation.scan_states() == ["running"]
    out = tmp_path / "scan.json"
    code, told = installation.scan("--pages", "9", "--seed", "2", "--out", str(out))
    assert code == 0, told
    assert "going on with the scan" in told
    assert "5/5 " in told
    with installation.database() as database, database.reading() as session:
        (scan_id,) = session.scalars(select(stored.Scan.id))
        assert scans.get_scan(session, scan_id).seed == 1
        visited = {row.url for row in scans.pages_of(session, scan_id) if row.status == "scanned"}
    written = {entry["url"]: len(entry["findings"]) for entry in json.loads(out.read_text())["pages"]}
    assert len(visited) == 5
    assert len(written) == PAGES
    assert {url for url, findings in written.items() if findings} == visited
    with installation.scanning() as second:
        second.wait_for(f"1/{PAGES} ", seconds=PATIENCE_S)
        second.process.kill()
    code, told = installation.scan("--anew", "--pages", "1")
    assert (code, "going on" in told, installation.scan_states()) == (0, False, ["complete", "partial", "complete"])


def test_a_full_disk_is_told_and_the_scan_ends_when_there_is_room(installation: Installation) -> None:
    room = f"{installation.database_url}?max_page_count={page_count(installation) + 14}"
    code, told = installation.scan(TOEGANKELIJK_DATABASE_URL=room)
    assert code == 1
    assert "[database-full]" in told
    assert "Make room for it, then start again" in " ".join(told.split())
    assert "Traceback" not in told
    kept, asked = installation.kept_pages(), len(installation.site.asked)
    assert 0 < len(kept) < PAGES
    code, told = installation.scan()
    assert (code, "going on with the scan" in told) == (0, True)
    assert not kept & set(installation.site.asked[asked:])
    assert_whole(installation)
    assert_nothing_left(installation)


def page_count(installation: Installation) -> int:
    with installation.database() as database, database.reading() as session:
        return int(session.scalar(text("PRAGMA page_count")) or 0)


def test_a_database_that_another_program_locks_for_long_is_told_and_the_scan_goes_on_later(
    installation: Installation,
) -> None:
    with installation.database() as database:
        file = str(database.url.database)
    impatient = f"{installation.database_url}?busy_timeout=500"
    with installation.scanning(TOEGANKELIJK_DATABASE_URL=impatient) as first:
        first.wait_for(f"3/{PAGES} ", seconds=PATIENCE_S)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            first.listen_until(lambda _: False, seconds=PATIENCE_S)
            assert first.process.wait(PATIENCE_S) == 1
    assert "Another program writes to it for very long" in " ".join(first.told.split())
    assert "Traceback" not in first.told
    code, told = installation.scan()
    assert (code, "going on with the scan" in told) == (0, True)
    assert_whole(installation)
    assert_nothing_left(installation)


@pytest.mark.postgres
def test_a_database_server_that_stops_and_comes_back_costs_no_page(
    installation: Installation, postgres_that_stops: PostgresThatStops
) -> None:
    server = postgres_that_stops.server
    installation.database_url = server.url(server.create_database())
    with installation.scanning() as first:
        first.wait_for(f"3/{PAGES} ", seconds=PATIENCE_S)
        postgres_that_stops.stop()
        first.listen_until(lambda _: False, seconds=PATIENCE_S)
        assert first.process.wait(PATIENCE_S) == 1
    assert "[database-unavailable]" in first.told
    assert "Traceback" not in first.told
    code, told = installation.scan()
    assert (code, "[database-unavailable]" in told) == (1, True)
    postgres_that_stops.start()
    code, told = installation.scan()
    assert (code, "going on with the scan" in told) == (0, True)
    assert_whole(installation)
    assert_nothing_left(installation)


def test_a_scan_that_fails_never_takes_the_place_of_the_last_complete_one(
    installation: Installation, tmp_path: Path
) -> None:
    nis = ["--municipality", "11001"]
    installation.command("-m", "toegankelijk", "import-registry")
    assert installation.scan("--pages", "2", *nis)[0] == 0
    before = report_of(installation, tmp_path)
    installation.site.pages = dict.fromkeys(installation.site.pages, Reply("<h1>Even niet</h1>", status=503))
    code, told = installation.scan("--pages", "2", *nis)
    assert (code, "[site-unreachable]" in told) == (1, True)
    installation.site.pages = {}
    assert installation.scan("--pages", "2", *nis)[0] == 1
    assert installation.scan_states() == ["complete", "failed", "failed"]
    with installation.database() as database, database.reading() as session:
        site_id = session.scalar(select(stored.Scan.site_id))
        assert site_id is not None
        current, last = scans.current_scan(session, site_id), scans.last_attempt(session, site_id)
        assert current is not None
        assert last is not None
        assert (current.counts["scanned"], last.state) == (2, "failed")
    assert findings_in(report_of(installation, tmp_path)) == findings_in(before) != []


def report_of(installation: Installation, tmp_path: Path) -> str:
    installation.command("scan.py", "report", "11001", "--out", str(tmp_path / "reports"))
    return (tmp_path / "reports" / "11001-aartselaar.html").read_text()


def findings_in(report: str) -> list[str]:
    return re.findall(r"foto-\d+|veld-\d+", report)
