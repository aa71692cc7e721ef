"""Kinds of vehicle (`data/vehicles.toml`): their crew, and what they can be sent for."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from abs_contracts.scalars import Name
from msgspec import Meta

from abs_fire.conditions import Row, table


class Kind(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`fills` are the wanted kinds that it can be sent for, besides its own.

    `responds`: with its arrival the first fire unit is there.
    """

    code: Name
    text: Name
    crew: Annotated[int, Meta(ge=1, le=20)]
    fills: tuple[Name, ...] = ()
    responds: bool = False


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kinds: tuple[Kind, ...]


class Vehicles:
    """The kinds, by code and by what they can fill."""

    def __init__(self, kinds: tuple[Kind, ...]) -> None:
        self.by_code: Mapping[str, Kind] = {kind.code: kind for kind in kinds}
        wanted = {*self.by_code, *(each for kind in kinds for each in kind.fills)}
        self._filled_by = {
            each: (
                *(kind.code for kind in kinds if kind.code == each),
                *(kind.code for kind in kinds if each in kind.fills),
            )
            for each in wanted
        }

    def filled_by(self, wanted: str) -> tuple[str, ...]:
        """The kinds of vehicle that can fill a wanted kind, best first."""
        return self._filled_by.get(wanted, (wanted,))

    def responds(self, kind: str) -> bool:
        """Whether the arrival of such a vehicle ends the response time."""
        known = self.by_code.get(kind)
        return known is not None and known.responds


def load_vehicles() -> Vehicles:
    """The kinds that this distribution carries."""
    return Vehicles(table("vehicles", _File).kinds)
