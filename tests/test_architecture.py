"""Layers, names, sizes and documents are as the house says; a document that is no longer true fails here."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import scan
from crawler.errors import CrawlerError
from toegankelijk import cli
from toegankelijk.config import Settings
from toegankelijk.demo.museum import ExampleRefused
from toegankelijk.demo.prepare import DemoRefused
from toegankelijk.errors import PlatformError
from toegankelijk.labelling import PublishRefused
from toegankelijk.surveys import SurveyConflict, SurveyError

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("labels", "crawler", "toegankelijk")
NAMELESS = {"common", "core", "utils", "util", "helpers", "helper", "base", "misc", "shared", "lib"}
MOST_LINES = 400
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# Our own generator of test websites, older than the house: not held to its style.
EXEMPT = ROOT / "tests" / "sites" / "municipal_site"


def own_modules() -> list[Path]:
    folders = (*PACKAGES, "tools", "tests")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if EXEMPT not in path.parents]
    return sorted([*found, ROOT / "scan.py", ROOT / "hatch_build.py"])


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def first_column(document: str, heading: str) -> set[str]:
    """The names in backticks in the first column of the tables under a heading."""
    section = re.split(r"^#+ ", document.partition(f"### {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    cells = re.findall(r"^\| ([^|]*) \|", section, flags=re.MULTILINE)
    return {name.rstrip("/") for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def entries_of(folder: Path) -> set[str]:
    hidden = ("__pycache__", "__init__.py", "py.typed", "_vendor")
    return {path.name for path in folder.iterdir() if path.name not in hidden and not path.name.startswith(".")}


def test_imports_point_in_one_direction() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_module_says_what_it_is_for_in_one_sentence() -> None:
    silent = []
    for path in own_modules():
        first = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n\n")[0]
        if not first.rstrip('"').endswith("."):
            silent.append(str(path.relative_to(ROOT)))
    assert silent == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = {path.stem.strip("_") for path in own_modules()} | {path.parent.name for path in own_modules()}
    assert not named & NAMELESS


def test_no_module_of_the_product_is_longer_than_one_reason_to_change() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in own_modules()
        if ROOT / "tests" not in path.parents and (lines := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_file_of_others_is_in_the_repository() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone, so there is no list of tracked files")
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    tracked = done.stdout.splitlines()
    assert tracked
    foreign = re.compile(
        r"(^|/)(_vendor|node_modules|site-packages|dist-packages)/|\.min\.(js|css)$|\.(whl|jar|woff2?)$"
    )
    assert [name for name in tracked if foreign.search(name)] == []


def test_the_picture_of_the_architecture_names_every_package_and_their_parts() -> None:
    picture = text_of("docs/architecture.md")
    for package in (*PACKAGES, "tools", "tests"):
        assert f"`{package}/`" in picture
    for package in ("crawler", "toegankelijk"):
        told = first_column(picture, f"`{package}/`") - {"_vendor"}
        there = entries_of(ROOT / package)
        assert (told - there, there - told) == (set(), set()), f"docs/architecture.md, section {package}"


def test_the_readme_sets_up_with_exactly_two_commands() -> None:
    start = text_of("README.md").partition("## Start")[2].partition("\n## ")[0]
    assert re.findall(r"```sh\n(.*?)```", start, flags=re.DOTALL) == ["make demo\nmake test\n"]


@pytest.mark.parametrize(("program", "app"), [("scan.py", scan.app), ("toegankelijk", cli.app)])
def test_the_readme_lists_every_command(program: str, app: typer.Typer) -> None:
    listed = set(re.findall(rf"^\| `{re.escape(program)} ([a-z-]+)", text_of("README.md"), flags=re.MULTILINE))
    assert listed == {
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    }


def test_the_readme_explains_every_setting() -> None:
    listed = set(re.findall(r"`TOEGANKELIJK_(\w+)`", text_of("README.md")))
    assert listed == {name.upper() for name in Settings.model_fields}


def test_make_help_lists_every_target() -> None:
    makefile = text_of("Makefile")
    targets = set(re.findall(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)[0].split())
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert targets == set(re.findall(r"^  make (\w+)", done.stdout, flags=re.MULTILINE))


def slugs_of(mistake: type[Exception]) -> set[str]:
    """The slugs of a class of mistakes and of all classes below it, that gave themselves one."""
    below = {slug for kind in mistake.__subclasses__() for slug in slugs_of(kind)}
    return below | ({str(vars(mistake)["slug"])} if "slug" in vars(mistake) else set())


def test_every_slug_of_a_mistake_is_explained_and_no_other() -> None:
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", text_of("docs/errors.md"), flags=re.MULTILINE))
    elsewhere = {kind.slug for kind in (DemoRefused, ExampleRefused, PublishRefused, SurveyConflict, SurveyError)}
    assert listed == slugs_of(CrawlerError) | slugs_of(PlatformError) | elsewhere


def test_links_between_documents_lead_somewhere() -> None:
    dead = [
        f"{document.relative_to(ROOT)}: {link}"
        for document in DOCUMENTS
        for link in re.findall(r"\]\((?!https?:|mailto:)([^)#]+)", document.read_text("utf-8"))
        if not (document.parent / link).exists()
    ]
    assert dead == []


def test_decisions_are_numbered_without_gaps() -> None:
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def test_the_roadmap_has_one_line_for_each_piece_of_work() -> None:
    pieces = re.findall(r"^- \*\*([A-D]\d),", text_of("docs/roadmap.md"), flags=re.MULTILINE)
    assert pieces == ["A1", "A2", "B1", "B2", "C1", "C2", "D1", "D2"]
