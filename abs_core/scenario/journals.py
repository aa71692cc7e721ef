"""The journals of the blocks, read beside them, and whether they still owe anything."""

from collections.abc import Iterable, Mapping

from abs_contracts import protocol

from abs_core.host.books import Books
from abs_core.host.journal import Journal, Page
from abs_core.ports import Bus, Unreachable


class Journals:
    """The journals of these parties, as far as they were read."""

    def __init__(self, bus: Bus, room: str, parties: Iterable[str]) -> None:
        self._bus = bus
        self._room = room
        self._journals: dict[str, Journal] = {}
        self._books = {party: Books() for party in parties}
        self.pages: dict[str, tuple[Page, ...]] = dict.fromkeys(self._books, ())

    async def settled(self, feeds: Mapping[str, int]) -> bool:
        """Whether every block has started, read its whole feed, and owes nothing."""
        for party, books in self._books.items():
            await self._read(party, books)
        return all(
            books.generation >= 0
            and books.position >= feeds[party]
            and not books.orders
            and not books.sends
            for party, books in self._books.items()
        )

    async def _read(self, party: str, books: Books) -> None:
        if party not in self._journals:
            try:
                stream = await self._bus.open(protocol.stream("journal", self._room, party))
            except Unreachable:
                return  # the core makes it when the block says hello
            subject = protocol.journal(self._room, party)
            self._journals[party] = Journal(stream, subject, generation=0)
        for page in await self._journals[party].read():
            self.pages[party] = (*self.pages[party], page)
            for line in page.lines:
                books.apply(line)
