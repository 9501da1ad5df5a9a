"""Our own pages pass our own scanner: light and dark, wide and 320 px; the written report file too.

The pages behind our robots.txt (signing in, management) are walked in tests/web/test_pages_browser.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.model import Memory, Outcome, VisitStatus
from crawler.scan import scan_pages
from crawler.settings import ScanSettings
from tests.plugins.serving import serve_pages
from tests.web.seeding import EXAMPLE_NIS
from tests.web.test_pages_browser import serve_platform
from toegankelijk.registry import find_municipality
from toegankelijk.reports.html import render_report_file
from toegankelijk.reports.municipality import build_municipality_report

pytestmark = pytest.mark.browser

PUBLIC = (
    "/",
    "/gemeenten",
    "/gemeenten?q=gent",
    f"/gemeenten/{EXAMPLE_NIS}",
    "/organisaties",
    "/scanner",
    "/over",
    "/toegankelijkheid",
)


@dataclass(frozen=True, slots=True)
class Own:
    """Our public pages with the report file among them, and what a scan needs to be let in."""

    urls: tuple[str, ...]
    allow: frozenset[str]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    with serve_platform(tmp_path_factory.mktemp("own")) as platform:
        with platform.database.reading() as session:
            body = find_municipality(session, EXAMPLE_NIS)
            assert body is not None
            report = render_report_file(build_municipality_report(session, body, now=datetime.now(UTC)))
        with serve_pages({"/rapport.html": report}) as files:
            urls = (*(platform.url + path for path in PUBLIC), f"{files.url}/rapport.html")
            yield Own(urls, frozenset({platform.url.removeprefix("http://"), files.allow}))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 320), ("dark", 320)])
def test_our_own_pages_have_no_failures(own: Own, tmp_path: Path, scheme: str, width: int) -> None:
    settings = ScanSettings(work_dir=tmp_path, allow=own.allow, tabs=2, delay_s=0)
    settings = replace(settings, colour_scheme=scheme, viewport=(width, 1024))
    visits = list(scan_pages(own.urls, settings, memory=Memory(), now=lambda: datetime.now(UTC)))
    assert {visit.url: visit.status for visit in visits} == dict.fromkeys(own.urls, VisitStatus.SCANNED)
    found = [
        f"{visit.url} {finding.rule}: {finding.snippet}"
        for visit in visits
        for finding in visit.findings
        if finding.outcome is Outcome.FAIL
    ]
    assert found == []
