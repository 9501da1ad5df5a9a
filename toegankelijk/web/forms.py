"""What a form page shows: values that were typed, errors beside their fields, keys against forging and doubling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import uuid6

from toegankelijk.reports.texts import load_texts

CSRF_FIELD = "csrf_token"
KEY_FIELD = "submission_key"
SECRET_FIELDS = frozenset({CSRF_FIELD, KEY_FIELD, "password", "next"})


@dataclass(frozen=True, slots=True)
class FieldError:
    """A problem, told in Dutch; `field` is empty when it is about the form as a whole."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is shown: empty, filled in from what is known, or posted with errors."""

    csrf_token: str
    submission_key: str
    values: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """The problem of a field, or nothing."""
        return next((error.message for error in self.errors if error.field == name), "")


def has_submission_key(posted: Mapping[str, str]) -> bool:
    """Whether the hidden key came along as we wrote it."""
    try:
        return bool(UUID(posted.get(KEY_FIELD, "")))
    except ValueError:
        return False


def empty_form(csrf_token: str, values: Mapping[str, str] | None = None) -> Form:
    """A form with a fresh submission key, so that sending it twice counts once."""
    return Form(csrf_token, str(uuid6.uuid7()), values or {})


def refused_form(
    posted: Mapping[str, str], csrf_token: str, problems: Iterable[tuple[str, str]], *, fields: Iterable[str]
) -> Form:
    """The form again with what was typed. `problems` are (field, key); one of no field in `fields` is about the whole.

    Nothing was written, so the submission key is still good; a missing one gets a fresh value.
    """
    known = frozenset(fields)
    errors = tuple(
        FieldError(name if name in known else "", load_texts().word("problem", key)) for name, key in problems
    )
    key = posted[KEY_FIELD] if has_submission_key(posted) else str(uuid6.uuid7())
    return Form(csrf_token, key, {name: posted.get(name, "") for name in known}, errors)
