"""The place of an incident, both ways.

The core has one line for how to get in; ours says what each part of it is, so that it
can be taken apart again: `floor: 3; code: 5678`.
"""

from collections.abc import Iterator

from abs_contracts.messages.values import Location, Point
from msgspec import UNSET

from abs_ambulance_bridge.hub_sante.translation.fields import (
    NAME,
    filled,
    fitting,
    given,
    joined,
    taken_apart,
)
from abs_ambulance_bridge.hub_sante.types import rc_eda, rs_eda
from abs_ambulance_bridge.tree import Tree

Place = rc_eda.Location | rs_eda.Location

NUMBER = 20
ENTRY = {
    "at": "name",
    "building": "buildingName",
    "entrance": "entrance",
    "floor": "floor",
    "room": "roomNumber",
    "elevator": "elevator",
    "code": "accessCode",
    "bell": "interphone",
    "service": "entity",
    "phone": "phoneNumber",
    "note": "freetext",
}
"""Our word for a part of the line, and the profile's. The first that do not fit are left out."""
SEVERAL = " + "
"""Between the codes of more than one door."""
SHARED_ONLY = frozenset({"at", "bell", "service", "phone", "note"})
"""Names and free text: told only by a message that was written for every service."""


def location_of(place: Place) -> Location | None:
    """The core's location; None without a municipality, which the core needs."""
    city = None if place.city is UNSET else place.city
    municipality = fitting(city.name) if city else None
    if municipality is None:
        return None
    street, number = _street(place)
    return Location(
        municipality=municipality,
        street=street,
        number=number,
        road=_road(place),
        point=_point(place),
        access=joined(_entries(place), NAME),
    )


def _street(place: Place) -> tuple[str | None, str | None]:
    address = None if place.detailed_address is UNSET else place.detailed_address
    if address is None:
        return None, None
    way, number = given(address.way_name), fitting(address.number, NUMBER)
    if way is None or number is None:
        return fitting(address.complete), None
    return fitting(way.complete), number


def _road(place: Place) -> str | None:
    """`A12 Re 11,0`: name, direction and kilometre, when all three are there."""
    address = None if place.detailed_address is UNSET else place.detailed_address
    highway = given(address.highway) if isinstance(address, rs_eda.DetailedAddress) else None
    if highway is None:
        return None
    parts = [given(highway.name), given(highway.direction), given(highway.pk)]
    line = " ".join(part for part in parts if part)
    return fitting(line) if all(parts) and len(line.split(" ")) == len(parts) else None


def _point(place: Place) -> Point | None:
    geometry = None if place.geometry is UNSET else place.geometry
    if geometry is None or geometry.point is UNSET:
        return None
    point = geometry.point
    if not (-90 <= point.coord.lat <= 90 and -180 <= point.coord.lon <= 180):
        return None
    return Point(lat=float(point.coord.lat), lon=float(point.coord.lon))


def _entries(place: Place) -> Iterator[tuple[str, str]]:
    """The parts of the line, as far as this message may tell them."""
    access, shared = given(place.access), isinstance(place, rc_eda.Location)
    values: dict[str, str | None] = {"at": given(place.name), "note": given(place.freetext)}
    if access is not None:
        codes = given(access.access_code) or ()
        values |= {
            "building": given(access.building_name),
            "entrance": given(access.entrance),
            "floor": given(access.floor),
            "room": given(access.room_number),
            "elevator": given(access.elevator),
            "code": SEVERAL.join(codes),
            "bell": given(access.interphone),
            "service": given(access.entity),
            "phone": given(access.phone_number),
        }
    for word in ENTRY:
        text = values.get(word)
        if text and (shared or word not in SHARED_ONLY):
            yield word, text


def place_tree(location: Location, *, shared: bool) -> dict[str, Tree]:
    """The place as the profile writes it; `shared` is the form for every service."""
    note = {"note": location.access} if location.access else {}
    parts = taken_apart(location.access, ENTRY) or note
    access: dict[str, Tree] = {
        ENTRY[word]: [*text.split(SEVERAL)] if word == "code" else text
        for word, text in parts.items()
        if word not in ("at", "note")
    }
    return filled(
        {
            "name": parts.get("at"),
            "detailedAddress": _address(location, shared),
            "city": {"name": location.municipality},
            "access": filled(access),
            "geometry": None,
            "freetext": parts.get("note"),
        }
    )


def point_tree(point: Point, at: str) -> dict[str, Tree]:
    """A position; the core does not say how precise it is."""
    coord: dict[str, Tree] = {"lat": point.lat, "lon": point.lon, "precision": "INCONNUE"}
    return {"datetime": at, "point": {"coord": coord}}


def _address(location: Location, shared: bool) -> dict[str, Tree]:
    street, number = location.street, location.number
    tree: dict[str, Tree] = {}
    if street is not None:
        tree["complete"] = f"{number} {street}" if number else street
        tree["number"] = number
        tree["wayName"] = {"complete": street} if number else None
    if location.road is not None:
        tree.setdefault("complete", location.road)
        road = location.road.split(" ")
        if not shared and len(road) == 3:
            tree["highway"] = {"name": road[0], "direction": road[1], "pk": road[2]}
    return filled(tree)
