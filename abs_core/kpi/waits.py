"""What was waited for, as the log tells it: calls, hand-overs and parties to be informed."""

import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec
from abs_contracts.codec import Message
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import CallSource, LinkKind

from abs_core.application.log import Entry
from abs_core.domain import party
from abs_core.domain.incident import Incident, evolve
from abs_core.domain.incident_values import class_path
from abs_core.domain.parts import Stage, part

Event = Message[msgspec.Struct]


class End(enum.StrEnum):
    """How a wait ended."""

    CAME = "came"
    WITHDRAWN = "withdrawn"  # nobody waited any more
    NEVER = "never"  # the incident was closed without it
    OPEN = "open"  # not by the last record


class Wait(NamedTuple):
    """`party` was waited for, or waited, from `since` until `until` (None: not ended)."""

    incident: str
    party: str
    since: dt.datetime
    until: dt.datetime | None
    end: End


class Waits(NamedTuple):
    """All waits of a log in the order of the incidents, exercises and doubles left out.

    `calls`: from the reception of a 112 call to its record. `transfers`: from the
    attachment of a party to the moment at which it has its part in hand. `notices`: from
    the first the log knows of an incident to the attachment of each party that it takes,
    or that its class calls. `unrecorded`: the openings of incidents by 112 without a call.
    """

    calls: tuple[Wait, ...]
    transfers: tuple[Wait, ...]
    notices: tuple[Wait, ...]
    unrecorded: tuple[dt.datetime, ...]
    openings: tuple[dt.datetime, ...]
    exercises: tuple[dt.datetime, ...]


def recorded(event: Event) -> dt.datetime:
    """When the core wrote it."""
    return event.envelope.recordedtime or event.envelope.time


def waits(entries: Iterable[Entry]) -> Waits:
    """What was waited for in these entries, which are in the order of the log."""
    parties: dict[str, party.Party] = {}
    cases: dict[str, _Case] = {}
    for entry in entries:
        for event in entry.events:
            if entry.kind == "party":
                known = parties.get(entry.id, party.Party())
                parties[entry.id] = party.evolve(event.payload, known)
            elif entry.kind == "inc":
                cases.setdefault(entry.id, _Case(entry.id)).take(event, parties)
    real = [case for case in cases.values() if not case.state.exercise]
    return Waits(
        calls=tuple(wait for case in real for wait in case.calls),
        transfers=tuple(wait for case in real for wait in case.transfers()),
        notices=tuple(wait for case in real for wait in case.notices()),
        unrecorded=tuple(case.opened for case in real if case.emergency and not case.calls),
        openings=tuple(case.opened for case in real),
        exercises=tuple(case.opened for case in cases.values() if case.state.exercise),
    )


class _Case:
    """One incident, as far as it was read."""

    def __init__(self, id_: str) -> None:
        self.state = Incident()
        self.calls: list[Wait] = []
        self.emergency = False
        self.opened = self.first = dt.datetime.max.replace(tzinfo=dt.UTC)
        self._id = id_
        self._opener = ""
        self._told_elsewhere: dt.datetime | None = None  # a double, or another room's since
        self._called: dict[str, dt.datetime] = {}  # attached, and nobody has it in hand
        self._taken: list[Wait] = []
        self._informed: dict[str, dt.datetime] = {}
        self._needed: dict[str, dt.datetime | None] = {}  # by class; until when, if no longer

    def take(self, event: Event, parties: Mapping[str, party.Party]) -> None:
        """One event more, with the parties as they are registered by then."""
        before, at = self.state, recorded(event)
        self.state = evolve(event.payload, before)
        self._in_hand(at)
        match event.payload:
            case m.IncidentOpened(lead=lead, source=source):
                self._opener, self.emergency = lead, source is CallSource.EMERGENCY
                self.opened = at
                self.first = min(self.first, at)
            case m.CallAdded(source=source, received=received):
                self.first = min(self.first, received)
                if source is CallSource.EMERGENCY:
                    by = event.envelope.party or ""
                    self.calls.append(Wait(self._id, by, received, at, End.CAME))
            case m.IncidentClassified(classification=value):
                self._classified(class_path(value), at, parties)
            case m.PartyAttached(party=name) if name not in before.parties:
                if self._told_elsewhere is None:
                    self._informed.setdefault(name, at)
                    self._called[name] = at
            case m.PartyDetached(party=name) if name in self._called:
                self._ends(name, at, End.WITHDRAWN)
            case m.IncidentLinked(kind=LinkKind.DOUBLE) | m.RoomTransferred():
                self._told_elsewhere = self._told_elsewhere or at
                for name in list(self._called):
                    self._ends(name, at, End.WITHDRAWN)

    def transfers(self) -> Iterator[Wait]:
        yield from self._taken
        for name, since in self._called.items():
            yield Wait(self._id, name, since, None, End.OPEN)

    def notices(self) -> Iterator[Wait]:
        for name in dict.fromkeys((*self._informed, *self._needed)):
            if name != self._opener:
                yield Wait(self._id, name, self.first, *self._notice(name))

    def _notice(self, name: str) -> tuple[dt.datetime | None, End]:
        """When and how the wait for a party to be informed ended."""
        if name in self._informed:
            return self._informed[name], End.CAME
        no_longer = self._needed[name] or self._told_elsewhere
        if no_longer:
            return no_longer, End.WITHDRAWN
        return None, End.OPEN if self.state.open else End.NEVER

    def _in_hand(self, at: dt.datetime) -> None:
        for name in list(self._called):
            if name in self.state.parties and part(self.state, name).stage is not Stage.CALLED:
                self._ends(name, at, End.CAME)

    def _ends(self, name: str, at: dt.datetime, end: End) -> None:
        self._taken.append(Wait(self._id, name, self._called.pop(name), at, end))

    def _classified(
        self, path: tuple[str, ...], at: dt.datetime, parties: Mapping[str, party.Party]
    ) -> None:
        """The parties that the class calls are needed; those of the class before no longer."""
        for name, until in self._needed.items():
            self._needed[name] = until or at
        for name, known in parties.items():
            if any(path[: len(each)] == tuple(each) for each in known.called_for):
                self._needed[name] = None
