"""Text and addresses from scanned websites, made safe and readable before a page shows them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
ELLIPSIS = "…"
# Controls, half characters, and marks that reorder the text around them; joiners of words and emoji are left alone.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def show_text(text: str, limit: int) -> str:
    """The text on one line, with every control and direction mark visible, cut to `limit` characters."""
    bounded = " ".join(text[: limit * 4].split())
    shown = _HIDDEN.sub(REPLACEMENT, bounded[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + ELLIPSIS


def show_markup(text: str, limit: int) -> str:
    """As `show_text`, keeping the line ends of a piece of HTML."""
    lines = text[: limit * 4].splitlines()
    shown = "\n".join(_HIDDEN.sub(REPLACEMENT, line.rstrip()) for line in lines)
    return shown if len(shown) <= limit else shown[: limit - 1] + ELLIPSIS


def safe_href(url: str) -> str:
    """The address when a reader may be sent there (http or https with a host), else nothing."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return url if usable and len(url) <= 2_000 else ""


def show_address(url: str, home: str, limit: int = 110) -> str:
    """An address for reading: the path alone on the site's own host, without scheme elsewhere."""
    try:
        parts, own = urlsplit(url), urlsplit(home)
    except ValueError:
        return show_text(url, limit)
    path = parts.path or "/"
    tail = f"{path}?{parts.query}" if parts.query else path
    return show_text(tail if parts.netloc == own.netloc else f"{parts.netloc}{tail}", limit)
