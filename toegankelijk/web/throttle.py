"""A brake on sign-in: so many attempts per person and per address, then wait."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

PER_PERSON = "5 per 5 minutes"
PER_ADDRESS = "30 per 15 minutes"
PER_ACCOUNT = "60 per 60 minutes"


class SignInThrottle:
    """Counts attempts in this process: per account from one address, per address, and per account from anywhere."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def seconds_to_wait(self, address: str, email: str) -> int:
        """Count one attempt; 0 when it may go ahead, else after how many seconds the next one may."""
        waits = [self._wait(limit, *key) for limit, *key in _limits(address, email)]
        return max(waits)

    def forgive(self, address: str, email: str) -> None:
        """A sign-in succeeded: what this person tried before does not count any more."""
        limit, *key = _limits(address, email)[0]
        self._limiter.clear(limit, *key)

    def _wait(self, limit: RateLimitItem, *key: str) -> int:
        if self._limiter.hit(limit, *key):
            return 0
        return max(1, math.ceil(self._limiter.get_window_stats(limit, *key).reset_time - time.time()))


def _limits(address: str, email: str) -> list[tuple[RateLimitItem, str, str]]:
    account = email.strip().lower()[:254]
    return [
        (parse(PER_PERSON), "person", f"{address} {account}"),
        (parse(PER_ADDRESS), "address", address),
        (parse(PER_ACCOUNT), "account", account),
    ]
