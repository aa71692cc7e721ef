"""What every decider is given besides its own aggregate, and what it gives back."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import msgspec
from abs_contracts.messages.values import Discipline
from abs_contracts.protocol import Warned

from abs_core.domain.incident import Incident
from abs_core.domain.unit import Unit


class By(NamedTuple):
    """Who asks: the party known from the subscription, the actor and role it names."""

    party: str
    actor: str
    role: str


ClassPath = tuple[str, ...]


class Elsewhere(NamedTuple):
    """Another open incident that a unit serves."""

    incident: str
    exercise: bool = False


class Known(NamedTuple):
    """What a decision about one aggregate may look up of others; never written to.

    `called_for`: by party, the classes that call it. `added_classes`: what regions
    add to the national table. `elsewhere`: where else the command's unit serves.
    `target`: another incident than its own that the command names. `at`: when it occurred.
    """

    room: str
    parties: Mapping[str, Discipline]
    unit: Unit | None = None
    elsewhere: tuple[Elsewhere, ...] = ()
    called_for: Mapping[str, tuple[ClassPath, ...]] = {}
    added_classes: frozenset[ClassPath] = frozenset()
    target: Incident | None = None
    at: dt.datetime = dt.datetime.min.replace(tzinfo=dt.UTC)


class Decision(NamedTuple):
    """The events to write, none if everything stands as asked already."""

    events: tuple[msgspec.Struct, ...] = ()
    warnings: tuple[Warned, ...] = ()


def decided(*events: msgspec.Struct) -> Decision:
    return Decision(events)
