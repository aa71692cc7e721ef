"""What a scenario file says: parties, desks, incidents, steps, and who saw what."""

from typing import Annotated

import msgspec
from abs_contracts.messages.party import ClassPaths
from abs_contracts.messages.values import Discipline
from abs_contracts.scalars import Id, Name, PartyId, RoomId, Text
from msgspec import Meta

Alias = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}\Z")]
"""What the file calls something; `$alias` in data stands for it."""

MessageName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_.-]{1,80}\Z")]
"""A message without its version, for example `incident.opened`."""

Seconds = Annotated[float, Meta(ge=0, le=86_400)]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a scenario file; a field that nobody knows is refused."""


class PartyPart(Part, frozen=True, kw_only=True):
    """A party of the room, as the configuration of a system has it.

    `$minute` in an option stands for the seconds that a minute of the story takes.
    """

    discipline: Discipline
    name: Name
    block: Name | None = None
    options: dict[str, str] = {}
    called_for: ClassPaths | None = None
    added_classes: ClassPaths = ()


class DeskPart(Part, frozen=True, kw_only=True):
    """Who acts: always a role at a simulated desk, never a person."""

    party: PartyId
    actor: Name
    role: Name


class Do(Part, frozen=True, kw_only=True):
    """A command of the catalogue. `about` is an incident's alias, or a unit's id.

    `refused` names the rule by which the core is expected to refuse it.
    """

    command: MessageName
    about: Id
    data: dict[str, object] = {}
    refused: Name | None = None


class Consult(Part, frozen=True, kw_only=True):
    """A question or a request to the party's own block; `keep` names its answer."""

    type: MessageName
    data: dict[str, object] = {}
    keep: Alias | None = None


class Wait(Part, frozen=True, kw_only=True):
    """Until a party's feed holds `count` such messages whose fields have these values.

    `about` is the incident that they are about, statuses of its units included.
    """

    party: PartyId
    type: MessageName
    about: Alias | None = None
    data: dict[str, object] = {}
    count: Annotated[int, Meta(ge=1, le=100)] = 1


class Step(Part, frozen=True, kw_only=True):
    """One moment of the story: a desk does, asks, requests or waits for one thing.

    `at` is in story seconds, never earlier than the step before.
    """

    at: Seconds
    by: Alias
    say: Text
    do: Do | None = None
    ask: Consult | None = None
    request: Consult | None = None
    wait: Wait | None = None


class Sees(Part, frozen=True, kw_only=True):
    """What one party must and must not have seen of one incident.

    With `nothing_else` everything that `must` does not name is forbidden.
    """

    must: tuple[MessageName, ...] = ()
    must_not: tuple[MessageName, ...] = ()
    nothing_else: bool = False


class Scenario(Part, frozen=True, kw_only=True):
    """A whole story. `pace` is how many story seconds pass in a second.

    `never`: texts that must not stand anywhere in a party's feed.
    """

    title: Name
    summary: Text
    room: RoomId
    pace: Annotated[float, Meta(gt=0, le=3600)]
    parties: Annotated[dict[PartyId, PartyPart], Meta(min_length=1)]
    desks: Annotated[dict[Alias, DeskPart], Meta(min_length=1)]
    incidents: dict[Alias, Name]
    steps: Annotated[tuple[Step, ...], Meta(min_length=1)]
    sees: dict[Alias, dict[PartyId, Sees]] = {}
    never: dict[PartyId, tuple[Text, ...]] = {}
