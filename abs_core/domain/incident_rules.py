"""The rules of an incident: which events a command leads to, or why it is refused.

A party that is not attached is told the same as if there were no incident, so
that a refusal tells it nothing about others.
"""

import functools

import msgspec
from abs_contracts import codelists
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import NoteAudience, Scene
from abs_contracts.protocol import Warned
from abs_contracts.refusal import Refused
from msgspec import UNSET

from abs_core.domain.decision import By, Decision, Known, decided
from abs_core.domain.incident import Incident, evolve
from abs_core.domain.incident_values import (
    check_characteristic,
    check_classification,
    check_escalation,
    check_priority,
    class_path,
)
from abs_core.domain.legal_clocks import clock_changes, overdue
from abs_core.domain.terms import terms

OWNED = "CODELIST-004"
_WHEN_CLOSED = (m.ReopenIncident, m.AddNote, m.LinkIncident)


def decide(incident: Incident, command: msgspec.Struct, by: By, known: Known) -> Decision:
    """What this command makes of this incident. Raises Refused."""
    if isinstance(command, m.OpenIncident):
        return _open(incident, command, by, known)
    if isinstance(command, m.BreachClock):
        return _breach(incident, command, known)
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
    return _rule(command, incident, by, known)


def _open(incident: Incident, command: m.OpenIncident, by: By, known: Known) -> Decision:
    if incident.exists:
        raise Refused(
            rule="INCIDENT-002",
            what="this incident id is taken",
            where="/subject",
            fix="open the incident under a new id",
        )
    return decided(
        m.IncidentOpened(
            room=known.room, lead=by.party, source=command.source, exercise=command.exercise
        )
    )


@functools.singledispatch
def _rule(command: msgspec.Struct, _incident: Incident, _by: By, _known: Known) -> Decision:
    raise TypeError(f"no rule for {type(command).__name__}")


# -- calls, place, class ------------------------------------------------------


@_rule.register
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


@_rule.register
def _(command: m.LocateIncident, incident: Incident, _by: By, _known: Known) -> Decision:
    _not_stale(command.replaces, incident.location)
    return decided(m.IncidentLocated(location=command.location))


@_rule.register
def _(command: m.ClassifyIncident, incident: Incident, _by: By, known: Known) -> Decision:
    _not_stale(command.replaces, incident.classification)
    warnings = check_classification(command.classification, known.added_classes)
    missing = _called(class_path(command.classification), incident, known)
    event = m.IncidentClassified(classification=command.classification)
    if command.call_parties:
        return Decision((event, *(m.PartyAttached(party=p) for p in missing)), warnings)
    called = (Warned(rule="INCIDENT-102", what=f"this class calls {p} as well") for p in missing)
    return Decision((event,), (*warnings, *called))


def _called(path: tuple[str, ...], incident: Incident, known: Known) -> list[str]:
    """The parties that this class calls and that take no part yet."""
    return [
        party
        for party, classes in known.called_for.items()
        if party not in incident.parties and any(path[: len(c)] == tuple(c) for c in classes)
    ]


@_rule.register
def _(command: m.SetCharacteristic, _incident: Incident, _by: By, _known: Known) -> Decision:
    check_characteristic(command.name, command.values)
    return decided(m.CharacteristicSet(name=command.name, values=command.values))


@_rule.register
def _(command: m.PrioritiseIncident, _incident: Incident, by: By, known: Known) -> Decision:
    check_priority(known.parties[by.party], command.priority)
    return decided(m.IncidentPrioritised(party=by.party, priority=command.priority))


@_rule.register
def _(command: m.ChangeEscalation, incident: Incident, by: By, known: Known) -> Decision:
    wanted, role = command.escalation, command.decided_by or by.role
    standing = incident.escalation.get(wanted.scale)
    check_escalation(wanted, standing, role, known.parties[by.party])
    before = command.replaces
    if before is not UNSET and (before.level if before else None) != standing:
        _refuse_stale(standing)
    changed = m.EscalationChanged(escalation=wanted, decided_by=role, previous=standing)
    return decided(changed, *clock_changes(incident, wanted, known.at))


@_rule.register
def _(command: m.MeetClock, incident: Incident, _by: By, _known: Known) -> Decision:
    clock = incident.clocks.get(command.clock)
    if clock is None:
        raise Refused(
            rule="INCIDENT-024",
            what=f"no clock {command.clock!r} runs for this incident",
            where="/data/clock",
            fix=f"name one of: {', '.join(incident.clocks) or 'none runs; escalate first'}",
        )
    return decided() if clock.met else decided(m.ClockMet(clock=command.clock, due=clock.due))


def _breach(incident: Incident, command: m.BreachClock, known: Known) -> Decision:
    """The core's own word, so without a party; what somebody met meanwhile is no breach."""
    if command.clock not in overdue(incident, known.at):
        return decided()
    return decided(m.ClockBreached(clock=command.clock, due=incident.clocks[command.clock].due))


