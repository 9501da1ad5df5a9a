"""The Jinja environment that pages and report files share: escaping always on, an unknown name is a mistake."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from toegankelijk.reports.texts import load_texts

TEMPLATES = Path(__file__).parent.parent / "templates"
STYLESHEET = Path(__file__).parent.parent / "static" / "toegankelijk.css"
BRUSSELS = ZoneInfo("Europe/Brussels")


@cache
def template_environment() -> Environment:
    """The environment with our filters; templates get one typed page object and decide nothing."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        long_date=long_date, long_moment=long_moment, stored_date=stored_date, number=number, counted=counted
    )
    return environment


def long_date(day: date | datetime) -> str:
    """23 november 2026; a moment is first taken to Belgian time."""
    if isinstance(day, datetime):
        day = day.astimezone(BRUSSELS).date()
    return load_texts().pattern("date", day=day.day, month=load_texts().word("month", str(day.month)), year=day.year)


def long_moment(moment: datetime) -> str:
    """23 november 2026 om 14.05 uur, in Belgian time."""
    local = moment.astimezone(BRUSSELS)
    return load_texts().pattern("moment", date=long_date(local), hour=local.hour, minute=f"{local.minute:02d}")


def stored_date(text: str) -> str:
    """A date that came with a source: 2026-11-23 in words, a bare year or month as it is."""
    try:
        return long_date(date.fromisoformat(text))
    except ValueError:
        return text


def number(value: int) -> str:
    """1234567 as 1.234.567."""
    return f"{value:,}".replace(",", ".")


def counted(value: int, one: str, many: str) -> str:
    """A number with its noun: 1 pagina, 2 pagina's."""
    return f"{number(value)} {one if value == 1 else many}"
