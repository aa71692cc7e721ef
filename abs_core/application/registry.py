"""The parties of a room and their tokens, folded from the log."""

import asyncio
import functools
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused

from abs_core.application.chains import Chains
from abs_core.application.log import RoomLog
from abs_core.domain.party import Party, evolve
from abs_core.ports import Record

DESK = "desk"
BLOCK = "block"
ANY = "*"


@functools.lru_cache(1024)  # every command comes in under one of a few
def digest(token: str) -> str:
    """What the log keeps of a token: SHA-256, so that reading the log gives no rights."""
    return hashlib.sha256(token.encode()).hexdigest()


class Registry:
    """The newest that this core knows of each party."""

    def __init__(self, log: RoomLog) -> None:
        self._log = log
        self._chains = Chains(log)
        self._lock = asyncio.Lock()
        self._looked = 0  # how far the log was looked through for parties
        self._read: dict[str, int] = {}  # how far each party's own subject was read
        self._begun: Counter[str] = Counter()  # looks at one party or at all, and those done
        self._done: Counter[str] = Counter()
        self.parties: dict[str, Party] = {}

    @property
    def disciplines(self) -> Mapping[str, Discipline]:
        return {name: p.discipline for name, p in self.parties.items() if p.discipline}

    @property
    def added_classes(self) -> frozenset[tuple[str, ...]]:
        """The classes that the regions of this room add to the national table."""
        return frozenset(path for p in self.parties.values() for path in p.added_classes)

    async def refresh(self) -> None:
        """Read what was written about any party since. Raises Unknown."""
        await self._look(ANY, self._read_any)

    async def refresh_one(self, name: str) -> None:
        """Read what was written about one party since: one look-up, however long the log."""
        await self._look(name, lambda: self._read_one(name))

    async def _look(self, name: str, read: Callable[[], Awaitable[None]]) -> None:
        """One look is for all who asked before it began; a later one may find more."""
        wanted = self._begun[name] + 1
        async with self._lock:
            if self._done[name] < wanted:
                number = self._begun[name] = self._begun[name] + 1
                await read()
                self._done[name] = number

    async def _read_any(self) -> None:
        end = self._log.reached  # all up to there is read now, without asking for more
        await self._take(await self._log.parties(after=self._looked))
        self._looked = end

    async def _read_one(self, name: str) -> None:
        await self._take(await self._log.parties(name, after=self._read.get(name, 0)))

    async def _take(self, records: Sequence[Record]) -> None:
        for record in records:
            name = record.subject.split(".")[-1]
            if record.seq <= self._read.get(name, 0):
                continue
            entry = await self._chains.take(record)
            self._read[name] = record.seq
            party = self.parties.get(name, Party())
            for event in entry.events if entry else ():
                party = evolve(event.payload, party)
            self.parties[name] = party

    async def holder(self, name: str, token: str) -> str:
        """Whose token this is: the party's desk or its block. Raises Refused.

        A token that is not known is looked for in the log before it is refused, and
        one of a block before it is believed: another core may have put the next
        generation in force, and from then on the older one's is void.
        """
        held = digest(token)
        if held != self.parties.get(name, Party()).desk_token:
            await self.refresh_one(name)
        party = self.parties.get(name, Party())
        if held == party.desk_token:
            return DESK
        if held == party.block_token:
            return BLOCK
        raise Refused(
            rule="TRUST-002",
            what="this token is not in force for this party; an older generation's never is",
            where="the subject",
            fix="use the token of the Agreement in force, or agree on a new generation",
        )
