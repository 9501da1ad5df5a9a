"""What the platform knows of a venue when an entry comes in: frozen, so that deciding needs no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from labels.model import Answer, Venue


@dataclass(frozen=True, slots=True)
class KnownVenue:
    """A venue as it is before an entry.

    `kinds` has the kind of every element it ever had, `foreign` which ids of the entry
    belong to other venues. `venue` is what holds today, `base` the answers that held when
    the form of the entry was made.
    """

    venue: Venue
    version: int
    kinds: Mapping[str, str]
    foreign: frozenset[str]
    base: Mapping[tuple[str, str], Answer]
