"""The fleet that the block registers when it starts: stations and their vehicles.

Option `fleet` names a file of the same form as `data/fleet-15.toml`; otherwise
option `region` picks one of the demonstration fleets that the package carries.
"""

import enum
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import msgspec
from abs_contracts.messages.unit import RegisterUnit
from abs_contracts.messages.values import Point
from abs_contracts.refusal import Refused
from abs_contracts.scalars import Code, Name
from msgspec import Meta

DEFAULT_REGION = "15"
Digits = Annotated[str, Meta(pattern=r"^[0-9]{2}$")]
Seconds = Annotated[int, Meta(ge=0, le=3600)]


class Crew(enum.StrEnum):
    """Who mans a station: people who wait there, or who come from home and work."""

    CAREER = "career"
    VOLUNTEER = "volunteer"


class TurnOut(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Seconds from alarm to leaving, by crew; the defaults are our own assumption."""

    career: Seconds = 90
    volunteer: Seconds = 240


class Driving(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the way is estimated: detour times the distance, in km/h; our own assumption."""

    detour: Annotated[float, Meta(ge=1, le=5)] = 1.3
    speed: Annotated[float, Meta(gt=0, le=200)] = 50.0


class Station(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A station is named by its place; vehicles are keyed by their function digits.

    `also` are other names of the place. Without a `point` nothing is said of times.
    """

    name: Name
    post: Digits
    vehicles: Mapping[Digits, Code]
    also: tuple[Name, ...] = ()
    municipality: Name | None = None
    point: Point | None = None
    crew: Crew = Crew.CAREER


class Fleet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    region: Digits
    stations: tuple[Station, ...]
    turn_out: TurnOut = TurnOut()
    driving: Driving = Driving()
    demonstration: bool = False

    def units(self) -> dict[str, RegisterUnit]:
        """What to register, by unit id: `fire-RR-PPFF`, its call sign being `RR-PPFF`."""
        units = {}
        for station in self.stations:
            for function, kind in station.vehicles.items():
                call_sign = f"{self.region}-{station.post}{function}"
                units[f"fire-{call_sign}"] = RegisterUnit(
                    call_sign=call_sign, kind=kind, station=station.name
                )
        return units


def load_fleet(options: Mapping[str, str]) -> Fleet:
    """The fleet that the options name. Raises Refused when there is none of that name."""
    if "fleet" in options:
        return _read(Path(options["fleet"]), "options.fleet")
    region = options.get("region", DEFAULT_REGION)
    file = resources.files("abs_fire").joinpath(f"data/fleet-{region}.toml")
    if not region.isdigit() or not file.is_file():
        raise Refused(
            rule="FIRE-004",
            what=f"there is no demonstration fleet for region {region!r}",
            where="options.region",
            fix=f"use region {DEFAULT_REGION!r}, or name a fleet file in options.fleet",
        )
    return _read(file, "options.region")


def _read(file: Traversable, where: str) -> Fleet:
    try:
        return msgspec.toml.decode(file.read_bytes(), type=Fleet)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise Refused(
            rule="FIRE-005",
            what=f"the fleet file {file} cannot be used: {error}",
            where=where,
            fix="give a readable TOML file with region and stations (name, post, vehicles)",
        ) from None
