"""The weather on the links: what the faults of a plan make of each delivery."""

from collections.abc import Callable, Sequence

import msgspec

from abs_core.sim import keyed
from abs_core.sim.plan import AnyFault, Delay, Drop, Duplicate, Hours, Partition, Reorder

AT_ONCE = (0.0,)
NEAREST, SPREAD = 0.0002, 0.003
"""Seconds: a desk or a block is so far from the broker, and the core beside it."""
BEHIND = 1e-9
"""Seconds after what was sent before it on the same link, at the least."""
_UNIT = 2.0**-64

LinkFault = Drop | Delay | Duplicate | Reorder | Partition | Hours


class _Way(msgspec.Struct):
    """A link: between whom, its key, and when the newest delivery arrives. `beside`: it does
    not go by way of the broker."""

    ends: tuple[str, str]
    near: bool
    beside: bool
    key: int
    arrived: float = 0.0


class Weather:
    """The fault plan of the memory bus, keyed by seed and link.

    A link is part of one connection: what is sent first arrives first, unless a fault
    has it otherwise.
    """

    def __init__(self, seed: int, now: Callable[[], float]) -> None:
        self._seed = seed
        self._now = now
        self._links: dict[str, _Way] = {}
        self._active: dict[int, LinkFault] = {}
        self.down = False  # the broker

    def begin(self, number: int, fault: LinkFault) -> None:
        """Let a fault work; `number` is its place in the plan, and its key."""
        self._active[number] = fault

    def end(self, number: int) -> None:
        del self._active[number]

    def fates(self, link: str, index: int) -> Sequence[float]:
        """Delays of the copies that arrive."""
        way = self._links.get(link) or self._look(link)
        if self.down and not way.beside:
            return ()
        delays: Sequence[float] = AT_ONCE
        if not way.near:
            now = self._now()
            arrival = now + NEAREST + SPREAD * _UNIT * keyed.mixed(way.key, index)
            if arrival <= way.arrived:
                arrival = way.arrived + BEHIND
            way.arrived = arrival
            delays = (arrival - now,)
        for number, fault in self._active.items():
            if fault.who in way.ends:
                chance = _UNIT * keyed.mixed(way.key ^ (number + 1), index)
                delays = _struck(fault, delays, chance)
        return delays

    def _look(self, link: str) -> _Way:
        sender, _, receiver = link.partition(":")[0].partition(">")
        way = self._links[link] = _Way(
            ends=(sender, receiver),
            near=_central(sender) and _central(receiver),
            beside=sender.startswith("outside-") or receiver.startswith("outside-"),
            key=keyed.number(self._seed, "link", link),
        )
        return way


def _central(end: str) -> bool:
    """Whether this is the core, or a stream, which lies beside the core.

    A feed and a journal are written beside it and read from afar; the delay is the
    other end's.
    """
    return end[0].isupper() or end.startswith(("core-", "feeder", "transcript"))


def _struck(fault: AnyFault, delays: Sequence[float], chance: float) -> Sequence[float]:
    """What a fault makes of the delays; `chance` is a number of the delivery's own."""
    match fault:
        case Partition() | Hours():
            return ()
        case Drop() if chance < fault.chance:
            return ()
        case Delay() if chance < fault.chance:
            late = fault.most * chance / fault.chance
            return [delay + late for delay in delays]
        case Duplicate() if chance < fault.chance:
            return [copy for delay in delays for copy in (delay, delay + 0.05 * chance)]
        case Reorder():
            return [delay + fault.most * chance for delay in delays]
    return delays
