"""Make text from outside safe to store: bounded, without NUL, control characters or half characters."""

from __future__ import annotations

import re

# C0 without tab, newline and return; delete and C1; surrogates, which no encoding accepts.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_BLANKS = re.compile(r"\s+")
ELLIPSIS = "…"


def clean_text(text: str, limit: int) -> str:
    """The text without unstorable characters, cut to `limit` characters with an ellipsis where it was longer."""
    # Bounded first: a page may hand over megabytes, of which only the start is looked at.
    kept = _UNWANTED.sub("", text[: limit * 2 + 100])
    return kept if len(kept) <= limit else kept[: limit - 1] + ELLIPSIS


def clean_line(text: str, limit: int) -> str:
    """As `clean_text`, on one line without blanks around it."""
    return clean_text(_BLANKS.sub(" ", text[: limit * 4 + 200]).strip(), limit)
