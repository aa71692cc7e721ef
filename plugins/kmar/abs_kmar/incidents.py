"""An incident as KMar knows it."""

from collections.abc import Mapping

import msgspec
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Classification, Location, Scene
from msgspec.structs import replace


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """`units` are our own, unit to kind; `scenes` what each party says of the scene."""

    id: str
    lead: str
    parties: tuple[str, ...] = ()
    classification: Classification | None = None
    location: Location | None = None
    units: Mapping[str, str] = {}
    scenes: Mapping[str, Scene] = {}


def changed(known: Incident, payload: msgspec.Struct, party: str) -> Incident:
    """The incident after one more event of its own."""
    match payload:
        case inc.IncidentClassified(classification=classification):
            known = replace(known, classification=classification)
        case inc.IncidentLocated(location=location):
            known = replace(known, location=location)
        case inc.PartyAttached(party=attached):
            others = tuple(p for p in known.parties if p != attached)
            known = replace(known, parties=(*others, attached))
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
