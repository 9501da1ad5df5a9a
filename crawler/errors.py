"""Mistakes the crawler raises; what a website does wrong is a `VisitStatus`, never an exception that escapes."""

from __future__ import annotations


class CrawlerError(Exception):
    """Base of all mistakes of this package; `slug` is permanent and explained in docs/errors.md."""

    slug = "crawler"


class AddressRefused(CrawlerError):
    """An address that the guard does not let through; the text says which and how to allow it."""

    slug = "address-refused"


class BrowserUnavailable(CrawlerError):
    """No browser could be started or reached; the text says what to install or set."""

    slug = "browser-unavailable"


class EngineMissing(CrawlerError):
    """The axe-core script is not there; set-up has not run."""

    slug = "engine-missing"


class SiteUnreachable(CrawlerError):
    """Not one address of the site answered; the text carries the reason of the first."""

    slug = "site-unreachable"


class CatalogueBroken(CrawlerError):
    """A data file of this package is wrong; the text names the file, the entry and the remedy."""

    slug = "catalogue-broken"


class ScanFileError(CrawlerError):
    """A scan file that cannot be written or read; the text says which place is wrong."""

    slug = "scan-file"


class OutsideHours(CrawlerError):
    """The site is scanned at other hours only; nothing was asked of it."""

    slug = "outside-hours"
