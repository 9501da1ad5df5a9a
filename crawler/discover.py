"""Find the pages of a site: start the spider as a child process, gather its news, settle every address."""

from __future__ import annotations

import contextlib
import selectors
import socket
import ssl
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from crawler import guard
from crawler.canonical import canonical, host_and_port
from crawler.errors import AddressRefused, SiteUnreachable
from crawler.identity import Answer, Found, settle
from crawler.model import Address, Discovery, DocumentLink, Reason, Site
from crawler.news import CrawlDelay, CutBy, Document, End, News, OtherHost, Remark, Robots, from_line
from crawler.order import order_for
from crawler.rendered import Known, discover_rendered, needs_rendering
from crawler.settings import USER_AGENT_TOKEN, ScanSettings

_CERTIFICATE_S = 10.0
_KILL_S = 5.0
_STDERR_KEPT = 4_000

_REMEDIES = {
    Reason.PRIVATE_ADDRESS: "it is an address of a private network",
    Reason.DNS: "the host name does not exist. Check the address of the site, with and without www.",
    Reason.UNREACHABLE: "nothing answers there. Check host and port, and whether the site is up",
    Reason.TLS: "no secure connection is possible. Check whether the site works with https in a browser",
    Reason.TIMEOUT_NAV: "no answer came in time. Try again later",
    Reason.TIMEOUT_WALL: "discovery ran out of time before the home page answered. Try again later",
    Reason.HTTP_4XX: "the home page is not there for us. Check the address of the site",
    Reason.HTTP_5XX: "the server of the site has an error. Try again later, or tell its owner",
    Reason.WAF: f"a firewall keeps us out. Ask the owner of the site to let {USER_AGENT_TOKEN} in",
    Reason.LOGIN: "the home page asks for a login. Only public sites can be scanned",
    Reason.ROBOTS: f"robots.txt forbids {USER_AGENT_TOKEN} to ask it. Ask the owner of the site to allow it",
    Reason.SOFT_404: "what answers says that there is no such page. Check the address of the site",
    Reason.NOT_HTML: "what answers is no web page. Check the address of the site",
    Reason.DOWNLOAD: "what answers is a download. Check the address of the site",
    Reason.EMPTY: "an empty page answers. Check the address of the site, or try again later",
    Reason.OFF_SITE: "it leads to another site. Scan that address, or correct the address of the site",
    Reason.TOO_LARGE: "the home page is larger than a scan reads",
    Reason.REDIRECT_LOOP: "its redirects go round. Tell the owner of the site",
    Reason.STOPPED: "the spider stopped before it asked the home page. Try again",
}


def discover(site: Site, settings: ScanSettings, *, seed_urls: Sequence[str] = ()) -> Discovery:
    """Find the pages of `site`, starting at its home page, its sitemaps and `seed_urls`.

    A site that is empty without JavaScript is read in the browser as well, within bounds; `note` says so.
    Every address that was met ends exactly once in `addresses`, with status None when it is a page that may be
    sampled. What ends the spider early (a limit, the wall clock, its death) makes `complete` False and is said in
    `note`; what it had found stays. Raises `SiteUnreachable`, with reason and remedy, when the home page is no page;
    `BrowserUnavailable` when one is needed and there is none.
    """
    home = canonical(site.url)
    if home is None:
        raise SiteUnreachable(f"{site.url!r} is no web address. Give one that begins with https:// or http://")
    site = replace(site, url=home)
    seeds = [url for url in map(canonical, seed_urls) if url]
    ledger = _Ledger()
    end = time.monotonic() + settings.discover_wall_s
    with _spider(site, settings, seeds) as child:
        child.read_into(ledger, wall_s=settings.discover_wall_s)
    addresses = settle(ledger.found.values(), ledger.answers)
    landed = _require_home(home, addresses, ledger)
    ledger.remarks += _certificate_remarks(landed, settings)
    if needs_rendering(landed, ledger.answers.values()):
        known = Known(landed, dict(ledger.found), dict(ledger.answers), ledger.robots, ledger.crawl_delay_s)
        discover_rendered(site, settings, known, ledger.note, wall_s=end - time.monotonic())
        addresses = settle(ledger.found.values(), ledger.answers)
    return ledger.discovery(addresses)


