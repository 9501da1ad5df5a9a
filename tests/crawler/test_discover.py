"""Discovery through its front door: real child processes on small sites of our own, on loopback."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.answers import impossible_path
from crawler.discover import discover
from crawler.errors import SiteUnreachable
from crawler.model import Address, Discovery, DocumentLink, Reason, Site, VisitStatus
from crawler.order import order_for
from crawler.settings import USER_AGENT_TOKEN, ScanSettings
from tests.plugins.serving import LocalSite, Reply, serve_pages
from tests.sites.misbehaving import drip, drop, endless, garbage, gzip_bomb, html, misbehave, plain

Serve = Callable[..., LocalSite]
PROSE = "<p>" + "De gemeente helpt u graag verder aan het loket of via de website van de stad. " * 5 + "</p>"


def page(title: str, *links: str, prose: str = PROSE) -> str:
    anchors = "".join(f'<a href="{link}">{link}</a> ' for link in links)
    return f"<title>{title}</title><main><h1>{title}</h1>{prose}{title}</main>{anchors}"


def to(location: str, status: int = 302) -> Reply:
    return Reply(status=status, headers=(("Location", location),))


def settings(*allow: str, **limits: float) -> ScanSettings:
    return replace(ScanSettings(delay_s=0.0, navigation_s=4.0, allow=frozenset(allow)), **limits)  # type: ignore[arg-type]


def by_path(found: Discovery, site: str) -> dict[str, Address]:
    return {address.url.removeprefix(site): address for address in found.addresses}


def pages(found: Discovery, site: str) -> set[str]:
    return {path for path, address in by_path(found, site).items() if address.status is None}


@pytest.fixture(scope="module")
def crawled() -> Iterator[tuple[LocalSite, LocalSite, dict[str, Address], Discovery]]:
    """A site with something of everything, and a canary next door that must never be asked."""
    with serve_pages({"/": "canary"}) as canary:
        links = [
            "/afval",
            "/Contact",
            "/contact",
            "/oud",
            "/rond1",
            "/weg",
            "/soft",
            "/zacht",
            "/kapot",
            "/login",
            "/geheim",
        ]
        links += ["/intern/x", "/folder.pdf", "/download?id=5", "/foto.jpg", "/ver", "/binnen", "/ververs", "/bijlage"]
        links += [
            "/leeg",
            "/lijst?sort=naam",
            "/lijst",
            "/lijst?bron=x",
            "/artikel?id=1",
            "/artikel?id=2",
            "/agenda",
            "/dicht",
        ]
        links += [
            "https://loket.voorbeeld.example/start",
            canary.url,
            "mailto:x@y.be",
            "/afval?utm_source=nieuws",
            "#top",
        ]
        with serve_pages(
            {
                "/": page("Welkom", *links),
                "/robots.txt": Reply("User-agent: *\nDisallow: /intern/\n", content_type="text/plain"),
                "/sitemap.xml": Reply("<urlset><url><loc>/afval</loc></url><url><loc>/eiland</loc></url></urlset>"),
                "/afval": page("Afval"),
                "/eiland": page("Eiland"),
                "/contact": page("Contact"),
                "/oud": to("/ouder"),
                "/ouder": to("/contact", 301),
                "/rond1": to("/rond2"),
                "/rond2": to("/rond1"),
                "/soft": page("Pagina niet gevonden"),
                "/zacht": page("Er liep iets mis", prose=PROSE * 2),
                "/kapot": Reply("stuk", status=500),
                "/login": Reply("wie bent u", status=401),
                "/geheim": Reply("verboden", status=403),
                "/intern/x": page("Intern"),
                "/download": Reply(b"%PDF-1.4", content_type="application/pdf"),
                "/ver": to("https://elders.example/"),
                "/binnen": to(canary.url),
                "/ververs": '<meta http-equiv="refresh" content="0; url=/contact">',
                "/bijlage": Reply(page("Bijlage"), headers=(("Content-Disposition", "attachment; filename=a.html"),)),
                "/leeg": "",
                "/lijst": page("Lijst"),
                "/artikel?id=1": page("Artikel een"),
                "/artikel?id=2": page("Artikel twee"),
                "/agenda": page("Agenda", "/agenda?maand=2026-10", "/agenda?maand=2026-12"),
                "/dicht": to("http://localhost:9/"),
            }
        ) as site:
            site.pages[impossible_path(f"{site.url}/")] = site.pages["/zacht"]
            found = discover(Site(site.url), settings(site.allow))
            yield site, canary, by_path(found, site.url), found


Crawled = tuple[LocalSite, LocalSite, dict[str, Address], Discovery]


def test_exactly_the_pages_of_a_site_are_found(crawled: Crawled) -> None:
    site, _, _, found = crawled
    expected = {"/", "/afval", "/eiland", "/contact", "/lijst", "/artikel?id=1", "/artikel?id=2", "/agenda"}
    assert pages(found, site.url) == expected
    assert found.complete
    assert found.note == ""


def test_every_other_address_has_its_state_and_reason(crawled: Crawled) -> None:
    site, _, addresses, _ = crawled
    skipped, failed, blocked = VisitStatus.SKIPPED, VisitStatus.FAILED, VisitStatus.BLOCKED
    told = {path: (entry.status, entry.reason) for path, entry in addresses.items() if entry.status is not None}
    duplicates = {path: (entry.duplicate_of or "").removeprefix(site.url) for path, entry in addresses.items()}
    assert told == {
        "/Contact": (skipped, Reason.DUPLICATE_OF),
        "/oud": (skipped, Reason.DUPLICATE_OF),
        "/ouder": (skipped, Reason.DUPLICATE_OF),
        "/ververs": (skipped, Reason.DUPLICATE_OF),
        "/lijst?bron=x": (skipped, Reason.DUPLICATE_OF),
        "/rond1": (failed, Reason.REDIRECT_LOOP),
        "/rond2": (failed, Reason.REDIRECT_LOOP),
        "/weg": (skipped, Reason.HTTP_4XX),
        "/soft": (skipped, Reason.SOFT_404),
        "/zacht": (skipped, Reason.SOFT_404),
        "/kapot": (failed, Reason.HTTP_5XX),
        "/login": (blocked, Reason.LOGIN),
        "/geheim": (blocked, Reason.HTTP_4XX),
        "/intern/x": (skipped, Reason.ROBOTS),
        "/download?id=5": (skipped, Reason.NOT_HTML),
        "/foto.jpg": (skipped, Reason.NOT_HTML),
        "/ver": (skipped, Reason.OFF_SITE),
        "/binnen": (blocked, Reason.PRIVATE_ADDRESS),
        "/dicht": (blocked, Reason.PRIVATE_ADDRESS),
        "/bijlage": (skipped, Reason.DOWNLOAD),
        "/leeg": (skipped, Reason.EMPTY),
    }
    assert {path: target for path, target in duplicates.items() if target} == {
        "/Contact": "/contact",
        "/oud": "/contact",
        "/ouder": "/contact",
        "/ververs": "/contact",
        "/lijst?bron=x": "/lijst",
    }


def test_documents_hosts_and_traps_are_told(crawled: Crawled) -> None:
    site, canary, _, found = crawled
    assert found.documents == (f"{site.url}/download?id=5", f"{site.url}/folder.pdf")
    hosts = {"loket.voorbeeld.example": "/", canary.allow: "/", "elders.example": "/ver", "localhost:9": "/dicht"}
    assert found.external_hosts == {host: site.url + path for host, path in sorted(hosts.items())}
    assert found.traps == {"calendar": 2, "sort": 1}


def test_links_to_documents_say_where_they_stand(crawled: Crawled) -> None:
    site, _, _, found = crawled
    home = f"{site.url}/"
    assert found.document_links == (
        DocumentLink(f"{site.url}/download?id=5", home, "/download?id=5"),
        DocumentLink(f"{site.url}/folder.pdf", home, "/folder.pdf"),
    )


def test_each_address_knows_where_it_was_found(crawled: Crawled) -> None:
    site, _, addresses, _ = crawled
    assert (addresses["/"].found_on, addresses["/"].depth) == ("", 0)
    assert (addresses["/eiland"].found_on, addresses["/eiland"].depth) == (f"{site.url}/sitemap.xml", -1)
    artikel = addresses["/artikel?id=1"]
    assert (artikel.found_on, artikel.depth, artikel.link_text) == (f"{site.url}/", 1, "/artikel?id=1")
    assert (artikel.title, artikel.heading, artikel.http_status) == ("Artikel een", "Artikel een", 200)
    assert artikel.template == addresses["/"].template != ""
    assert addresses["/ver"].detail == "leads to https://elders.example/"


def test_no_address_is_asked_twice_and_what_is_forbidden_never(crawled: Crawled) -> None:
    site, _, _, _ = crawled
    assert len(site.asked) == len(set(site.asked))
    assert not [
        path for path in site.asked if path.startswith(("/intern", "/agenda?", "/lijst?sort", "/foto", "/folder"))
    ]


def test_a_neighbour_on_another_port_is_never_asked(crawled: Crawled) -> None:
    assert crawled[1].asked == []


@pytest.mark.parametrize(
    ("pages_of_site", "words"),
    [
        ({"/": Reply("weg", status=404)}, "HTTP 404"),
        ({"/": Reply("stuk", status=500)}, "HTTP 500"),
        ({"/": Reply("{}", content_type="application/json")}, "no web page"),
        (
            {"/": page("ok"), "/robots.txt": Reply("User-agent: *\nDisallow: /")},
            f"robots.txt forbids {USER_AGENT_TOKEN}",
        ),
        ({"/": page("ok"), "/robots.txt": Reply("stuk", status=503)}, "robots.txt answers with a server error"),
        ({"/": to("https://www.elders.example/")}, "leads to https://www.elders.example/"),
        ({"/": to("http://127.0.0.1:9/")}, "--allow 127.0.0.1:9"),
        ({"/": to("/a"), "/a": to("/")}, "redirects go round"),
        ({"/": to("/weg")}, "/weg) cannot be scanned"),
        ({"/": page("Pagina niet gevonden")}, "no such page"),
    ],
)
def test_a_home_page_that_is_no_page_is_an_error_with_reason_and_remedy(
    serve: Serve, pages_of_site: dict[str, str], words: str
) -> None:
    site = serve(pages_of_site)
    with pytest.raises(SiteUnreachable) as caught:
        discover(Site(site.url), settings(site.allow))
    assert words in str(caught.value)
    assert str(caught.value).startswith(site.url)


@pytest.mark.parametrize("url", ["geen adres", "ftp://x.be/", "http://", "mailto:x@y.be"])
def test_what_is_no_web_address_is_an_error_before_anything_is_asked(url: str) -> None:
    with pytest.raises(SiteUnreachable, match="is no web address"):
        discover(Site(url), settings())


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "0x7f.1"])
def test_a_local_site_is_refused_without_permission_and_never_asked(serve: Serve, host: str) -> None:
    site = serve({"/": page("Welkom")})
    port = site.allow.partition(":")[2]
    with pytest.raises(SiteUnreachable, match="--allow"):
        discover(Site(f"http://{host}:{port}"), settings("127.0.0.1:9"))
    assert site.asked == []


def test_a_host_that_refuses_hangs_up_or_speaks_no_tls_is_named_as_such(serve: Serve) -> None:
    site = serve({"/": page("Welkom")})
    with pytest.raises(SiteUnreachable, match=r"nothing answers .*refused"):
        discover(Site("http://127.0.0.1:9/"), settings("127.0.0.1:9"))
    with pytest.raises(SiteUnreachable, match="no secure connection"):
        discover(Site(site.url.replace("http:", "https:")), settings(site.allow))
    with pytest.raises(SiteUnreachable, match="host name does not exist"):
        discover(Site("http://bestaat-niet.invalid/"), settings())


def test_a_site_survives_its_misbehaving_pages() -> None:
    bad = {"/hang-op": drop, "/onzin": garbage, "/druppel": drip, "/eindeloos": endless, "/bom": gzip_bomb}
    odd = {
        "/zonder-type": plain(page("Zonder type").encode()),
        "/latin": plain(page("Caf\u00e9").encode("latin-1"), "Content-Type: text/html; charset=iso-8859-1\r\n"),
        "/ver": html("", "302 Found", "Location: /caf\u00e9\r\n"),
        "/caf%C3%A9": html(page("Café")),
        "/leeg-doel": html("", "302 Found", "Location: javascript:alert(1)\r\n"),
    }
    home = html(page("Welkom", *bad, *odd))
    with misbehave({"/": home, **bad, **odd}) as site:
        found = discover(Site(site.url), settings(site.allow, max_response_bytes=1_000_000))
        told = {path: entry.reason for path, entry in by_path(found, site.url).items() if entry.reason}
        assert told == {
            "/hang-op": Reason.UNREACHABLE,
            "/onzin": Reason.UNREACHABLE,
            "/druppel": Reason.TIMEOUT_NAV,
            "/eindeloos": Reason.TOO_LARGE,
            "/bom": Reason.TOO_LARGE,
            "/ver": Reason.DUPLICATE_OF,
            "/leeg-doel": Reason.OFF_SITE,
        }
        assert by_path(found, site.url)["/latin"].title == "Café"
        assert site.asked.count("/hang-op") == 2


def test_the_spider_says_who_it_is_and_sends_no_cookies() -> None:
    first = html(page("Welkom", "/a"), headers="Set-Cookie: sessie=1; Path=/\r\n")
    with misbehave({"/": first, "/a": html(page("A"))}) as site:
        discover(Site(site.url), settings(site.allow))
        asked = next(request for request in site.requests if request.startswith("GET /a "))
    assert f"{USER_AGENT_TOKEN}/1.0 (+https://" in asked
    assert "Accept-Language: nl-BE" in asked
    assert "cookie" not in asked.lower()


def test_a_site_that_tries_its_readers_with_a_cookie_is_read() -> None:
    def test_cookie(connection: socket.socket) -> None:
        if "cookie: proef=1" in site.requests[-1].lower():
            html(page("Welkom"))(connection)
        else:
            html("", "302 Found", "Location: /\r\nSet-Cookie: proef=1; Path=/\r\n")(connection)

    with misbehave({"/": test_cookie}) as site:
        assert pages(discover(Site(site.url), settings(site.allow)), site.url) == {"/"}


def test_a_self_signed_certificate_is_noted_and_the_site_crawled(tmp_path: Path) -> None:
    with misbehave({"/": html(page("Welkom", "/a")), "/a": html(page("A"))}, _self_signed(tmp_path)) as site:
        found = discover(Site(site.url), settings(site.allow))
        assert pages(found, site.url) == {"/", "/a"}
        assert found.note.startswith("the certificate of 127.0.0.1 is not trusted: ")


def _self_signed(folder: Path) -> ssl.SSLContext:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "voorbeeld.example")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem, encoding = folder / "eigen.pem", serialization.Encoding.PEM
    secret = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(secret + certificate.public_bytes(encoding))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_a_site_that_begins_to_refuse_is_left_in_peace(serve: Serve) -> None:
    home = page("Welkom", *(f"/{n}" for n in range(60)))
    calls: list[str] = []

    def answer(path: str) -> str | Reply:
        calls.append(path)
        return page(path) if len(calls) <= 10 else Reply("rustig aan", status=429)

    site = serve({"/": home, **{f"/{n}": answer for n in range(60)}})
    found = discover(Site(site.url), settings(site.allow))
    reasons = [entry.reason for entry in found.addresses]
    assert len(calls) <= 22
    assert reasons.count(None) == 11
    assert reasons.count(Reason.WAF) == len(calls) - 10
    assert reasons.count(Reason.STOPPED) == 60 - len(calls)
    assert not found.complete
    assert "refused" in found.note


def test_the_pause_that_robots_txt_asks_is_kept_and_told(serve: Serve) -> None:
    moments: list[float] = []

    def answer(path: str) -> str:
        moments.append(time.monotonic())
        return page(path)

    robots = Reply("User-agent: *\nCrawl-delay: 0.4")
    site = serve(
        {"/robots.txt": robots, "/": page("Welkom", "/a", "/b", "/c"), "/a": answer, "/b": answer, "/c": answer}
    )
    found = discover(Site(site.url), settings(site.allow))
    assert found.crawl_delay_s == 0.4
    assert [later - sooner > 0.35 for sooner, later in pairwise(moments)] == [True, True]


def test_the_wall_clock_ends_a_crawl_and_keeps_what_was_found(serve: Serve) -> None:
    slow = {f"/{n}": Reply(page(f"Pagina {n}"), delay_s=60) for n in range(3)}
    site = serve({"/": page("Welkom", "/snel", *slow), "/snel": page("Snel"), **slow})
    begun = time.monotonic()
    found = discover(Site(site.url), settings(site.allow, discover_wall_s=8.0, navigation_s=60.0))
    assert 8 <= time.monotonic() - begun < 14
    assert not found.complete
    assert "stopped after 8 s" in found.note
    addresses = by_path(found, site.url)
    assert pages(found, site.url) == {"/", "/snel"}
    assert {addresses[path].reason for path in slow} == {Reason.STOPPED}


def test_a_spider_that_is_killed_leaves_what_it_had_found(serve: Serve) -> None:
    def kill(_: str) -> str:
        for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
            if b"crawler.spider" in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(int(child), signal.SIGKILL)
        return ""

    site = serve({"/": page("Welkom", "/a", "/dood"), "/a": page("A", "/dood"), "/dood": kill})
    found = discover(Site(site.url), settings(site.allow))
    assert "/" in pages(found, site.url)
    assert by_path(found, site.url)["/dood"].reason is Reason.STOPPED
    assert not found.complete
    assert "exit code -9" in found.note


def test_a_spider_ends_with_its_parent(serve: Serve) -> None:
    site = serve({"/": page("Welkom", "/traag"), "/traag": Reply("", delay_s=60)})
    order = order_for(Site(f"{site.url}/"), settings(site.allow), [])
    spider = subprocess.Popen([sys.executable, "-m", "crawler.spider"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert spider.stdin is not None
    assert spider.stdout is not None
    with spider:
        spider.stdin.write(order.to_line().encode())
        spider.stdin.flush()
        assert b'"kind":"found"' in spider.stdout.readline()
        spider.stdin.close()
        assert spider.wait(timeout=10) == 3


def test_the_limit_leaves_the_rest_stopped(serve: Serve) -> None:
    site = serve(
        {"/": page("Welkom", *(f"/{n}" for n in range(9))), **{f"/{n}": page(f"Pagina {n}") for n in range(9)}}
    )
    found = discover(Site(site.url), settings(site.allow, discover_limit=5))
    reasons = [entry.reason for entry in found.addresses]
    assert (reasons.count(None), reasons.count(Reason.STOPPED)) == (5, 5)
    assert not found.complete
    assert "stopped at 5 addresses" in found.note


def test_seeds_and_extra_hosts_are_part_of_the_site(serve: Serve) -> None:
    other = serve({"/": page("Bibliotheek")})
    site = serve({"/": page("Welkom", f"{other.url}/"), "/verborgen": page("Verborgen")})
    whole = Site(site.url, extra_hosts=(other.allow,))
    found = discover(whole, settings(site.allow, other.allow), seed_urls=[f"{site.url}/verborgen#x", "onzin"])
    expected = {f"{site.url}/", f"{site.url}/verborgen", f"{other.url}/"}
    assert {entry.url for entry in found.addresses if entry.status is None} == expected
