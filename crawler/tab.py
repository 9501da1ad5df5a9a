"""One tab of the browser: open an address, wait until the page is ready, reach its frames, read its facts."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from crawler.browser import Browser
from crawler.devtools import BrowserGone, DevToolsError, DevToolsTimeout, Params, Session
from crawler.guard import UNREACHABLE
from crawler.model import Reason
from crawler.scripts import QUIET
from crawler.settings import ScanSettings
from crawler.traffic import Traffic

WORLD = "toegankelijk"
_SLICE_S = 0.2
_NET_ERRORS = {
    "net::ERR_TOO_MANY_REDIRECTS": Reason.REDIRECT_LOOP,
    "net::ERR_INVALID_AUTH_CREDENTIALS": Reason.LOGIN,
    "net::ERR_NAME_NOT_RESOLVED": Reason.DNS,
    "net::ERR_TIMED_OUT": Reason.TIMEOUT_NAV,
}


class PageProblem(Exception):
    """Why a page could not be opened or judged; caught where the visit is made, never outside."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(detail or reason.value)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame of the page: its id and the session through which it is reached."""

    id: str
    session: Session


class Deadline:
    """The end of a page's time; every wait asks it how much is left."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, at_most: float = float("inf")) -> float:
        """Seconds left, never more than `at_most`; raises `PageProblem` when the time is over."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise PageProblem(Reason.TIMEOUT_WALL, "the page used up its whole time")
        return min(left, at_most)


