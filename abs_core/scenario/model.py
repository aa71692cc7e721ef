"""What a scenario file says: parties, desks, incidents, steps, and who saw what."""

from typing import Annotated

import msgspec
from abs_contracts.messages.party import ClassPaths
from abs_contracts.messages.values import Discipline
from abs_contracts.scalars import Code, Id, Name, PartyId, RoomId, Text
from msgspec import Meta

Alias = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
"""What the file calls something; `$alias` in data stands for it."""

MessageName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_.-]{1,80}$")]
"""A message without its version, for example `incident.opened`."""

StoryTime = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{2}:[0-5][0-9](:[0-5][0-9])?$",
        description="a time of day in the story; hours from 24 on are those of the days after",
    ),
]


def seconds(time: str) -> float:
    """A time of the story in seconds since the midnight before it."""
    hours, minutes, *rest = map(int, time.split(":"))
    return 3600.0 * hours + 60.0 * minutes + sum(rest)


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

    `occurred` is when it really happened, for news that comes in late. What is expected:
    `refused` by this rule, `warned` of this rule, or with `nothing_new` accepted
    without an event, because it was known already. By default plain acceptance.
    """

    command: MessageName
    about: Id
    data: dict[str, object] = {}
    occurred: StoryTime | None = None
    refused: Name | None = None
    warned: Name | None = None
    nothing_new: bool = False


class Consult(Part, frozen=True, kw_only=True):
    """A question or a request to the party's own block; `keep` names its answer.

    `refused` names the rule by which the block is expected to refuse it.
    """

    type: MessageName
    data: dict[str, object] = {}
    keep: Alias | None = None
    refused: Name | None = None


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

    `at` is never earlier than that of the step before. A step without `say` is told in
    the words of what it led to.
    """

    at: StoryTime
    by: Alias
    say: Text | None = None
    do: Do | None = None
    ask: Consult | None = None
    request: Consult | None = None
    wait: Wait | None = None

    @property
    def refused(self) -> str | None:
        """The rule by which it is expected to be refused."""
        part = self.do or self.ask or self.request
        return part.refused if part else None


class Chapter(Part, frozen=True, kw_only=True):
    """A part of the story under a heading; its clock jumps to `at` when the part before is done."""

    at: StoryTime
    title: Name


class Sees(Part, frozen=True, kw_only=True):
    """What one party must and must not have seen of one incident.

    With `nothing_else` everything that `must` does not name is forbidden.
    """

    must: tuple[MessageName, ...] = ()
    must_not: tuple[MessageName, ...] = ()
    nothing_else: bool = False


class Scenario(Part, frozen=True, kw_only=True):
    """A whole story. `pace` is how many story seconds pass in a second.

    `sees` says of every incident what each party saw. `never`: texts that must not stand
    anywhere in a party's feed. `units`: the statuses of a unit as they held, in order,
    whatever the order in which they came in.
    """

    title: Name
    summary: Text
    room: RoomId
    pace: Annotated[float, Meta(gt=0, le=3600)]
    parties: Annotated[dict[PartyId, PartyPart], Meta(min_length=1)]
    desks: Annotated[dict[Alias, DeskPart], Meta(min_length=1)]
    incidents: Annotated[dict[Alias, Name], Meta(min_length=1)]
    chapters: tuple[Chapter, ...] = ()
    steps: Annotated[tuple[Step, ...], Meta(min_length=1)]
    sees: dict[Alias, dict[PartyId, Sees]]
    never: dict[PartyId, tuple[Text, ...]] = {}
    units: dict[Id, tuple[Code, ...]] = {}

    @property
    def length(self) -> float:
        """How many seconds of the story are played; what chapters jump over is left out."""
        times = [seconds(step.at) for step in self.steps]
        begins = [seconds(chapter.at) for chapter in self.chapters] or times[:1]
        ends = [*begins[1:], float("inf")]
        return sum(
            max((t for t in times if begin <= t < end), default=begin) - begin
            for begin, end in zip(begins, ends, strict=True)
        )
