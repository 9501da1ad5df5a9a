"""Start, reach and end a Chromium of our own: one process group, one fresh profile, one relay for all its requests."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from crawler.devtools import BrowserGone, Connection, DevToolsError, Params
from crawler.errors import BrowserUnavailable
from crawler.guard import Relay
from crawler.processes import is_running
from crawler.settings import ScanSettings

FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--disable-breakpad",
    # parts of the browser's own window, which nobody sees: the address bar's pages alone cost a second of processor
    "--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,AiModeOmniboxEntryPoint",
    "--mute-audio",
    "--lang=nl-BE",
    "--accept-lang=nl-BE,nl",
    "--password-store=basic",
    "--use-mock-keychain",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    # the browser may not go round the relay, not even for loopback
    "--proxy-bypass-list=<-loopback>",
    # a dead-man's switch: at the end of this pipe Chromium ends itself, so it never outlives its parent
    "--remote-debugging-pipe",
    "--remote-debugging-port=0",
)
_START_S = 30.0
_END_S = 5.0
# A unix socket's path holds 107 characters at most, and Chromium adds up to 45 to its folder (sun_path in unix(7)).
_SOCKET_FOLDER_LENGTH = 60
_SCRATCH = "toegankelijk-browser-"


@dataclass(frozen=True, slots=True)
class _Process:
    """A Chromium process that leads its own group; `switch` are our ends of its dead-man's switch.

    `scratch` is its folder for sockets: the profile itself, or a short one where the profile's path is too long.
    """

    pid: int
    profile: Path
    scratch: Path
    switch: tuple[int, int]

    def has_ended(self) -> bool:
        """Reap the process when it has ended and say so."""
        try:
            return os.waitpid(self.pid, os.WNOHANG)[0] == self.pid
        except ChildProcessError:
            return True

    def end(self) -> None:
        """End the whole group, first politely, then for certain, and remove the profile."""
        for fd in self.switch:
            with contextlib.suppress(OSError):
                os.close(fd)
        deadline = time.monotonic() + _END_S
        while not (ended := self.has_ended()) and time.monotonic() < deadline:
            time.sleep(0.02)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        if not ended:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self.pid, 0)
        for folder in {self.profile, self.scratch}:
            _remove_folder(folder)


def _remove_folder(folder: Path) -> None:
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Browser:
    """A running Chromium: its DevTools connection, the relay of its requests, the address for other clients."""

    connection: Connection
    relay: Relay
    debugger_address: str
    _process: _Process

    @property
    def group(self) -> int:
        """The number of the group of its processes."""
        return self._process.pid

    @property
    def folders(self) -> tuple[Path, ...]:
        """Its profile, and its folder for sockets where that is another one."""
        return tuple(dict.fromkeys((self._process.profile, self._process.scratch)))

    def new_context(self) -> str:
        """A fresh set of cookies, cache and storage (one per site); its id."""
        context: str = self.connection.call("Target.createBrowserContext", {"disposeOnDetach": True})[
            "browserContextId"
        ]
        self.connection.call("Browser.setDownloadBehavior", {"behavior": "deny", "browserContextId": context})
        return context

    def is_alive(self) -> bool:
        """True while the browser answers on its socket and its process runs."""
        return not self.connection.closed.is_set() and not self._process.has_ended()

    def close(self) -> None:
        """End the browser, its process group, profile and relay; safe when it has died already."""
        with contextlib.suppress(DevToolsError):
            self.connection.call("Browser.close", timeout_s=2.0)
        self.connection.close()
        self._process.end()
        self.relay.__exit__()


def launch(settings: ScanSettings) -> Browser:
    """Start a Chromium; the caller closes it. Raises `BrowserUnavailable` with the remedy."""
    program = find_chromium(settings)
    relay = Relay(settings.allow).__enter__()
    process: _Process | None = None
    try:
        process = _start(program, _arguments(program, settings, relay.port), settings.work_dir)
        port, path = _debugging_port(process)
        connection = Connection(f"ws://127.0.0.1:{port}{path}")
    except (DevToolsError, OSError) as error:
        if process is not None:
            process.end()
        relay.__exit__()
        raise BrowserUnavailable(f"Chromium ({program}) did not start: {error}") from error
    except BrowserUnavailable:
        relay.__exit__()
        raise
    _close_popups(connection)
    return Browser(connection, relay, f"127.0.0.1:{port}", process)


def _close_popups(connection: Connection) -> None:
    """Close every window that a page opens: only our own tabs are visited."""

    def created(event: Params) -> None:
        target = event["targetInfo"]
        if target.get("openerId") and target["type"] == "page":
            connection.send("Target.closeTarget", {"targetId": target["targetId"]})

    connection.on("Target.targetCreated", created)
    connection.call("Target.setDiscoverTargets", {"discover": True, "filter": [{"type": "page"}]})


@contextlib.contextmanager
def running_browser(settings: ScanSettings) -> Iterator[Browser]:
    """A browser for the length of a `with` block."""
    browser = launch(settings)
    try:
        yield browser
    finally:
        browser.close()


@contextlib.contextmanager
def attached_driver(browser: Browser, settings: ScanSettings) -> Iterator[webdriver.Chrome]:
    """A Selenium driver attached to a running browser, for work that wants WebDriver's own input and waiting.

    Raises `BrowserUnavailable` when chromedriver is missing.
    """
    program = settings.chromedriver or shutil.which("chromedriver")
    if not program:
        raise BrowserUnavailable("chromedriver is not installed; on Debian: apt-get install chromium-driver")
    options = webdriver.ChromeOptions()
    options.debugger_address = browser.debugger_address
    driver = webdriver.Chrome(options=options, service=Service(program))
    try:
        yield driver
    finally:
        driver.service.stop()


def find_chromium(settings: ScanSettings) -> str:
    """The browser's program: the setting, else `chromium` or `google-chrome` on the path."""
    for name in (settings.chromium, "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    raise BrowserUnavailable(
        "Chromium is not installed; on Debian: apt-get install chromium chromium-driver, "
        "or name its program in TOEGANKELIJK_CHROMIUM"
    )


