"""The ten control rooms (meldkamers) and the safety regions that each serves."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from abs_contracts.codelists.source import CodeList, File
from abs_contracts.scalars import Name, RoomId


class Region(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A safety region (veiligheidsregio); its number begins its units' call signs."""

    number: Annotated[int, Meta(ge=1, le=25)]
    name: Name


class Room(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A room; `id` names it in messages and subjects, `code` is what people write."""

    id: RoomId
    code: Name
    name: Name
    place: Name
    regions: tuple[Region, ...]


Entries = tuple[Room, ...]


class Rooms(CodeList[str, Room, Entries]):
    def __init__(self) -> None:
        super().__init__("rooms", File[Entries])

    def get(self, room: str) -> Room | None:
        return self._by_key.get(room)

    def has(self, room: str) -> bool:
        return room in self._by_key

    def of_region(self, number: int) -> Room | None:
        """The room that serves this safety region."""
        return next((r for r in self if any(g.number == number for g in r.regions)), None)

    def _keyed(self, entries: Entries) -> Mapping[str, Room]:
        return {each.id: each for each in entries}
