"""Which of the hosts that a site links to look like parts of it: pure, with its vocabulary in data/hosts.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from ipaddress import ip_address

from crawler.canonical import host_of
from crawler.model import Reason, Visit, VisitStatus
from crawler.text import clean_text

MAX_PROPOSALS = 200
FOUND_ON_MAX = 2_000
_PORT = re.compile(r":\d+\Z")
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+\Z")


def hosts_met(visit: Visit) -> dict[str, str]:
    """Other hosts that a visit came upon: those that its page links to, services that it embeds, where it was sent.

    Every host comes with the address of the page; what stands on a page of another site is not looked at.
    """
    if visit.reason is Reason.OFF_SITE:
        return {host_of(visit.final_url): visit.url}
    if visit.facts is None or visit.status not in (VisitStatus.SCANNED, VisitStatus.PARTIAL):
        return {}
    embedded = [host for host in visit.facts.hosts if _is_service(_plain_name(host))]
    return dict.fromkeys([*map(host_of, visit.facts.links), *embedded], visit.url)


def propose_hosts(site_host: str, linked: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Of the hosts that a site links to (host -> page), those to propose: host -> (kind, page), bounded in number.

    A host below the site's own name is a `subdomain`; one with a service's word in it an `e_service`.
    """
    found: dict[str, tuple[str, str]] = {}
    for raw_name, page in linked.items():
        name = _plain_name(raw_name)
        kind = host_kind(name, site_host)
        if kind:
            found[name] = (kind, clean_text(page, FOUND_ON_MAX))
        if len(found) == MAX_PROPOSALS:
            break
    return found


def host_kind(name: str, site_host: str) -> str:
    """`subdomain`, `e_service`, or nothing when the host does not look like a part of the site."""
    own = site_host.lower().removeprefix("www.")
    if not _NAME.match(name) or name.removeprefix("www.") == own:
        return ""
    if name.endswith("." + own) and not _is_number(own):
        return "subdomain"
    return "e_service" if _is_service(name) else ""


def _plain_name(host: str) -> str:
    return _PORT.sub("", host.strip().lower()).rstrip(".")


def _is_service(name: str) -> bool:
    return any(word.startswith(_service_words()) for word in re.split(r"[.-]", name))


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
