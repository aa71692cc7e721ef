"""Deciding on an incident: which events a command leads to, or why it is refused.

A party that is not attached is told the same as if there were no incident, so
that a refusal tells it nothing about others. The rules themselves stand in `rules/`.
"""

from collections.abc import Iterator

import msgspec
from abs_contracts.messages import incident as m
from abs_contracts.refusal import Refused

from abs_core.domain.decision import By, Decision, Known, decided
from abs_core.domain.incident import Incident, evolve
from abs_core.domain.rules import (  # noqa: F401 - each registers its rules
    closing,
    description,
    escalation,
    involvement,
    notes,
    units,
)
from abs_core.domain.rules.conditions import rule
from abs_core.domain.rules.escalation import breach

_WHEN_CLOSED = (m.ReopenIncident, m.AddNote, m.LinkIncident)


def decide(incident: Incident, command: msgspec.Struct, by: By, known: Known) -> Decision:
    """What this command makes of this incident. Raises Refused."""
    if isinstance(command, m.OpenIncident):
        return _open(incident, command, by, known)
    if isinstance(command, m.BreachClock):
        return breach(incident, command, known)
    if by.party not in incident.parties:
        raise Refused(
            rule="INCIDENT-001",
            what="there is no such incident for this party",
            where="/subject",
            fix="name an incident that this party is attached to",
        )
    if incident.room != known.room:
        raise Refused(
            rule="INCIDENT-004",
            what=f"room {incident.room} owns this incident now",
            where="/subject",
            fix=f"send the command to room {incident.room}",
        )
    if not incident.open and not isinstance(command, _WHEN_CLOSED):
        raise Refused(
            rule="INCIDENT-003",
            what="the incident is closed",
            where="/subject",
            fix="reopen it first, or add a note",
        )
    return rule(command, incident, by, known)


def _open(incident: Incident, command: m.OpenIncident, by: By, known: Known) -> Decision:
    if incident.exists:
        raise Refused(
            rule="INCIDENT-002",
            what="this incident id is taken",
            where="/subject",
            fix="open the incident under a new id",
        )
    opened = m.IncidentOpened(
        room=known.room, lead=by.party, source=command.source, exercise=command.exercise
    )
    state, whole = evolve(opened, incident), decided(opened)
    for known_already in _given(command):
        more = rule(known_already, state, by, known)
        whole = Decision((*whole.events, *more.events), (*whole.warnings, *more.warnings))
    return whole


def _given(command: m.OpenIncident) -> Iterator[m.Command]:
    """What is known at the opening, as the commands that say it."""
    if command.location:
        yield m.LocateIncident(location=command.location)
    if command.classification:
        yield m.ClassifyIncident(classification=command.classification)
    if command.priority:
        yield m.PrioritiseIncident(priority=command.priority)
