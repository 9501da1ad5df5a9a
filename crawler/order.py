"""What a spider is told to do: the one line that it reads when it starts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from crawler import guard
from crawler.model import Site
from crawler.settings import POLITE_DELAY_S, ScanSettings

_BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
# Side by side on a site of our own that asks no pause.
_OWN_CONCURRENCY = 4


@dataclass(frozen=True, slots=True)
class Order:
    """What a spider is told to do; `home` and `seeds` are canonical."""

    home: str
    seeds: tuple[str, ...]
    extra_hosts: tuple[str, ...]
    allow: tuple[str, ...]
    limit: int
    depth: int
    delay_s: float
    concurrency: int
    timeout_s: float
    max_bytes: int
    user_agent: str

    def to_line(self) -> str:
        """The order as the spider reads it."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Order:
        """Read an order again."""
        facts: dict[str, Any] = json.loads(line)
        facts |= {name: tuple(value) for name, value in facts.items() if isinstance(value, list)}
        return cls(**facts)


def order_for(site: Site, settings: ScanSettings, seeds: Sequence[str]) -> Order:
    """The order to crawl `site`, whose `url` is canonical.

    One address at a time and a polite pause, but for a host of the allow-list: that is asked at the pace of the
    settings, and some at a time when that is none.
    """
    is_own = guard.is_listed(site.url, settings.allow)
    delay_s = settings.delay_s if is_own else max(settings.delay_s, POLITE_DELAY_S)
    return Order(
        home=site.url,
        seeds=tuple(seeds),
        extra_hosts=site.extra_hosts,
        allow=tuple(sorted(settings.allow)),
        limit=settings.discover_limit,
        depth=settings.discover_depth,
        delay_s=delay_s,
        concurrency=_OWN_CONCURRENCY if is_own and delay_s <= 0 else 1,
        timeout_s=settings.navigation_s,
        max_bytes=settings.max_response_bytes,
        user_agent=f"{_BROWSER} {settings.user_agent_suffix}",
    )
