"""The parties of a room and their tokens, folded from the log."""

import hashlib
from collections.abc import Mapping

from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused

from abs_core.application.chains import Chains
from abs_core.application.log import Entry, RoomLog
from abs_core.domain.party import Party, evolve

DESK = "desk"
BLOCK = "block"


def digest(token: str) -> str:
    """What the log keeps of a token: SHA-256, so that reading the log gives no rights."""
    return hashlib.sha256(token.encode()).hexdigest()


class Registry:
    """The newest that this core knows of each party."""

    def __init__(self, log: RoomLog) -> None:
        self._log = log
        self._chains = Chains(log)
        self._seq = 0
        self.parties: dict[str, Party] = {}

    @property
    def disciplines(self) -> Mapping[str, Discipline]:
        return {name: p.discipline for name, p in self.parties.items() if p.discipline}

    async def refresh(self) -> None:
        """Read what was written about parties since. Raises Unknown."""
        for record in await self._log.parties(after=self._seq):
            entry = await self._chains.take(record)
            if entry is not None:
                self.take(entry)

    def take(self, entry: Entry) -> None:
        if entry.seq <= self._seq:
            return
        self._seq = entry.seq
        party = self.parties.get(entry.id, Party())
        for event in entry.events:
            party = evolve(event.payload, party)
        self.parties[entry.id] = party

    async def holder(self, name: str, token: str) -> str:
        """Whose token this is: the party's desk or its block. Raises Refused.

        A token that is not known is looked for in the log before it is refused, and
        one of a block before it is believed: another core may have put the next
        generation in force, and from then on the older one's is void.
        """
        held = digest(token)
        if held != self.parties.get(name, Party()).desk_token:
            await self.refresh()
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
