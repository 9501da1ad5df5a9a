"""The scanner beside a hand-written floor, in turn on the same pages: pages a minute, CPU-seconds, memory, findings.

    python bench/scan.py --peers FOLDER --npm FOLDER [--pages 40] [--seed 1] [--tabs 2] [--rounds 3]

`--peers` holds `measure.py`, `floor.mjs` (axe-core in a tight puppeteer-core loop) and `truth.py`; `--npm` is a
folder in which puppeteer-core and axe-core are installed. Figures are printed, nothing is asserted: the machine is
shared, so read the ratios of one run and the use of the rest of the machine beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    """Serve the site, run the scanner and the floor in turn, print a row for each and the ratios at the end."""
    options = _options()
    base, third = f"http://127.0.0.1:{options.port}", options.port + 1
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        server = subprocess.Popen(
            [*_command("serve", options), "--third-port", str(third)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_for(base)
            (folder / "urls.txt").write_text(_municipal_site("urls", options))
            (folder / "truth.json").write_text(_municipal_site("truth", options))
            rows = [row for _ in range(options.rounds) for row in _round(options, folder, third)]
        finally:
            server.terminate()
            server.wait()
    _print_ratios(rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--npm", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tabs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--port", type=int, default=8390)
    return parser.parse_args()


def _command(what: str, options: argparse.Namespace) -> list[str]:
    command = [sys.executable, "-m", "tests.sites.municipal_site", what, "--pages", str(options.pages)]
    return [*command, "--seed", str(options.seed), "--port", str(options.port)]


def _municipal_site(what: str, options: argparse.Namespace) -> str:
    return subprocess.run(_command(what, options), cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"{url}/__stats", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the site at {url} did not start")


def _round(options: argparse.Namespace, folder: Path, third: int) -> list[dict[str, object]]:
    urls, ours, floor = folder / "urls.txt", folder / "ours.json", folder / "floor.json"
    environment = {
        **os.environ,
        "TOEGANKELIJK_DATA_DIR": str(folder / "data"),
        "CHROME": shutil.which("chromium") or "chromium",
        "NPM": str(options.npm),
    }
    scanner = [sys.executable, "scan.py", "pages", "--urls", str(urls), "--out", str(ours), "--delay", "0"]
    scanner += ["--allow", f"127.0.0.1:{options.port}", "--allow", f"localhost:{third}", "--tabs", str(options.tabs)]
    node = ["node", str(options.peers / "floor.mjs"), "--urls", str(urls), "--tabs", str(options.tabs)]
    node += ["--settle", "250", "--json", str(floor)]
    rows = [
        _measured("scanner", scanner, options, folder, environment),
        _measured("floor", node, options, folder, environment),
    ]
    _as_floor_writes(ours)
    for row, result in zip(rows, (ours, floor), strict=True):
        answer = subprocess.run(
            [sys.executable, str(options.peers / "truth.py"), str(result), str(folder / "truth.json")],
            capture_output=True,
            text=True,
            check=True,
        )
        row.update(json.loads(answer.stdout))
        print(json.dumps(row), flush=True)
    return rows


def _measured(
    label: str, command: list[str], options: argparse.Namespace, folder: Path, environment: dict[str, str]
) -> dict[str, object]:
    """One command with its whole process tree, by the peers' own measuring stick."""
    out = folder / "measured.jsonl"
    measure = [sys.executable, str(options.peers / "measure.py"), "--label", label, "--out", str(out)]
    measure += ["--pages", str(options.pages), "--log", str(folder / f"{label}.log"), "--", *command]
    subprocess.run(measure, cwd=ROOT, check=True, env=environment, stderr=subprocess.DEVNULL)
    row: dict[str, object] = json.loads(out.read_text().splitlines()[-1])
    if row["rc"] != 0:
        raise SystemExit(f"{label} failed:\n{(folder / f'{label}.log').read_text()[-2000:]}")
    return row


def _as_floor_writes(path: Path) -> None:
    """Turn a scan's JSON into the shape that the floor writes, best practices left out."""
    found: dict[str, list[list[object]]] = {}
    for page in json.loads(path.read_text())["pages"]:
        failures = [f for f in page["findings"] if f["outcome"] == "fail" and not f["best_practice"]]
        found[page["url"]] = [[finding["rule"], [finding["target"]["selector"]]] for finding in failures]
    path.write_text(json.dumps({"findings": found}))


def _print_ratios(rows: list[dict[str, object]]) -> None:
    def figures(label: str, key: str) -> list[float]:
        return [float(str(row[key])) for row in rows if row["label"] == label]

    print(f"{'':16}{'scanner':>10}{'floor':>10}{'ratio':>8}")
    for key in ("cpu_s_per_page", "pages_per_min", "peak_pss_mb", "other_cpu"):
        ours, floor = figures("scanner", key), figures("floor", key)
        ratio = statistics.median(a / b for a, b in zip(ours, floor, strict=True)) if all(floor) else float("nan")
        print(f"{key:16}{statistics.median(ours):10.2f}{statistics.median(floor):10.2f}{ratio:8.2f}")


if __name__ == "__main__":
    main()
