"""How long a proposal of the fire block takes, on one core, without a broker.

`python tests/benchmarks/proposal.py [--seconds 3]`: a question as bytes to an answer as
bytes, for every class of the table at every level, in a quiet room with the
demonstration fleet and in one with ten times its stations, 200 open incidents and half
of the vehicles out. The limit is 5 ms.
"""

import argparse
import datetime as dt
import itertools
import statistics
import time
from collections.abc import Iterator

import msgspec
from abs_contracts.codec import decode_as, encode
from abs_contracts.messages.values import Classification, Location, Point
from abs_fire.block import FireBlock
from abs_fire.contracts import Proposal
from abs_fire.fleet import Fleet, load_fleet
from abs_fire.norms import load_norms
from abs_fire.state import Incident, State, Unit
from abs_fire.table import LEVELS, load_table
from abs_fire.vehicles import load_vehicles

TABLE = load_table()
NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
PLACE = Location(municipality="Zoetermeer", point=Point(lat=52.07, lon=4.45))
LIMIT = 5.0  # milliseconds


def enlarged(fleet: Fleet, times: int) -> Fleet:
    """So many copies of every station, each a little farther away."""
    stations = []
    for copy, station in itertools.product(range(times), fleet.stations):
        assert station.point is not None
        moved = Point(lat=station.point.lat + copy * 0.01, lon=station.point.lon)
        name, post = f"{station.name} {copy}", f"{len(stations):02}"
        stations.append(msgspec.structs.replace(station, name=name, post=post, point=moved))
    return msgspec.structs.replace(fleet, stations=tuple(stations))


def state(fleet: Fleet, incidents: int, out: float) -> State:
    """A room with so many incidents, over which a part of the fleet is spread."""
    units = {
        id_: Unit(id=id_, call_sign=unit.call_sign, kind=unit.kind, station=unit.station)
        for id_, unit in fleet.units().items()
    }
    sent = list(units)[: int(len(units) * out)]
    known = {}
    for number, row in zip(range(incidents), itertools.cycle(TABLE.classes), strict=False):
        path = dict(zip(("mc1", "mc2", "mc3"), row.path, strict=False))
        id_ = f"i-{number}"
        known[id_] = Incident(
            id=id_,
            accepted=NOON,
            classification=Classification(table="1.0", **path),
            characteristics={"Etage": ("4",), "Beknel/Bedel/Insluit": ("Ja",)},
            location=PLACE,
            units=tuple(sent[number::incidents]),
        )
    return State(units=units, incidents=known)


def questions(known: State) -> Iterator[bytes]:
    for id_, level in itertools.cycle(itertools.product(known.incidents, LEVELS)):
        yield encode(Proposal(incident=id_, level=level))


def measure(name: str, fleet: Fleet, known: State, seconds: float) -> bool:
    block = FireBlock("fire", TABLE, load_vehicles(), load_norms(), fleet)
    took, asked = [], questions(known)
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        raw = next(asked)
        encode(block.answer(known, decode_as(raw, Proposal)))
        took.append((time.perf_counter() - start) * 1000)
    took.sort()
    middle, late = statistics.median(took), took[int(len(took) * 0.99)]
    sizes = f"{len(known.units)} vehicles, {len(known.incidents)} incidents"
    print(f"{name:6} {sizes:30} {len(took):8} asked   p50 {middle:.3f} ms   p99 {late:.3f} ms")
    return late < LIMIT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    seconds = parser.parse_args().seconds
    small = load_fleet({})
    large = enlarged(small, 10)
    within = [
        measure("quiet", small, state(small, len(TABLE.classes), 0.0), seconds),
        measure("busy", large, state(large, 200, 0.5), seconds),
    ]
    print(f"p99 within {LIMIT:.0f} ms: {'yes' if all(within) else 'NO'}")


if __name__ == "__main__":
    main()
