"""An incident as police know it."""

import datetime as dt
from collections.abc import Mapping

import msgspec
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Classification, Location, Scene
from msgspec.structs import replace


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """`units` are our own, unit to kind; `scenes` what each party says of the scene."""

    id: str
    started: dt.datetime
    lead: str
    exercise: bool = False
    parties: tuple[str, ...] = ()
    classification: Classification | None = None
    location: Location | None = None
    priority: str | None = None
    units: Mapping[str, str] = {}
    scenes: Mapping[str, Scene] = {}
    arrived: dt.datetime | None = None
    overdue: bool = False


def changed(known: Incident, payload: msgspec.Struct, at: dt.datetime, party: str) -> Incident:
    """The incident after one more event of its own, which occurred `at`."""
    match payload:
        case inc.IncidentClassified(classification=classification):
            known = replace(known, classification=classification)
        case inc.IncidentLocated(location=location):
            known = replace(known, location=location)
        case inc.IncidentPrioritised(party=whose, priority=priority) if whose == party:
            known = replace(known, priority=priority)
        case inc.PartyAttached(party=attached):
            known = _attached(known, attached, at, party)
        case inc.PartyDetached(party=detached):
            known = replace(known, parties=tuple(p for p in known.parties if p != detached))
        case inc.LeadTransferred(lead=lead):
            known = replace(known, lead=lead)
        case inc.SafetyStated(party=whose, scene=scene):
            known = replace(known, scenes={**known.scenes, whose: scene})
        case inc.UnitAssigned(unit=unit, party=owner, kind=kind) if owner == party:
            known = replace(known, units={**known.units, unit: kind})
        case inc.UnitReleased(unit=unit, party=owner) if owner == party:
            known = replace(known, units={u: k for u, k in known.units.items() if u != unit})
    return known


def _attached(known: Incident, attached: str, at: dt.datetime, party: str) -> Incident:
    """Our own part begins anew when we are attached, and with it the response."""
    parties = (*(p for p in known.parties if p != attached), attached)
    known = replace(known, parties=parties)
    return replace(known, started=at, arrived=None, overdue=False) if attached == party else known
