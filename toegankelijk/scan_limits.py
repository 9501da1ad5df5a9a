"""The limits of a scan as the scan keeps them, so that what goes on later goes on as it began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from crawler.settings import ScanSettings

# What a machine or a start decides for itself: which addresses it may ask, its programs and folders, its hours.
_OF_THE_START = frozenset({"allow", "window", "chromium", "chromedriver", "axe_script", "work_dir"})


def limits_to_json(settings: ScanSettings) -> dict[str, Any]:
    """All limits that shape what a scan finds, and how fast it asks."""
    values = {name: getattr(settings, name) for name in _kept_names()}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def with_kept_limits(settings: ScanSettings, kept: Mapping[str, Any]) -> ScanSettings:
    """These settings with the limits that a scan began with; a limit that it did not know stays as it is here."""
    found = {name: _like(getattr(settings, name), kept[name]) for name in _kept_names() if name in kept}
    return replace(settings, **found)


def _kept_names() -> list[str]:
    return [field.name for field in fields(ScanSettings) if field.name not in _OF_THE_START]


def _like(here: Any, kept: Any) -> Any:
    if isinstance(here, tuple):
        return tuple(kept) if isinstance(kept, list) and len(kept) == len(here) else here
    if isinstance(here, float) and type(kept) in (int, float):
        return float(kept)
    return kept if type(kept) is type(here) else here
