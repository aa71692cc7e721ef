"""Faults as data: what goes wrong in a run, when, and with whom."""

import random
from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from abs_core.sim import keyed

LATEST = 1.5
"""Seconds that a delivery is late at most. Beyond what an asker waits (2 s) the links of
a broker break instead; docs/simulation.md says what would follow if they did not."""
START, END = 0.6, 4.5
"""Virtual seconds between which faults begin."""


class Fault(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What goes wrong from `at`, for `lasts` seconds of virtual time, with `who`.

    `who` is a process (`core-1`, `feeder`, `host-fire`, `desk-fire`), or a stream.
    """

    at: float
    lasts: float
    who: str

    @property
    def name(self) -> str:
        return str(self.__struct_config__.tag)


class Drop(Fault, frozen=True, kw_only=True, tag="drop"):
    """Of the deliveries from and to it, this share is lost."""

    chance: float


class Delay(Fault, frozen=True, kw_only=True, tag="delay"):
    """This share of the deliveries comes up to `most` seconds late."""

    chance: float
    most: float


class Duplicate(Fault, frozen=True, kw_only=True, tag="duplicate"):
    """This share of the deliveries comes twice."""

    chance: float


class Reorder(Fault, frozen=True, kw_only=True, tag="reorder"):
    """Every delivery takes a time of its own, so that they overtake each other."""

    most: float


class Partition(Fault, frozen=True, kw_only=True, tag="partition"):
    """Nothing reaches it and nothing of it arrives."""


class Crash(Fault, frozen=True, kw_only=True, tag="crash"):
    """It ends as by kill -9, and is started again after `lasts`."""

    @property
    def name(self) -> str:
        return f"crash of {self.who.split('-')[0]}"


class BrokerCrash(Fault, frozen=True, kw_only=True, tag="broker"):
    """The broker is away; of each stream that is not synced it loses up to `tail` records."""

    tail: int = 0

    @property
    def name(self) -> str:
        return "crash of broker, tail lost" if self.tail else "crash of broker"


class Hang(Fault, frozen=True, kw_only=True, tag="hang"):
    """Nothing of it happens, as after SIGSTOP, and then it goes on where it stood."""


class Skew(Fault, frozen=True, kw_only=True, tag="skew"):
    """Its clock is wrong by so many seconds."""

    seconds: float


class Flood(Fault, frozen=True, kw_only=True, tag="flood"):
    """A block (`who`) sends so many commands about nothing that there is."""

    count: int


class Garbage(Fault, frozen=True, kw_only=True, tag="garbage"):
    """A block (`who`) sends so many messages that are none, to all that it can reach."""

    count: int


class Replace(Fault, frozen=True, kw_only=True, tag="replace"):
    """A block gives way to a new generation; the old one hangs meanwhile, and wakes up."""


class Hours(Fault, frozen=True, kw_only=True, tag="hours"):
    """A system outside (`who`) is cut off for `hours`: nothing passes, and everybody's clock
    has gone on when it is over. In them nobody does anything: only `lasts` seconds are played."""

    hours: float

    @property
    def name(self) -> str:
        return "cut of hours"


class Wrong(Fault, frozen=True, kw_only=True, tag="wrong outside"):
    """A system outside (`who`) gives wrong answers, of a kind of its own."""


AnyFault = (
    Drop
    | Delay
    | Duplicate
    | Reorder
    | Partition
    | Crash
    | BrokerCrash
    | Hang
    | Skew
    | Flood
    | Garbage
    | Replace
    | Hours
    | Wrong
)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that goes wrong in a run; by default nothing does."""

    faults: tuple[AnyFault, ...] = ()


Maker = Callable[[random.Random, float, "Cast"], AnyFault]


class Cast(msgspec.Struct, frozen=True, kw_only=True):
    """Who there is to have faults: `blocks` are parties with a block, `outsides` those of
    them whose block stands before a simulated system outside."""

    cores: int
    feeder: bool  # one alone, beside those of the cores
    parties: tuple[str, ...]
    blocks: tuple[str, ...]
    streams: tuple[str, ...]
    outsides: tuple[str, ...] = ()

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(f"host-{party}" for party in self.blocks)

    @property
    def processes(self) -> tuple[str, ...]:
        cores = tuple(f"core-{n}" for n in range(1, self.cores + 1))
        outsides = [f"outside-{party}" for party in self.outsides]
        return (*cores, *["feeder"] * self.feeder, *self.hosts, *outsides)

    @property
    def everyone(self) -> tuple[str, ...]:
        return (*self.processes, *(f"desk-{party}" for party in self.parties))


def _on_links(draw: random.Random, cast: Cast) -> tuple[str, float]:
    return draw.choice([*cast.everyone, *cast.streams]), draw.uniform(0.2, 3.0)


def _drop(draw: random.Random, at: float, cast: Cast) -> Drop:
    who, lasts = _on_links(draw, cast)
    return Drop(at=at, lasts=lasts, who=who, chance=draw.choice((0.05, 0.2, 0.5)))


def _delay(draw: random.Random, at: float, cast: Cast) -> Delay:
    who, lasts = _on_links(draw, cast)
    return Delay(
        at=at,
        lasts=lasts,
        who=who,
        chance=draw.uniform(0.1, 1),
        most=draw.choice((0.1, 0.5, LATEST)),
    )


def _duplicate(draw: random.Random, at: float, cast: Cast) -> Duplicate:
    who, lasts = _on_links(draw, cast)
    return Duplicate(at=at, lasts=lasts, who=who, chance=draw.uniform(0.1, 1))


def _reorder(draw: random.Random, at: float, cast: Cast) -> Reorder:
    who, lasts = _on_links(draw, cast)
    return Reorder(at=at, lasts=lasts, who=who, most=draw.choice((0.005, 0.05, 0.5)))


def _partition(draw: random.Random, at: float, cast: Cast) -> Partition:
    who, lasts = _on_links(draw, cast)
    return Partition(at=at, lasts=lasts, who=who)


def _crash_of(processes: Callable[[Cast], Sequence[str]]) -> Maker:
    def crash(draw: random.Random, at: float, cast: Cast) -> Crash:
        return Crash(at=at, lasts=draw.uniform(0.0, 3.0), who=draw.choice(processes(cast)))

    return crash


def _broker(tail: bool) -> Maker:
    def crash(draw: random.Random, at: float, _cast: Cast) -> BrokerCrash:
        lost = draw.randint(1, 40) if tail else 0
        return BrokerCrash(at=at, lasts=draw.uniform(0.05, 3.0), who="broker", tail=lost)

    return crash


def _hang(draw: random.Random, at: float, cast: Cast) -> Hang:
    return Hang(at=at, lasts=draw.uniform(0.1, 4.0), who=draw.choice(cast.everyone))


def _skew(draw: random.Random, at: float, cast: Cast) -> Skew:
    seconds = draw.choice((-1, 1)) * draw.uniform(0.1, 120.0)
    return Skew(
        at=at, lasts=draw.uniform(0.5, 5.0), who=draw.choice(cast.everyone), seconds=seconds
    )


def _flood(draw: random.Random, at: float, cast: Cast) -> Flood:
    who = draw.choice(cast.hosts)
    return Flood(at=at, lasts=draw.uniform(0.1, 1.0), who=who, count=draw.randint(20, 80))


def _garbage(draw: random.Random, at: float, cast: Cast) -> Garbage:
    who = draw.choice(cast.hosts)
    return Garbage(at=at, lasts=draw.uniform(0.1, 1.0), who=who, count=draw.randint(5, 40))


def _replace(draw: random.Random, at: float, cast: Cast) -> Replace:
    return Replace(at=at, lasts=draw.uniform(0.0, 2.0), who=draw.choice(cast.hosts))


def _hours(draw: random.Random, at: float, cast: Cast) -> Hours:
    who, hours = draw.choice(_outsides(cast)), draw.choice((0.5, 2.5, 3.5))
    return Hours(at=at, lasts=draw.uniform(0.2, 3.0), who=who, hours=hours)


def _wrong(draw: random.Random, at: float, cast: Cast) -> Wrong:
    return Wrong(at=at, lasts=draw.uniform(0.2, 3.0), who=draw.choice(_outsides(cast)))


def _outsides(cast: Cast) -> list[str]:
    return [process for process in cast.processes if process.startswith("outside")]


MAKERS: Mapping[str, Maker] = {
    "drop": _drop,
    "delay": _delay,
    "duplicate": _duplicate,
    "reorder": _reorder,
    "partition": _partition,
    "crash of core": _crash_of(lambda c: [p for p in c.processes if p.startswith("core")]),
    "crash of feeder": _crash_of(lambda _: ["feeder"]),
    "crash of host": _crash_of(lambda c: c.hosts),
    "crash of broker": _broker(tail=False),
    "crash of broker, tail lost": _broker(tail=True),
    "hang": _hang,
    "skew": _skew,
    "flood": _flood,
    "garbage": _garbage,
    "replace": _replace,
    "crash of outside": _crash_of(_outsides),
    "cut of hours": _hours,
    "wrong outside": _wrong,
}
"""How each kind of fault is drawn, by the name that `--faults` takes."""

OF_BLOCKS = (
    "crash of host",
    "hang",
    "partition",
    "flood",
    "garbage",
    "replace",
    "drop",
    "delay",
    "duplicate",
    "reorder",
    "skew",
)
"""Kinds that can befall one block alone."""
OF_OUTSIDES = ("crash of outside", "cut of hours", "wrong outside")
"""Kinds that befall a system outside."""


def draw(seed: int, cast: Cast, kinds: Collection[str] = tuple(MAKERS)) -> Plan:
    """The plan of a seed: up to six faults of these kinds. One seed in eight has none."""
    chance = keyed.stream(seed, "plan")
    usable = [kind for kind in MAKERS if kind in kinds and _possible(kind, cast)]
    if not usable or chance.random() < 1 / 8:
        return Plan()
    count = chance.randint(1, 6)
    return Plan(
        faults=tuple(
            MAKERS[chance.choice(usable)](chance, round(at, 6), cast)
            for at in keyed.moments(chance, count, START, END)
        )
    )


def _possible(kind: str, cast: Cast) -> bool:
    """Whether there is somebody whom it can befall."""
    if kind == "crash of feeder":
        return cast.feeder
    if kind in OF_OUTSIDES:
        return bool(cast.outsides)
    return bool(cast.blocks) or kind not in ("crash of host", "flood", "garbage", "replace")
