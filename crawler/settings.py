"""All limits of a scan in one frozen value; nothing else in this package reads the environment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from pathlib import Path

USER_AGENT_TOKEN = "ToegankelijkScanner"
# One page a second at most on a site that is not ours (monitoring study, rule R09).
POLITE_DELAY_S = 1.0


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """Limits, delays and budgets of one scan. Times are seconds, sizes bytes.

    `allow` holds `HOST:PORT` pairs that may be asked although they are loopback or private. `tabs` and a `delay_s`
    below the polite second only take effect on hosts of that list (one page at a time elsewhere).
    """

    pages: int = 40
    tabs: int = 1
    delay_s: float = POLITE_DELAY_S
    allow: frozenset[str] = frozenset()
    info_url: str = "https://toegankelijk.example/scanner"
    profile: str = "wcag22-aa"
    # discovery
    discover_limit: int = 5_000
    discover_depth: int = 12
    discover_wall_s: float = 600.0
    # of a site that is empty without JavaScript so many pages are opened in the browser to find its links
    rendered_pages: int = 30
    max_response_bytes: int = 20_000_000
    # browser
    viewport: tuple[int, int] = (1280, 1024)
    colour_scheme: str = "light"
    navigation_s: float = 30.0
    script_s: float = 30.0
    wall_s: float = 90.0
    # a worker that tells nothing for longer than a page may take, and this, hangs and is ended
    stall_s: float = 45.0
    settle_quiet_s: float = 0.25
    settle_cap_s: float = 8.0
    max_page_bytes: int = 100_000_000
    # a browser is replaced after so many pages, so long, or above so much private memory
    browser_pages: int = 300
    browser_age_s: float = 1800.0
    browser_memory_bytes: int = 1_500_000_000
    # above this the renderer that holds most is ended: it costs its page, not the browser
    page_memory_bytes: int = 3_000_000_000
    back_off_s: float = 5.0
    window: tuple[time, time] | None = None
    chromium: str = ""
    chromedriver: str = ""
    axe_script: str = ""
    work_dir: Path = Path()

    @property
    def user_agent_suffix(self) -> str:
        """The honest name: who we are, and the page that explains how to pause, allow or object."""
        return f"{USER_AGENT_TOKEN}/1.0 (+{self.info_url})"
