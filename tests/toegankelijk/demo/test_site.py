"""The example website answers as a real one does, and its list of known defects is true."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from toegankelijk.demo.defects import FoundBy, read_defects
from toegankelijk.demo.pages import ExampleSite
from toegankelijk.demo.pdf import write_pdf
from toegankelijk.demo.site import ExampleServer, serve_example_site


@pytest.fixture(scope="module")
def site() -> ExampleSite:
    return ExampleSite("http://127.0.0.1:1")


@pytest.fixture
def server() -> Iterator[ExampleServer]:
    with serve_example_site() as running:
        yield running


def exchange(
    connection: http.client.HTTPConnection, path: str, method: str = "GET", **headers: str
) -> http.client.HTTPResponse:
    """One request on an open connection; keyword names are header names with underscores."""
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    answer.read()
    return answer


def ask(server: ExampleServer, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
    answer = exchange(connection, path, method, **headers)
    connection.close()
    return answer


def links_of(body: bytes) -> set[str]:
    return set(re.findall(r'(?:href|src|action|data-fetch)="(/[^"]*)"', body.decode()))


def test_every_page_says_that_the_municipality_does_not_exist(site: ExampleSite) -> None:
    assert len(site.listed()) >= 12
    for path in site.paths:
        text = site.answer(path).body.decode()
        assert "VOORBEELD" in text
        assert "bestaat niet" in text


def test_every_link_leads_somewhere_except_the_one_that_is_meant_to_be_dead(site: ExampleSite) -> None:
    dead = {
        link
        for path in site.paths
        for link in links_of(site.answer(path).body)
        if site.answer(link.partition("#")[0]).status >= 400
    }
    assert dead == {"/documenten/belastingen-2019/"}


def test_the_sitemap_names_all_listed_pages_and_robots_closes_the_internal_folder(site: ExampleSite) -> None:
    sitemap = ElementTree.fromstring(site.answer("/sitemap.xml").body)
    listed = {element.text for element in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert listed == {f"{site.origin}{page.path}" for page in site.listed()}
    assert b"Disallow: /intern/" in site.answer("/robots.txt").body
    assert not any("/intern/" in str(address) for address in listed)


@pytest.mark.parametrize(
    ("asked", "status", "location"),
    [
        ("/home", 301, "/"),
        ("/contact", 301, "/contact/"),
        ("/contacteer-ons/", 301, "/contact/"),
        ("/nergens/", 404, ""),
    ],
)
def test_redirects_and_missing_pages_have_their_status(
    server: ExampleServer, asked: str, status: int, location: str
) -> None:
    answer = ask(server, asked)
    assert (answer.status, answer.getheader("Location", "")) == (status, location)


def test_a_page_that_is_known_is_not_sent_again(server: ExampleServer) -> None:
    etag = ask(server, "/privacy/").getheader("ETag", "")
    again = ask(server, "/privacy/", If_None_Match=etag)
    assert etag
    assert again.status == 304


def test_the_form_leads_to_a_page_and_other_posts_are_refused(server: ExampleServer) -> None:
    assert ask(server, "/contact/", "POST").getheader("Location") == "/contact/bedankt/"
    assert ask(server, "/privacy/", "POST").status == 405


def test_the_server_stops_while_a_browser_keeps_a_connection_open() -> None:
    with serve_example_site() as server:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
        exchange(connection, "/")
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        exchange(connection, "/")
    connection.close()


def test_the_agenda_has_a_month_before_and_after_every_month(site: ExampleSite) -> None:
    december = site.answer("/agenda/?maand=2026-12").body.decode()
    assert "december 2026" in december
    assert {"/agenda/?maand=2026-11", "/agenda/?maand=2027-01"} <= links_of(december.encode())
    assert site.answer("/agenda/?maand=onzin").body == site.answer("/agenda/").body


def test_searching_finds_pages_and_shows_the_word_as_text(site: ExampleSite) -> None:
    assert "/diensten/afval/" in links_of(site.answer("/zoeken/?q=recyclagepark").body)
    assert b"<script>alert" not in site.answer("/zoeken/?q=%3Cscript%3Ealert(1)%3C/script%3E").body


def test_the_documents_are_real_pdf_files(site: ExampleSite) -> None:
    body = site.answer("/documenten/reglement-afval.pdf").body
    start = int(re.findall(rb"startxref\n(\d+)\n", body)[0])
    offsets = [int(found) for found in re.findall(rb"(\d{10}) 00000 n", body[start:])]
    assert body.startswith(b"%PDF-1.4")
    assert all(body[at:].startswith(b"%d 0 obj" % number) for number, at in enumerate(offsets, start=1))


def test_a_pdf_keeps_brackets_and_accents() -> None:
    assert rb"(een caf\351 \(gesloten\)) Tj".replace(rb"\351", b"\xe9") in write_pdf(["titel", "een café (gesloten)"])


def test_the_list_of_defects_names_pages_that_exist_and_each_defect_once(site: ExampleSite) -> None:
    defects = read_defects()
    assert {defect.page.partition("?")[0] for defect in defects} <= set(site.paths)
    assert len({defect.id for defect in defects}) == len(defects)
    assert {defect.found_by for defect in defects} == set(FoundBy)
    for defect in defects:
        assert bool(defect.rule) == (defect.found_by not in {FoundBy.CHECK, FoundBy.PERSON})
