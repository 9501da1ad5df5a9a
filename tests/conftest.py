"""The plugins of this test suite; fixtures live in tests/plugins/, next to what they are about."""

from __future__ import annotations

from importlib.util import find_spec

pytest_plugins = [
    "pytester",
    "tests.plugins.marks",
    "tests.plugins.network",
    "tests.plugins.serving",
    *(["tests.plugins.postgres"] if find_spec("tests.plugins.postgres") else []),
]
