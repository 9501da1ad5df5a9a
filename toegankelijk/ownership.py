"""Whose scan it is, as this machine sees it: a locked file that ends with its program, and a lease that is renewed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from toegankelijk import scans
from toegankelijk.errors import PlatformError, ScanTaken
from toegankelijk.scans.lease import LEASE
from toegankelijk.storage.session import Database

RENEWALS = 4
END_S = 5.0
_MARK = re.compile(r"[0-9a-f]{16}\Z")


class Owner:
    """A program that lives: its name is that of a file in `folder` which it keeps locked, and dies with it.

    The file stays behind when a scan may still be under this name, so that the next program sees that nobody has it.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        mark = secrets.token_hex(8)
        self.name = f"{socket.gethostname()[:100]}, process {os.getpid()}, {mark}"
        self.has_let_go = False
        self._folder = folder
        self._path = folder / mark
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __enter__(self) -> Owner:
        return self

    def __exit__(self, *_: object) -> None:
        if self.has_let_go:
            self._path.unlink(missing_ok=True)
        os.close(self._file)

    def is_gone(self, name: str) -> bool:
        """True when another owner surely has ended; one of another machine or folder is judged by its lease alone."""
        path = self._path_of(name)
        return path is not None and _is_free(path)

    def sweep(self, keep: Collection[str]) -> None:
        """Remove the files of owners that have ended, but for those that still have a scan (`keep`)."""
        kept = {self._path_of(name) for name in keep}
        for path in self._folder.iterdir():
            if _MARK.match(path.name) and path not in kept and _is_free(path):
                path.unlink(missing_ok=True)

    def _path_of(self, name: str) -> Path | None:
        mark = name.rpartition(" ")[2]
        return self._folder / mark if _MARK.match(mark) else None


@contextlib.contextmanager
def renewed(
    database: Database,
    scan_id: UUID,
    owner: Owner,
    *,
    now: Callable[[], datetime],
    every_s: float = LEASE.total_seconds() / RENEWALS,
) -> Iterator[None]:
    """Renew the lease of a scan for the length of a `with` block, also while no page comes for long."""
    stopped = threading.Event()

    def renew() -> None:
        while not stopped.wait(every_s):
            try:
                with database.writing() as session:
                    scans.hold_scan(session, scan_id, owner=owner.name, now=now())
            except ScanTaken:
                return  # whoever writes next is told
            except PlatformError:
                continue  # the database may come back before the lease runs out

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        # a database that does not answer may not keep us
        thread.join(END_S)


def _is_free(path: Path) -> bool:
    """True when the file is there and nobody holds it."""
    try:
        file = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(file)
    return True
