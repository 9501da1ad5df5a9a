"""The plugins of this test suite; fixtures live in tests/plugins/, next to what they are about."""

from __future__ import annotations

pytest_plugins = [
    "pytester",
    "tests.plugins.marks",
    "tests.plugins.network",
    "tests.plugins.postgres",
    "tests.plugins.programs",
    "tests.plugins.properties",
    "tests.plugins.serving",
]
