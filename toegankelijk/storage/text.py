"""Make text from outside safe to store: bounded, without NUL, control characters or half characters."""

from __future__ import annotations

from crawler.text import ELLIPSIS, clean_line, clean_text

__all__ = ["ELLIPSIS", "clean_line", "clean_text"]
