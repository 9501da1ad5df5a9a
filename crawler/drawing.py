"""Open pages in the browser for discovery and read what scripts have made of them; nothing is clicked, nothing sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from crawler.browser import Browser
from crawler.canonical import canonical
from crawler.devtools import BrowserGone, DevToolsError
from crawler.model import Reason
from crawler.reading import MAX_HTML, MAX_LINKS, MAX_TEXT, Link, Reading, read_page
from crawler.scripts import FACTS
from crawler.settings import ScanSettings
from crawler.tab import Deadline, PageProblem, Tab, status_problem
from crawler.walls import is_challenge

# The page as scripts have made it; the links in open shadow roots apart, as they are in no HTML.
_DRAWN = f"""(() => {{
  const shadow = [];
  const enter = root => root.querySelectorAll('*').forEach(element => {{
    if (!element.shadowRoot) return;
    element.shadowRoot.querySelectorAll('a[href], area[href]').forEach(link =>
      shadow.push([link.href, (link.textContent || '').replace(/\\s+/g, ' ').trim().slice(0, {MAX_TEXT})]));
    enter(element.shadowRoot);
  }});
  enter(document);
  return {{
    html: document.documentElement.outerHTML.slice(0, {MAX_HTML}), shadow: shadow.slice(0, {MAX_LINKS}),
    routes: document.querySelectorAll('a[href^="#/"], a[href^="#!"]').length,
  }};
}})()"""
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as the browser drew it, or the problem that kept it from that.

    `url` is where it led, as the browser says it; `routes` counts links that lead to a part of the same page only.
    """

    url: str
    http_status: int | None = None
    retry_after: str = ""
    reading: Reading = field(default_factory=Reading)
    links: tuple[Link, ...] = ()
    routes: int = 0
    problem: PageProblem | None = None


class Hand:
    """Draws pages one after another in one tab of a browser; a tab that a page spoiled is replaced."""

    def __init__(self, browser: Browser, settings: ScanSettings) -> None:
        self._browser = browser
        self._settings = settings
        self._context = browser.new_context()
        self._tab: Tab | None = None

    def draw(self, url: str, *, left_s: float) -> Drawn:
        """Draw one page within `left_s` seconds and the limits of the settings.

        Only the end of the whole browser (`BrowserGone`) is raised.
        """
        tab = self._tab = self._tab or Tab(self._browser, self._context, self._settings)
        try:
            return self._read(tab, url, Deadline(min(self._settings.wall_s, left_s)))
        except PageProblem as found:
            problem = found
        except BrowserGone:
            raise
        except DevToolsError as error:
            problem = PageProblem(Reason.ENGINE_ERROR, str(error))
        tab.close()
        self._tab = None
        document = tab.traffic.document
        retry_after = str(document.get("headers", {}).get("retry-after", ""))
        return Drawn(url, document.get("status"), retry_after, problem=problem)

    def _read(self, tab: Tab, url: str, deadline: Deadline) -> Drawn:
        tab.open(url, deadline)
        tab.settle(deadline)
        facts = tab.evaluate(FACTS, timeout_s=deadline.left(self._settings.script_s))
        _require_page(facts)
        drawn = tab.evaluate(_DRAWN, timeout_s=deadline.left(self._settings.script_s))
        reading = read_page(drawn["html"], facts["url"])
        shadow = (Link(found, text) for address, text in drawn["shadow"] if (found := canonical(address)))
        links = {link.url: link for link in (*shadow, *reading.links)}
        status = facts["status"] or None
        return Drawn(facts["url"], status, reading=reading, links=tuple(links.values()), routes=drawn["routes"])


def _require_page(facts: dict[str, Any]) -> None:
    """Raise the problem of what is no page."""
    if is_challenge(facts):
        raise PageProblem(Reason.WAF, facts["title"])
    if problem := status_problem(facts["status"]):
        raise problem
    if not facts["url"].startswith(("http://", "https://")):
        raise PageProblem(Reason.UNREACHABLE, f"the browser ended on {facts['url'][:100]}")
    if facts["contentType"] not in _HTML_TYPES:
        raise PageProblem(Reason.NOT_HTML, facts["contentType"])
