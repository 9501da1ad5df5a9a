"""A small client of the browser's DevTools socket: calls with a time limit, events, one session per tab or frame."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from typing import Any

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import connect

Params = dict[str, Any]
Handler = Callable[[Params], None]

_CONNECT_S = 20.0


class DevToolsError(Exception):
    """The browser answered a call with an error, or could not answer it."""


class DevToolsTimeout(DevToolsError):
    """No answer within the limit of the call: the page is busy, hung, or gone."""


class BrowserGone(DevToolsError):
    """The socket is closed: the browser has ended."""


class _Waiter:
    __slots__ = ("done", "error", "gone", "result")

    def __init__(self) -> None:
        self.done = threading.Event()
        self.result: Params = {}
        self.error: str | None = None
        self.gone = False


class Connection:
    """One socket to one browser. A reader thread hands answers to the waiting callers and events to their handlers.

    Handlers run in the reader thread: they must be quick and may `send`, never `call`.
    """

    def __init__(self, url: str) -> None:
        self._opened = contextlib.ExitStack()
        try:
            self._socket = self._opened.enter_context(
                connect(url, max_size=None, compression=None, open_timeout=_CONNECT_S, ping_interval=None, proxy=None)
            )
        except (OSError, WebSocketException, TimeoutError) as error:
            raise BrowserGone(f"no DevTools socket at {url}: {error}") from error
        self._lock = threading.Lock()
        self._number = 0
        self._waiting: dict[int, _Waiter] = {}
        self._handlers: dict[tuple[str, str], Handler] = {}
        self.closed = threading.Event()
        self._reader = threading.Thread(target=self._read, name="devtools", daemon=True)
        self._reader.start()

    def on(self, method: str, handler: Handler, *, session: str = "") -> None:
        """Call `handler(params)` for each event `method` of the session ("" is the browser itself)."""
        self._handlers[session, method] = handler

    def forget(self, session: str) -> None:
        """Drop all handlers of a session that has ended."""
        for key in [key for key in self._handlers if key[0] == session]:
            self._handlers.pop(key, None)

    def send(self, method: str, params: Params | None = None, *, session: str = "") -> None:
        """Send a command and do not wait for its answer; a closed socket is silent here."""
        with contextlib.suppress(BrowserGone):
            self._post(method, params, session, None)

    def call(self, method: str, params: Params | None = None, *, session: str = "", timeout_s: float = 10.0) -> Params:
        """Send a command and return its result.

        Raises `DevToolsTimeout` after `timeout_s` seconds, `BrowserGone` when the socket closes, `DevToolsError`
        with the browser's text when it refuses.
        """
        waiter = _Waiter()
        number = self._post(method, params, session, waiter)
        if not waiter.done.wait(max(0.0, timeout_s)):
            self._waiting.pop(number, None)
            raise DevToolsTimeout(f"{method}: no answer within {timeout_s:.1f} s")
        if waiter.gone:
            raise BrowserGone(f"{method}: the browser has ended")
        if waiter.error is not None:
            raise DevToolsError(f"{method}: {waiter.error}")
        return waiter.result

    def close(self) -> None:
        """Close the socket; every waiting caller gets `BrowserGone`."""
        with contextlib.suppress(OSError, WebSocketException):
            self._opened.close()
        self._reader.join(timeout=5)

    def _post(self, method: str, params: Params | None, session: str, waiter: _Waiter | None) -> int:
        message: Params = {"method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        with self._lock:
            self._number += 1
            message["id"] = number = self._number
            if self.closed.is_set():
                raise BrowserGone(f"{method}: the browser has ended")
            if waiter is not None:
                self._waiting[number] = waiter
            try:
                self._socket.send(json.dumps(message))
            except (ConnectionClosed, OSError) as error:
                self._waiting.pop(number, None)
                raise BrowserGone(f"{method}: the browser has ended") from error
        return number

    def _read(self) -> None:
        try:
            for text in self._socket:
                self._dispatch(json.loads(text))
        except (ConnectionClosed, OSError):
            pass
        finally:
            self._end()

    def _dispatch(self, message: Params) -> None:
        number = message.get("id")
        if number is None:
            handler = self._handlers.get((message.get("sessionId", ""), message["method"]))
            if handler is not None:
                handler(message.get("params", {}))
            return
        waiter = self._waiting.pop(number, None)
        if waiter is None:
            return
        if "error" in message:
            waiter.error = str(message["error"].get("message", message["error"]))
        else:
            waiter.result = message.get("result", {})
        waiter.done.set()

    def _end(self) -> None:
        with self._lock:
            self.closed.set()
            waiting, self._waiting = list(self._waiting.values()), {}
        for waiter in waiting:
            waiter.gone = True
            waiter.done.set()


class Session:
    """The flattened DevTools session of one tab or cross-site frame."""

    def __init__(self, connection: Connection, session_id: str) -> None:
        self.connection = connection
        self.id = session_id

    def on(self, method: str, handler: Handler) -> None:
        """Call `handler(params)` for each event of this session."""
        self.connection.on(method, handler, session=self.id)

    def send(self, method: str, params: Params | None = None) -> None:
        """Send a command of this session without waiting."""
        self.connection.send(method, params, session=self.id)

    def call(self, method: str, params: Params | None = None, *, timeout_s: float = 10.0) -> Params:
        """Send a command of this session and wait for its result; errors as `Connection.call`."""
        return self.connection.call(method, params, session=self.id, timeout_s=timeout_s)

    def evaluate(self, expression: str, *, context: int, timeout_s: float, by_value: bool = True) -> Any:
        """The value of a JavaScript expression (a promise is awaited) in an execution context.

        Returns plain data, or the object id when `by_value` is False. Raises `DevToolsError` with the script's text
        when it throws.
        """
        answer = self.call(
            "Runtime.evaluate",
            {
                "expression": expression,
                "contextId": context,
                "awaitPromise": True,
                "returnByValue": by_value,
            },
            timeout_s=timeout_s,
        )
        if "exceptionDetails" in answer:
            raise DevToolsError(_script_error(answer["exceptionDetails"]))
        result = answer["result"]
        return result.get("value") if by_value else result.get("objectId")


def _script_error(details: Params) -> str:
    described = details.get("exception", {}).get("description") or details.get("text", "script error")
    return str(described)[:500]
