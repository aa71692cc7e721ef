"""What the host itself has to remember, all of it recovered from the journal's lines."""

from typing import NamedTuple

from abs_contracts import protocol
from abs_contracts.codec import encode
from abs_contracts.refusal import Refusal

from abs_core.host.journal import (
    KeptCancelTimer,
    KeptEntry,
    KeptFed,
    KeptInbound,
    KeptOrder,
    KeptRequest,
    KeptResponse,
    KeptSend,
    KeptSent,
    KeptSetTimer,
    KeptSettled,
    KeptStarted,
    KeptTimer,
    Line,
)


class Owed(NamedTuple):
    """An order without an outcome, and the feed position it reacts to (None: another entry).

    `mine`: this block wants it, not another block of the party before it.
    """

    order: KeptOrder
    position: int | None
    mine: bool


class Books:
    """Position, debts, timers and everything by which a repeat is recognised.

    Position and orders are the party's, timers and sends the block's own.
    """

    def __init__(self) -> None:
        self.generation = -1
        self.position = 0
        self.orders: dict[str, Owed] = {}
        self.sends: dict[str, KeptSend] = {}
        self.timers: dict[str, KeptSetTimer] = {}
        self._replies: dict[str, bytes] = {}
        self._inbound: set[str] = set()

    @property
    def floor(self) -> int:
        """The feed position up to which every order has its outcome.

        Sends do not hold it: an outside that is away for hours must not stop the feed.
        """
        owed = [o.position for o in self.orders.values() if o.position is not None]
        return min(owed, default=self.position + 1) - 1

    def reply(self, entry: KeptEntry) -> bytes | None:
        """What the desk is told about its request, the first time and every time."""
        return self._replies.get(entry.id) if isinstance(entry, KeptRequest) else None

    def knows(self, entry: KeptEntry) -> bool:
        """Whether the entry repeats what is written already, or comes too late to count."""
        match entry:
            case KeptStarted():
                return entry.generation <= self.generation
            case KeptFed():
                return entry.position <= self.position
            case KeptRequest():
                return entry.id in self._replies
            case KeptInbound():
                return entry.id in self._inbound
            case KeptTimer():
                timer = self.timers.get(entry.name)
                return timer is None or timer.id != entry.timer
            case KeptSettled() | KeptSent():
                return entry.effect not in self.orders and entry.effect not in self.sends

    def is_mine(self, entry: KeptEntry, of: bool) -> bool:
        """Whether an entry of a page that is ours (`of`) or not concerns this block.

        An outcome concerns the block that wanted the order, whoever sent it.
        """
        owed = self.orders.get(entry.effect) if isinstance(entry, KeptSettled) else None
        return owed.mine if owed else of

    def apply(self, line: Line, *, mine: bool = True) -> None:
        """Enter one line: first what its entry settles, then what its effects owe."""
        self._enter(line, mine=mine)
        for effect in line.effects:
            match effect:
                case KeptOrder():
                    position = line.entry.position if isinstance(line.entry, KeptFed) else None
                    self.orders[effect.id] = Owed(effect, position, mine)
                case KeptSend() if mine:
                    self.sends[effect.id] = effect
                case KeptSetTimer() if mine:
                    self.timers[effect.name] = effect
                case KeptCancelTimer() if mine:
                    self.timers.pop(effect.name, None)
                case _:
                    pass

    def _enter(self, line: Line, *, mine: bool) -> None:
        entry = line.entry
        match entry:
            case KeptStarted():
                self.generation = entry.generation
            case KeptFed():
                self.position = entry.position
            case KeptRequest():
                self._replies[entry.id] = _reply(line)
            case KeptInbound():
                self._inbound.add(entry.id)
            case KeptTimer() if mine:
                self.timers.pop(entry.name, None)
            case KeptSettled():
                self.orders.pop(entry.effect, None)
            case KeptSent():
                self.sends.pop(entry.effect, None)
            case _:
                pass


def _reply(line: Line) -> bytes:
    request = line.entry.id
    if line.refusal is not None:
        return encode(protocol.Rejected(command=request, refusal=line.refusal))
    if line.poison is not None:
        return encode(protocol.Rejected(command=request, refusal=POISONED))
    for effect in line.effects:
        if isinstance(effect, KeptResponse):
            return encode(protocol.Taken(request=request, data=effect.data))
    return encode(protocol.Taken(request=request))


POISONED = Refusal(
    rule="HOST-004",
    what="the block failed on this request; nothing was done about it",
    where="",
    fix="the request is kept as a dead letter with its reason: tell who maintains the block",
)
