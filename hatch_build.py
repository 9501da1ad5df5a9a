"""Build hook: a wheel or an editable install brings the browser parts that the crawler needs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))

from tools.vendor import fill_vendor


class VendorHook(BuildHookInterface[Any]):
    """Fills `crawler/_vendor/` before the files of the package are gathered; no work when the lock is unchanged."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  (hatchling's signature)
        """Called by hatchling before each wheel; a source distribution leaves the parts out and fetches them later."""
        if self.target_name == "wheel":
            fill_vendor(Path(self.root))
