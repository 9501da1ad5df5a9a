"""The platform's command line: bring the database up to date, add accounts and facts, serve."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer

from toegankelijk import registry
from toegankelijk.accounts import Grant, create_user
from toegankelijk.config import Settings, load_settings, prepare_data_dir
from toegankelijk.errors import PlatformError
from toegankelijk.storage.session import Database

WRONG_USE = 2
GRACE_S = 5

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Run the accessibility platform.")


@app.command()
def migrate() -> None:
    """Create the database, or bring its tables to this version of the program."""
    with _opened_database() as (_, database):
        typer.echo(f"up to date: {database.url.render_as_string(hide_password=True)}")


@app.command("create-user")
def create_user_command(
    email: Annotated[str, typer.Argument(help="Address to sign in with.")],
    name: Annotated[str, typer.Option(help="Name of the person.")],
    grant: Annotated[
        list[str],
        typer.Option(
            metavar="ROLE[:SCOPE:VALUE]",
            help="What the person may do: admin, inter, surveyor or reviewer; everywhere, or within sector:NAME or "
            "municipality:NIS.",
        ),
    ],
) -> None:
    """Add a person who can sign in; the password is asked for, or read as one line from standard input."""
    with _opened_database() as (_, database):
        grants = [parse_grant(text) for text in grant]
        password = _read_password()
        with database.writing() as session:
            create_user(session, email=email, name=name, password=password, grants=grants, now=_now())
        typer.echo(f"added: {email}")


@app.command("import-registry")
def import_registry() -> None:
    """Bring municipalities, other public bodies and their websites in; may be repeated, keeps what people changed."""
    with _opened_database() as (_, database), database.writing() as session:
        done = registry.import_reference_data(session, _now())
    typer.echo(
        f"bodies: {done.bodies_added} added, {done.bodies_changed} brought up to date; sites: {done.sites_added} added"
    )


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address of this machine to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8000,
) -> None:
    """Serve the platform until Ctrl-C."""
    import uvicorn

    from toegankelijk.web.app import create_app

    with _opened_database() as (settings, database), closing(_listen(host, port)) as listener:
        config = uvicorn.Config(create_app(settings, database), timeout_graceful_shutdown=GRACE_S, server_header=False)
        typer.echo(f"serving {settings.public_url} on {host}:{listener.getsockname()[1]}; stop with Ctrl-C")
        uvicorn.Server(config).run(sockets=[listener])


def parse_grant(text: str) -> Grant:
    """A grant as it is typed: `inter`, or `inter:municipality:44021`."""
    role, _, scope = text.partition(":")
    kind, _, value = scope.partition(":")
    return Grant(role, kind or "all", value)


def main() -> None:
    """What the installed command `toegankelijk` runs."""
    app()


@contextmanager
def _opened_database() -> Iterator[tuple[Settings, Database]]:
    with _plain_errors():
        settings = load_settings()
        prepare_data_dir(settings)
        with closing(Database(settings.database_url)) as database:
            database.migrate()
            yield settings, database


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except PlatformError as error:
        typer.echo(f"error: {error} [{error.slug}]", err=True)
        raise typer.Exit(WRONG_USE) from None


def _read_password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        typer.echo(f"error: cannot listen on {host}:{port}: {error.strerror}. Take another --port.", err=True)
        raise typer.Exit(WRONG_USE) from None
    return listener


def _now() -> datetime:
    return datetime.now(UTC)
