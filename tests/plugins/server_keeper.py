"""Run a server until standard input ends, then interrupt it and remove its folder: nothing outlives a killed test run.

`python server_keeper.py FOLDER PID_FILE COMMAND...`: the first line of PID_FILE is the server's own process id.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

PATIENCE_S = 20.0
LOOK_S = 0.5


def main(folder: str, pid_file: str, *command: str) -> None:
    """Start the server, wait for the end of standard input or of the server, clean up."""
    server = subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL)
    try:
        while server.poll() is None and not select.select([sys.stdin], [], [], LOOK_S)[0]:
            pass
    finally:
        _stop(server, Path(pid_file))
        shutil.rmtree(folder, ignore_errors=True)


def _stop(server: subprocess.Popen[bytes], pid_file: Path) -> None:
    with suppress(OSError, ValueError, IndexError):
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGINT)
    try:
        server.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
