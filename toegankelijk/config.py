"""The settings of the platform: read once from the environment, whole and frozen."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from toegankelijk.errors import DataFolderUnusable, SettingsInvalid

DATABASE_FILE = "toegankelijk.sqlite3"


class Settings(BaseSettings):
    """Everything that differs between installations; each field is read from TOEGANKELIJK_<NAME IN CAPITALS>.

    All that the program writes lies under `data_dir`. Without `database_url` the database is a SQLite file there.
    """

    model_config = SettingsConfigDict(env_prefix="TOEGANKELIJK_", frozen=True, extra="ignore")

    data_dir: Path = Path("data")
    database_url: str = Field(default="", validate_default=True)
    public_url: str = "http://127.0.0.1:8000"
    contact_email: str = ""
    session_hours: int = Field(default=12, ge=1, le=24 * 31)
    chromium: str = ""
    chromedriver: str = ""
    grid_url: str = ""

    @field_validator("data_dir")
    @classmethod
    def _make_absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("database_url")
    @classmethod
    def _default_to_sqlite(cls, value: str, info: ValidationInfo) -> str:
        data_dir = info.data.get("data_dir")
        if value or data_dir is None:
            return value
        return f"sqlite:///{data_dir / DATABASE_FILE}"

    @field_validator("public_url")
    @classmethod
    def _require_web_address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("give the address with http:// or https://")
        return value.rstrip("/")

    @property
    def secure_cookies(self) -> bool:
        """Cookies travel over https alone as soon as the public address is one."""
        return self.public_url.startswith("https://")


def load_settings() -> Settings:
    """Read the settings from the environment; a value that cannot be used raises `SettingsInvalid` naming it."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"TOEGANKELIJK_{'_'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
            for fault in error.errors()
        )
        raise SettingsInvalid(faults) from None


def prepare_data_dir(settings: Settings) -> Path:
    """Make the data folder and prove that a file can be written there, or raise `DataFolderUnusable`."""
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".write-test-", dir=folder)
        os.close(handle)
        Path(name).unlink()
    except OSError as error:
        raise DataFolderUnusable(
            f"Cannot write to the folder {folder} ({error.strerror or error}). Make it writable, or name another "
            "folder in TOEGANKELIJK_DATA_DIR."
        ) from error
    return folder
