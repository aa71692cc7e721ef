"""The fleet that the block registers when it starts: teams, their places and their cars."""

from collections.abc import Mapping
from importlib import resources
from typing import Annotated

import msgspec
from abs_contracts.messages.unit import RegisterUnit
from abs_contracts.messages.values import Point
from abs_contracts.refusal import Refused
from abs_contracts.scalars import Code, Name
from msgspec import Meta

from abs_police.files import table

Letters = Annotated[str, Meta(pattern=r"^[A-Z]{2}$")]
Digits = Annotated[str, Meta(pattern=r"^[0-9]{2}$")]


class Team(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A team (basisteam): its place, and its units by the last two digits."""

    name: Name
    number: Digits
    place: Name
    point: Point | None = None
    units: Mapping[Digits, Code]


class Fleet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`code` is that of the police unit, which is the room's."""

    code: Letters
    teams: tuple[Team, ...]
    demonstration: bool = False

    def units(self) -> dict[str, RegisterUnit]:
        """What to register, by unit id: `police-XX-TT-NN`, its call sign being `XX TT.NN`."""
        return {
            f"police-{self.code}-{team.number}-{car}": RegisterUnit(
                call_sign=f"{self.code} {team.number}.{car}", kind=kind, station=team.name
            )
            for team in self.teams
            for car, kind in team.units.items()
        }

    def place(self, *names: str | None) -> Point | None:
        """About where a municipality or place is: where a team of it is."""
        return next((t.point for name in names for t in self.teams if t.place == name), None)

    def home(self, team: str | None) -> Point | None:
        """Where a team is, by its name."""
        return next((each.point for each in self.teams if each.name == team), None)


def load_fleet(room: str, options: Mapping[str, str]) -> Fleet:
    """The fleet file of option `fleet`, or the room's demonstration fleet. Raises Refused."""
    carried = f"fleet-{room}.toml"
    there = resources.files("abs_police").joinpath("data", carried).is_file()
    if "fleet" not in options and not there:
        raise Refused(
            rule="POLICE-004",
            what=f"there is no demonstration fleet for room {room!r}",
            where="options.fleet",
            fix="name a fleet file in the form of data/fleet-dh.toml",
        )
    return table("fleet", Fleet, options, carried)
