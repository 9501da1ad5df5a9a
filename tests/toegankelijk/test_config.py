"""Settings come from the environment once, and what cannot be used is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from toegankelijk.config import Settings, load_settings, prepare_data_dir
from toegankelijk.errors import DataFolderUnusable, SettingsInvalid


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "DATA_DIR", "PUBLIC_URL", "SESSION_HOURS"):
        monkeypatch.delenv(f"TOEGANKELIJK_{name}", raising=False)


def test_without_settings_everything_lies_in_the_folder_data(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/toegankelijk.sqlite3"
    assert not settings.secure_cookies


def test_the_database_moves_with_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TOEGANKELIJK_DATA_DIR", str(tmp_path / "elders"))
    assert load_settings().database_url == f"sqlite:///{tmp_path}/elders/toegankelijk.sqlite3"


def test_a_database_of_its_own_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOEGANKELIJK_DATABASE_URL", "postgresql://inter@/platform")
    assert load_settings().database_url == "postgresql://inter@/platform"


def test_cookies_are_secure_when_the_public_address_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOEGANKELIJK_PUBLIC_URL", "https://toegankelijk.example/")
    settings = load_settings()
    assert settings.secure_cookies
    assert settings.public_url == "https://toegankelijk.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [("PUBLIC_URL", "toegankelijk.example"), ("SESSION_HOURS", "nul"), ("SESSION_HOURS", "0")],
)
def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"TOEGANKELIJK_{name}", value)
    with pytest.raises(SettingsInvalid, match=f"TOEGANKELIJK_{name}"):
        load_settings()


def test_settings_do_not_change() -> None:
    settings = load_settings()
    with pytest.raises(ValidationError):
        settings.session_hours = 1


def test_the_data_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    folder = prepare_data_dir(Settings(data_dir=tmp_path / "nieuw" / "diep"))
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("geen map")
    with pytest.raises(DataFolderUnusable, match=r"bestand/data .*TOEGANKELIJK_DATA_DIR"):
        prepare_data_dir(Settings(data_dir=tmp_path / "bestand" / "data"))


def test_a_folder_that_cannot_be_written_is_named() -> None:
    with pytest.raises(DataFolderUnusable, match="/proc"):
        prepare_data_dir(Settings(data_dir=Path("/proc")))
