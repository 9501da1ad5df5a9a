"""Read the address of a website as a person types it: pure; what cannot be one is refused with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

URL_MAX = 2_000
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")


class AddressInvalid(ValueError):
    """The text is not the address of a website; `key` says why: missing, long, scheme, user, host or port."""

    def __init__(self, key: str, explanation: str) -> None:
        self.key = key
        super().__init__(explanation)


@dataclass(frozen=True, slots=True)
class SiteAddress:
    """The address of a website, with its host name in lower case, in ASCII and without port."""

    url: str
    host: str

    @property
    def hosts(self) -> tuple[str, str]:
        """The host without and with www: the names under which the same site may be known."""
        bare = self.host.removeprefix("www.")
        return bare, f"www.{bare}"

    @property
    def key(self) -> str:
        """What is equal for two spellings of one site: without scheme, www, port of the scheme and last slash."""
        parts = urlsplit(self.url)
        return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}".rstrip("?")


def parse_site_address(text: str) -> SiteAddress:
    """Read an address, with https:// where no scheme is given; raises `AddressInvalid`."""
    typed = text.strip()
    if not typed:
        raise AddressInvalid("url-missing", "Give the address of a website.")
    if len(typed) > URL_MAX:
        raise AddressInvalid("url-long", f"The address is longer than {URL_MAX} characters.")
    if not typed.isprintable() or any(character.isspace() for character in typed):
        raise AddressInvalid("url-invalid", f"{typed!r} is not an address: it holds a blank or a control character.")
    return _parse(typed if _SCHEME.match(typed) else f"https://{typed}")


def _parse(typed: str) -> SiteAddress:
    try:
        parts = urlsplit(typed)
        port = parts.port
    except ValueError:
        raise AddressInvalid("url-invalid", f"{typed!r} is not an address.") from None
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        raise AddressInvalid("url-scheme", f"{typed!r} is not an address of a website: it must begin with https://.")
    if parts.username is not None or parts.password is not None:
        raise AddressInvalid("url-user", "Give the address without user name and password.")
    host = _parse_host(parts.hostname or "", typed)
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port in (None, {"http": 80, "https": 443}[scheme]) else f"{shown}:{port}"
    return SiteAddress(urlunsplit((scheme, netloc, parts.path or "/", parts.query, "")), host)


def _parse_host(name: str, typed: str) -> str:
    try:
        return str(ip_address(name))
    except ValueError:
        pass
    try:
        host = name.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        host = ""
    labels = host.split(".")
    known = len(host) <= 253 and all(_LABEL.match(label) for label in labels)
    if not known or (len(labels) == 1 and host != "localhost"):
        raise AddressInvalid("url-host", f"{typed!r} has no usable host name.")
    return host
