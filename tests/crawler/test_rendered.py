"""A site whose HTML is an empty shell is discovered in the browser, within bounds and by the rules of the spider."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.discover import discover
from crawler.identity import Answer
from crawler.model import Discovery, Reason, Site
from crawler.reading import read_page
from crawler.rendered import needs_rendering
from crawler.settings import ScanSettings
from tests.plugins.serving import LocalSite, Page, Reply, serve_pages

PROSE = "De gemeente helpt u graag verder aan het loket of via de website van de stad. " * 5
SHELL = """<!doctype html><html lang="nl"><title>Gemeente</title><body><div id="app"></div>
<noscript>Zet JavaScript aan.</noscript><script src="/app.js"></script></body></html>"""
APP = """const pages = %s;
const draw = () => {
  const page = pages[location.pathname] || ['Pagina niet gevonden', [], ''];
  if (page[2] === 'weg') { location.replace('/contact'); return; }
  document.title = page[0] + ' | Gemeente';
  const links = page[1].map(link => `<li><a href="${link}">naar ${link}</a></li>`).join('');
  document.getElementById('app').innerHTML =
    `<main class="${page[2] || 'tekst'}"><h1>${page[0]}</h1><p>${page[0]} %s</p></main>
    <ul>${links}</ul><x-voet></x-voet>`;
  const foot = document.querySelector('x-voet').attachShadow({mode: 'open'});
  foot.innerHTML = '<a href="/toegankelijkheid">Toegankelijkheidsverklaring</a>';
};
setTimeout(draw, 100);"""


class EveryPath(dict[str, Page]):
    """Pages of a site that answers every other path with its shell."""

    def get(self, path: str, _: object = None) -> Page:
        return super().get(path, SHELL)


@contextmanager
def drawn_site(pages: Mapping[str, tuple[str, list[str], str]], **files: Page) -> Iterator[LocalSite]:
    app = Reply(APP % (json.dumps(pages), PROSE), content_type="text/javascript")
    with serve_pages({}) as site:
        missing = Reply("", status=404)
        served = {"/app.js": app, "/robots.txt": missing, "/sitemap.xml": missing, **files}
        site.pages = EveryPath(served)
        yield site


def found_on(site: LocalSite, tmp_path: Path, **limits: float) -> Discovery:
    settings = ScanSettings(delay_s=0.0, allow=frozenset({site.allow}), work_dir=tmp_path)
    return discover(Site(site.url), replace(settings, **limits))  # type: ignore[arg-type]


LINKS = ["/contact", "/afval", "/verhuisd", "/intern/x", "/contact?sort=naam", "/folder.pdf", "https://ander.example/"]


@pytest.mark.browser
def test_a_site_that_scripts_draw_is_discovered_in_the_browser(tmp_path: Path) -> None:
    pages = {
        "/": ("Welkom", [*LINKS, "#/route", "/bestaat-niet", "/weg"], ""),
        "/contact": ("Contact", ["/", "/diep"], ""),
        "/afval": ("Afval", ["/contact"], "dienst"),
        "/diep": ("Diep", [], ""),
        "/toegankelijkheid": ("Toegankelijkheidsverklaring", [], ""),
        "/verhuisd": ("", [], "weg"),
    }
    robots = Reply("User-agent: *\nDisallow: /intern/", content_type="text/plain")
    with drawn_site(pages, **{"/robots.txt": robots, "/weg": Reply("", status=404)}) as site:
        found = found_on(site, tmp_path)
        by_path = {entry.url.removeprefix(site.url): entry for entry in found.addresses}

        read = {path for path, entry in by_path.items() if entry.status is None}
        assert read == {"/", "/contact", "/afval", "/diep", "/toegankelijkheid"}
        left = {path: entry.reason for path, entry in by_path.items() if entry.reason}
        assert left == {
            "/verhuisd": Reason.DUPLICATE_OF,
            "/intern/x": Reason.ROBOTS,
            "/bestaat-niet": Reason.SOFT_404,
            "/weg": Reason.HTTP_4XX,
        }
        contact = by_path["/contact"]
        assert (contact.title, contact.heading, contact.link_text) == ("Contact | Gemeente", "Contact", "naar /contact")
        assert (contact.depth, contact.found_on) == (1, f"{site.url}/")
        assert contact.template == by_path["/diep"].template != by_path["/afval"].template
        assert by_path["/toegankelijkheid"].link_text == "Toegankelijkheidsverklaring"
        assert found.documents == (f"{site.url}/folder.pdf",)
        assert found.external_hosts == {"ander.example": f"{site.url}/"}
        assert found.traps == {"sort": 1}
        assert found.complete
        assert "empty without JavaScript" in found.note
        assert "#/" in found.note
        assert "/intern/x" not in site.asked


@pytest.mark.browser
def test_drawing_is_bounded_and_what_was_not_drawn_stays_known(tmp_path: Path) -> None:
    paths = ["/toegankelijkheid", *(f"/{n}" for n in range(9))]
    pages: dict[str, tuple[str, list[str], str]] = {path: (f"Pagina {path}", [], "") for path in paths}
    with drawn_site({"/": ("Welkom", paths, ""), **pages}) as site:
        found = found_on(site, tmp_path, rendered_pages=5)
    reasons = [entry.reason for entry in found.addresses]
    # the home page, the page that cannot exist, and three more
    assert (reasons.count(None), reasons.count(Reason.STOPPED)) == (4, 7)
    assert not found.complete
    assert "more pages are known than may be drawn" in found.note


@pytest.mark.browser
def test_a_site_that_refuses_is_left_in_peace_in_the_browser_too(tmp_path: Path) -> None:
    paths = ["/toegankelijkheid", *(f"/{n}" for n in range(9))]
    busy: dict[str, Page] = dict.fromkeys(paths, Reply("rustig aan", status=429))
    with drawn_site({"/": ("Welkom", paths, "")}, **busy) as site:
        found = found_on(site, tmp_path, back_off_s=0.01)
    reasons = [entry.reason for entry in found.addresses]
    assert (reasons.count(None), reasons.count(Reason.HTTP_4XX), reasons.count(Reason.STOPPED)) == (1, 3, 7)
    assert not found.complete
    assert "left in peace" in found.note


def test_a_site_that_works_without_scripts_needs_no_browser() -> None:
    shell, page = (Answer(f"https://x.be/{n}", is_shell=n == 0) for n in (0, 1))
    assert needs_rendering(shell.url, [shell, page])
    assert not needs_rendering(page.url, [shell, page])
    assert needs_rendering(page.url, [shell, page, replace(shell, url="https://x.be/2")])
    assert not needs_rendering(page.url, [page, replace(shell, moved_to=page.url)])


@pytest.mark.parametrize(
    ("html", "is_shell"),
    [
        (SHELL, True),
        ('<body><a href="#inhoud">Naar de inhoud</a><div id=app></div><script></script>', True),
        ('<head><link rel="alternate" hreflang="fr" href="/fr"></head><div id=app></div><script></script>', True),
        ('<body><a href="/contact">Contact</a><script></script>', False),
        (f"<body><p>{PROSE}</p><script></script>", False),
        ("<body><p>In opbouw</p>", False),
        ("", False),
    ],
)
def test_html_that_scripts_must_fill_is_known_as_a_shell(html: str, is_shell: bool) -> None:
    assert read_page(html, "https://x.be/").is_shell is is_shell
