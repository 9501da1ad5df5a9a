"""The child process of discovery: crawls one site with Scrapy and writes every fact as a line of JSON.

`python -m crawler.spider` reads its order (one line of JSON) from standard input and lives as long as that stays
open: when the parent goes, it goes.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess

from crawler.crawl import Bounds, Crawl
from crawler.fetch import Fetcher
from crawler.model import Site
from crawler.news import News, to_line
from crawler.order import Order


class DiscoverySpider(Spider):
    """Scrapy's side of a crawl: one engine, one crawl that asks through it."""

    name = "discovery"

    def __init__(self, order: Order, tell: Callable[[News], None]) -> None:
        super().__init__()
        self.order = order
        self.tell = tell

    async def start(self) -> AsyncIterator[Any]:
        """Crawl; nothing is left for Scrapy's own scheduler."""
        order = self.order
        fetcher = Fetcher(self.crawler, frozenset(order.allow), concurrency=order.concurrency, delay_s=order.delay_s)
        bounds = Bounds(order.limit, order.depth, order.max_bytes)
        await Crawl(Site(order.home, extra_hosts=order.extra_hosts), bounds, fetcher, self.tell).run(order.seeds)
        nothing: tuple[Any, ...] = ()
        for item in nothing:
            yield item


def scrapy_settings(order: Order) -> dict[str, Any]:
    """Scrapy as a plain, honest, bounded client; robots.txt, pace, redirects and retries are the crawl's own."""
    return {
        "USER_AGENT": order.user_agent,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "nl-BE,nl;q=0.9,en;q=0.5",
        },
        "ROBOTSTXT_OBEY": False,
        "REDIRECT_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "RETRY_ENABLED": False,
        "COOKIES_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "CONCURRENT_REQUESTS": order.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": order.concurrency,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_TIMEOUT": order.timeout_s,
        "DOWNLOAD_MAXSIZE": order.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": False,
        "MEMUSAGE_LIMIT_MB": 1_500,
        "LOG_LEVEL": "ERROR",
    }


def main() -> None:
    """Carry out the order on standard input; the news goes to standard output."""
    order = Order.from_line(sys.stdin.readline())
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    process = AsyncCrawlerProcess(scrapy_settings(order))
    process.crawl(DiscoverySpider, order=order, tell=_write)
    process.start(install_signal_handlers=False)


def _leave_with_parent() -> None:
    sys.stdin.read()
    os._exit(3)


def _write(news: News) -> None:
    sys.stdout.write(to_line(news) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
