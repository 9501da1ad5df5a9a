"""What a person had typed in a form that was refused, in the words of the form rather than in names of controls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from labels.catalogue import current_catalogue
from labels.definitions import Catalogue, Field

# A state has a control of its own, or stands among the choices of a question, where a colon keeps the two apart.
STATE_PART, STATE_MARK = "--state", ":"
HIDDEN = ("based_on",)


def typed_in_words(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Label and text of every control that a person filled in; those that only serve a question are left out."""
    return tuple(_lines(current_catalogue(), values))


def _lines(catalogue: Catalogue, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        key, _, part = name.partition("--")
        field = catalogue.fields.get(key)
        if not value.strip() or name in HIDDEN:
            continue
        if field is None:
            yield name, value
        elif not part or name.endswith(STATE_PART):
            yield field.nl, _in_words(catalogue, field, value.removeprefix(STATE_MARK))


def _in_words(catalogue: Catalogue, field: Field, value: str) -> str:
    if field.type == "yes_no" and value in ("yes", "no"):
        return catalogue.texts[f"word.{value}"]
    option = field.option(value)
    return option.nl if option else catalogue.texts.get(f"state.{value}", value)
