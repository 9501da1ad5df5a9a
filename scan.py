"""The scanner's command line: parse, wire, print. `python scan.py --help` lists the commands."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated, NoReturn
from uuid import UUID

import typer
from rich.console import Console

from crawler.canonical import canonical
from crawler.contract import scan_to_json, write_scan
from crawler.errors import CrawlerError
from crawler.guard import is_listed
from crawler.law import SampleKind
from crawler.model import ClauseState, Memory, Outcome, Plan, Site, Visit, VisitStatus
from crawler.patience import parse_window
from crawler.scan import current_versions, scan_pages
from crawler.settings import POLITE_DELAY_S, ScanSettings
from crawler.text import printable
from toegankelijk import registry, scans
from toegankelijk.config import Settings, load_settings
from toegankelijk.errors import (
    DataFolderUnusable,
    InputRefused,
    PlatformError,
    SettingsInvalid,
    UnknownMunicipality,
    UnknownRecord,
)
from toegankelijk.reports.html import render_report_file
from toegankelijk.reports.municipality import build_municipality_report
from toegankelijk.scanning import ScanOutcome, run_site_scan, settings_for_scans
from toegankelijk.storage.session import Database
from toegankelijk.telling import Telling

COMPLETE, NOT_SCANNED, WRONG_USE, OVERDUE = 0, 1, 2, 3
_WRONG_USE_ERRORS = (UnknownMunicipality, UnknownRecord, SettingsInvalid, DataFolderUnusable, InputRefused)
_MAX_TABS = 8

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Screen websites for accessibility and report on them."
)
Allow = Annotated[
    list[str] | None,
    typer.Option(metavar="HOST:PORT", help="Let this scan visit a loopback or private address (repeatable)."),
]
Tabs = Annotated[int, typer.Option(min=1, max=_MAX_TABS, help="Pages side by side; hosts of --allow only.")]
Delay = Annotated[
    float | None, typer.Option(min=0, metavar="S", help="Seconds between pages; below 1 for hosts of --allow only.")
]


@app.command()
def site(
    url: Annotated[str, typer.Argument(help="Address of the home page.")],
    body: Annotated[UUID | None, typer.Option(metavar="ID", help="The body that the site belongs to.")] = None,
    municipality: Annotated[str | None, typer.Option(metavar="NIS", help="NIS code of its municipality.")] = None,
    kind: Annotated[SampleKind, typer.Option(help="Which sample of its pages (docs/sample.md).")] = SampleKind.FULL,
    pages: Annotated[
        int | None,
        typer.Option(min=1, max=2000, help="At most this many pages, 40 if not said; of a full sample only."),
    ] = None,
    include: Annotated[
        list[str] | None, typer.Option(metavar="URL", help="A page that the sample must hold (repeatable).")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="F.json", help="Also write the result to this file.")] = None,
    allow: Allow = None,
    tabs: Tabs = 1,
    delay: Delay = None,
    window: Annotated[
        str | None, typer.Option(metavar="HH:MM-HH:MM", help="Ask the site between these hours only (Flanders).")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Repeat the random part of a sample.")] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Close a scan of this site that was broken off; do not go on with it.")
    ] = False,
) -> None:
    """Discover the pages of a site, visit a sample of them, keep and print the result."""
    if body is not None and municipality is not None:
        _stop("give --body or --municipality, not both", WRONG_USE)
    if pages is not None and kind is not SampleKind.FULL:
        _stop(f"--pages goes with --kind full; a {kind} sample has its own size", WRONG_USE)
    with _plain_errors():
        settings = load_settings()
        limits = _limits(settings, [url, *(include or [])], allow, tabs, delay)
        limits = replace(limits, pages=pages or limits.pages, window=_read_window(window))
        if out is not None:
            _require_writable(out)
        database = _open_database(settings)
        with database.writing() as session:
            site_id = scans.site_for_scan(session, url=url, now=_now(), body_id=body, nis=municipality)
        with Telling() as telling:
            outcome = run_site_scan(
                database,
                site_id=site_id,
                url=url,
                scan_settings=limits,
                now=_now,
                seed=secrets.randbelow(2**31) if seed is None else seed,
                kind=kind.value,
                listed=include or [],
                anew=anew,
                watch=telling.watch,
            )
        if out is not None:
            write_scan(out, _outcome_json(outcome))
    _print_summary(url, outcome.visits)
    _print_sample(outcome.plan)
    if outcome.state == "failed":
        _stop(f"{url} was not scanned: no page could be judged", NOT_SCANNED)


@app.command()
def pages(
    urls: Annotated[Path, typer.Option(metavar="FILE", help="A text file with one address per line.")],
    out: Annotated[Path, typer.Option(metavar="F.json", help="Write the result to this file.")],
    allow: Allow = None,
    tabs: Tabs = 1,
    delay: Delay = None,
) -> None:
    """Visit exactly these pages, without crawling, and write the result to a file."""
    with _plain_errors():
        wanted = _read_urls(urls)
        settings = load_settings()
        limits = _limits(settings, wanted, allow, tabs, delay)
        _require_writable(out)
        versions, started_at = current_versions(limits), _now()
        plans: list[Plan] = []
        visits: list[Visit] = []
        with Telling() as telling:

            def planned(plan: Plan) -> None:
                plans.append(plan)
                telling.watch(plan)

            for visit in scan_pages(wanted, limits, memory=Memory(), now=_now, watch=planned):
                visits.append(replace(visit, raw=None))
                telling.watch(visit)
        write_scan(
            out,
            scan_to_json(
                Site(wanted[0]), versions, plans[0].discovery, visits, started_at=started_at, finished_at=_now()
            ),
        )
    _print_summary(f"{len(wanted)} addresses", visits)
    if not any(visit.status in (VisitStatus.SCANNED, VisitStatus.PARTIAL) for visit in visits):
        _stop("no page could be judged", NOT_SCANNED)


@app.command()
def report(
    nis: Annotated[str, typer.Argument(help="NIS code of the municipality.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the report.")],
) -> None:
    """Write the report of a municipality as one self-contained HTML file."""
    with _plain_errors():
        database = _open_database(load_settings())
        with database.reading() as session:
            found = registry.find_municipality(session, nis)
            if found is None:
                raise UnknownMunicipality(f"no municipality has the NIS code {nis}")
            if found.successor_nis is not None:
                raise UnknownMunicipality(f"{nis} ({found.name}) has merged; ask for {found.successor_nis}")
            text = render_report_file(build_municipality_report(session, found, now=_now()))
        name = re.sub(r"[^a-z0-9]+", "-", found.name.lower()).strip("-")
        path = out / f"{nis}-{name}.html"
        _require_writable(path)
        path.write_text(text, encoding="utf-8")
    Console().print(f"report written: {path}", soft_wrap=True)


@app.command()
def status() -> None:
    """Say what was scanned, and end with code 3 when a site is overdue."""
    with _plain_errors():
        database = _open_database(load_settings())
        with database.reading() as session:
            lines = scans.status_lines(session, _now())
            overdue = scans.overdue_sites(session, _now())
    for line in lines:
        print(printable(line))
    if overdue:
        raise typer.Exit(OVERDUE)


def _now() -> datetime:
    return datetime.now(UTC)


def _stop(message: str, code: int) -> NoReturn:
    text = printable(f"scan.py: {message}", 4_000)
    Console(stderr=True).print(text, style="bold red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Say an expected failure in one line and end with its code; anything else is a mistake and keeps its trace."""
    try:
        yield
    except _WRONG_USE_ERRORS as error:
        _stop(f"{error} [{error.slug}]", WRONG_USE)
    except (CrawlerError, PlatformError) as error:
        _stop(f"{error} [{error.slug}]", NOT_SCANNED)
    except KeyboardInterrupt:
        _stop("stopped; the pages that were visited are kept", NOT_SCANNED)


