"""The requests of one page as the network events tell them: what is open, what came, when the last one moved."""

from __future__ import annotations

import threading
import time

from crawler.devtools import Params

# Requests that may stay open for as long as the page lives say nothing about its being ready.
_LASTING = frozenset({"EventSource", "WebSocket", "Ping", "Media", "Prefetch", "CSPViolationReport", "Manifest"})


class Traffic:
    """The requests of a page as the network events tell them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.clear()

    def clear(self) -> None:
        """Begin a new page."""
        with self._changed:
            self._pending: set[str] = set()
            self.requests = 0
            self.bytes = 0
            self._decoded = 0
            self.is_too_large = False
            self.document: Params = {}
            self._last = time.monotonic()

    def asked(self, event: Params) -> None:
        """A request was sent."""
        with self._changed:
            self.requests += 1
            self._last = time.monotonic()
            if event.get("type") not in _LASTING:
                self._pending.add(event["requestId"])

    def received(self, event: Params, limit: int) -> bool:
        """Part of an answer came; True at the moment when all parts together pass `limit` bytes, unpacked."""
        self._decoded += int(event.get("dataLength", 0))
        if self.is_too_large or self._decoded <= limit:
            return False
        self.is_too_large = True
        return True

    def ended(self, event: Params) -> None:
        """A request was answered in full, or failed."""
        with self._changed:
            self._pending.discard(event["requestId"])
            self.bytes += int(event.get("encodedDataLength", 0))
            self._last = time.monotonic()
            self._changed.notify_all()

    def wait_until_none_pending(self, seconds: float) -> bool:
        """True as soon as no request is open; False when that takes longer than `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._pending, seconds)

    def quiet_for(self, seconds: float) -> bool:
        """True when no request is open and none began or ended during the last `seconds`."""
        with self._changed:
            return not self._pending and time.monotonic() - self._last >= seconds
