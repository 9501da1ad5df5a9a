"""Which units each type of field has, how finely it is kept, and what a surveyor may type instead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldType:
    """A type of answer: `units` it may be kept in, `decimals` behind the comma, whether it counts whole things."""

    units: tuple[str, ...] = ("",)
    decimals: int = 0
    is_number: bool = False
    is_count: bool = False
    has_options: bool = False


FIELD_TYPES = {
    "length": FieldType(("cm",), 1, is_number=True),
    "slope": FieldType(("%",), 2, is_number=True),
    "distance": FieldType(("m",), 1, is_number=True),
    "number": FieldType(("kg", "mm", "m2"), 1, is_number=True),
    "force": FieldType(("N",), 1, is_number=True),
    "illuminance": FieldType(("lx",), 0, is_number=True),
    "reflectance": FieldType(("LRV",), 0, is_number=True),
    "sound": FieldType(("dB(A)",), 0, is_number=True),
    "count": FieldType(("", "days"), 0, is_number=True, is_count=True),
    "size": FieldType(("cm",), 1),
    "yes_no": FieldType(),
    "choice": FieldType(has_options=True),
    "choices": FieldType(has_options=True),
    "text": FieldType(),
    "url": FieldType(),
    "date": FieldType(),
}

TYPED_UNITS: dict[str, dict[str, float]] = {
    "cm": {"cm": 1, "m": 100, "mm": 0.1},
    "m": {"m": 1, "km": 1000, "cm": 0.01},
    "mm": {"mm": 1, "cm": 10},
    "kg": {"kg": 1, "ton": 1000},
    "m2": {"m2": 1, "m²": 1},
    "N": {"N": 1, "newton": 1},
    "lx": {"lx": 1, "lux": 1},
    "LRV": {"LRV": 1},
    "dB(A)": {"dB(A)": 1, "dB": 1},
    "%": {"%": 1},
    "days": {"dagen": 1, "dag": 1},
    "": {},
}
