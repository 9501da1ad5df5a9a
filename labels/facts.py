"""The answers of one element as the rules see them: hidden questions hidden, parent and venue within reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from labels.definitions import Field
from labels.model import Answer, Element, State, Value
from labels.shapes import CodeTest, Condition, OrderTest, PartTest, RangeTest, Test, fields_of


class Reading(NamedTuple):
    """The state of a field here and now; `value` only when it is known."""

    state: State
    value: Value | None
    answer: Answer | None


UNASKED = Reading(State.UNKNOWN, None, None)
HIDDEN = Reading(State.NOT_APPLICABLE, None, None)


class Facts:
    """Reads fields of one element, of what it is a part of and of the venue; remembers what it has read."""

    __slots__ = ("_fields", "_parent", "_readings", "_venue", "element")

    def __init__(
        self, fields: Mapping[str, Field], element: Element, *, parent: Facts | None = None, venue: Facts | None = None
    ) -> None:
        self._fields = fields
        self._parent = parent
        self._venue = venue
        self._readings: dict[str, Reading] = {}
        self.element = element

    def read(self, key: str) -> Reading:
        """The state and value of a field; a question that does not arise is not applicable."""
        reading = self._readings.get(key)
        if reading is None:
            reading = self._readings[key] = self._read(key)
        return reading

    def _read(self, key: str) -> Reading:
        field = self._fields[key]
        if field.kind == self.element.kind:
            return self._read_own(field)
        for other in (self._parent, self._venue):
            if other is not None and other.element.kind == field.kind:
                return other.read(key)
        return UNASKED

    def _read_own(self, field: Field) -> Reading:
        if field.when:
            is_asked = self.holds(field.when)
            if is_asked is None:
                return UNASKED
            if not is_asked:
                return HIDDEN
        answer = self.element.answers.get(field.key)
        return UNASKED if answer is None else Reading(answer.state, answer.value, answer)

    def known_answers(self, keys: Iterable[str]) -> tuple[tuple[str, Answer], ...]:
        """The answers among these fields that are known and that count here."""
        readings = [(key, self.read(key)) for key in keys]
        return tuple(
            (key, reading.answer)
            for key, reading in readings
            if reading.state is State.KNOWN and reading.answer is not None
        )

    def holds(self, condition: Condition) -> bool | None:
        """Whether all tests hold; None when an unknown answer decides."""
        is_known = True
        for test in condition:
            outcome = self.passes(test)
            if outcome is False:
                return False
            if outcome is None:
                is_known = False
        return True if is_known else None

    def passes(self, test: Test) -> bool | None:
        """Whether one test holds; a question that does not arise fails it, an unknown answer gives None."""
        if isinstance(test, PartTest):
            kind = self._parent.element.kind if self._parent is not None else ""
            return (kind in test.kinds) is test.wanted
        reading = self.read(test.field)
        if reading.state is not State.KNOWN:
            return False if reading.state is State.NOT_APPLICABLE else None
        if isinstance(test, OrderTest):
            return self._keeps_order(reading.value, self.read(test.at_most))
        return _value_passes(test, reading.value)

    @staticmethod
    def _keeps_order(value: Value | None, most: Reading) -> bool | None:
        if most.state is not State.KNOWN:
            return None
        if isinstance(value, int | float) and isinstance(most.value, int | float):
            return value <= most.value
        return None

    def deciding_keys(self, key: str) -> tuple[str, ...]:
        """The fields that decide whether a question arises at all."""
        return fields_of(self._fields[key].when)

    def open_keys(self, key: str) -> tuple[str, ...]:
        """The fields that have to be answered before this one is known: itself, or what decides if it is asked."""
        field = self._fields[key]
        if field.when and field.kind == self.element.kind and self.holds(field.when) is None:
            return self.open_keys_of(field.when)
        return (key,)

    def open_keys_of(self, condition: Condition) -> tuple[str, ...]:
        """The fields whose unknown answers keep a condition from being decided."""
        keys: dict[str, None] = {}
        for test in condition:
            if not isinstance(test, PartTest) and self.passes(test) is None:
                named = (test.field, test.at_most) if isinstance(test, OrderTest) else (test.field,)
                unknown = (key for key in named if self.read(key).state in (State.UNKNOWN, State.COULD_NOT_ENTER))
                keys.update(dict.fromkeys(open_key for key in unknown for open_key in self.open_keys(key)))
        return tuple(keys)


def _value_passes(test: RangeTest | CodeTest, value: Value | None) -> bool:
    if isinstance(test, RangeTest):
        return isinstance(value, int | float) and value in test.range
    if isinstance(value, tuple):
        return bool(test.codes.intersection(value)) is test.wanted
    return (value in test.codes) is test.wanted
