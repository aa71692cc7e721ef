"""The sites in the care of KMar, and the units that it registers there.

Politiewet 2012, art. 4: airports and the security of civil aviation, borders, and
the police task for the armed forces at their sites.
"""

import enum
from collections.abc import Mapping
from typing import Annotated

import msgspec
from abs_contracts.messages.unit import RegisterUnit
from abs_contracts.messages.values import Location, Point
from abs_contracts.scalars import Code, Name
from msgspec import Meta

from abs_core.sdk import distance
from abs_kmar.files import table

Letters = Annotated[str, Meta(pattern=r"^[A-Z]{2}$")]
Digits = Annotated[str, Meta(pattern=r"^[0-9]{2}$")]


class SiteKind(enum.StrEnum):
    AIRPORT = "airport"
    BORDER = "border"
    DEFENCE = "defence"


class Site(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place and its post; `radius_km` is how far from its point the site reaches."""

    name: Name
    code: Letters
    kind: SiteKind
    municipality: Name
    point: Point
    radius_km: Annotated[float, Meta(gt=0, le=50)]
    units: Mapping[Digits, Code]


class Sites(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sites: tuple[Site, ...]
    demonstration: bool = False

    def units(self) -> dict[str, RegisterUnit]:
        """What to register, by unit id: `kmar-XX-NN`, its call sign being `KM XX.NN`."""
        return {
            f"kmar-{site.code}-{number}": RegisterUnit(
                call_sign=f"KM {site.code}.{number}", kind=kind, station=site.name
            )
            for site in self.sites
            for number, kind in site.units.items()
        }

    def home(self, name: str | None) -> Point | None:
        """Where the post of this name is."""
        return next((each.point for each in self.sites if each.name == name), None)

    def at(self, place: Location | None, kind: SiteKind | None) -> Site | None:
        """The site at a place: the nearest that reaches its point, or otherwise one that
        bears its name, or one of the kind in its municipality.
        """
        if place is None:
            return None
        if place.point is not None:
            away = ((kilometres(place.point, each.point), each) for each in self.sites)
            reached = [(km, each) for km, each in away if km <= each.radius_km]
            return min(reached, key=lambda each: (each[0], each[1].name))[1] if reached else None
        named = [each for each in self.sites if each.name == place.place]
        there = [each for each in self.sites if each.municipality == place.municipality]
        return next(iter([*named, *(each for each in there if each.kind == kind)]), None)

    def whose(self, place: Location | None, kind: SiteKind | None) -> Site | None:
        """The site at the place, or otherwise the nearest one of the kind."""
        found = self.at(place, kind)
        if found is not None or place is None or place.point is None:
            return found
        of_kind = [each for each in self.sites if each.kind == kind]
        point = place.point
        return min(
            of_kind, key=lambda each: (kilometres(point, each.point), each.name), default=None
        )


def kilometres(a: Point, b: Point) -> float:
    """As the crow flies, to a tenth: what a person reads."""
    return round(distance(a, b) / 1000, 1)


def load_sites(options: Mapping[str, str]) -> Sites:
    """The sites of option `sites`, or the demonstration's. Raises Refused."""
    return table("sites", Sites, options, "sites.toml")
