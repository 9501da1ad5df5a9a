"""Text from pages is data: whatever a site says stays harmless in database, terminal, file and report."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from sqlalchemy import create_engine, inspect, text

from tests.plugins.programs import run_program
from tests.plugins.serving import LocalSite, Reply, serve_pages
from toegankelijk import registry
from toegankelijk.storage.session import Database

pytestmark = pytest.mark.browser

AARTSELAAR = "11001"
# What steers terminals, turns the order of text around, or cannot be encoded. LF, CR and tab are lines of markup.
HARMFUL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
NASTY = "\x1b]0;eigen titel\x07\x1b[2J\x9b31m\u202etxet\u2066\x08\x7f"
SCRIPT = "</td></script><script>alert('gekaapt')</script><img src=x onerror=alert(1)>"
ESCAPED = SCRIPT.replace("<", "&lt;")
LONG = "€" * 1_000_000
MOST = 4_000
NAVIGATION = '<a href="/lang">Lang</a> <a href="/half">Half</a> <a href="/weg%1b%5b31m%e2%80%ae?x=%00">Weg</a>'


def page(head: str, body: str) -> str:
    return f'<!doctype html><html lang="nl"><head>{head}</head><body><main>{body} {NAVIGATION}</main></body></html>'


SITE: dict[str, str | bytes | Reply] = {
    "/": page(
        f"<title>{ESCAPED}{NASTY}</title><meta name='generator' content='{NASTY}{ESCAPED}'>",
        f"<h1>{NASTY}Welkom</h1><img src='/f.png' class='{NASTY}' data-x='{ESCAPED}'>"
        f"<a href='/lang'>{NASTY}{ESCAPED}</a><p id='loket'></p><script>loket.innerHTML = "
        "'<a href=\"https://e-loket.voorbeeldegem.example/\">Loket</a>'</script>",
    ),
    "/lang": page(
        f"<title>{LONG}</title>", f"<h1>Lang</h1><img src='/f.png' class='{LONG}'><p lang='{LONG}'>Tekst</p>"
    ),
    # 499 letters and half a character: what is cut at 500 ends in the middle of it
    "/half": page(
        "<title>Half</title>",
        "<h1>Half</h1><img id='beeld' src='/f.png'><script>"
        "document.title = 'a'.repeat(499) + '\\u{1f600}b\\ud83d'; beeld.className = '\\ud83d\\u0000\\u001b[31m';"
        "history.pushState(0, '', '/half?' + 'z'.repeat(500000))</script>",
    ),
    "/weg%1b%5b31m%e2%80%ae": page("<title>Weg</title>", "<h1>Weg</h1>"),
}


@pytest.fixture
def site() -> Iterator[LocalSite]:
    with serve_pages(SITE) as running:
        yield running


def texts_in(value: Any) -> list[str]:
    """Every text in what JSON holds, keys too."""
    if isinstance(value, dict):
        return [found for pair in value.items() for found in texts_in(list(pair))]
    if isinstance(value, list):
        return [found for entry in value for found in texts_in(entry)]
    return [value] if isinstance(value, str) else []


def assert_harmless(texts: list[str]) -> None:
    assert [found[:100] for found in texts if HARMFUL.search(found)] == []
    assert [len(found) for found in texts if len(found) > MOST] == []


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, database_url: str) -> Run:
    """Run a command of the product: its exit code, and what it printed, in which nothing may steer the terminal."""

    def command(*words: str) -> tuple[int, str]:
        environment = {"TOEGANKELIJK_DATABASE_URL": database_url}
        with run_program(list(words), tmp_path / "data", **environment) as program:
            program.listen_until(lambda _: False, seconds=120)
            code = program.process.wait(60)
        assert_harmless(program.told.splitlines())
        return code, program.told

    return command


def test_hostile_text_is_bounded_and_harmless_wherever_it_comes(
    site: LocalSite, run: Run, database_url: str, tmp_path: Path
) -> None:
    out = tmp_path / "scan.json"
    run("-m", "toegankelijk", "import-registry")
    words = ["--allow", site.allow, "--delay", "0", "--municipality", AARTSELAAR, "--out", str(out)]
    code, told = run("scan.py", "site", f"{site.url}/", *words)
    assert (code, "image-alt: 3 failures on 3 pages" in told) == (0, True)
    assert run("scan.py", "status")[0] == 0
    assert run("scan.py", "report", AARTSELAAR, "--out", str(tmp_path / "reports"))[0] == 0

    written = json.loads(out.read_text("utf-8"))
    assert_harmless(texts_in(written))
    pages = {entry["url"].removeprefix(site.url): entry for entry in written["pages"]}
    assert pages["/"]["title"].startswith("</td></script><script>alert('gekaapt')")
    assert pages["/lang"]["title"] == "€" * 299 + "…"
    assert pages["/half"]["title"].startswith("aaa")
    assert len(pages) == 4

    assert_harmless(texts_in_database(database_url))
    assert_report_is_inert(tmp_path / "reports" / "11001-aartselaar.html")
    database = Database(database_url)
    with closing(database), database.reading() as session:
        found = [(host.name, host.kind, host.found_on) for host in registry.hosts_to_settle(session)]
    assert ("e-loket.voorbeeldegem.example", "e_service", f"{site.url}/") in found
    assert {entry for entry in found if "127.0.0.1" in entry[0]} == set()


def test_what_a_server_says_in_its_headers_does_not_steer_the_terminal(run: Run) -> None:
    nasty = "application/x-\x1b[2J\x9b31m\x07"
    with serve_pages({"/": Reply("geheim", content_type=nasty)}) as strange:
        code, told = run("scan.py", "site", f"{strange.url}/", "--allow", strange.allow)
    assert (code, "[application/x-?[2j?31m?]" in told) == (1, True), told
    assert "1 failed" in run("scan.py", "status")[1]


def texts_in_database(url: str) -> list[str]:
    """All texts and JSON in all tables."""
    engine = create_engine(url)
    found: list[str] = []
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                values = [json.loads(value) if is_json(value) else value for value in row]
                found += texts_in(values)
    engine.dispose()
    return found


def is_json(value: object) -> bool:
    return isinstance(value, str) and value[:1] in ("{", "[")


def assert_report_is_inert(file: Path) -> None:
    """No script, no handler, no steering character, and not a megabyte of one title."""
    report = file.read_text("utf-8")
    assert HARMFUL.search(report) is None
    assert len(report) < 500_000
    assert "gekaapt" in report
    tree = lxml.html.fromstring(report)
    assert [tag for tag in tree.iter("script") if "gekaapt" in (tag.text or "")] == []
    assert tree.xpath("//@onerror") == []
    assert tree.xpath("//img[@src='x']") == []
    assert "€" * 1_000 not in report
