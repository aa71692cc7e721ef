"""Norms for the response time (`data/norms.toml`), by what burns."""

from typing import Annotated

import msgspec
from abs_contracts.messages.values import Classification
from abs_contracts.scalars import Name
from msgspec import Meta

from abs_fire.conditions import Characteristics, Conditional, table

Minutes = Annotated[int, Meta(ge=1, le=60)]


class Norm(Conditional, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Minutes from the room's taking of the call to the first fire unit on the scene."""

    minutes: Minutes
    object: Name


class Norms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first row that fits counts; `longest` is what no norm may exceed."""

    longest: Minutes
    norms: tuple[Norm, ...]

    def of(self, classification: Classification | None, values: Characteristics) -> Norm | None:
        """The norm for an incident of this class with these characteristics, if there is one."""
        return next((norm for norm in self.norms if norm.holds(classification, values)), None)


def load_norms() -> Norms:
    """The norms that this distribution carries."""
    return table("norms", Norms)
