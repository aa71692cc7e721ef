"""Calls, place, class, characteristics, priority: what is known of an incident."""

from abs_contracts.messages import incident as m
from abs_contracts.protocol import Warned

from abs_core.domain.decision import By, Decision, Known, decided
from abs_core.domain.incident import Incident
from abs_core.domain.incident_values import (
    check_characteristic,
    check_classification,
    check_priority,
    class_path,
)
from abs_core.domain.rules.conditions import not_stale, rule


@rule.register
def _(command: m.AddCall, incident: Incident, _by: By, _known: Known) -> Decision:
    if command.call in incident.calls:
        return decided()
    return decided(
        m.CallAdded(
            call=command.call,
            source=command.source,
            received=command.received,
            caller=command.caller,
            summary=command.summary,
        )
    )


@rule.register
def _(command: m.LocateIncident, incident: Incident, _by: By, _known: Known) -> Decision:
    not_stale(command.replaces, incident.location)
    return decided(m.IncidentLocated(location=command.location))


@rule.register
def _(command: m.ClassifyIncident, incident: Incident, _by: By, known: Known) -> Decision:
    not_stale(command.replaces, incident.classification)
    warnings = check_classification(command.classification, known.added_classes)
    missing = _called(class_path(command.classification), incident, known)
    event = m.IncidentClassified(classification=command.classification)
    if command.call_parties:
        return Decision((event, *(m.PartyAttached(party=p) for p in missing)), warnings)
    called = (Warned(rule="INCIDENT-102", what=f"this class calls {p} as well") for p in missing)
    return Decision((event,), (*warnings, *called))


def _called(path: tuple[str, ...], incident: Incident, known: Known) -> list[str]:
    """The parties that this class calls and that take no part yet, in the order of their names:
    whichever core decides, and whomever it got to know first, says the same."""
    return [
        party
        for party, classes in sorted(known.called_for.items())
        if party not in incident.parties and any(path[: len(c)] == tuple(c) for c in classes)
    ]


@rule.register
def _(command: m.SetCharacteristic, _incident: Incident, _by: By, _known: Known) -> Decision:
    check_characteristic(command.name, command.values)
    return decided(m.CharacteristicSet(name=command.name, values=command.values))


@rule.register
def _(command: m.PrioritiseIncident, _incident: Incident, by: By, known: Known) -> Decision:
    check_priority(known.parties[by.party], command.priority)
    return decided(m.IncidentPrioritised(party=by.party, priority=command.priority))
