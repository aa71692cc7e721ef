"""A room played in memory: commands through the deciders, and the log they make."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import msgspec
from abs_contracts import CORE
from abs_contracts.codec import Message, decode_event, seal
from abs_contracts.envelope import Envelope
from abs_contracts.messages import party as p
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused

from abs_core.domain import incident, incident_rules, unit
from abs_core.domain.decision import By, Elsewhere, Known
from abs_core.domain.incident import Incident
from abs_core.domain.unit import Unit
from abs_core.domain.view import (
    Dossier,
    advance,
    concerns,
    unit_party,
    view,
    view_elsewhere,
)

ROOM = "dh"
PARTIES: Mapping[str, Discipline] = {
    "fire": Discipline.FIRE,
    "police": Discipline.POLICE,
    "ambulance": Discipline.AMBULANCE,
    "kmar": Discipline.KMAR,
}
NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)

Event = Message[msgspec.Struct]


class Step(NamedTuple):
    """One command of a party about an incident or a unit, or a fact about a party."""

    party: str
    subject: str
    payload: msgspec.Struct


def event(payload: msgspec.Struct, subject: str, party: str, number: int) -> Event:
    """An event as it stands in a log: sealed, and decoded again."""
    envelope = Envelope(
        specversion="1.0",
        id=f"event-{number}",
        source=f"/rooms/{ROOM}/core",
        type=CORE.of(payload).type,
        subject=subject,
        time=NOON + dt.timedelta(seconds=number),
        recordedtime=NOON + dt.timedelta(seconds=number),
        authid=f"actor-{number}",
        party=party,
        role="dispatcher",
        data=msgspec.Raw(b"{}"),
    )
    return decode_event(seal(envelope, payload))


class Played:
    """A room after the steps; `log` is what they wrote, `accepted` the steps that were."""

    def __init__(self, steps: "list[Step] | tuple[Step, ...]" = ()) -> None:
        self.incidents: dict[str, Incident] = {}
        self.units: dict[str, Unit] = {}
        self.log: list[Event] = []
        self.accepted: list[Step] = []
        for step in steps:
            self.take(step)

    def take(self, step: Step) -> bool:
        """Whether the step was accepted."""
        try:
            payloads = self._decided(step)
        except Refused:
            return False
        self.accepted.append(step)
        for payload in payloads:
            self.log.append(event(payload, step.subject, step.party, len(self.log)))
        return True

    def _decided(self, step: Step) -> tuple[msgspec.Struct, ...]:
        payload, subject = step.payload, step.subject
        if isinstance(payload, p.PartyDegraded | p.PartyRecovered | p.BlockAgreed):
            return (payload,)
        if CORE.of(payload).name.startswith("unit."):
            state = self.units.get(subject, Unit())
            events = unit.decide(
                state,
                payload,
                party=step.party,
                discipline=PARTIES[step.party],
                at=NOON + dt.timedelta(seconds=len(self.log)),
            )
            for each in events:
                state = unit.evolve(each, state)
            self.units[subject] = state
            return events
        before = self.incidents.get(subject, Incident())
        unit_id, to = getattr(payload, "unit", ""), getattr(payload, "to", "")
        elsewhere = tuple(
            Elsewhere(id_, other.exercise)
            for id_, other in self.incidents.items()
            if id_ != subject and other.open and unit_id in other.units
        )
        known = Known(
            ROOM,
            PARTIES,
            self.units.get(unit_id),
            elsewhere,
            target=self.incidents.get(to) if to != subject else None,
            at=NOON,
        )
        decision = incident_rules.decide(before, payload, By(step.party, "a", "r"), known)
        for each in decision.events:
            before = incident.evolve(each, before)
        self.incidents[subject] = before
        return decision.events


class Rendering:
    """What one party sees of a log, as far as it was rendered."""

    def __init__(self, party: str) -> None:
        self.party = party
        self.dossiers: dict[str, Dossier] = {}

    def take(self, each: Event) -> tuple[bytes, ...]:
        id_ = incident_of(each)
        dossier = self.dossiers.get(id_, Dossier()) if id_ else None
        if id_ is None or dossier is None or not concerns(dossier, each):
            return view_elsewhere(each, self.party)
        after = self.dossiers[id_] = advance(dossier, each)
        if unit_party(each) == self.party:
            return view_elsewhere(each, self.party)
        return view(dossier, after, each, self.party, PARTIES)


def render(log: list[Event], party: str) -> list[bytes]:
    """A party's whole feed of this log."""
    rendering = Rendering(party)
    return [data for each in log for data in rendering.take(each)]


def incident_of(each: Event) -> str | None:
    """The incident that an event of the log is about, if any."""
    if isinstance(each.payload, u.UnitStatusChanged):
        return each.payload.incident
    return each.envelope.subject if each.contract.name.startswith("incident.") else None
