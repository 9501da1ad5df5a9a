"""Tell a person at a terminal how a scan goes on: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from crawler.model import Outcome, Plan, Visit
from crawler.text import printable
from toegankelijk.scanning import Resumed


class Telling:
    """Progress for whoever watches: a bar on a terminal, plain lines elsewhere (both on standard error)."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        self.bar: Progress | None = None
        self.tell: Callable[[str], None] = lambda text: print(text, file=sys.stderr, flush=True)
        self.total = self.done = 0

    def __enter__(self) -> Telling:
        if self.console.is_terminal:
            self.bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=self.console,
            )
            self.bar.start()
            self.task = self.bar.add_task("discovering pages", total=None)
        else:
            self.tell("discovering pages ...")
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()

    def watch(self, event: Resumed | Plan | Visit) -> None:
        """Tell of a scan that goes on, of the plan or of one visit."""
        if isinstance(event, Resumed):
            self.done = event.pages
            began = f"{event.started_at:%Y-%m-%d %H:%M}Z"
            self._say(f"going on with the scan of {began}, as it began: {event.pages} pages are kept")
        elif isinstance(event, Plan):
            self._planned(event)
        elif self.total:
            self._visited(event)

    def _planned(self, plan: Plan) -> None:
        self.total = len(plan.sample)
        found = len(plan.discovery.addresses)
        if self.bar is not None:
            description = f"{found} addresses, visiting"
            self.bar.update(self.task, description=description, total=self.total, completed=self.done)
        else:
            self.tell(f"{found} addresses found, {self.total} pages to visit")

    def _say(self, text: str) -> None:
        if self.bar is not None:
            self.bar.console.print(text, markup=False, highlight=False)
        else:
            self.tell(text)

    def _visited(self, visit: Visit) -> None:
        self.done += 1
        if self.bar is not None:
            self.bar.update(self.task, advance=1)
            return
        why = f" ({visit.reason})" if visit.reason else ""
        fails = sum(finding.outcome is Outcome.FAIL and not finding.best_practice for finding in visit.findings)
        self.tell(f"{self.done}/{self.total} {visit.status}{why} {printable(visit.url)}: {fails} failures")
