"""Whose turn it is to ask a host: one page at a time per name and per address, with a pause, across all processes."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import random
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

_POLL_S = 0.05
# The pause is never shorter than asked for, and up to this much longer, so that scans do not march in step.
_JITTER = 0.3


class Turns:
    """Turns at hosts, kept as locked files in `folder`: a process that dies gives its turn back by dying.

    After each turn `delay_s` seconds (and some jitter) pass before the next one at the same host, whoever takes it.
    """

    def __init__(self, folder: Path, delay_s: float, stopped: threading.Event) -> None:
        self._folder = folder
        self._delay_s = delay_s
        self._stopped = stopped
        self._random = random.Random()
        folder.mkdir(parents=True, exist_ok=True)

    @contextlib.contextmanager
    def take(self, names: Iterable[str]) -> Iterator[None]:
        """Hold the turn at all these names (a host and its address) for a `with` block; waits until they are free."""
        with contextlib.ExitStack() as held:
            files = [held.enter_context(self._lock(name)) for name in sorted(set(names))]
            self._pause(max((_last_turn(file) for file in files), default=0.0))
            try:
                yield
            finally:
                for file in files:
                    os.pwrite(file, f"{time.time():020.6f}".encode(), 0)

    @contextlib.contextmanager
    def _lock(self, name: str) -> Iterator[int]:
        path = self._folder / hashlib.sha256(name.encode()).hexdigest()[:32]
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            while not self._stopped.is_set():
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                self._stopped.wait(_POLL_S)
            yield file
        finally:
            os.close(file)

    def _pause(self, last: float) -> None:
        if self._delay_s <= 0:
            return
        pause_s = self._delay_s * (1 + self._random.uniform(0, _JITTER))
        left = last + pause_s - time.time()
        # a clock that was set back must not keep the scan waiting
        self._stopped.wait(min(max(0.0, left), pause_s))


def _last_turn(file: int) -> float:
    try:
        return float(os.pread(file, 20, 0))
    except ValueError:
        return 0.0
