"""`python -m toegankelijk.demo`: scan the example website for real, then serve the platform with the result."""

from __future__ import annotations

import signal
import socket
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, NoReturn

import typer
import uvicorn

from crawler.errors import CrawlerError
from crawler.text import printable
from labels.catalogue import current_catalogue
from toegankelijk import registry, scans
from toegankelijk.config import Settings, load_settings, prepare_data_dir
from toegankelijk.demo.museum import prepare_museum
from toegankelijk.demo.prepare import (
    NIS_CODE,
    Account,
    ExampleBody,
    prepare_accounts,
    prepare_body,
    read_or_make_accounts,
)
from toegankelijk.demo.site import ExampleServer, serve_example_site
from toegankelijk.errors import PlatformError
from toegankelijk.scanning import run_site_scan, settings_for_scans
from toegankelijk.storage.session import Database
from toegankelijk.telling import Telling
from toegankelijk.venues import VenueView
from toegankelijk.web.app import create_app

HOST = "127.0.0.1"
PORT = 8000
SITE_PORT = 8099
SEED = 1
TABS = 2
GRACE_S = 2

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demonstration has at hand once it is prepared."""

    settings: Settings
    database: Database
    accounts: tuple[Account, ...]
    body: ExampleBody
    museum: VenueView


@app.command()
def main(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the platform on this machine.")] = PORT,
    site_port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the example website.")] = SITE_PORT,
    scan_only: Annotated[bool, typer.Option("--scan-only", help="Prepare and scan, then stop.")] = False,
) -> None:
    """Scan an example website, and show the platform with the result on this machine alone."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop_as_by_hand)
    try:
        settings = load_settings()
        prepare_data_dir(settings)
        with open_site(site_port) as site, closing(Database(settings.database_url)) as database:
            demo = prepare(settings, database, site.url)
            scan_if_needed(demo, site)
            if not scan_only:
                serve(demo, site, port)
    except (PlatformError, CrawlerError) as error:
        _fail(f"{error} [{error.slug}]")
    except KeyboardInterrupt:
        print("\ndemo: stopped")


def prepare(settings: Settings, database: Database, site_url: str) -> Demo:
    """Bring the database up to date and put the registry, the example body and the accounts in it."""
    _say(f"database {database.url.render_as_string(hide_password=True)}")
    database.migrate()
    accounts = read_or_make_accounts(settings.data_dir)
    with database.writing() as session:
        people = prepare_accounts(session, accounts, now=_now())
        imported = registry.import_reference_data(session, _now())
        body = prepare_body(session, people.admin, url=site_url, now=_now())
        museum = prepare_museum(session, people.surveyor, nis_code=NIS_CODE, now=_now(), catalogue=current_catalogue())
    if imported.bodies_added:
        _say(f"registry: {imported.bodies_added} public bodies, {imported.sites_added} websites")
    return Demo(settings, database, accounts, body, museum)


def scan_if_needed(demo: Demo, site: ExampleServer) -> None:
    """Scan the example website unless a complete scan of it is kept; an interrupted one is done again."""
    with demo.database.reading() as session:
        kept = scans.current_scan(session, demo.body.site_id)
    if kept is not None:
        _say(f"the scan of {kept.started_at:%Y-%m-%d %H:%M} UTC is kept: {_counted(kept.counts)}")
        return
    _say(f"scanning {site.url}/ with a real browser; this takes about a minute")
    limits = replace(settings_for_scans(demo.settings), allow=frozenset({site.allow}), tabs=TABS, delay_s=0.0)
    with Telling() as telling:
        outcome = run_site_scan(
            demo.database,
            site_id=demo.body.site_id,
            url=f"{site.url}/",
            scan_settings=limits,
            now=_now,
            seed=SEED,
            watch=telling.watch,
        )
    with demo.database.reading() as session:
        _say(f"scan {outcome.state}: {_counted(scans.get_scan(session, outcome.scan_id).counts)}")


def serve(demo: Demo, site: ExampleServer, port: int) -> None:
    """Serve the platform until Ctrl-C; a busy port is named and another one taken."""
    with closing(_listen(port)) as listening:
        address = f"http://{HOST}:{listening.getsockname()[1]}"
        app = create_app(demo.settings.model_copy(update={"public_url": address}), demo.database)
        config = uvicorn.Config(
            app, log_level="warning", timeout_graceful_shutdown=GRACE_S, server_header=False, ws="none"
        )
        _print_addresses(demo, site, address)
        uvicorn.Server(config).run(sockets=[listening])


def open_site(port: int) -> ExampleServer:
    """The example website on `port`, or on a free one when that is taken."""
    try:
        return serve_example_site(port)
    except OSError:
        _say(f"port {port} is in use by another program; the example website takes another")
        return serve_example_site()


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        _say(f"port {port} cannot be used ({error.strerror}); the platform takes another")
        return socket.create_server((HOST, 0))


def _print_addresses(demo: Demo, site: ExampleServer, address: str) -> None:
    lines = [
        "",
        "Toegankelijk, demonstration with a municipality that does not exist",
        "",
        f"  platform          {address}/",
        f"  example's report  {address}/gemeenten/{NIS_CODE}",
        f"  example's website {site.url}/",
        f"  example's museum  {address}/plaatsen/{demo.museum.slug}",
        "",
        "  accounts, for this machine only:",
        *(f"    {account.email:<26}{account.password}   {', '.join(account.roles)}" for account in demo.accounts),
        "",
        f"  everything is kept in {demo.settings.data_dir}; remove that folder to begin anew",
        "  Ctrl-C stops the demo",
        "",
    ]
    print("\n".join(lines), flush=True)


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in counts.items() if number)


def _stop_as_by_hand(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _fail(message: str) -> NoReturn:
    print(printable(f"demo: {message}", 4_000), file=sys.stderr)
    raise typer.Exit(1)


def _say(message: str) -> None:
    print(f"demo: {message}", flush=True)


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    app()
