"""What a robots.txt allows our scanner, by the rules of RFC 9309; pure."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

from crawler.settings import USER_AGENT_TOKEN

# RFC 9309, 2.5: at least this much is read.
MAX_ROBOTS = 512_000


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules for one origin. Without `parser`, `is_open` says for all addresses whether they may be asked."""

    parser: Protego | None = None
    is_open: bool = True

    def allows(self, url: str) -> bool:
        """True when our scanner may ask this address."""
        return self.is_open if self.parser is None else bool(self.parser.can_fetch(url, USER_AGENT_TOKEN))

    @property
    def crawl_delay_s(self) -> float | None:
        """The pause between two requests that the site asks of us, None when it asks none."""
        delay = self.parser.crawl_delay(USER_AGENT_TOKEN) if self.parser else None
        return None if delay is None else float(delay)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps it names, as written."""
        return tuple(self.parser.sitemaps) if self.parser else ()


def read_rules(status: int | None, body: bytes) -> Rules:
    """The rules in an answer to /robots.txt; `status` None when nothing answered.

    No such file (4xx, or an odd status) leaves the site open. A server error or no answer closes it (2.3.1.4): the site
    may have rules that we cannot see.
    """
    if status is None or status >= 500:
        return Rules(is_open=False)
    if not 200 <= status < 300:
        return Rules()
    return Rules(Protego.parse(body[:MAX_ROBOTS].decode("utf-8", "replace").removeprefix("\ufeff")))
