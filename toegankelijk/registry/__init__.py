"""The registry of public bodies and their websites: look up, correct, confirm, close, merge."""

from toegankelijk.errors import RegistryError, UnknownRecord
from toegankelijk.registry.read import (
    body_kinds,
    example_bodies,
    find_municipality,
    get_body,
    get_host,
    get_site,
    hosts_of,
    hosts_to_settle,
    provinces,
    search_bodies,
    sites_of,
    sites_to_confirm,
)
from toegankelijk.registry.reference import import_reference_data
from toegankelijk.registry.views import BodyRef, BodyView, HostView, Imported, Page, SiteView, may_scan
from toegankelijk.registry.write import (
    add_body,
    add_site,
    close_site,
    confirm_site,
    correct_site,
    mark_without_website,
    merge_sites,
    set_interval,
    settle_host,
)

__all__ = [
    "BodyRef",
    "BodyView",
    "HostView",
    "Imported",
    "Page",
    "RegistryError",
    "SiteView",
    "UnknownRecord",
    "add_body",
    "add_site",
    "body_kinds",
    "close_site",
    "confirm_site",
    "correct_site",
    "example_bodies",
    "find_municipality",
    "get_body",
    "get_host",
    "get_site",
    "hosts_of",
    "hosts_to_settle",
    "import_reference_data",
    "mark_without_website",
    "may_scan",
    "merge_sites",
    "provinces",
    "search_bodies",
    "set_interval",
    "settle_host",
    "sites_of",
    "sites_to_confirm",
]
