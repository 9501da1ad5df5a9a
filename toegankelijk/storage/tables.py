"""All tables together, for migrations: importing this module makes the metadata complete."""

from __future__ import annotations

from toegankelijk.storage import accounts, bodies, findings, labels, scans, surveys, trail, venues
from toegankelijk.storage.schema import Table

CONCEPTS = (accounts, bodies, findings, labels, scans, surveys, trail, venues)
METADATA = Table.metadata