def _open_database(settings: Settings) -> Database:
    settings_for_scans(settings)
    database = Database(settings.database_url)
    database.migrate()
    return database


def _limits(
    settings: Settings, urls: list[str], allow: list[str] | None, tabs: int, delay: float | None
) -> ScanSettings:
    for entry in allow or []:
        if not re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^:/\s]+):\d{1,5}", entry):
            _stop(f"--allow {entry}: give a host and a port, such as 127.0.0.1:8080", WRONG_USE)
    for url in urls:
        if canonical(url) is None:
            _stop(f"{url!r} is not a web address; it begins with http:// or https://", WRONG_USE)
    allowed = frozenset(allow or [])
    fast = tabs > 1 or (delay is not None and delay < POLITE_DELAY_S)
    strangers = [url for url in urls if not is_listed(url, allowed)]
    if fast and strangers:
        _stop(f"--tabs and a short --delay are for hosts of --allow only, and {strangers[0]} is not", WRONG_USE)
    return replace(
        settings_for_scans(settings), allow=allowed, tabs=tabs, delay_s=POLITE_DELAY_S if delay is None else delay
    )


def _read_window(text: str | None) -> tuple[time, time] | None:
    try:
        return parse_window(text) if text else None
    except ValueError:
        _stop(f"--window {text}: give two hours, such as 22:00-06:00", WRONG_USE)


