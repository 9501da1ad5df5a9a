"""One form per web address, and what an address alone tells: same page, same site, document; pure."""

from __future__ import annotations

import posixpath
import re
import socket
from functools import lru_cache
from urllib.parse import unquote, urljoin, urlsplit

import idna

from crawler.model import Site
from crawler.vocabulary import vocabulary

DEFAULT_PORTS = {"http": 80, "https": 443}

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE_IN_PATH = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]")
_ESCAPE_IN_QUERY = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")
_CONTROLS = "".join(map(chr, range(33)))
_HOST = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_NUMERIC_LABEL = re.compile(r"\d+|0[xX][0-9a-fA-F]*")

_TOKEN = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_-]{16,}")
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sessionid|sid)=[^/;]*|/\((?:[A-Z]\([^/()]*\))+\)", re.I)

_INDEX_DOCUMENT = re.compile(r"(?<=/)(?:index|default)\.(?:s?html?|xhtml|php\d?|aspx?|jspx?|cfm|do)$")


def canonical(url: str, *, base: str | None = None) -> str | None:
    """The one form of a web address, or None for anything that is not a usable http(s) address.

    Joined with `base` when given. Lower-case scheme and ASCII host, no credentials, default port, fragment, dot
    segments, session or campaign marks; escapes normalised, parameters sorted. A trailing slash, the case of the path
    and an index document stay, because asking without them may fail: `same_page_key` folds those.
    """
    return _canonical(url, base or "")


@lru_cache(maxsize=65_536)
def _canonical(url: str, base: str) -> str | None:
    try:
        text = _joined(url, base)
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = _host(parts.hostname or "")
    if parts.scheme not in DEFAULT_PORTS or host is None or port == 0:
        return None
    netloc = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    query = _query(parts.query)
    return f"{parts.scheme}://{netloc}{_path(parts.path)}{'?' if query else ''}{query}"


def _joined(url: str, base: str) -> str:
    text = re.sub(r"[\t\r\n]", "", url.strip(_CONTROLS))
    head, mark, tail = _before_query(text)
    if ":" not in head or head[:4].lower() == "http":
        text = head.replace("\\", "/") + mark + tail
    return urljoin(base, text) if base else text


def _before_query(text: str) -> tuple[str, str, str]:
    found = re.search(r"[?#]", text)
    if found is None:
        return text, "", ""
    return text[: found.start()], found.group(), text[found.end() :]


def _host(name: str) -> str | None:
    """The host as it is asked for: ASCII, IPv6 in brackets, odd spellings of IPv4 as four numbers; None if unusable."""
    if ":" in name:
        return f"[{name}]"
    name = unquote(name).rstrip(".").lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    if len(name) > 253 or not _HOST.fullmatch(name):
        return None
    if _NUMERIC_LABEL.fullmatch(name.rsplit(".", 1)[-1]):
        return _ipv4(name)
    return name


def _ipv4(name: str) -> str | None:
    try:
        return socket.inet_ntoa(socket.inet_aton(name))
    except OSError:
        return None


def _path(path: str) -> str:
    path = _ESCAPE_IN_PATH.sub(_escaped, path)
    path = _SESSION_IN_PATH.sub("", path)
    return _without_dots(path or "/")


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4; empty segments stay, since a server may mean something by them."""
    kept: list[str] = []
    segments = path.split("/")[1:] if path.startswith("/") else path.split("/")
    for segment in segments:
        if segment == "..":
            kept[-1:] = []
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _escaped(found: re.Match[str]) -> str:
    text = found.group()
    if len(text) == 3:
        char = chr(int(text[1:], 16))
        return char if char in _UNRESERVED else text.upper()
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "replace"))


def _query(query: str) -> str:
    parts = (part for part in _ESCAPE_IN_QUERY.sub(_escaped, query).split("&") if part.strip("="))
    return "&".join(sorted(part for part in parts if not _is_noise(*part.partition("=")[::2])))


def _is_noise(name: str, value: str) -> bool:
    name, words = unquote(name).lower(), vocabulary()
    if name in words.noise_tracking or name.startswith(words.noise_tracking_prefixes):
        return True
    if name in words.noise_session or name.startswith(words.noise_session_prefixes):
        return True
    return name in words.noise_maybe_session and _TOKEN.fullmatch(value) is not None


@lru_cache(maxsize=65_536)
def same_page_key(url: str) -> str:
    """Equal for spellings of one address: scheme, `www.`, trailing slash, case of the path, index document folded.

    Two addresses with one key are *expected* to be one page; the case of parameters counts, for they hold ids.
    """
    found = canonical(url)
    if found is None:
        return url.strip()
    parts = urlsplit(found)
    path = _INDEX_DOCUMENT.sub("", re.sub(r"/{2,}", "/", parts.path).lower()).rstrip("/")
    query = f"?{parts.query.replace('%20', '+')}" if parts.query else ""
    return f"{_bare_host(found)}{path or '/'}{query}"


def is_same_site(url: str, site: Site) -> bool:
    """True when the address lies on a host of the site: `www.` and the scheme do not matter, another port does."""
    return host_of(url) in site_hosts(site)


@lru_cache(maxsize=64)
def site_hosts(site: Site) -> frozenset[str]:
    """The hosts of a site, in the form of `host_of`."""
    extra = (host_of(host if "://" in host else f"https://{host}") for host in site.extra_hosts)
    return frozenset(host for host in (host_of(site.url), *extra) if host)


def host_of(url: str) -> str:
    """The host of an address without `www.`, with its port when that is not the scheme's own; "" if unusable."""
    found = canonical(url)
    return _bare_host(found) if found else ""


def _bare_host(found: str) -> str:
    return urlsplit(found).netloc.removeprefix("www.")


def host_and_port(url: str) -> tuple[str, int]:
    """What a connection for this address is made to; the host without brackets."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or DEFAULT_PORTS.get(parts.scheme, 0)


def parameters(url: str) -> tuple[tuple[str, str], ...]:
    """The parameters of a canonical address, decoded, in order; a bare one (`?nieuws`) has the value ""."""
    query = urlsplit(url).query
    return tuple(
        (unquote(name.replace("+", " ")), unquote(value.replace("+", " ")))
        for name, _, value in (part.partition("=") for part in query.split("&") if part)
    )


def document_kind(url: str) -> str | None:
    """`pdf`, `docx`, `odt` ... when the path names an office or PDF document, else None."""
    extension = _extension(url)
    return extension if extension in vocabulary().files_documents else None


def is_resource(url: str) -> bool:
    """True when the path names a picture, feed, calendar entry, archive or other file that is no page, no document."""
    return _extension(url) in vocabulary().files_resources


def _extension(url: str) -> str:
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return posixpath.splitext(unquote(path))[1][1:].lower()
