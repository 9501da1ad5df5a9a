"""Mistakes this package raises; what a surveyor types wrongly is a `FieldProblem`, never an exception."""

from __future__ import annotations

from dataclasses import dataclass


class LabelsError(Exception):
    """Base of all mistakes of this package; `slug` is permanent and explained in docs/labels.md."""

    slug = "labels"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in the rule files: where it stands, what it is, what to do."""

    file: str
    entry: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.entry}: {self.problem}; {self.remedy}"


class CatalogueRefused(LabelsError):
    """The rule files contradict themselves, so nothing may be judged with them; carries every problem found."""

    slug = "catalogue-refused"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class VenueRefused(LabelsError):
    """A venue that does not fit the catalogue: a foreign id, an unknown field, a value of the wrong type."""

    slug = "venue-refused"
