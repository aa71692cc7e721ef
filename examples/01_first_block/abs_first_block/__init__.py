"""A first block: counts its open incidents per municipality, and writes a line in one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from abs_contracts.catalogue import Contract, Kind, Sight
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import NoteAudience
from abs_contracts.refusal import Refused
from abs_contracts.scalars import Count, Id, Name, Text

from abs_core.sdk import Effect, Entry, Fed, Order, Requested, Respond, Settings, hookimpl

State = Mapping[str, str]
"""The municipality of each open incident that the party is attached to; frozen by
habit: evolve makes a new one."""


class HowMany(msgspec.Struct, frozen=True, kw_only=True):
    """Question: how many incidents are open, and where?"""


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    open: dict[Name, Count]


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """Desk request: write a line for everybody who is attached to the incident."""

    incident: Id
    text: Text


NAMED: tuple[tuple[str, type[msgspec.Struct]], ...] = (
    ("how_many", HowMany),
    ("counted", Counted),
    ("remark", Remark),
)


class Watch:
    def __init__(self, party: str) -> None:
        self._party = party

    def initial(self) -> State:
        return {}

    def evolve(self, state: State, entry: Entry) -> State:
        if not isinstance(entry, Fed):
            return state
        incident = entry.message.envelope.subject
        others = {known: place for known, place in state.items() if known != incident}
        match entry.message.payload:
            case inc.IncidentLocated(location=location):
                return {**others, incident: location.municipality}
            case inc.IncidentClosed():
                return others
            case inc.PartyDetached(party=self._party):
                return others
            case _:
                return state

    def react(self, state: State, entry: Entry) -> Sequence[Effect]:  # noqa: ARG002 - the Block port
        match entry:
            case Requested(payload=Remark() as remark, actor=actor, role=role):
                note = inc.AddNote(text=remark.text, audience=NoteAudience.ALL)
                add = Order(
                    key="note", subject=remark.incident, payload=note, actor=actor, role=role
                )
                return [add, Respond(key="answer", payload=remark)]
            case _:
                return []

    def answer(self, state: State, question: Any) -> Counted:
        if not isinstance(question, HowMany):
            raise Refused(
                rule="WATCH-001",
                what=f"watch does not answer {type(question).__name__}",
                where="/type",
                fix="ask watch.how_many",
            )
        return Counted(open=dict(sorted(Counter(state.values()).items())))


@hookimpl
def abs_block(settings: Settings) -> Watch:
    return Watch(settings.party)


@hookimpl
def abs_contracts() -> Iterable[Contract]:
    return [
        Contract(name=f"watch.{name}", payload=payload, kind=Kind.PRIVATE, sight=Sight.BLOCK)
        for name, payload in NAMED
    ]
