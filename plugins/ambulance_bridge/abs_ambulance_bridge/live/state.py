"""What the bridge remembers: incidents of both sides, and what is under way between them."""

import datetime as dt
from collections.abc import Mapping

import msgspec
from abs_contracts.messages.incident import IncidentOpened
from abs_contracts.refusal import Refusal

from abs_ambulance_bridge.hub_sante.answers import Question
from abs_ambulance_bridge.live.contracts import Kept
from abs_ambulance_bridge.profile import Message, Said
from abs_ambulance_bridge.tree import Tree
from abs_core.sdk import Effect

Values = Mapping[str, object]
"""What is said of an incident, by field: see `statements.py`."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A value on the shared side, with who set it and when."""

    value: object
    who: str
    at: dt.datetime


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that the other side has not answered yet, and what it says; `first`: it is
    the one by which the incident becomes known there."""

    kind: str
    incident: str
    values: Values = {}
    first: bool = False


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A message on its way into the core: what is left of it, and what is under way.

    `units` are the vehicles for which it waits its turn.
    """

    question: Question | None
    kind: str
    who: str
    commands: tuple[Said, ...]
    units: tuple[str, ...] = ()
    under_way: Mapping[str, Said] = {}
    begun: bool = False
    is_late: bool = False
    refusal: Refusal | None = None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request for a vehicle; `ours`: the bridge's desk asked it. `of`: who may answer it."""

    purpose: str
    ours: bool
    of: tuple[str, ...] = ()
    answer: str | None = None


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """RC-EDA as it was last made: of what, and what it says. Of the same it is not made anew."""

    of: tuple[tuple[Said, ...], Message | None, Mapping[str, str]]
    content: dict[str, Tree] | None
    says: Values


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One incident, as both sides know it.

    `heard` is what the other side said or acknowledged last; `holds` what it holds once it
    has read all that is on its way; `unsure` the fields of which messages crossed, so that
    nobody can say it; `theirs` the lines that it wrote; `sent_out` the last of each kind
    that was sent, `lapsed` the kinds of which that expired. `expected` are the events of
    accepted commands that the feed has not told of yet, `early` those that it told of
    before the outcome came. `taken` are the kinds of the messages that came in.
    """

    incident: str
    is_ours: bool
    is_attached: bool = False
    is_closed: bool = False
    events: tuple[Said, ...] = ()
    stands: Mapping[str, Standing] = {}
    heard: Values = {}
    holds: Values = {}
    unsure: frozenset[str] = frozenset()
    theirs: frozenset[str] = frozenset()
    draft: Draft | None = None
    sent_out: Mapping[str, Mapping[str, Tree]] = {}
    lapsed: frozenset[str] = frozenset()
    kept: Mapping[str, Message] = {}
    names: Mapping[str, str] = {}
    work: tuple[Work, ...] = ()
    expected: tuple[str, ...] = ()
    early: tuple[str, ...] = ()
    reported: frozenset[str] = frozenset()
    requests: Mapping[str, Request] = {}
    taken: frozenset[str] = frozenset()
    lines: tuple[Kept, ...] = ()
    number: int = 0

    @property
    def is_exercise(self) -> bool:
        return any(
            isinstance(each.payload, IncidentOpened) and each.payload.exercise
            for each in self.events
        )


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """A message that came before what it is about, and until when it may wait."""

    needs: tuple[str, ...]
    incident: str
    work: Work
    message: Message
    until: dt.datetime


class State(msgspec.Struct, frozen=True, kw_only=True):
    """`queues` has the incidents of the messages about each vehicle, in their order. `unsent`
    are the incidents with news that waits for room on the link, the oldest
    first; `unconfirmed` the letters that the link has and the other side may not have.
    `seen_lately` goes into the large `seen` now and then, so that few messages copy it.
    `todo` is what is to be done about the last entry, `stamped` the latest time that was
    put on a letter. `fleet` has our party's units by call sign, `aliases` the units that the
    other side's vehicles are, `theirs` those of them that it told of."""

    cases: Mapping[str, Case] = {}
    units: frozenset[str] = frozenset()
    fleet: Mapping[str, str] = {}
    aliases: Mapping[str, str] = {}
    theirs: frozenset[str] = frozenset()
    serving: Mapping[str, str] = {}
    seen: Mapping[str, str] = {}
    seen_lately: Mapping[str, str] = {}
    queues: Mapping[str, tuple[str, ...]] = {}
    parked: tuple[Parked, ...] = ()
    unsent: tuple[str, ...] = ()
    unconfirmed: frozenset[str] = frozenset()
    told: Mapping[str, Telling] = {}
    todo: tuple[Effect, ...] = ()
    stamped: dt.datetime | None = None
