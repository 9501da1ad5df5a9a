"""Short fingerprints of stored texts, so that the same text is found again and kept once."""

from __future__ import annotations

import hashlib
import json
from typing import Any

SIZE = 16


def digest_of(*parts: Any) -> bytes:
    """Sixteen bytes that stand for these texts and lists of texts, in this order."""
    text = json.dumps(parts, separators=(",", ":"))
    return hashlib.blake2b(text.encode("ascii"), digest_size=SIZE).digest()