class Tab:
    """A tab in a browser context. Not for use by several threads at once; `close` it when done or spoiled."""

    def __init__(self, browser: Browser, context: str, settings: ScanSettings) -> None:
        self.browser = browser
        self.settings = settings
        self.traffic = Traffic()
        self._loaded = threading.Event()
        self._crashed = threading.Event()
        self._frames: dict[str, Session] = {}
        self._context: int | None = None
        connection = browser.connection
        target = connection.call("Target.createTarget", {"url": "about:blank", "browserContextId": context})
        self.target: str = target["targetId"]
        attached = connection.call("Target.attachToTarget", {"targetId": self.target, "flatten": True})
        self.main = Session(connection, attached["sessionId"])
        self._listen(self.main)
        self.main.on("Page.loadEventFired", lambda _: self._loaded.set())
        self.main.on("Page.frameNavigated", self._navigated)
        self.main.on("Inspector.targetCrashed", lambda _: self._crash())
        for method in ("Page.enable", "Inspector.enable"):
            self.main.call(method)
        self._emulate(settings)

    def _emulate(self, settings: ScanSettings) -> None:
        width, height = settings.viewport
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.main.call("Emulation.setDeviceMetricsOverride", screen)
        scheme = [{"name": "prefers-color-scheme", "value": settings.colour_scheme}]
        self.main.call("Emulation.setEmulatedMedia", {"features": scheme})

    def preload(self, source: str) -> None:
        """Run a script in our world of every document of this tab, before the page's own scripts."""
        self.main.call("Page.addScriptToEvaluateOnNewDocument", {"source": source, "worldName": WORLD})

    def close(self) -> None:
        """Close the tab, hung or not."""
        self.browser.connection.send("Target.closeTarget", {"targetId": self.target})
        for session in (self.main, *self._frames.values()):
            self.browser.connection.forget(session.id)

    # -- opening ---------------------------------------------------------------------------------------------------
    def open(self, url: str, deadline: Deadline) -> bool:
        """Go to `url` and wait for its load event; True when that came, False when loading was cut off.

        Raises `PageProblem` when there is no page: refused, unreachable, a download, a crash, no answer in time.
        """
        self.traffic.clear()
        self._loaded.clear()
        self._frames.clear()
        self._context = None
        limit = deadline.left(self.settings.navigation_s)
        begun = time.monotonic()
        try:
            answer = self.main.call("Page.navigate", {"url": url}, timeout_s=limit)
        except DevToolsTimeout as error:
            raise PageProblem(Reason.TIMEOUT_NAV, f"no answer within {limit:.0f} s") from error
        except BrowserGone:
            raise
        except DevToolsError as error:
            raise PageProblem(Reason.UNREACHABLE, str(error)) from error
        if answer.get("isDownload"):
            raise PageProblem(Reason.DOWNLOAD)
        if error_text := answer.get("errorText"):
            raise self._network_problem(url, error_text)
        return self._await_load(max(0.0, limit - (time.monotonic() - begun)))

    def _await_load(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        # in slices: a browser that has ended sends no event any more and would be waited for in vain
        while not (loaded := self._loaded.wait(min(_SLICE_S, max(0.0, end - time.monotonic())))):
            if self.main.connection.closed.is_set():
                raise BrowserGone("the browser ended while the page was loading")
            if time.monotonic() >= end:
                break
        self._raise_if_lost()
        if not loaded:
            self.main.send("Page.stopLoading")
        return loaded

    @property
    def is_sandboxed(self) -> bool:
        """True when the page's own policy forbids it all script: nothing could be judged in it."""
        policy = str(self.traffic.document.get("headers", {}).get("content-security-policy", ""))
        words = next((part.split() for part in policy.lower().split(";") if part.split()[:1] == ["sandbox"]), [])
        return bool(words) and "allow-scripts" not in words

    def reopen_without_policy(self, url: str, deadline: Deadline) -> bool:
        """Open the page once more with its content security policy off: a sandboxed document runs no script."""
        self.main.call("Page.setBypassCSP", {"enabled": True})
        try:
            return self.open(url, deadline)
        finally:
            self.main.send("Page.setBypassCSP", {"enabled": False})

    def _network_problem(self, url: str, error_text: str) -> PageProblem:
        # the last address asked is the one that failed: a redirect may have led elsewhere
        asked = self.traffic.document.get("asked", url)
        host, port = _host_port(asked)
        outcome = self.browser.relay.log.outcome(host, port)
        if outcome is not None:
            return PageProblem(Reason(outcome), f"{host}:{port}" if outcome != UNREACHABLE else error_text)
        if error_text == "net::ERR_HTTP_RESPONSE_CODE_FAILURE":
            return status_problem(self.traffic.document.get("status", 0)) or PageProblem(Reason.EMPTY)
        if error_text == "net::ERR_ABORTED":
            return PageProblem(Reason.EMPTY, "the server gave no page (no content, or the navigation was called off)")
        if error_text.startswith(("net::ERR_CERT", "net::ERR_SSL")):
            return PageProblem(Reason.TLS, error_text)
        return PageProblem(_NET_ERRORS.get(error_text, Reason.UNREACHABLE), error_text)

    # -- readiness -------------------------------------------------------------------------------------------------
    def settle(self, deadline: Deadline) -> bool:
        """Wait until no request is open and the page has not changed for a while; False when the cap ended it."""
        quiet, end = self.settings.settle_quiet_s, Deadline(deadline.left(self.settings.settle_cap_s))
        try:
            while True:
                if not self.traffic.wait_until_none_pending(end.left()):
                    return False
                at_most = end.left()
                script = QUIET % {"quiet": int(quiet * 1000), "cap": int(at_most * 1000)}
                self.evaluate(script, timeout_s=deadline.left(at_most + self.settings.script_s))
                if self.traffic.quiet_for(quiet):
                    return True
        except PageProblem as problem:
            if problem.reason is not Reason.TIMEOUT_WALL:
                raise
            deadline.left()
            return False

    # -- scripts ---------------------------------------------------------------------------------------------------
    @property
    def frame(self) -> Frame:
        """The page's own, outermost frame."""
        return Frame(self.target, self.main)

    def evaluate(self, expression: str, *, timeout_s: float) -> Any:
        """The value of an expression in our isolated world of the page; a page that moves on is followed.

        Raises `PageProblem` when the page does not answer in time or has crashed.
        """
        end = time.monotonic() + timeout_s
        while True:
            try:
                left = max(0.05, end - time.monotonic())
                if self._context is None:
                    self._context = self.new_world(self.frame, timeout_s=min(left, self.settings.script_s))
                return self.main.evaluate(expression, context=self._context, timeout_s=left)
            except BrowserGone:
                raise
            except DevToolsTimeout as error:
                self._raise_if_lost()
                raise PageProblem(Reason.TIMEOUT_SCRIPT, str(error)) from error
            except DevToolsError as error:
                self._raise_if_lost()
                if not has_moved_on(error):
                    raise PageProblem(Reason.ENGINE_ERROR, str(error)) from error
                if time.monotonic() > end:
                    raise PageProblem(Reason.UNSETTLED, "the page keeps moving on to another document") from error
                self._context = None
                time.sleep(0.02)

    def new_world(self, frame: Frame, *, timeout_s: float) -> int:
        """An execution context in `frame` that shares its document but none of its scripts' globals."""
        params = {"frameId": frame.id, "worldName": WORLD}
        context: int = frame.session.call("Page.createIsolatedWorld", params, timeout_s=timeout_s)["executionContextId"]
        return context

    def main_world(self) -> int:
        """The context of `evaluate`, for several scripts that build on each other."""
        self.evaluate("1", timeout_s=self.settings.script_s)
        assert self._context is not None
        return self._context

    def frame_of(self, parent: Frame, node: Params) -> Frame | None:
        """The frame that a described frame element of `parent` holds, or None when it holds none."""
        frame_id = node.get("frameId")
        if frame_id is None:
            return None
        return Frame(frame_id, self._frames.get(frame_id, parent.session))

    # -- events (in the reader thread) -----------------------------------------------------------------------------
    def _listen(self, session: Session) -> None:
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.dataReceived", self._received)
        session.on("Page.javascriptDialogOpening", lambda event: self._dialog(session, event))
        session.on("Network.loadingFinished", self.traffic.ended)
        session.on("Network.loadingFailed", self.traffic.ended)
        session.on("Target.attachedToTarget", lambda event: self._frame_attached(session, event))
        # a certificate that is not trusted is noted, and the page is judged all the same (rule R23)
        session.send("Security.setIgnoreCertificateErrors", {"ignore": True})
        session.send("Network.enable", {"maxTotalBufferSize": 0, "maxResourceBufferSize": 0})
        session.send(
            "Target.setAutoAttach",
            {
                "autoAttach": True,
                "waitForDebuggerOnStart": True,
                "flatten": True,
                "filter": [{"type": "iframe"}, {"exclude": True}],
            },
        )

    def _frame_attached(self, parent: Session, event: Params) -> None:
        session = Session(parent.connection, event["sessionId"])
        self._frames[event["targetInfo"]["targetId"]] = session
        self._listen(session)
        session.send("Page.enable")
        session.send("Runtime.runIfWaitingForDebugger")

    def _asked(self, event: Params) -> None:
        if self._is_document(event):
            self.traffic.document = {"asked": event["request"]["url"]}
        self.traffic.asked(event)

    def _answered(self, event: Params) -> None:
        if self._is_document(event):
            response = event["response"]
            headers = {name.lower(): value for name, value in response.get("headers", {}).items()}
            self.traffic.document = {
                "asked": response["url"],
                "status": response["status"],
                "headers": headers,
                "is_trusted": response.get("securityState") != "insecure" or not response["url"].startswith("https:"),
            }

    def _is_document(self, event: Params) -> bool:
        return event.get("type") == "Document" and event.get("frameId") == self.target

    def _navigated(self, event: Params) -> None:
        if event["frame"]["id"] == self.target:
            self._context = None

    def _received(self, event: Params) -> None:
        if self.traffic.received(event, self.settings.max_page_bytes):
            self.main.send("Page.stopLoading")
            self._loaded.set()

    def _dialog(self, session: Session, event: Params) -> None:
        # leaving a page and reading a message are agreed to, questions are answered with no
        accept = event.get("type") in {"alert", "beforeunload"}
        session.send("Page.handleJavaScriptDialog", {"accept": accept})

    def _crash(self) -> None:
        self._crashed.set()
        self._loaded.set()

    def _raise_if_lost(self) -> None:
        if self._crashed.is_set():
            raise PageProblem(Reason.CRASHED, "the page crashed in the browser")
        if self.traffic.is_too_large:
            limit = self.settings.max_page_bytes // 1_000_000
            raise PageProblem(Reason.TOO_LARGE, f"the page and its parts are larger than {limit} MB")


def status_problem(status: int) -> PageProblem | None:
    """The problem that an HTTP status tells of, None for one that brings a page."""
    if status >= 500:
        return PageProblem(Reason.HTTP_5XX, f"HTTP {status}")
    if status >= 400:
        return PageProblem(Reason.HTTP_4XX, f"HTTP {status}")
    return None


def has_moved_on(error: DevToolsError) -> bool:
    """True for the error that a script meets when its document has made place for another one."""
    text = str(error)
    return any(
        part in text
        for part in (
            "Cannot find context",
            "context was destroyed",
            "context with given id not found",
            "Inspected target navigated",
            "No frame for given id",
        )
    )


def _host_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
