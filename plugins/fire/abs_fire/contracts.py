"""The fire block's private messages: its desk's requests and questions, its radio.

They are sealed inside the block: the core carries none of them. The statuses
are those of the fire service (code list `statuses`), the levels those of the
operational scales (code list `escalation`).
"""

import enum
from typing import Annotated

import msgspec
from abs_contracts.catalogue import Contract, Kind, Sight
from abs_contracts.messages.incident import Hazards
from abs_contracts.messages.values import Scene
from abs_contracts.scalars import Code, Count, Id, Name, PartyId, Text, Time
from msgspec import Meta


class Status(enum.StrEnum):
    """What a fire unit reports: given orders, out, on scene, leaving, free, home, off duty."""

    OV = "ov"
    UT = "ut"
    TP = "tp"
    IR = "ir"
    BS = "bs"
    KZ = "kz"
    BD = "bd"


class Private(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message of this block alone."""


# -- values ---------------------------------------------------------------------


class Need(Private, frozen=True, kw_only=True):
    """So many of one kind."""

    kind: Code
    count: Count


class ProposedUnit(Private, frozen=True, kw_only=True):
    """A free unit; `fills` is the wanted kind that it is proposed for.

    `seconds` from alarm to arrival and `metres` as the crow flies are estimates, and
    left out where the point of the incident or the station is not known.
    """

    unit: Id
    call_sign: Name
    kind: Code
    fills: Code
    station: Name | None = None
    crew: Count | None = None
    seconds: Count | None = None
    metres: Count | None = None


class SceneWarning(Private, frozen=True, kw_only=True):
    """What another party says of the scene: where crews wait, and for what."""

    party: PartyId
    scene: Scene
    hazards: Hazards = ()
    staging: Name | None = None
    advice: Text | None = None


UnitIds = Annotated[tuple[Id, ...], Meta(max_length=64)]
SomeUnitIds = Annotated[tuple[Id, ...], Meta(min_length=1, max_length=64)]
Needs = Annotated[tuple[Need, ...], Meta(max_length=64)]
ProposedUnits = Annotated[tuple[ProposedUnit, ...], Meta(max_length=64)]
Warnings = Annotated[tuple[SceneWarning, ...], Meta(max_length=32)]
Minutes = Annotated[int, Meta(ge=1, le=60)]


# -- proposals and what the desk decides --------------------------------------------


class Proposal(Private, frozen=True, kw_only=True):
    """Which units for this incident? Without a level: for the level that stands.

    With `relieves`: which unit can relieve that one (aflossing)?
    """

    incident: Id
    level: Code | None = None
    relieves: Id | None = None


class ProposalMade(Private, frozen=True, kw_only=True):
    """What the table still wants beyond the assigned units; `short` is what is not free.

    `priority` is the party's own, or else the default of the class; `warnings` are
    what others say of the scene.
    """

    incident: Id
    level: Code
    priority: Code | None = None
    wanted: Needs = ()
    units: ProposedUnits = ()
    short: Needs = ()
    warnings: Warnings = ()
    why: Text


class Dispatch(Private, frozen=True, kw_only=True):
    """Send these units, proposed or not: the desk decides."""

    incident: Id
    units: SomeUnitIds


class Dispatched(Private, frozen=True, kw_only=True):
    """What was ordered; the core's answer comes with the feed."""

    incident: Id
    units: UnitIds
    warnings: Warnings = ()


class ScaleUp(Private, frozen=True, kw_only=True):
    """Set the incident's operational level, up or down; answered by a new proposal."""

    incident: Id
    level: Code


class StandDown(Private, frozen=True, kw_only=True):
    """Release these units of this party from the incident; without any, all of them."""

    incident: Id
    units: UnitIds = ()


class StoodDown(Private, frozen=True, kw_only=True):
    """What was ordered; the core's answer comes with the feed."""

    incident: Id
    units: UnitIds


class Relieve(Private, frozen=True, kw_only=True):
    """Send `by` to relieve `unit`, which is released once `by` is on the scene."""

    incident: Id
    unit: Id
    by: Id


class Close(Private, frozen=True, kw_only=True):
    """Close this party's part of the incident, once none of its units is there."""

    incident: Id


class Closed(Private, frozen=True, kw_only=True):
    """What was ordered; the core's answer comes with the feed."""

    incident: Id


# -- response times -------------------------------------------------------------------


class Response(Private, frozen=True, kw_only=True):
    """How does the response time of this incident stand?"""

    incident: Id


class ResponseTold(Private, frozen=True, kw_only=True):
    """The norm for what burns, by when it is due, and what is recorded by now.

    Without a norm only the longest one that the law allows is there, as `latest`.
    """

    incident: Id
    accepted: Time
    latest: Time
    norm: Minutes | None = None
    object: Name | None = None
    due: Time | None = None
    recorded: "ResponseRecorded | None" = None


class ResponseRecorded(Private, frozen=True, kw_only=True):
    """A realised response time, from the room's taking of the call to the first fire unit.

    Written anew when late news changes it: the newest of an incident counts. `met`
    is left out where there is no norm. `delay` are the codes that the incident has for
    it (Delaycode brw), `motive` what the desk says of it.
    """

    incident: Id
    accepted: Time
    arrived: Time
    unit: Id
    seconds: Count
    norm: Minutes | None = None
    object: Name | None = None
    met: bool | None = None
    within_longest: bool
    delay: Annotated[tuple[Name, ...], Meta(max_length=64)] = ()
    motive: Text | None = None


class Motivate(Private, frozen=True, kw_only=True):
    """Say why the response time of this incident is what it is."""

    incident: Id
    motive: Text


class Responses(Private, frozen=True, kw_only=True):
    """The register of response times, calls taken from `since` on and before `until`."""

    since: Time | None = None
    until: Time | None = None


class ResponsesTold(Private, frozen=True, kw_only=True):
    """How many met their norm, missed it, or had none; and the newest of them."""

    met: Count
    missed: Count
    without_norm: Count
    newest: Annotated[tuple[ResponseRecorded, ...], Meta(max_length=100)] = ()


# -- what the block keeps ----------------------------------------------------------------


class Decided(Private, frozen=True, kw_only=True):
    """A decision beside the proposal that stood when it was taken, for evaluation later."""

    incident: Id
    level: Code
    proposed: UnitIds
    taken: UnitIds
    short: Needs = ()
    actor: Name
    role: Name


class LevelOrdered(Private, frozen=True, kw_only=True):
    """A level that the desk decided, from the order until the feed has it."""

    incident: Id
    scale: Code
    level: Code
    actor: Name
    role: Name


class Relief(Private, frozen=True, kw_only=True):
    """Who relieves whom; kept, and told to the desk that asked for it."""

    incident: Id
    unit: Id
    by: Id
    actor: Name
    role: Name


class Warned(Private, frozen=True, kw_only=True):
    """Another party's word on safety, handed on to these units."""

    incident: Id
    units: SomeUnitIds
    warning: SceneWarning


class NotOrdered(Private, frozen=True, kw_only=True):
    """The core refused what was ordered for this incident."""

    incident: Id
    order: Name
    rule: Name
    what: Text


Remembered = Decided | LevelOrdered | Relief | Warned | NotOrdered | ResponseRecorded
"""What the block keeps of an incident, in its journal and for its own people."""


# -- radio ------------------------------------------------------------------------


class Alarm(Private, frozen=True, kw_only=True):
    """Out: turn out for this incident, or with `release` come back from it.

    `turn_out` and `travel` are the estimates in seconds, where there are any.
    """

    unit: Id
    incident: Id
    release: bool = False
    priority: Code | None = None
    turn_out: Count | None = None
    travel: Count | None = None
    warnings: Warnings = ()


class CrewWarning(Private, frozen=True, kw_only=True):
    """Out: what this unit's crew has to know of the scene that it is sent to."""

    unit: Id
    incident: Id
    warning: SceneWarning


class RadioStatus(Private, frozen=True, kw_only=True):
    """In: a status that a unit reports, and since when it holds."""

    unit: Id
    status: Status
    at: Time
    incident: Id | None = None


def _private(name: str, payload: type[Private]) -> Contract:
    return Contract(name=f"fire.{name}", payload=payload, kind=Kind.PRIVATE, sight=Sight.BLOCK)


CONTRACTS = (
    _private("proposal", Proposal),
    _private("proposal_made", ProposalMade),
    _private("dispatch", Dispatch),
    _private("dispatched", Dispatched),
    _private("scale_up", ScaleUp),
    _private("stand_down", StandDown),
    _private("stood_down", StoodDown),
    _private("relieve", Relieve),
    _private("close", Close),
    _private("closed", Closed),
    _private("response", Response),
    _private("response_told", ResponseTold),
    _private("response_recorded", ResponseRecorded),
    _private("motivate", Motivate),
    _private("responses", Responses),
    _private("responses_told", ResponsesTold),
    _private("decided", Decided),
    _private("level_ordered", LevelOrdered),
    _private("relief", Relief),
    _private("warned", Warned),
    _private("not_ordered", NotOrdered),
    _private("alarm", Alarm),
    _private("crew_warning", CrewWarning),
    _private("radio_status", RadioStatus),
)
