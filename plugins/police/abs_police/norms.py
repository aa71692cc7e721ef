"""Response norms: from acceptance to the first unit on scene, per priority.

Priority 1 means a threat to life: on scene within 15 minutes, in 90 % of cases
(the police's own published target). Priority 2 is urgent: 30 minutes, from
practice. 3 is not urgent, 4 brings no unit at once, 5 is administrative: no norm.
That the time begins when the incident is opened, or when police are attached to
it later, is our own assumption. Exercises are not measured.
"""

import datetime as dt
from collections.abc import Iterable

from abs_core.sdk import CancelTimer, Effect, Note, SetTimer
from abs_police.incidents import Incident
from abs_police.messages.response import NormRow, ResponseMeasured, ResponseOverdue

MINUTES = {"1": 15, "2": 30}
TARGET = {"1": 0.9}


def due(incident: Incident) -> dt.datetime | None:
    """When the norm runs out; None when there is none."""
    minutes = MINUTES.get(incident.priority or "")
    if minutes is None or incident.exercise:
        return None
    return incident.started + dt.timedelta(minutes=minutes)


def measured(incident: Incident) -> ResponseMeasured | None:
    """The arrival as it stands; None while nobody is there, and for an exercise."""
    if incident.arrived is None or incident.exercise:
        return None
    return ResponseMeasured(
        incident=incident.id,
        priority=incident.priority,
        started=incident.started,
        arrived=incident.arrived,
        due=due(incident),
    )


def overdue(incident: Incident, now: dt.datetime) -> ResponseOverdue | None:
    """The breach, when the norm has run out and nobody is known to be there."""
    end = due(incident)
    if end is None or incident.priority is None or incident.arrived is not None or now < end:
        return None
    return ResponseOverdue(
        incident=incident.id, priority=incident.priority, started=incident.started, due=end
    )


def performance(responses: Iterable[ResponseMeasured]) -> tuple[NormRow, ...]:
    """How often each norm was met."""
    by_priority = {priority: [0, 0] for priority in MINUTES}
    for each in responses:
        if each.within is not None and each.priority in by_priority:
            by_priority[each.priority][0] += 1
            by_priority[each.priority][1] += each.within
    return tuple(
        NormRow(
            priority=priority,
            minutes=MINUTES[priority],
            measured=count,
            within=within,
            share=round(within / count, 3) if count else None,
            target=TARGET.get(priority),
        )
        for priority, (count, within) in by_priority.items()
    )


def watched(incident: Incident, kept: ResponseMeasured | None) -> list[Effect]:
    """The arrival when it is not kept as it stands, or the timer of one that is awaited."""
    now = measured(incident)
    if incident.exercise or (now is not None and now == kept):
        return []
    end = due(incident)
    if now is None and end is not None:
        return [SetTimer(key=f"clock-{incident.id}", name=timer(incident.id), due=end)]
    stop = CancelTimer(key=f"clock-{incident.id}", name=timer(incident.id))
    return [stop] if now is None else [Note(key=f"measured-{incident.id}", payload=now), stop]


def timer(incident: str) -> str:
    """The name of the timer of an incident's response."""
    return f"response-{incident}"
