"""The scanner against the known truth of the generated municipal site, for several seeds and sizes.

    python bench/municipal.py [--seeds 1,7,23,25] [--pages 40,100] [--tabs 2]

A row for each: whether the crawl found exactly the canonical pages, how many of the seeded defects that axe-core can
detect were found (late ones too), failures on seeded defects that the truth left to other checks ("more"), and every
failure that nobody seeded ("unexpected"). Figures are printed, nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.sites.municipal_site.server import Server, run_in_thread  # noqa: E402
from tests.sites.municipal_site.site import Site  # noqa: E402


@dataclass(frozen=True, slots=True)
class Place:
    """A failure as scanner and truth both name it."""

    url: str
    rule: str
    selector: str


def main() -> None:
    """Scan every site that was asked for and print its row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1,7,23,25")
    parser.add_argument("--pages", default="40,100")
    parser.add_argument("--tabs", default="2")
    parser.add_argument("--port", type=int, default=8490)
    options = parser.parse_args()
    port = options.port
    print(f"{'pages':>5} {'seed':>4} {'crawl':>10} {'found':>9} {'seconds':>8}  unexpected")
    for pages in map(int, options.pages.split(",")):
        for seed in map(int, options.seeds.split(",")):
            print(_row(pages, seed, port, options.tabs), flush=True)
            port += 2


def _row(pages: int, seed: int, port: int, tabs: str) -> str:
    site = Site(pages, seed)
    server = Server(site, port=port, third_port=port + 1)
    run_in_thread(server)
    begun = time.monotonic()
    scanned = _scan(server.base, port, tabs)
    seconds = time.monotonic() - begun
    wanted = {server.base + path for path in site.pages}
    visited = {page["url"] for page in scanned["pages"] if page["status"] == "scanned"}
    crawl = "exact" if visited == wanted else f"-{len(wanted - visited)} +{len(visited - wanted)}"
    truth = site.truth(server.base)
    expected = _expected(truth)
    found = _found(scanned)
    hits = {place for place in expected if any(_is_same(place, other) for other in found)}
    extra = [other for other in found if not any(_is_same(place, other) for place in expected)]
    seeded = {(url, defect["selector"]) for url, page in truth["pages"].items() for defect in page["defects"]}
    more = Counter(other.rule for other in extra if (other.url, other.selector) in seeded)
    unexpected = Counter(other.rule for other in extra if (other.url, other.selector) not in seeded)
    told = f"{dict(unexpected) or 'none'}{f', more: {dict(more)}' if more else ''}"
    return f"{pages:>5} {seed:>4} {crawl:>10} {len(hits)}/{len(expected):<5} {seconds:>8.0f}  {told}"


def _scan(base: str, port: int, tabs: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        out = Path(folder) / "scan.json"
        command = [sys.executable, "scan.py", "site", f"{base}/", "--out", str(out), "--pages", "500", "--tabs", tabs]
        command += ["--delay", "0", "--allow", f"127.0.0.1:{port}", "--allow", f"localhost:{port + 1}"]
        environment = {**os.environ, "TOEGANKELIJK_DATA_DIR": f"{folder}/data"}
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"the scan of {base} ended with code {done.returncode}:\n{done.stderr[-2000:]}")
        result: dict[str, Any] = json.loads(out.read_text())
        return result


def _expected(truth: dict[str, Any]) -> set[Place]:
    places = set()
    for url, page in truth["pages"].items():
        defects = [defect for defect in page["defects"] if defect["detectable_by"] == "axe"]
        places |= {Place(url, one["axe_rule"], one["selector"]) for one in [*defects, *truth["template_defects"]]}
    return places


def _found(scanned: dict[str, Any]) -> set[Place]:
    return {
        Place(page["url"], finding["rule"], finding["target"]["selector"])
        for page in scanned["pages"]
        for finding in page["findings"]
        if finding["outcome"] == "fail" and not finding["best_practice"]
    }


def _is_same(place: Place, other: Place) -> bool:
    """A defect of the whole page (its language, title, viewport) is found wherever on the page it is named."""
    is_of_page = place.selector in ("html", "title") or place.selector.startswith("meta")
    same_place = is_of_page or place.selector == other.selector
    return place.url == other.url and place.rule == other.rule and same_place


if __name__ == "__main__":
    main()
