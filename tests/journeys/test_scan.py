"""A scan from the command line to the page that an official reads, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import jsonschema
import pytest
from typer.testing import CliRunner

import scan
from crawler.contract import SCHEMA
from tests.plugins.programs import run_program
from tests.plugins.serving import LocalSite, Reply, serve_pages

ROOT = Path(__file__).resolve().parents[2]
AARTSELAAR = "11001"
PAGE = (
    '<!doctype html><html lang="nl"><head><title>{title}</title></head><body><main><h1>{title}</h1>{body}'
    '<a href="/">Start</a> <a href="/contact">Contact</a> <a href="/oud">Oud</a> <a href="/weg">Weg</a>'
    '<a href="http://127.0.0.1:9/binnen">Intranet</a></main></body></html>'
)
SITE: dict[str, str | bytes | Reply] = {
    "/": PAGE.format(title="Welkom", body='<img src="/foto.png">'),
    "/contact": PAGE.format(title="Contact", body="<input type='text'>"),
    "/oud": Reply("", status=301, headers=(("Location", "/contact"),)),
    "/binnen": Reply("", status=302, headers=(("Location", "http://10.255.255.1/"),)),
}

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def site() -> Iterator[LocalSite]:
    with serve_pages(SITE) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(folder: Path) -> Run:
    """Run a command of the product in its own process, as a person would type it."""

    def command(*words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env={**os.environ, "TOEGANKELIJK_DATA_DIR": str(folder), **environment},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return command


@pytest.mark.browser
def test_a_scan_goes_from_the_command_line_to_the_page_of_the_municipality(
    run: Run, folder: Path, site: LocalSite, database_url: str, tmp_path: Path
) -> None:
    here = {"TOEGANKELIJK_DATABASE_URL": database_url}
    assert run("-m", "toegankelijk", "import-registry", **here).returncode == 0
    password = "een lang genoeg wachtwoord"
    account = ["create-user", "iemand@inter.example", "--name", "Iemand", "--grant", "inter"]
    assert run("-m", "toegankelijk", *account, stdin=f"{password}\n", **here).returncode == 0

    out = tmp_path / "scan.json"
    words = ["scan.py", "site", f"{site.url}/", "--municipality", AARTSELAAR, "--allow", site.allow, "--delay", "0"]
    scanned = run(*words, "--out", str(out), **here)
    assert scanned.returncode == 0, scanned.stderr
    assert "image-alt: 1 failures on 1 pages" in scanned.stdout
    assert "2 pages to visit" in scanned.stderr

    result = json.loads(out.read_text())
    jsonschema.validate(result, json.loads(SCHEMA.read_text()))
    states = {page["url"].removeprefix(site.url): (page["status"], page["reason"]) for page in result["pages"]}
    assert states["/"] == states["/contact"] == ("scanned", None)
    assert states["/oud"] == ("skipped", "duplicate-of")
    assert {page["selected_by"] for page in result["pages"]} == {"a:home", "a:contact", ""}
    assert "c:statement" in [clause["id"] for clause in result["sample"]["clauses"] if clause["state"] == "not-found"]
    assert f"full sample of 2 pages, seed {result['sample']['seed']}" in scanned.stdout
    assert re.search("not-found: .*c:statement", scanned.stdout)
    assert sum(result["addresses"][state] for state in ("scanned", "partial", "failed", "skipped", "blocked")) == len(
        result["pages"]
    )

    status = run("scan.py", "status", **here)
    assert (status.returncode, "1 complete" in status.stdout) == (0, True)

    reports = tmp_path / "reports"
    written = run("scan.py", "report", AARTSELAAR, "--out", str(reports), **here)
    assert written.returncode == 0, written.stderr
    (report,) = reports.iterdir()
    text = report.read_text()
    assert report.name == "11001-aartselaar.html"
    assert "Niet-tekstuele content" in text
    assert not re.search(r'<(script|link|img)[^>]+(src|href)="http', text)

    serve = ["-m", "toegankelijk", "serve", "--port", "0"]
    with run_program(serve, folder, **here) as platform:
        platform.wait_for("stop with Ctrl-C", seconds=30)
        port = re.findall(r"127\.0\.0\.1:(\d+); stop", platform.told)[0]
        _read_as_inter(f"http://127.0.0.1:{port}", password)


def _read_as_inter(platform: str, password: str) -> None:
    with httpx2.Client(base_url=platform, follow_redirects=True) as visitor:
        unseen = visitor.get(f"/gemeenten/{AARTSELAAR}")
        assert "Niet-tekstuele content" not in unseen.text
        form = visitor.get("/aanmelden")
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.text))
        fields |= {"email": "iemand@inter.example", "password": password}
        names = set(re.findall(r'<input[^>]+name="([^"]+)"', form.text))
        assert set(fields) <= names
        visitor.post("/aanmelden", data=fields)
        seen = visitor.get(f"/gemeenten/{AARTSELAAR}")
        assert seen.status_code == 200
        assert "Niet-tekstuele content" in seen.text


@pytest.mark.browser
def test_a_list_of_pages_is_visited_without_a_crawl(run: Run, site: LocalSite, tmp_path: Path) -> None:
    urls, out = tmp_path / "urls.txt", tmp_path / "out.json"
    urls.write_text(f"# onze pagina's\n{site.url}/contact\n\n{site.url}/weg\n{site.url}/binnen\n")
    done = run("scan.py", "pages", "--urls", str(urls), "--out", str(out), "--allow", site.allow, "--delay", "0")
    assert done.returncode == 0, done.stderr
    result = json.loads(out.read_text())
    states = {page["url"].removeprefix(site.url): (page["status"], page["reason"]) for page in result["pages"]}
    assert states == {
        "/contact": ("scanned", None),
        "/weg": ("failed", "http-4xx"),
        "/binnen": ("blocked", "private-address"),
    }
    assert "blocked (private-address)" in done.stdout


def test_a_private_address_is_refused_with_the_remedy_and_never_asked(run: Run) -> None:
    with serve_pages({"/": "geheim"}) as canary:
        refused = run("scan.py", "site", f"{canary.url}/")
        assert canary.asked == []
    assert refused.returncode == 1
    assert f"--allow {canary.allow}" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "1 failed" in run("scan.py", "status").stdout


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["site", "gewoon tekst"], 2, "is not a web address"),
        (["site", "ftp://voorbeeld.example/"], 2, "is not a web address"),
        (["site", "file:///etc/passwd"], 2, "is not a web address"),
        (["site", "http://127.0.0.1:9/", "--allow", "127.0.0.1:9", "--municipality", "99998"], 2, "99998"),
        (["site", "http://127.0.0.1:9/", "--allow", "127.0.0.1"], 2, "give a host and a port"),
        (["site", "http://127.0.0.1:9/", "--kind", "light", "--pages", "5"], 2, "--pages goes with --kind full"),
        (["site", "http://127.0.0.1:9/", "--include", "geen adres"], 2, "is not a web address"),
        (["site", "http://127.0.0.1:9/", "--tabs", "3"], 2, "hosts of --allow only"),
        (["site", "http://127.0.0.1:9/", "--delay", "0"], 2, "hosts of --allow only"),
        (["site", "http://127.0.0.1:9/", "--allow", "127.0.0.1:9"], 1, "nothing answers there"),
        (["site", "http://127.0.0.1:9/", "--allow", "127.0.0.1:9", "--out", "/proc/x/y.json"], 2, "cannot write"),
        (["site", "http://127.0.0.1:9/", "--allow", "127.0.0.1:9", "--window", "nacht"], 2, "such as 22:00-06:00"),
        (["site"], 2, "Missing argument"),
        (["site", "http://127.0.0.1:9/", "--pages", "0"], 2, "pages"),
        (["pages", "--urls", "/nergens.txt", "--out", "/tmp/x.json"], 2, "cannot read"),
        (["report", "99998", "--out", "/tmp"], 2, "99998"),
        (["nergens"], 2, "No such command"),
    ],
)
def test_bad_input_is_named_with_the_remedy(folder: Path, words: list[str], code: int, told: str) -> None:
    done = CliRunner(env={"TOEGANKELIJK_DATA_DIR": str(folder)}).invoke(scan.app, words)
    assert done.exit_code == code, done.stderr
    assert told in done.stderr


def test_a_line_that_is_no_address_is_named_by_its_number(run: Run, tmp_path: Path) -> None:
    urls = tmp_path / "urls.txt"
    urls.write_text("https://voorbeeld.example/\nvoorbeeld punt be\n")
    done = run("scan.py", "pages", "--urls", str(urls), "--out", str(tmp_path / "out.json"))
    assert done.returncode == 2
    assert "urls.txt, line 2" in " ".join(done.stderr.split())
    assert not (tmp_path / "out.json").exists()


def test_an_old_nis_code_names_the_municipality_of_today(run: Run, tmp_path: Path) -> None:
    assert run("-m", "toegankelijk", "import-registry").returncode == 0
    done = run("scan.py", "report", "11007", "--out", str(tmp_path / "reports"))
    assert done.returncode == 2
    assert "11002" in done.stderr
    assert not (tmp_path / "reports").exists()


def test_a_database_of_a_newer_version_is_left_alone(run: Run, folder: Path) -> None:
    assert run("-m", "toegankelijk", "migrate").returncode == 0
    (file,) = folder.glob("*.sqlite3")
    with sqlite3.connect(file) as database:
        database.execute("UPDATE alembic_version SET version_num = 'uit-de-toekomst'")
    done = run("scan.py", "status")
    assert done.returncode == 1
    assert "newer version" in done.stderr
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchone() == ("uit-de-toekomst",)


def test_an_unwritable_data_folder_is_named(run: Run, tmp_path: Path) -> None:
    blocked = tmp_path / "bestand"
    blocked.write_text("geen map")
    done = run("scan.py", "status", TOEGANKELIJK_DATA_DIR=str(blocked / "data"))
    assert done.returncode == 2
    assert "TOEGANKELIJK_DATA_DIR" in done.stderr
