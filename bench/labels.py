"""Measures how long judging takes: loading the rules, one museum, and a thousand different ones.

Run as `python -m bench.labels`; needs nothing but the package itself.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from dataclasses import replace
from datetime import date
from statistics import median

from labels.answers import methods_for
from labels.catalogue import RULES, load_catalogue
from labels.completeness import missing_required
from labels.definitions import Catalogue, Field
from labels.exchange import result_to_json
from labels.judge import judge_venue
from labels.model import Answer, Element, Size, Value, Venue, known
from labels.routes import propose_routes
from labels.units import FIELD_TYPES

TODAY = date(2026, 11, 23)
PLACES = (
    ("plaats", "venue", None),
    ("plek", "parking", None),
    ("pad", "path", None),
    ("inkom", "entrance", None),
    ("inkomdeur", "door", "inkom"),
    ("zij-inkom", "entrance", None),
    ("zijdeur", "door", "zij-inkom"),
    ("helling", "ramp", "zij-inkom"),
    ("balie", "desk", None),
    ("hal", "circ", None),
    ("zaal", "circ", None),
    ("lift", "lift", None),
    ("wc", "toilet", None),
    ("wc-deur", "door", "wc"),
    ("wc-boven", "toilet", None),
    ("wc-boven-deur", "door", "wc-boven"),
)
FIXED: dict[tuple[str, str], Value] = {
    ("plaats", "venue.has_desk"): True,
    ("plaats", "venue.levels"): "lift",
    ("pad", "path.start"): "straat",
    ("hal", "circ.part"): "gang",
    ("zaal", "circ.part"): "tentoonstelling",
}
FLOORS = {"zaal": 1, "wc-boven": 1}


def random_museum(catalogue: Catalogue, number: int) -> Venue:
    """A museum with two entrances, a lift and two toilets, every question answered at random."""
    chance = random.Random(number)
    elements = tuple(
        Element(
            place,
            kind,
            {key: _answer(catalogue, place, catalogue.fields[key], chance) for key in catalogue.kinds[kind].fields},
            parent_id=parent,
            floor=FLOORS.get(place, 0),
        )
        for place, kind, parent in PLACES
    )
    venue = Venue(f"museum-{number}", "museum", elements)
    return replace(venue, routes=propose_routes(catalogue, venue))


def _answer(catalogue: Catalogue, place: str, field: Field, chance: random.Random) -> Answer:
    value = FIXED.get((place, field.key))
    method = methods_for(catalogue, field)[0].id
    return known(_value(field, chance) if value is None else value, method=method, measured_on=TODAY)


def _value(field: Field, chance: random.Random) -> Value:
    if field.hard is not None:
        low, high = field.hard.low or 0, min(field.hard.high or 0, (field.hard.low or 0) + 250)
        if FIELD_TYPES[field.type].is_count:
            return chance.choice((int(low), int(low), int(low) + 1, int(low) + 2))
        first, second = (round(chance.uniform(low, high), 1) for _ in range(2))
        return Size(first, second) if field.type == "size" else first
    if field.options:
        code = chance.choice(field.options).code
        return (code,) if field.type == "choices" else code
    return chance.random() < 0.5 if field.type == "yes_no" else "tekst"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venues", type=int, default=1000, help="how many museums to judge")
    wanted = parser.parse_args().venues

    started = time.perf_counter()
    catalogue = load_catalogue(RULES)
    loaded_s = time.perf_counter() - started
    venues = [random_museum(catalogue, number) for number in range(wanted)]

    times_ms = []
    levels: Counter[str] = Counter()
    started, started_cpu = time.perf_counter(), time.process_time()
    for venue in venues:
        began = time.perf_counter()
        result = judge_venue(catalogue, venue, today=TODAY)
        times_ms.append((time.perf_counter() - began) * 1000)
        levels.update(f"{group.group}: {group.level}" for group in result.groups)
    judged_s, cpu_s = time.perf_counter() - started, time.process_time() - started_cpu

    began = time.perf_counter()
    result_to_json(judge_venue(catalogue, venues[0], today=TODAY))
    with_json_ms = (time.perf_counter() - began) * 1000
    began = time.perf_counter()
    missing_required(catalogue, venues[0])
    missing_ms = (time.perf_counter() - began) * 1000

    answers = sum(len(element.answers) for element in venues[0].elements)
    print(f"rules {catalogue.version}: {len(catalogue.fields)} fields, {len(catalogue.criteria)} criteria")
    print(f"load and prove the rules      {loaded_s * 1000:8.1f} ms")
    print(f"one museum ({len(PLACES)} elements, {answers} answers, {len(venues[0].routes)} routes, all groups)")
    print(f"  judge, median               {median(times_ms):8.2f} ms")
    print(f"  judge, slowest              {max(times_ms):8.2f} ms")
    print(f"  judge and write as JSON     {with_json_ms:8.2f} ms")
    print(f"  what is missing to publish  {missing_ms:8.2f} ms")
    print(
        f"{wanted} museums               {judged_s:8.2f} s  ({wanted / judged_s:.0f} a second; processor {cpu_s:.2f} s)"
    )
    for level, count in sorted(levels.items()):
        print(f"  {level:28} {count:6}")


if __name__ == "__main__":
    main()