def browser_version(settings: ScanSettings) -> str:
    """Name and version of the browser that would be used, such as `Chromium/156.0.8078.79`."""
    return f"Chromium/{_full_version(find_chromium(settings))}"


@cache
def _full_version(program: str) -> str:
    try:
        answer = subprocess.run([program, "--version"], check=False, capture_output=True, text=True, timeout=_START_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BrowserUnavailable(f"{program} --version failed: {error}") from error
    found = re.search(r"\d+(\.\d+)+", answer.stdout)
    if not found:
        raise BrowserUnavailable(f"{program} --version does not say its version: {answer.stdout[:100]!r}")
    return found[0]


def user_agent(program: str, settings: ScanSettings) -> str:
    """What the browser calls itself: the ordinary form of its version, then who we are and where to read about us."""
    return (
        f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{_full_version(program).split('.')[0]}.0.0.0 Safari/537.36 {settings.user_agent_suffix}"
    )


def _arguments(program: str, settings: ScanSettings, relay_port: int) -> list[str]:
    width, height = settings.viewport
    arguments = [
        *FLAGS,
        f"--window-size={width},{height}",
        f"--proxy-server=socks5://127.0.0.1:{relay_port}",
        f"--user-agent={user_agent(program, settings)}",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return arguments


def _start(program: str, arguments: list[str], work_dir: Path) -> _Process:
    """Spawn Chromium as leader of its own group with our switch on its descriptors 3 and 4."""
    folder = work_dir / "browsers"
    folder.mkdir(parents=True, exist_ok=True)
    sweep_leftovers(work_dir)
    profile = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=folder))
    scratch = (
        profile
        if len(str(profile)) <= _SOCKET_FOLDER_LENGTH
        else Path(tempfile.mkdtemp(prefix=f"{_SCRATCH}{os.getpid()}-"))
    )
    command = [program, *arguments, f"--user-data-dir={profile}", "about:blank"]
    environment = {**os.environ, "TMPDIR": str(scratch), "XDG_CONFIG_HOME": str(profile), "LANGUAGE": "nl"}
    their_read, our_write = os.pipe()
    our_read, their_write = os.pipe()
    # descriptors above 4, so that neither dup2 below overwrites the other's source
    sources = [_above_four(their_read), _above_four(their_write)]
    null = os.open(os.devnull, os.O_RDWR)
    actions: list[tuple[int, ...]] = [(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)]
    actions += [(os.POSIX_SPAWN_DUP2, sources[0], 3), (os.POSIX_SPAWN_DUP2, sources[1], 4)]
    try:
        pid = os.posix_spawn(program, command, environment, file_actions=actions, setpgroup=0)
    except OSError:
        _remove_folder(profile)
        for fd in (our_write, our_read):
            os.close(fd)
        raise
    finally:
        for fd in (*sources, null):
            os.close(fd)
    return _Process(pid, profile, scratch, (our_write, our_read))


def sweep_leftovers(work_dir: Path) -> None:
    """Remove the folders of browsers whose owners were killed."""
    with contextlib.suppress(FileNotFoundError):
        _sweep((work_dir / "browsers").iterdir())
    _sweep(Path(tempfile.gettempdir()).glob(f"{_SCRATCH}*"))


def _sweep(folders: Iterable[Path]) -> None:
    """Remove the folders of browsers whose owner (its number begins the name) lives no more."""
    for folder in folders:
        owner = folder.name.removeprefix(_SCRATCH).partition("-")[0]
        if owner.isdigit() and not is_running(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _above_four(fd: int) -> int:
    if fd > 4:
        return fd
    moved = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 5)
    os.close(fd)
    return moved


def _debugging_port(process: _Process) -> tuple[int, str]:
    """Wait for the file in which Chromium writes its port and socket path."""
    file = process.profile / "DevToolsActivePort"
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        with contextlib.suppress(FileNotFoundError):
            lines = file.read_text("ascii").split("\n")
            if len(lines) >= 2 and lines[1]:
                return int(lines[0]), lines[1]
        if process.has_ended():
            raise BrowserGone("it ended at once; run it by hand to see why (missing libraries, no space, no fonts)")
        time.sleep(0.02)
    raise BrowserGone(f"it did not open its DevTools port within {_START_S:.0f} s")
