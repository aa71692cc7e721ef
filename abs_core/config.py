"""Configuration at the edge: a TOML file and `ABS_…` environment variables."""

import os
import tomllib
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from abs_core.sdk import ENTRY_POINTS

Token = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]


class PartyConfig(BaseModel):
    """One party of the room; `block` names an installed block, or nothing.

    `called_for`: the classes that call it, by default those of its discipline.
    `added_classes`: what its region adds to the national table.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    discipline: Discipline
    name: str
    block: str | None = None
    options: dict[str, str] = {}
    called_for: tuple[tuple[str, ...], ...] | None = None
    added_classes: tuple[tuple[str, ...], ...] = ()


NAMES = {
    Discipline.FIRE: "Brandweer Haaglanden",
    Discipline.POLICE: "Politie Den Haag",
    Discipline.AMBULANCE: "Ambulance Haaglanden",
    Discipline.KMAR: "Koninklijke Marechaussee",
}


def default_parties() -> dict[Token, PartyConfig]:
    """A party of each discipline, with the block of its name where that is installed."""
    installed = {point.name for point in entry_points(group=ENTRY_POINTS)}
    return {
        str(discipline): PartyConfig(
            discipline=discipline,
            name=name,
            block=str(discipline) if discipline in installed else None,
        )
        for discipline, name in NAMES.items()
    }


class Config(BaseSettings):
    """What `abs up` runs. Order: arguments, environment (`ABS_PORT=4222`), file, defaults."""

    model_config = SettingsConfigDict(
        env_prefix="ABS_", env_nested_delimiter="__", extra="forbid", frozen=True
    )
    room: Token = "dh"
    data: Path = Path(".abs")
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    cores: Annotated[int, Field(ge=1, le=16)] = 1
    max_file_store: Annotated[int, Field(ge=0)] = 0
    parties: dict[Token, PartyConfig] = Field(default_factory=default_parties)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic names it
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic names it
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def read(path: Path | None = None, **overrides: object) -> Config:
    """The configuration of this file (default `abs.toml`, if there is one) and environment.

    Raises Refused with the place of what is wrong.
    """
    chosen = path or Path("abs.toml")
    if path and not path.is_file():
        raise _refused(str(path), "there is no such file")

    class FileConfig(Config):
        model_config = SettingsConfigDict(toml_file=chosen)

    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return FileConfig(**given)  # type: ignore[arg-type]  # pydantic checks them
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _refused(str(chosen), f"is not TOML: {error}") from None
    except OSError as error:
        raise _refused(str(chosen), f"cannot be read: {error.strerror}") from None
    except SettingsError as error:
        raise _refused("the environment", f"{error}: {error.__cause__}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = [str(part) for part in first["loc"] if part != "[key]"]
        raise _refused(_where(place, chosen, given), first["msg"]) from None


def _where(place: list[str], file: Path, given: Mapping[str, object]) -> str:
    """Which of the sources a person has to look at, and where in it."""
    if place[:1] and place[0] in given:
        return f"argument {place[0]}"
    for depth in range(len(place), 0, -1):
        variable = f"ABS_{'__'.join(place[:depth])}".upper()
        if any(name.upper() == variable for name in os.environ):
            return "/".join([variable, *place[depth:]])
    return f"{file}: /{'/'.join(place)}"


def _refused(where: str, what: str) -> Refused:
    return Refused(
        rule="CONFIG-001",
        what=what,
        where=where,
        fix="see the example configuration in docs/running.md",
    )