@dataclass(slots=True)
class _Ledger:
    """What the spider has told so far."""

    found: dict[str, Found] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    documents: list[DocumentLink] = field(default_factory=list)
    hosts: dict[str, str] = field(default_factory=dict)
    traps: Counter[str] = field(default_factory=Counter)
    robots: dict[str, Robots] = field(default_factory=dict)
    crawl_delay_s: float | None = None
    remarks: list[str] = field(default_factory=list)
    ended: bool = False
    is_complete: bool = False

    def note(self, news: News) -> None:
        """Take in one fact."""
        match news:
            case Found() as found:
                self.found[found.url] = found
            case Answer() as answer:
                self.answers[answer.url] = answer
            case Document(url, page, text):
                self.documents.append(DocumentLink(url, page, text))
            case OtherHost(host, page):
                self.hosts[host] = page
            case Robots() as robots:
                self.robots[robots.origin] = robots
            case rare:
                self._note_rare(rare)

    def _note_rare(self, news: CutBy | CrawlDelay | Remark | End) -> None:
        match news:
            case CutBy(rule):
                self.traps[rule] += 1
            case CrawlDelay(seconds):
                self.crawl_delay_s = max(self.crawl_delay_s or 0.0, seconds)
            case Remark(text):
                self.remarks.append(text)
            case End(is_complete):
                self.ended, self.is_complete = True, is_complete

    def discovery(self, addresses: tuple[Address, ...]) -> Discovery:
        return Discovery(
            addresses=addresses,
            documents=tuple(sorted({link.url for link in self.documents})),
            document_links=tuple(sorted(self.documents, key=lambda link: (link.url, link.page, link.text))),
            external_hosts=dict(sorted(self.hosts.items())),
            traps=dict(sorted(self.traps.items())),
            crawl_delay_s=self.crawl_delay_s,
            complete=self.is_complete,
            note="; ".join(self.remarks),
        )


class _Child:
    """A running spider, read with a deadline."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.errors = b""

    def read_into(self, ledger: _Ledger, *, wall_s: float) -> None:
        """Note every line until the spider ends, dies or the wall clock strikes."""
        is_late = False
        rest = b""
        for chunk in self._chunks(time.monotonic() + wall_s):
            if chunk is None:
                is_late = True
                break
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                ledger.note(from_line(line))
        if is_late:
            ledger.remarks.append(f"stopped after {wall_s:g} s; {len(ledger.answers)} addresses had answered")
        elif not ledger.ended:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(_KILL_S)
            ledger.remarks.append(f"the spider died (exit code {self.process.returncode}){self._last_words()}")

    def _chunks(self, deadline: float) -> Iterator[bytes | None]:
        """What the spider writes, as it comes; None when the deadline has passed."""
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            selector.register(self.process.stderr, selectors.EVENT_READ)
            while selector.get_map():
                left = deadline - time.monotonic()
                if left <= 0:
                    yield None
                    return
                for key, _ in selector.select(left):
                    data = key.fileobj.read1(65_536)  # type: ignore[union-attr]
                    if not data:
                        selector.unregister(key.fileobj)
                    elif key.fileobj is self.process.stderr:
                        self.errors = (self.errors + data)[-_STDERR_KEPT:]
                    else:
                        yield data

    def _last_words(self) -> str:
        lines = self.errors.decode("utf-8", "replace").strip().splitlines()
        return f": {lines[-1].strip()[:300]}" if lines else ""


@contextlib.contextmanager
def _spider(site: Site, settings: ScanSettings, seeds: Sequence[str]) -> Iterator[_Child]:
    """A spider at work on `site`; it is gone when the block ends, whatever happens in it."""
    order = order_for(site, settings, seeds)
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-m", "crawler.spider"],
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        cwd=Path(__file__).parents[1],
        start_new_session=True,
    ) as process:
        assert process.stdin is not None
        try:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(order.to_line().encode())
                process.stdin.flush()
            yield _Child(process)
        finally:
            process.kill()
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()


def _require_home(home: str, addresses: Sequence[Address], ledger: _Ledger) -> str:
    """The address that the home page really has; raises when it is no page."""
    by_url = {address.url: address for address in addresses}
    at = by_url.get(home) or Address(home, reason=Reason.STOPPED)
    while at.duplicate_of:
        at = by_url[at.duplicate_of]
    if at.reason is None:
        return at.url
    answer = ledger.answers.get(at.url)
    detail = answer.detail if answer else "; ".join(ledger.remarks)
    where = home if at.url == home else f"{home} (by way of {at.url})"
    reason = Reason.TIMEOUT_WALL if at.reason is Reason.STOPPED and not ledger.ended else at.reason
    raise SiteUnreachable(
        f"{where} cannot be scanned: {_REMEDIES.get(reason, reason)}{f' [{detail}]' if detail else ''}"
    )


def _certificate_remarks(url: str, settings: ScanSettings) -> list[str]:
    """A remark when a browser would not trust the certificate of the site; the scan goes on all the same."""
    if urlsplit(url).scheme != "https":
        return []
    host, port = host_and_port(url)
    try:
        ip = guard.resolve(host, port, settings.allow)
        with (
            socket.create_connection((ip, port), timeout=_CERTIFICATE_S) as connection,
            ssl.create_default_context().wrap_socket(connection, server_hostname=host),
        ):
            return []
    except ssl.SSLCertVerificationError as error:
        return [f"the certificate of {host} is not trusted: {error.verify_message}"]
    except (OSError, AddressRefused):
        return []
