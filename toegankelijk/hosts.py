"""Which of the hosts that a site links to look like parts of it: pure, with its vocabulary in data/hosts.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from ipaddress import ip_address

from toegankelijk.storage.text import clean_text

MAX_PROPOSALS = 200
FOUND_ON_MAX = 2_000
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+\Z")


def propose_hosts(site_host: str, linked: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Of the hosts that a site links to (host -> page), those to propose: host -> (kind, page), bounded in number.

    A host below the site's own name is a `subdomain`; one with a service's word in it an `e_service`.
    """
    found: dict[str, tuple[str, str]] = {}
    for raw_name, page in linked.items():
        name = raw_name.strip().lower().rstrip(".")
        kind = host_kind(name, site_host)
        if kind:
            found[name] = (kind, clean_text(page, FOUND_ON_MAX))
        if len(found) == MAX_PROPOSALS:
            break
    return found


def host_kind(name: str, site_host: str) -> str:
    """`subdomain`, `e_service`, or nothing when the host does not look like a part of the site."""
    own = site_host.lower().removeprefix("www.")
    if not _NAME.match(name) or name.removeprefix("www.") == own or _is_number(own):
        return ""
    if name.endswith("." + own):
        return "subdomain"
    words = re.split(r"[.-]", name)
    return "e_service" if any(word.startswith(_service_words()) for word in words) else ""


@lru_cache(maxsize=1)
def _service_words() -> tuple[str, ...]:
    text = (resources.files("toegankelijk") / "data" / "hosts.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["e_service"]["words"])


def _is_number(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
