"""The word lists that come with the crawler are whole, and a broken one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import CatalogueBroken
from crawler.vocabulary import FILE, read_vocabulary, vocabulary


def test_every_list_has_words_in_lower_case() -> None:
    words = vocabulary()
    for name in words.__dataclass_fields__:
        values = getattr(words, name)
        assert values, name
        assert all(value == value.lower().strip() for value in values), name


def test_no_word_means_two_things() -> None:
    words = vocabulary()
    assert not words.files_documents & words.files_resources
    assert not (words.noise_tracking | words.noise_session) & (words.traps_identifier | words.traps_filter)
    assert not words.traps_sort & words.traps_identifier


@pytest.mark.parametrize(
    ("old", "new"),
    [("[noise]", "[lawaai]"), ("tracking = [", "tracking = 5\nandere = ["), ("[files]", "[files"), ('"_ga"', "7")],
)
def test_a_broken_list_is_named_with_its_file(tmp_path: Path, old: str, new: str) -> None:
    file = tmp_path / "addresses.toml"
    file.write_text(FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueBroken, match=r"addresses\.toml"):
        read_vocabulary(file)
