"""Which day it is where the venues are."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


def day_in_flanders(moment: datetime) -> date:
    """The day that a moment (aware) falls on in Flanders."""
    return moment.astimezone(BRUSSELS).date()
