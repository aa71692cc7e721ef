"""What every decider is given besides its own aggregate, and what it gives back."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec
from abs_contracts.messages.values import Discipline
from abs_contracts.protocol import Warned

from abs_core.domain.unit import Unit


class By(NamedTuple):
    """Who asks: the party known from the subscription, the actor and role it names."""

    party: str
    actor: str
    role: str


class Known(NamedTuple):
    """What a decision about one aggregate may look up of others; never written to.

    `elsewhere` are other open incidents that the unit of the command serves.
    """

    room: str
    parties: Mapping[str, Discipline]
    unit: Unit | None = None
    elsewhere: tuple[str, ...] = ()


class Decision(NamedTuple):
    """The events to write, none if everything stands as asked already."""

    events: tuple[msgspec.Struct, ...] = ()
    warnings: tuple[Warned, ...] = ()


def decided(*events: msgspec.Struct) -> Decision:
    return Decision(events)