def _require_writable(path: Path) -> None:
    """Make the folder of a file to come, or stop before any work is done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            _stop(f"{path} is a folder; name a file", WRONG_USE)
        probe = path.with_name(f".{path.name}.probe")
        probe.touch()
        probe.unlink()
    except OSError as error:
        _stop(f"cannot write {path}: {error.strerror or error}; name another place", WRONG_USE)


def _read_urls(file: Path) -> list[str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        _stop(f"cannot read the list of addresses {file}: {error}", WRONG_USE)
    urls: list[str] = []
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if canonical(text) is None:
            _stop(f"{file}, line {number}: {text[:200]!r} is not a web address (http:// or https://)", WRONG_USE)
        urls.append(text)
    if not urls:
        _stop(f"{file} holds no address; write one per line", WRONG_USE)
    return urls


def _outcome_json(outcome: ScanOutcome) -> dict[str, object]:
    return scan_to_json(
        outcome.site,
        outcome.versions,
        outcome.plan.discovery,
        list(outcome.visits),
        started_at=outcome.started_at,
        finished_at=outcome.finished_at,
        plan=outcome.plan,
    )


def _print_summary(what: str, visits: list[Visit] | tuple[Visit, ...]) -> None:
    """The figures of a scan in a few lines; addresses that failed are named with their reason."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    counts = Counter(visit.status for visit in visits)
    told = ", ".join(f"{counts[state]} {state}" for state in VisitStatus if counts[state])
    console.print(f"{printable(what)}: {len(visits)} addresses: {told}")
    rules: Counter[str] = Counter()
    places: dict[str, set[str]] = {}
    for visit in visits:
        for finding in visit.findings:
            if finding.outcome is Outcome.FAIL and not finding.best_practice:
                rules[finding.rule] += 1
                places.setdefault(finding.rule, set()).add(visit.url)
    for rule, number in rules.most_common():
        console.print(f"  {rule}: {number} failures on {len(places[rule])} pages")
    if not rules and counts[VisitStatus.SCANNED]:
        console.print("  no failures found in this screening; that is no proof of conformity")
    unsure = sum(finding.outcome is Outcome.CANNOT_TELL for visit in visits for finding in visit.findings)
    console.print(f"  to be judged by a person: {unsure}")
    for visit in visits:
        if visit.status in (VisitStatus.FAILED, VisitStatus.BLOCKED, VisitStatus.PARTIAL):
            console.print(f"  {visit.status} ({visit.reason}) {printable(visit.url)}")


def _print_sample(plan: Plan) -> None:
    """The sample in a few lines: how it can be repeated, and what it should hold and does not."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(f"  {plan.kind} sample of {len(plan.sample)} pages, seed {plan.seed}")
    for state in (state for state in ClauseState if state is not ClauseState.MET):
        wishes = list(dict.fromkeys(clause.id for clause in plan.clauses if clause.state is state))
        if wishes:
            console.print(f"  {state}: {', '.join(wishes)}")


if __name__ == "__main__":
    app()
