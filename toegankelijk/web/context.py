"""What the application was made with, as the request handlers reach it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from fastapi import Request

from toegankelijk.config import Settings
from toegankelijk.storage.session import Database
from toegankelijk.web.throttle import SignInThrottle


def settings_of(request: Request) -> Settings:
    """The settings that the application was made with."""
    return cast(Settings, request.app.state.settings)


def database_of(request: Request) -> Database:
    """The database that the application was made with."""
    return cast(Database, request.app.state.database)


def throttle_of(request: Request) -> SignInThrottle:
    """The brake on sign-in of this process."""
    return cast(SignInThrottle, request.app.state.throttle)


def now_of(request: Request) -> datetime:
    """The time by the application's clock."""
    return cast(datetime, request.app.state.clock()).astimezone(UTC)
