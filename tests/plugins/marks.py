"""Write each test's marks into the junit report, so that CI can see which kinds of tests really ran."""

from __future__ import annotations

import pytest

PROPERTY = "mark"
RECORDED = ("browser", "postgres")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One `mark` property per recorded mark; pytest-xdist carries it from the worker to the report."""
    for item in items:
        for name in RECORDED:
            if item.get_closest_marker(name) is not None:
                item.user_properties.append((PROPERTY, name))
