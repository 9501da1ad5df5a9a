"""All tables together, for migrations: importing this module makes the metadata complete."""

from __future__ import annotations

from toegankelijk.storage import accounts, bodies, findings, scans, trail
from toegankelijk.storage.schema import Table

CONCEPTS = (accounts, bodies, findings, scans, trail)
METADATA = Table.metadata
