"""Translating a message, beside bare msgspec on the same bytes.

`python tests/benchmarks/translation.py [FOLDER]`: complete messages of every type, or
the messages of a folder. Per type the median of many runs: decode alone, read and judge,
to the core, and there and back. Only the ratios of one run say much.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from abs_ambulance_bridge.hub_sante.catalogue import TYPES
from abs_ambulance_bridge.hub_sante.hub import HubSante
from abs_ambulance_bridge.hub_sante.specimen import specimen
from abs_ambulance_bridge.hub_sante.translation.ids import derived
from abs_ambulance_bridge.profile import Keep, Setting
from abs_ambulance_bridge.told import told
from abs_contracts.messages.values import Discipline

ROUNDS = 200
HUB = HubSante()
SETTING = Setting(room="dh", party="ambulance", parties={d.value: d for d in Discipline})


def median(work: Callable[[], object]) -> float:
    """Milliseconds."""
    taken = []
    for _ in range(ROUNDS):
        derived.cache_clear()  # as if every message were the first of its incident
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def whole(raw: bytes) -> None:
    message = HUB.parse(raw)
    inbound = HUB.to_core(message, SETTING)
    HUB.from_core(message.kind, told(inbound.commands, SETTING), Keep(message=message), SETTING)


def messages() -> list[tuple[str, bytes]]:
    if len(sys.argv) > 1:
        return [(path.stem[:28], path.read_bytes()) for path in Path(sys.argv[1]).rglob("*.json")]
    return [(kind.name, msgspec.json.encode({kind.root: specimen(kind.name)})) for kind in TYPES]


def main() -> None:
    print(
        f"{'message':30}{'bytes':>7}{'bare':>9}{'judge':>9}{'core':>9}{'and back':>10}{'ratio':>8}"
    )
    for name, raw in messages():
        message = HUB.parse(raw)
        bare = median(lambda raw=raw: msgspec.json.decode(raw))
        judge = median(lambda raw=raw: HUB.parse(raw))
        core = median(lambda message=message: HUB.to_core(message, SETTING))
        back = median(lambda raw=raw: whole(raw))
        cells = "".join(f"{each:9.3f}" for each in (bare, judge, core))
        print(f"{name:30}{len(raw):>7}{cells}{back:10.3f}{back / bare:8.0f}")
    print("milliseconds, median; ratio: all of it to bare decoding")


if __name__ == "__main__":
    main()