def _not_stale(replaces: object, standing: object) -> None:
    if replaces is not UNSET and replaces != standing:
        _refuse_stale(standing)


def _refuse_stale(standing: object) -> None:
    raise Refused(
        rule="INCIDENT-021",
        what=f"another value stands by now: {standing}",
        where="/data/replaces",
        fix="look at the value that stands, then decide again",
    )


@_rule.register
def _(command: m.StateSafety, incident: Incident, by: By, _known: Known) -> Decision:
    if command.scene is Scene.SAFE and (command.staging or command.hazards):
        raise Refused(
            rule="INCIDENT-026",
            what="a scene that is safe has no hazards, and nobody waits for it",
            where="/data/scene",
            fix="leave out staging and hazards, or say that the scene is unsafe",
        )
    said = m.SafetyStated(
        party=by.party,
        scene=command.scene,
        hazards=command.hazards,
        staging=command.staging,
        advice=command.advice,
    )
    return decided() if incident.safety.get(by.party) == said else decided(said)


@_rule.register
def _(_command: m.TakeUpIncident, incident: Incident, by: By, _known: Known) -> Decision:
    if by.party in incident.taken_up:
        return decided()
    return decided(m.IncidentTakenUp(party=by.party))


# -- involvement --------------------------------------------------------------


@_rule.register
def _(command: m.AttachParty, incident: Incident, _by: By, known: Known) -> Decision:
    _known_party(command.party, known, "/data/party")
    if command.party in incident.parties and command.party not in incident.closed_for:
        raise Refused(
            rule="INCIDENT-006",
            what=f"{command.party} is attached already",
            where="/data/party",
            fix="nothing needs doing",
        )
    return decided(m.PartyAttached(party=command.party))


@_rule.register
def _(command: m.DetachParty, incident: Incident, by: By, _known: Known) -> Decision:
    _attached(command.party, incident, "/data/party")
    if command.party == incident.lead:
        raise Refused(
            rule="INCIDENT-012",
            what=f"{command.party} leads this incident",
            where="/data/party",
            fix="transfer the lead first",
        )
    if by.party not in (command.party, incident.lead):
        raise Refused(
            rule="INCIDENT-013",
            what="a party is detached by itself or by the lead",
            where="/data/party",
            fix=f"ask {command.party} or {incident.lead}",
        )
    _no_units(incident, command.party)
    return decided(m.PartyDetached(party=command.party))


@_rule.register
def _(command: m.TransferLead, incident: Incident, by: By, _known: Known) -> Decision:
    _leads(incident, by)
    _attached(command.to, incident, "/data/to")
    return decided(m.LeadTransferred(previous=incident.lead, lead=command.to))


@_rule.register
def _(command: m.TransferRoom, incident: Incident, by: By, known: Known) -> Decision:
    _leads(incident, by)
    if command.to == known.room or codelists.ROOMS.get(command.to) is None:
        raise Refused(
            rule="INCIDENT-015",
            what=f"{command.to} is not another control room",
            where="/data/to",
            fix="name one of code list rooms, other than this one",
        )
    return decided(
        m.RoomTransferred(previous=known.room, room=command.to, tenure=incident.tenure + 1)
    )


@_rule.register
def _(command: m.LinkIncident, incident: Incident, by: By, known: Known) -> Decision:
    target = known.target
    if target is None or by.party not in target.parties:
        raise Refused(
            rule="INCIDENT-023",
            what="there is no other incident of that id for this party",
            where="/data/to",
            fix="name another incident that this party is attached to",
        )
    if target.exercise != incident.exercise:
        raise Refused(
            rule="INCIDENT-025",
            what="an exercise and a real incident are never mixed",
            where="/data/to",
            fix="link exercises to exercises, and real incidents to real ones",
        )
    if command.to in incident.linked_to:
        return decided()
    return decided(m.IncidentLinked(to=command.to, kind=command.kind))


# -- notes and units ----------------------------------------------------------


@_rule.register
def _(command: m.AddNote, incident: Incident, by: By, known: Known) -> Decision:
    if (command.audience is NoteAudience.NAMED) != bool(command.named):
        raise Refused(
            rule="INCIDENT-018",
            what="a note names its readers when, and only when, its audience is `named`",
            where="/data/named",
            fix="name the parties that may read it, or choose `all` or `own`",
        )
    for index, party in enumerate(command.named):
        _known_party(party, known, f"/data/named/{index}")
    note = m.NoteAdded(
        party=by.party,
        text=command.text,
        audience=command.audience,
        named=command.named,
        releases=command.releases,
    )
    return _with_terms(note, incident, by, known) if incident.open else decided(note)


