"""Make the web application: settings and database in, every page wired, headers and error pages around them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from fastapi import Depends, FastAPI
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import toegankelijk
from labels.catalogue import current_catalogue
from toegankelijk.config import Settings
from toegankelijk.reports.texts import load_texts
from toegankelijk.storage.session import Database
from toegankelijk.web import admin, api, municipality, places, public, sign_in, surveys
from toegankelijk.web.csrf import guard_posts
from toegankelijk.web.errors import add_error_pages
from toegankelijk.web.headers import BoundedBodies, SecureAnswers
from toegankelijk.web.throttle import SignInThrottle

STATIC = Path(toegankelijk.__file__).parent / "static"
KEEP_A_YEAR = "public, max-age=31536000, immutable"


def utc_now() -> datetime:
    """The clock of a running installation."""
    return datetime.now(UTC)


def create_app(settings: Settings, database: Database, *, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """The application, ready to serve; the database must have been migrated. Broken texts and rules stop it here."""
    load_texts()
    current_catalogue()
    app = FastAPI(
        title="Toegankelijk",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(guard_posts)],
        middleware=[
            Middleware(SecureAnswers, is_https=settings.secure_cookies),
            Middleware(BoundedBodies),
        ],
    )
    app.state.settings = settings
    app.state.database = database
    app.state.clock = clock
    app.state.throttle = SignInThrottle()
    add_error_pages(app)
    for area in (public, places, municipality, sign_in, surveys, admin, api):
        app.include_router(area.router)
    app.mount("/static", VersionedFiles(directory=STATIC), name="static")
    return app


class VersionedFiles(StaticFiles):
    """Files that a browser may keep for good when the address carries a mark of their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in (200, 304):
            is_marked = scope["query_string"].startswith(b"v=")
            response.headers["Cache-Control"] = KEEP_A_YEAR if is_marked else "no-cache"
        return response
