"""Mistakes the platform raises; each has a permanent slug that docs/errors.md explains."""

from __future__ import annotations

from typing import Any


class PlatformError(Exception):
    """Base of all mistakes of this package; the text says what is wrong, where, and what to do."""

    slug = "platform"


class SettingsInvalid(PlatformError):
    """A setting in the environment cannot be used; the text names the variable."""

    slug = "settings-invalid"


class DataFolderUnusable(PlatformError):
    """The folder that everything is written to cannot be made or written."""

    slug = "data-folder-unusable"


class DatabaseUnavailable(PlatformError):
    """The database does not answer or cannot be opened."""

    slug = "database-unavailable"


class DatabaseFull(DatabaseUnavailable):
    """There is no room for what is to be written; nothing was written half."""

    slug = "database-full"


class DatabaseTooNew(PlatformError):
    """The database was made by a newer version of this program; nothing was written to it."""

    slug = "database-too-new"


class ReferenceDataInvalid(PlatformError):
    """A file of reference facts holds a row that cannot be used; the text names file and line."""

    slug = "reference-data-invalid"


class UnknownMunicipality(PlatformError):
    """No current municipality has this NIS code; for an old code the text names the successor's."""

    slug = "unknown-municipality"


class UnknownRecord(PlatformError):
    """No body, site, host or scan has this id."""

    slug = "unknown-record"


class SiteNotConfirmed(PlatformError):
    """The registry knows this address from memory only; a person must confirm it before it is scanned."""

    slug = "site-not-confirmed"


class ScanClosed(PlatformError):
    """A finished scan does not change any more."""

    slug = "scan-closed"


class ScanRunning(PlatformError):
    """The site is being scanned by a program that lives; one site is scanned by one program at a time."""

    slug = "scan-running"


class ScanTaken(PlatformError):
    """The scan has another owner by now: this program was silent for so long that it was taken for dead."""

    slug = "scan-taken"


class SubmissionConflict(PlatformError):
    """A submission key came a second time with other content; `first` is the result that the first one had."""

    slug = "submission-conflict"

    def __init__(self, explanation: str, first: dict[str, Any]) -> None:
        self.first = first
        super().__init__(explanation)


class InputRefused(PlatformError):
    """Input of a person that cannot be accepted: `field` names the form field, `key` the message to show."""

    slug = "input-refused"

    def __init__(self, field: str, key: str, explanation: str = "") -> None:
        self.field = field
        self.key = key
        super().__init__(explanation or f"{field}: {key}")


class RegistryError(InputRefused):
    """A change of the registry that cannot be accepted."""

    slug = "registry-refused"


class AccountError(InputRefused):
    """An account that cannot be made as asked."""

    slug = "account-refused"


class TextsIncomplete(PlatformError):
    """The file of Dutch texts lacks an entry or a field; the text names it."""

    slug = "texts-incomplete"


class VenueError(InputRefused):
    """What is said of a venue cannot be accepted."""

    slug = "venue-facts-refused"


class NotPermitted(PlatformError):
    """This person's grants do not cover this venue."""

    slug = "not-permitted"
