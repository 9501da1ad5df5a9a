"""`python -m crawler.worker`: a process that visits the pages of one job and tells its parent, until that one ends."""

from __future__ import annotations

import os
import sys
import threading
from datetime import UTC, datetime

from crawler.channel import Done, Refused, read_message, write_message
from crawler.crew import Crew, Job
from crawler.errors import CrawlerError

PARENT_GONE = 3


def main() -> None:
    """Read a job from standard input, tell its events on standard output; the parent's end is ours."""
    told = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    job = read_message(sys.stdin.buffer)
    if not isinstance(job, Job):
        raise SystemExit("crawler.worker: no job on standard input; it is started by crawler.supervise")
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        for event in Crew(job, now=lambda: datetime.now(UTC)).events():
            write_message(told, event)
        write_message(told, Done())
    except CrawlerError as error:
        write_message(told, Refused(type(error).__name__, str(error)))


def _end_with_parent() -> None:
    """Nothing more is ever written to our input: its end means that the parent wants us, or itself, gone."""
    sys.stdin.buffer.read()
    os._exit(PARENT_GONE)


if __name__ == "__main__":
    main()