def _with_terms(note: m.NoteAdded, incident: Incident, by: By, known: Known) -> Decision:
    """The note, and what its terms set; a term that is refused refuses none of it.

    But what one discipline alone may know is refused with the whole note: its line
    would tell it (facts 4.3). What a term sets is shared, whoever may read the note.
    """
    events: list[msgspec.Struct] = [note]
    warnings: list[Warned] = []
    for term in terms(note.text):
        if term.command is None:
            warnings.extend([term.warning] if term.warning else [])
            continue
        try:
            set_by = _rule(term.command, incident, by, known)
        except Refused as refused:
            if refused.refusal.rule == OWNED:
                raise
            what = f"{term.line!r} stays text: {refused.refusal.what}"
            warnings.append(Warned(rule="INCIDENT-101", what=what))
            continue
        events.extend(set_by.events)
        warnings.extend(set_by.warnings)
        incident = functools.reduce(lambda i, event: evolve(event, i), set_by.events, incident)
    return Decision(tuple(events), tuple(warnings))


@_rule.register
def _(command: m.AssignUnit, incident: Incident, by: By, known: Known) -> Decision:
    unit = known.unit
    if unit is None or unit.party != by.party:
        raise Refused(
            rule="UNIT-001",
            what="this party has no such unit",
            where="/data/unit",
            fix="register the unit first, or name one of your own",
        )
    if command.unit in incident.units:
        raise Refused(
            rule="INCIDENT-019",
            what=f"{unit.call_sign} is assigned to this incident already",
            where="/data/unit",
            fix="nothing needs doing",
        )
    real = [other.incident for other in known.elsewhere if not other.exercise]
    if incident.exercise and real:
        raise Refused(
            rule="UNIT-003",
            what=f"{unit.call_sign} serves a real incident",
            where="/data/unit",
            fix="release it there first, or take another unit for the exercise",
        )
    event = m.UnitAssigned(
        unit=command.unit, party=by.party, call_sign=unit.call_sign, kind=unit.kind
    )
    warnings = []
    if real or (known.elsewhere and incident.exercise):
        what = f"{unit.call_sign} serves another incident as well"
        warnings.append(Warned(rule="UNIT-101", what=what))
    elif known.elsewhere:
        warnings.append(Warned(rule="UNIT-102", what=f"{unit.call_sign} was on an exercise"))
    return Decision((event,), tuple(warnings))


@_rule.register
def _(command: m.ReleaseUnit, incident: Incident, by: By, _known: Known) -> Decision:
    if incident.units.get(command.unit) != by.party:
        raise Refused(
            rule="INCIDENT-020",
            what="this party has no such unit on this incident",
            where="/data/unit",
            fix="name a unit of your own that is assigned here",
        )
    return decided(m.UnitReleased(unit=command.unit, party=by.party, reason=command.reason))


# -- closing ------------------------------------------------------------------


@_rule.register
def _(_command: m.CloseForParty, incident: Incident, by: By, _known: Known) -> Decision:
    if by.party in incident.closed_for:
        return decided()
    _no_units(incident, by.party)
    return decided(m.IncidentClosedForParty(party=by.party))


@_rule.register
def _(_command: m.CloseIncident, incident: Incident, by: By, _known: Known) -> Decision:
    _leads(incident, by)
    still = [party for party in incident.parties if party not in incident.closed_for]
    if still:
        raise Refused(
            rule="INCIDENT-009",
            what=f"not closed yet for: {', '.join(still)}",
            where="/subject",
            fix="every attached party closes its own part first",
        )
    for party in incident.parties:
        _no_units(incident, party)  # it may have assigned one after it closed its part
    return decided(m.IncidentClosed())


@_rule.register
def _(command: m.ReopenIncident, incident: Incident, _by: By, _known: Known) -> Decision:
    if incident.open:
        raise Refused(
            rule="INCIDENT-010",
            what="the incident is open",
            where="/subject",
            fix="nothing needs doing; attach a party again to reopen its part",
        )
    return decided(m.IncidentReopened(reason=command.reason))


# -- conditions that several rules share --------------------------------------


def _leads(incident: Incident, by: By) -> None:
    if by.party != incident.lead:
        raise Refused(
            rule="INCIDENT-011",
            what=f"{incident.lead} leads this incident",
            where="/subject",
            fix=f"ask {incident.lead}, or have the lead transferred",
        )


def _attached(party: str, incident: Incident, where: str) -> None:
    if party not in incident.parties:
        raise Refused(
            rule="INCIDENT-014",
            what=f"{party} is not attached to this incident",
            where=where,
            fix="attach the party first",
        )


def _known_party(party: str, known: Known, where: str) -> None:
    if party not in known.parties:
        raise Refused(
            rule="PARTY-001",
            what="this room has no such party",
            where=where,
            fix=f"name one of: {', '.join(sorted(known.parties))}",
        )


def _no_units(incident: Incident, party: str) -> None:
    units = [unit for unit, owner in incident.units.items() if owner == party]
    if units:
        raise Refused(
            rule="INCIDENT-007",
            what=f"units of {party} are still assigned: {', '.join(units[:20])}",
            where="/subject",
            fix="release them first",
        )
