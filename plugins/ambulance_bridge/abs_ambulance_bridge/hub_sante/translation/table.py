"""The table of the profile: every type, and for every place in it what becomes of a value.

A row is about its place and all below it, until a longer one. `core` is where in the
core's messages the value goes; without it the value never leaves the ambulance side.
`loss` is why a value there may not come back from the core by itself.
"""

import functools

from abs_ambulance_bridge.hub_sante.catalogue import BY_NAME
from abs_ambulance_bridge.hub_sante.translation.rows import ROWS, Row
from abs_ambulance_bridge.losses import Reason
from abs_ambulance_bridge.profile import Handling, Kind

_KEPT: dict[str, tuple[tuple[str, ...], int]] = {
    "RC-EDA": (("/creation", "/location/city/name", "/initialAlert/reception"), 60),
    "RS-EDA": (("/creation", "/location/city/name", "/initialAlert/reception"), 60),
    "RS-SR": (("/state/datetime",), 25),
    "RS-DR": (("/request/requestId", "/request/datetime", "/request/purpose"), 60),
    "RS-RR": (("/requestId", "/response/datetime", "/response/answer"), 60),
    "RS-ER": (("/resource/*/vehicleType",), 30),
}
"""Per type: the places that the core itself must give back, and the least share (per cent)
of what may cross. A type without a row may be all about others' vehicles, or of ids."""


TOLD: dict[str, tuple[str, ...]] = {
    "RC-EDA": (
        "incident.opened", "incident.located/location", "incident.classified/classification",
        "incident.call_added", "incident.characteristic_set", "incident.note_added/text",
        "incident.safety_stated", "incident.prioritised/priority",
    ),
    "RS-EDA": (
        "incident.opened", "incident.located/location", "incident.classified/classification",
        "incident.call_added", "incident.safety_stated/advice", "incident.prioritised/priority",
        "incident.taken_up", "incident.closed_for_party",
    ),
    "RS-EDA-MAJ": (
        "incident.safety_stated/advice", "incident.prioritised/priority", "incident.taken_up",
        "incident.closed_for_party",
    ),
    "RC-RI": (
        "unit.registered/call_sign", "unit.registered/station", "unit.status_changed/status",
        "unit.status_changed/since", "incident.unit_assigned/call_sign",
    ),
    "RS-RI": (
        "unit.registered", "unit.status_changed/status", "unit.status_changed/since",
        "incident.unit_assigned",
    ),
    "RS-SR": ("unit.status_changed/status", "unit.status_changed/since"),
    "RS-DR": ("incident.note_added/text",),
    "RS-RR": ("incident.note_added/text",),
    "RS-ER": ("incident.note_added/text",),
    "GEO-POS": ("unit.status_changed/status", "unit.status_changed/since"),
    "GEO-RES": (
        "unit.registered/call_sign", "unit.registered/kind", "incident.unit_assigned/call_sign",
        "incident.unit_assigned/kind",
    ),
    "EMSI": (
        "incident.opened/exercise", "incident.note_added/text", "unit.registered/call_sign",
        "unit.registered/kind", "unit.status_changed/status", "incident.unit_assigned/call_sign",
        "incident.unit_assigned/kind",
    ),
}  # fmt: skip
"""Per type: the fields of the core's events that it may tell the outside; all there is to tell."""


def row_of(kind: str, where: str) -> Row | None:
    """The row of a place: its own, or the nearest above it."""
    rows = _ROWS_BY_PLACE[kind]
    while where and where not in rows:
        where = where.rpartition("/")[0]
    return rows.get(where)


_ROWS_BY_PLACE = {kind: {row.where: row for row in rows} for kind, rows in ROWS.items()}


@functools.lru_cache(maxsize=4096)
def reason(kind: str, where: str) -> Reason | None:
    """Why a value at this place of this type may not come back; None when it must."""
    row = row_of(kind, where)
    return row.loss if row else None


_VEHICLES = (
    "unit.register",
    "incident.assign_unit",
    "unit.report_status",
    "incident.release_unit",
)
COMMANDS: dict[str, tuple[str, ...]] = {
    "RC-EDA": (
        "incident.open", "incident.locate", "incident.classify", "incident.set_characteristic",
        "incident.state_safety", "incident.add_note", "incident.add_call", "incident.prioritise",
        "incident.close_for_party",
    ),
    "RS-EDA": (
        "incident.open", "incident.locate", "incident.classify", "incident.state_safety",
        "incident.add_call", "incident.prioritise", "incident.take_up", "incident.close_for_party",
    ),
    "RS-EDA-MAJ": (
        "incident.state_safety", "incident.prioritise", "incident.take_up",
        "incident.close_for_party",
    ),
    "RC-RI": _VEHICLES,
    "RS-RI": _VEHICLES,
    "RS-SR": ("unit.report_status", "incident.release_unit"),
    "RS-DR": ("incident.add_note", "incident.attach_party"),
    "RS-RR": ("incident.add_note",),
    "RS-ER": ("incident.take_up", "incident.add_note"),
    "GEO-POS": ("unit.report_status",),
    "GEO-RES": ("unit.register",),
    "EMSI": (
        "incident.open", "incident.classify", "incident.add_note", "unit.register",
        "unit.report_status", "incident.close_for_party",
    ),
}  # fmt: skip
"""Per type: every command that it can become. The types that are not here are private."""


def _kind(name: str) -> Kind:
    must_keep, floor = _KEPT.get(name, ((), 0))
    return Kind(
        name=name,
        title=BY_NAME[name].title,
        handling=Handling.MAPPED if name in COMMANDS else Handling.PRIVATE,
        core=COMMANDS.get(name, ()),
        must_keep=must_keep,
        floor=floor,
    )


KINDS: dict[str, Kind] = {name: _kind(name) for name in BY_NAME}
"""The types as the port shows them."""
