"""The view of a party: which bytes of the log it may see. Pure, and the only filter.

An attached party gets the shared messages as they are. A party that attaches
gets the permitted history at that moment, one that detaches gets nothing more.
Others get at most a stub: a message of its own, sent when what it says changes.
"""

import hashlib
from collections.abc import Mapping

import msgspec
from abs_contracts.catalogue import CORE, Sight
from abs_contracts.codec import Message, seal
from abs_contracts.envelope import Envelope
from abs_contracts.messages.incident import IncidentStub, NoteAdded
from abs_contracts.messages.unit import UnitRegistered, UnitStatusChanged
from abs_contracts.messages.values import Discipline, NoteAudience

from abs_core.domain.incident import Incident, evolve

Event = Message[msgspec.Struct]

STUB_READERS: Mapping[Discipline, tuple[Discipline, ...]] = {
    # Who may know that an incident exists without being attached, by the discipline
    # that leads it: facts 4.3. The row of fire is our assumption.
    Discipline.AMBULANCE: (Discipline.POLICE, Discipline.FIRE),
    Discipline.FIRE: (Discipline.POLICE, Discipline.AMBULANCE),
    Discipline.POLICE: (),
    Discipline.KMAR: (),
    Discipline.PARTNER: (),
}


_WHEN_ATTACHED = (Sight.ATTACHED, Sight.SAFETY, Sight.CHOSEN, Sight.UNIT)


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """An incident with all that was said about it, statuses of its units included.

    `released`: how many of the entries a party that is or was attached has passed.
    """

    incident: Incident = Incident()
    entries: tuple[Event, ...] = ()
    released: Mapping[str, int] = {}


def advance(dossier: Dossier, event: Event) -> Dossier:
    """The dossier after one more event about its incident."""
    incident = evolve(event.payload, dossier.incident)
    entries = (*dossier.entries, event)
    passed = dict.fromkeys((*dossier.incident.parties, *incident.parties), len(entries))
    return Dossier(incident=incident, entries=entries, released={**dossier.released, **passed})


def concerns(dossier: Dossier, event: Event) -> bool:
    """Whether an event is about this incident: its own, or a status of a unit of it."""
    if event.contract.sight is not Sight.UNIT:
        return True
    return event.envelope.subject in dossier.incident.served


def view(
    before: Dossier, after: Dossier, event: Event, party: str, parties: Mapping[str, Discipline]
) -> tuple[bytes, ...]:
    """What `party` sees of the event that leads from one dossier to the next."""
    if party in before.incident.parties:
        return (event.raw,) if _permitted(event, party) else ()
    if party in after.incident.parties:
        passed = before.entries[before.released.get(party, 0) :]
        missed = (e for e in passed if unit_party(e) != party)  # its own units it always sees
        return tuple(e.raw for e in (*missed, event) if _permitted(e, party))
    stub = stub_for(after.incident, parties[party], parties)
    if stub is None or stub == stub_for(before.incident, parties[party], parties):
        return ()
    return (_stub_message(stub, event.envelope, party),)


def view_elsewhere(event: Event, party: str) -> tuple[bytes, ...]:
    """What `party` sees of an event that is about no incident: units and parties."""
    sight = event.contract.sight
    if sight is Sight.ROOM:
        return (event.raw,)
    if sight is Sight.UNIT and unit_party(event) == party:
        return (event.raw,)
    return ()


def unit_party(event: Event) -> str | None:
    payload = event.payload
    return payload.party if isinstance(payload, UnitRegistered | UnitStatusChanged) else None


def stub_for(
    incident: Incident, reader: Discipline, parties: Mapping[str, Discipline]
) -> IncidentStub | None:
    """The stub of this incident for a discipline that is not attached, if it gets one."""
    if not incident.exists or reader not in STUB_READERS[parties[incident.lead]]:
        return None
    return IncidentStub(
        room=incident.room,
        open=incident.open,
        municipality=incident.location.municipality if incident.location else None,
        mc1=incident.classification.mc1 if incident.classification else None,
        exercise=incident.exercise,
    )


def _permitted(event: Event, party: str) -> bool:
    payload = event.payload
    if isinstance(payload, NoteAdded) and payload.party != party:
        return payload.audience is NoteAudience.ALL or party in payload.named
    return event.contract.sight in _WHEN_ATTACHED


def _stub_message(stub: IncidentStub, cause: Envelope, party: str) -> bytes:
    """The stub on the wire: nothing of its cause but when, so nothing of who or why."""
    envelope = Envelope(
        specversion="1.0",
        id=hashlib.sha256(f"{cause.id}/{party}/stub".encode()).hexdigest()[:32],
        source=cause.source,
        type=CORE.of(IncidentStub).type,
        subject=cause.subject,
        time=cause.time,
        recordedtime=cause.recordedtime,
        data=msgspec.Raw(b"{}"),
    )
    return seal(envelope, stub)
