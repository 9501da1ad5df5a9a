"""Values that many tests of the platform start from."""

from __future__ import annotations

from datetime import UTC, datetime

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
