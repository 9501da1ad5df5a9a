"""The JSON of the public interface, as its description promises it: venues with answers, routes and verdicts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    """What all of them share: a value is never changed after it was made, and no key comes unannounced."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ErrorModel(Model):
    """The one shape of every refusal."""

    status: int = Field(description="The HTTP status once more.")
    error: str = Field(description="A permanent code, such as not-found.")
    message: str = Field(description="What is wrong and what to do about it.")


class MunicipalityModel(Model):
    """Where a venue is."""

    name: str
    nis_code: str = Field(description="The code of Statbel for the municipality of today.")


class AddressModel(Model):
    """The address; parts that nobody entered are empty."""

    street: str
    postcode: str
    locality: str


class LocationModel(Model):
    """WGS 84, in degrees."""

    lat: float
    lon: float


class VerdictModel(Model):
    """What a venue is worth to one user group."""

    group: str
    name: str = Field(description="The group in Dutch.")
    verdict: str = Field(description="zelfstandig, met_hulp, niet, onbekend or nvt.")
    level: str = Field(description="As verdict, or informatie: a niet of which everything is told.")
    provisional: bool = Field(description="It stands on a threshold that no named source confirms.")
    outdated: bool
    close_to_limit: bool


class VenueSummaryModel(Model):
    """A venue in a list."""

    id: UUID
    slug: str
    name: str
    venue_type: str
    sector: str
    municipality: MunicipalityModel
    address: AddressModel
    location: LocationModel | None
    page: str = Field(description="The address of the page for people.")
    is_example: bool = Field(description="The venue does not exist.")
    published_at: datetime
    verdicts: list[VerdictModel]


class VenueListModel(Model):
    """One page of a list."""

    items: list[VenueSummaryModel]
    total: int
    page: int
    per_page: int
    pages: int


class SizeModel(Model):
    """A width and a depth in centimetres."""

    width: float
    depth: float


ValueModel = bool | int | float | str | list[str] | SizeModel


class AnswerModel(Model):
    """One answer. Only a known one has a value: cm, m or % by field; a date and a code are text."""

    state: str = Field(description="known, unknown, not_applicable or could_not_enter.")
    value: ValueModel | None = None
    method: str = ""
    measured_on: date | None = None
    reference: str = Field(default="", description="The measurement that it comes from.")


class ElementModel(Model):
    """One thing in or around the venue; `parent` is what it is a part of or leads to."""

    id: str
    kind: str
    name: str
    parent: str | None
    floor: int | None
    unreachable: bool = Field(description="It was established that there is no way to it.")
    answers: dict[str, AnswerModel]


class RouteModel(Model):
    """A way to a destination: element ids in the order in which they are met."""

    id: str
    destination: str
    legs: list[str]


class BoundModel(Model):
    """What an answer has to fulfil: a limit, or one of some codes."""

    field: str
    comparison: str
    limit: float | None = None
    codes: list[bool | str] | None = None


class GapModel(BoundModel):
    """What the next better verdict asks, and how far the value has to rise (+) or fall (-)."""

    gives: str
    distance: float | None


class CriterionModel(Model):
    """One rule applied to one element."""

    rule: str
    rule_set: str
    element: str
    verdict: str
    veto: bool
    values: dict[str, AnswerModel]
    bounds: list[BoundModel]
    next_better: list[GapModel]
    missing: list[str]
    sources: list[str]
    mark: str | None = Field(description="V read in the source, M from memory, P a proposal.")
    provisional: bool
    close_to_limit: bool
    estimated: bool
    outdated: bool


class ElementResultModel(Model):
    """One element judged with its parts."""

    element: str
    kind: str
    verdict: str
    provisional: bool
    outdated: bool
    close_to_limit: bool
    limiting: list[str]
    unknown: list[str]
    missing_parts: list[str]
    criteria: list[CriterionModel]
    parts: list[ElementResultModel]


class RouteResultModel(Model):
    """One route judged: its worst leg decides."""

    route: str
    verdict: str
    provisional: bool
    legs: list[str]
    limiting: list[str]
    unknown: list[str]


class DestinationResultModel(Model):
    """One destination judged: its best route decides."""

    destination: str
    core: bool
    verdict: str
    provisional: bool
    best_route: str | None
    routes: list[RouteResultModel]
    without_route: list[str]
    unreachable: list[str]
    missing: list[str]


class GroupResultModel(Model):
    """The venue judged for one user group, with every reason."""

    group: str
    verdict: str
    level: str
    provisional: bool
    outdated: bool
    close_to_limit: bool
    limiting: list[str]
    unknown: list[str]
    destinations: list[DestinationResultModel]
    elements: list[ElementResultModel]


class ResultModel(Model):
    """One judging with one version of the rules."""

    venue: str
    rule_set: str
    judged_on: date
    groups: list[GroupResultModel]


class VenueModel(VenueSummaryModel):
    """A venue with everything that is known of it."""

    measured_on: date | None
    elements: list[ElementModel]
    routes: list[RouteModel]
    result: ResultModel | None
