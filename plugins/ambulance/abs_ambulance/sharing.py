"""The little that everybody attached is told of patients: how many, and what to put on.

Facts 4.3: counts by triage class are shared, and of an infection the precaution and
never the diagnosis. No field here is free text, so none can tell more.
"""

from collections.abc import Sequence

from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Hazard, Scene

from abs_ambulance import desk
from abs_ambulance.request import Request, open_incident
from abs_core.sdk import Effect, Respond

COUNTED = {
    "t1": "T 1 Levensbedreigend",
    "t2": "T 2 Zwaar gewond",
    "t3": "T 3 Licht gewond",
    "t4": "T 4 Dodelijk gewond",
}
"""The shared characteristics of the triage classes."""


def count_casualties(request: Request, asked: desk.CountCasualties) -> Sequence[Effect]:
    """Set the characteristic of every class that is given."""
    incident = open_incident(request.state, asked.incident)
    orders = [
        request.order(
            f"count {field}",
            incident.id,
            inc.SetCharacteristic(name=name, values=(str(count),)),
        )
        for field, name in COUNTED.items()
        if (count := getattr(asked, field)) is not None
    ]
    return [*orders, Respond(key="answer", payload=desk.Stated(incident=incident.id))]


def warn_infection(request: Request, asked: desk.WarnInfection) -> Sequence[Effect]:
    """Add the precaution to what we stated of the scene before."""
    incident = open_incident(request.state, asked.incident)
    before = incident.safety.get(request.party)
    stands = before if before and before.scene is not Scene.SAFE else None
    hazards = stands.hazards if stands else ()
    said = inc.StateSafety(
        scene=stands.scene if stands else Scene.UNKNOWN,
        hazards=tuple(dict.fromkeys((*hazards, Hazard.INFECTION_PRECAUTION))),
        staging=stands.staging if stands else None,
        advice="Protect yourself: " + ", ".join(dict.fromkeys(asked.protection)),
    )
    return [
        request.order("safety", incident.id, said),
        Respond(key="answer", payload=desk.Stated(incident=incident.id)),
    ]
