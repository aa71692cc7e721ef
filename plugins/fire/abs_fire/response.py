"""Response times (opkomsttijden): norm and realised time, from what the block knows.

The clock runs from the room's taking of the first call to the arrival of the first
fire unit, by the time of the event and not of its news (Besluit veiligheidsregio's,
art. 3.2.1). Realised times are kept in a register that is fire's alone (art. 3.2.3).
An exercise has none.
"""

import datetime as dt
from collections.abc import Iterable

from abs_fire.contracts import (
    ResponseRecorded,
    Responses,
    ResponsesTold,
    ResponseTold,
)
from abs_fire.norms import Norms
from abs_fire.state import Incident, State
from abs_fire.vehicles import Vehicles

DELAY = "Delaycode brw"
TOLD_AT_MOST = 100


class Clock:
    """Tells the response time of an incident by these norms."""

    def __init__(self, norms: Norms, vehicles: Vehicles) -> None:
        self._norms = norms
        self._vehicles = vehicles

    def recorded(self, state: State, incident: Incident) -> ResponseRecorded | None:
        """The realised time as it stands; None before a fire unit was there."""
        arrivals = [
            (at, unit)
            for unit, at in incident.arrivals.items()
            # A call that became known later may have been taken after it: that ends no time.
            if at >= incident.accepted
            and unit in state.units
            and self._vehicles.responds(state.units[unit].kind)
        ]
        if incident.exercise or not arrivals:
            return None
        arrived, unit = min(arrivals)
        norm = self._norms.of(incident.classification, incident.characteristics)
        taken = arrived - incident.accepted
        return ResponseRecorded(
            incident=incident.id,
            accepted=incident.accepted,
            arrived=arrived,
            unit=unit,
            seconds=int(taken.total_seconds()),
            norm=norm.minutes if norm else None,
            object=norm.object if norm else None,
            met=taken <= dt.timedelta(minutes=norm.minutes) if norm else None,
            within_longest=taken <= dt.timedelta(minutes=self._norms.longest),
            delay=incident.characteristics.get(DELAY, ()),
            motive=incident.motive,
        )

    def news(self, state: State, incident: Incident) -> ResponseRecorded | None:
        """The realised time, if it is another than the one that was kept."""
        now = self.recorded(state, incident)
        return None if now == state.responses.get(incident.id) else now

    def told(self, state: State, incident: Incident) -> ResponseTold:
        norm = self._norms.of(incident.classification, incident.characteristics)
        accepted = incident.accepted
        return ResponseTold(
            incident=incident.id,
            accepted=accepted,
            latest=accepted + dt.timedelta(minutes=self._norms.longest),
            norm=norm.minutes if norm else None,
            object=norm.object if norm else None,
            due=accepted + dt.timedelta(minutes=norm.minutes) if norm else None,
            recorded=state.responses.get(incident.id),
        )


def register(responses: Iterable[ResponseRecorded], question: Responses) -> ResponsesTold:
    """The register for a span of time, the newest call first."""
    asked = sorted(
        (each for each in responses if _within(each, question)),
        key=lambda each: (each.accepted, each.incident),
        reverse=True,
    )
    return ResponsesTold(
        met=sum(each.met is True for each in asked),
        missed=sum(each.met is False for each in asked),
        without_norm=sum(each.met is None for each in asked),
        newest=tuple(asked[:TOLD_AT_MOST]),
    )


def _within(response: ResponseRecorded, question: Responses) -> bool:
    since, until = question.since, question.until
    at = response.accepted
    return (since is None or at >= since) and (until is None or at < until)
