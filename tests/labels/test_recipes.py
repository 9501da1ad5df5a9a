"""The recipes of docs/labels.md: a question or a rule is added by rows alone, and the document is kept true."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import labels
from labels.answers import Posted, parse_form
from labels.catalogue import RULES, RuleFiles, build_catalogue, read_rule_files
from labels.completeness import missing_required
from labels.definitions import Catalogue
from labels.describe import describe_criterion
from labels.errors import CatalogueRefused, LabelsError, VenueRefused
from labels.judge import judge_element
from labels.model import Element, Venue, Verdict

DOCUMENT = (Path(__file__).parents[2] / "docs" / "labels.md").read_text(encoding="utf-8")
TODAY = date(2026, 11, 23)


def _recipe(heading: str) -> str:
    """The example in the document below a heading."""
    return DOCUMENT.partition(f"### {heading}\n")[2].partition("```toml\n")[2].partition("```")[0]


def _catalogue_with_the_recipes() -> Catalogue:
    files = read_rule_files(RULES)

    def extended(name: str, rows: str) -> dict[str, object]:
        return tomllib.loads((RULES / name).read_text(encoding="utf-8") + "\n" + rows)

    issued = (RULES / "issued.toml").read_text(encoding="utf-8")
    issued = issued.replace("fields = [", 'fields = [\n  "desk.bell_height",')
    issued = issued.replace("criteria = [", 'criteria = [\n  "wh-desk-bell",')
    documents = {
        "elements/desk.toml": extended("elements/desk.toml", _recipe("Add a question")),
        "criteria/rolstoel-binnen.toml": extended("criteria/rolstoel-binnen.toml", _recipe("Add a criterion")),
        "issued.toml": tomllib.loads(issued),
    }
    return build_catalogue(RuleFiles({**files.documents, **documents}))


def test_a_question_and_a_criterion_are_added_by_rows_alone() -> None:
    catalogue = _catalogue_with_the_recipes()
    posted = {"desk.bell_height": Posted("1,3 m", method="tape")}
    form = parse_form(catalogue, "desk", posted, measured_on=TODAY, today=TODAY)
    venue = Venue("v", "museum", (Element("balie", "desk", form.answers),))
    result = judge_element(catalogue, venue, "balie", group="rolstoel", today=TODAY)
    bell = next(found for found in result.criteria if found.rule.id == "wh-desk-bell")
    assert (result.verdict, bell.verdict) == (Verdict.NO, Verdict.NO)
    assert describe_criterion(catalogue, venue, bell)[0].startswith("Balie: hoogte van de bel aan de balie 130 cm.")
    missing = {found.field for found in missing_required(catalogue, Venue("v", "museum", (Element("balie", "desk"),)))}
    assert "desk.bell_height" in missing


def test_the_document_names_every_module() -> None:
    folder = Path(labels.__file__).parent
    modules = {path.relative_to(folder).as_posix() for path in folder.rglob("*.py") if path.name != "__init__.py"}
    assert [name for name in sorted(modules) if f"`{name}`" not in DOCUMENT] == []


def test_the_document_explains_every_mistake_by_its_slug() -> None:
    for mistake in (LabelsError, CatalogueRefused, VenueRefused):
        assert f"`{mistake.slug}`" in DOCUMENT
