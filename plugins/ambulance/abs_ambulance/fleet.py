"""The fleet that the block registers when it starts: stations, vehicles, helicopters.

Option `fleet` names a file of the same form as `data/fleet-15.toml`; otherwise
option `region` picks one of the demonstration fleets that the package carries.
"""

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

from abs_ambulance.ride import HELICOPTER

DEFAULT_REGION = "15"
Region = Annotated[str, Meta(pattern=r"^[0-9]{2}$")]
Number = Annotated[str, Meta(pattern=r"^[0-9]{3}$")]
Called = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]{0,30}$")]


class Station(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A station is named by its place; vehicles are keyed by their three digits."""

    name: Name
    point: Point
    vehicles: Mapping[Number, Code]


class Helicopter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A trauma helicopter (MMT), whose call sign is no number of a region."""

    call_sign: Called
    base: Name
    point: Point


class Fleet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    region: Region
    stations: tuple[Station, ...]
    helicopters: tuple[Helicopter, ...] = ()
    demonstration: bool = False

    def units(self) -> dict[str, RegisterUnit]:
        """What to register, by unit id: `ambulance-RRNNN`, its call sign being `RRNNN`."""
        units = {}
        for station in self.stations:
            for number, kind in station.vehicles.items():
                call_sign = f"{self.region}{number}"
                units[f"ambulance-{call_sign}"] = RegisterUnit(
                    call_sign=call_sign, kind=kind, station=station.name
                )
        for each in self.helicopters:
            slug = each.call_sign.lower().replace(" ", "-")
            units[f"ambulance-{slug}"] = RegisterUnit(
                call_sign=each.call_sign, kind=HELICOPTER, station=each.base
            )
        return units

    def places(self) -> dict[str, Point]:
        """Where the stations and bases are, by name."""
        bases = {each.base: each.point for each in self.helicopters}
        return bases | {station.name: station.point for station in self.stations}


def plain(call_sign: str) -> str:
    """A call sign as people say it: `15-101` is `15101`. So one vehicle is one unit, whether
    this block or another system of the party registered it first (our own assumption)."""
    return "".join(letter for letter in call_sign.upper() if letter.isalnum())


def load_fleet(options: Mapping[str, str]) -> Fleet:
    """The fleet that the options name. Raises Refused when there is none of that name."""
    if "fleet" in options:
        return _read(Path(options["fleet"]), "options.fleet")
    region = options.get("region", DEFAULT_REGION)
    file = resources.files("abs_ambulance").joinpath(f"data/fleet-{region}.toml")
    if not region.isdigit() or not file.is_file():
        raise Refused(
            rule="AMBU-004",
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
            rule="AMBU-005",
            what=f"the fleet file {file} cannot be used: {error}",
            where=where,
            fix="give a readable TOML file with region and stations (name, point, vehicles)",
        ) from None
