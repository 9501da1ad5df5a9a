"""The parent of the worker process: whatever becomes of a worker, every page of the job comes out as one visit."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from crawler import errors
from crawler.browser import sweep_leftovers
from crawler.canonical import same_page_key
from crawler.channel import Done, Refused, read_message, write_message
from crawler.crew import Begun, Browsing, Event, Job, Pausing, unvisited
from crawler.errors import BrowserUnavailable, CrawlerError
from crawler.model import Choice, Reason, Visit, VisitStatus
from crawler.processes import processes_of_group

_TRIES = 2
_GONE_S = 5.0
_ROOT = Path(__file__).resolve().parent.parent


def supervised_visits(job: Job, *, now: Callable[[], datetime]) -> Generator[Visit]:
    """Visit the pages of a job in a process of its own, and in another one when that hangs or dies.

    A page that was in flight twice when its worker ended is told as failed; the others go on. Raises what the
    worker could not begin with (`BrowserUnavailable`, `EngineMissing`).
    """
    try:
        yield from _visits(job, now)
    finally:
        # also what an earlier parent's worker left that died after this one had begun
        sweep_leftovers(job.settings.work_dir)


def _visits(job: Job, now: Callable[[], datetime]) -> Generator[Visit]:
    left = {choice.url: choice for choice in job.choices}
    claimed = dict(job.claimed)
    tries: Counter[str] = Counter()
    while left:
        with _Worker(replace(job, choices=tuple(left.values()), claimed=dict(claimed))) as worker:
            for visit in worker.visits():
                left.pop(visit.url, None)
                if visit.status in (VisitStatus.SCANNED, VisitStatus.PARTIAL):
                    claimed.setdefault(same_page_key(visit.final_url), visit.url)
                yield replace(visit, visited_at=now())
        if not left:
            return
        tries.update(worker.in_flight)
        if worker.has_done_nothing:
            raise BrowserUnavailable(f"the worker ended before it visited a page: {worker.last_words()}")
        for url in [url for url in worker.in_flight if tries[url] >= _TRIES]:
            yield _given_up(left.pop(url), worker.stalled, now())


def _given_up(choice: Choice, stalled: bool, at: datetime) -> Visit:
    reason = Reason.TIMEOUT_WALL if stalled else Reason.CRASHED
    return unvisited(choice, VisitStatus.FAILED, reason, detail="its worker was lost twice on this page", now=at)


class _Worker:
    """One worker process: started with a job, listened to, and ended with all that it started."""

    def __init__(self, job: Job) -> None:
        self.in_flight: set[str] = set()
        self.stalled = False
        self.has_done_nothing = True
        self._pause_s = 0.0
        self._limit_s = job.settings.wall_s + job.settings.stall_s
        self._browsers: list[Browsing] = []
        self._told: queue.SimpleQueue[Event | Refused | Done | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "crawler.worker"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Ctrl-C in a terminal is for the parent, which then ends the worker
            start_new_session=True,
        )
        self._words: list[bytes] = []
        self._threads = [
            threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True),
            threading.Thread(target=self._note_words, args=(self._process.stderr,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            write_message(self._process.stdin, job)

    def __enter__(self) -> _Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the worker and whatever it left: browsers in their own groups, and their folders."""
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        for browsing in self._browsers:
            _clear_away(browsing)

    def visits(self) -> Iterator[Visit]:
        """The visits as they are told, until the worker is done, dies, or tells nothing for too long."""
        while True:
            try:
                event = self._told.get(timeout=self._limit_s + self._pause_s)
            except queue.Empty:
                self.stalled = True
                return
            if event is None or isinstance(event, Done):
                return
            self._note(event)
            if isinstance(event, Visit):
                yield event

    def _note(self, event: Event | Refused) -> None:
        self._pause_s = 0.0
        match event:
            case Refused(error, text):
                raise _error_named(error)(text)
            case Visit():
                self.has_done_nothing = False
                self.in_flight.discard(event.url)
            case Begun(url):
                self.has_done_nothing = False
                self.in_flight.add(url)
            case Pausing(seconds):
                self._pause_s = seconds
            case Browsing():
                self._browsers.append(event)

    def last_words(self) -> str:
        """The end of what the worker wrote to its standard error."""
        return b"".join(self._words)[-500:].decode("utf-8", "replace").strip() or f"exit {self._process.returncode}"

    def _listen(self, stream: IO[bytes]) -> None:
        while (message := read_message(stream)) is not None:
            self._told.put(message)
        self._told.put(None)

    def _note_words(self, stream: IO[bytes]) -> None:
        for line in stream:
            self._words = [*self._words[-20:], line]


def _error_named(name: str) -> type[CrawlerError]:
    found = getattr(errors, name, CrawlerError)
    return found if isinstance(found, type) and issubclass(found, CrawlerError) else CrawlerError


def _clear_away(browsing: Browsing) -> None:
    """End what is left of a browser whose worker was ended, told by its own profile path, and remove its folders."""
    profile = str(browsing.folders[0])
    deadline = time.monotonic() + _GONE_S
    while time.monotonic() < deadline:
        ours = [process for process in processes_of_group(browsing.group) if profile in process.command]
        if not ours:
            break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(browsing.group, signal.SIGKILL)
        time.sleep(0.05)
    for folder in browsing.folders:
        shutil.rmtree(folder, ignore_errors=True)
