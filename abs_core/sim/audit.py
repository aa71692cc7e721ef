"""The audit: a run may not touch real time, chance, sockets or threads, nor the order of sets.

The first four are seen by looking at every call. The order of a set of texts shows only
in another process, whose hashes differ: a run is played there once more, and its hash
has to be the same.
"""

import _thread
import contextlib
import datetime as dt
import os
import random
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any, get_args

import msgspec

if TYPE_CHECKING:
    from abs_core.sim.desks import Load
    from abs_core.sim.world import Ambulance

BUILT_IN: Mapping[Any, str] = {
    time.time: "real time",
    time.time_ns: "real time",
    time.monotonic: "real time",
    time.monotonic_ns: "real time",
    time.perf_counter: "real time",
    time.perf_counter_ns: "real time",
    time.process_time: "real time",
    time.sleep: "real time",
    time.localtime: "real time",
    time.gmtime: "real time",
    dt.datetime.now: "real time",
    dt.datetime.utcnow: "real time",
    dt.date.today: "real time",
    random.random: "a shared random stream",
    random.getrandbits: "a shared random stream",
    os.urandom: "chance",
    _thread.start_new_thread: "a thread",
}
WRITTEN: Mapping[Any, str] = {
    socket.socket.__init__: "a socket",
    threading.Thread.start: "a thread",
    subprocess.Popen.__init__: "a process",
    uuid.uuid1: "chance",
    uuid.uuid4: "chance",
}
"""Functions in C, and in Python, that no simulated process may call."""

_CODES = {id(function.__code__): (function, what) for function, what in WRITTEN.items()}


@contextlib.contextmanager
def watching(found: list[str]) -> Iterator[None]:
    """Note down every call of what is forbidden, and who made it."""

    def look(frame: FrameType, event: str, argument: Any) -> None:
        if event == "c_call":
            what = BUILT_IN.get(argument) if argument.__hash__ else None
            if what is not None:
                found.append(_said(what, argument.__name__, frame))
        elif event == "call" and id(frame.f_code) in _CODES:
            function, what = _CODES[id(frame.f_code)]
            found.append(_said(what, function.__qualname__, frame.f_back))

    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(None)


def _said(what: str, name: str, frame: FrameType | None) -> str:
    where = f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "nowhere"
    return f"audit: {what} was touched ({name}) at {where}"


# -- the same seeds in another process ------------------------------------------------


class Second(msgspec.Struct, frozen=True, kw_only=True):
    """What a run showed in the other process."""

    seed: int
    digest: str
    violations: tuple[str, ...]


SECOND_EVERY = 4
"""Of the runs in the second process one in so many is audited: it takes three times as long."""


def again(
    seeds: Sequence[int],
    kinds: Sequence[str],
    load: "Load",
    ambulance: "Ambulance | None" = None,
) -> Iterator[Second]:
    """Play the seeds once more, some audited, in a process in which every text hashes
    otherwise."""
    here = os.environ.get("PYTHONHASHSEED", "random")
    environment = {**os.environ, "PYTHONHASHSEED": "2" if here == "1" else "1"}
    command = [sys.executable, "-m", "abs_core.sim.audit", *map(str, seeds), "--"]
    command += [str(load.incidents), str(load.decisions), ambulance or "-", *kinds]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield msgspec.json.decode(line, type=Second)
    if process.returncode:
        raise RuntimeError(f"the second process ended with {process.returncode}")


def main(arguments: Sequence[str], write: Callable[[bytes], Any]) -> None:
    """Play seeds, some audited, and write a line about each."""
    from abs_core.sim.alone import tidily  # noqa: PLC0415 - the runs know the audit
    from abs_core.sim.desks import Load  # noqa: PLC0415 - the same
    from abs_core.sim.run import case, run  # noqa: PLC0415 - the same
    from abs_core.sim.world import Ambulance  # noqa: PLC0415 - the same

    split = list(arguments).index("--")
    incidents, decisions, what, *kinds = arguments[split + 1 :]
    ambulance = next((each for each in get_args(Ambulance) if each == what), None)
    load = Load(incidents=int(incidents), decisions=int(decisions))
    with tidily() as tidy:
        for number, seed in enumerate(map(int, arguments[:split])):
            outcome = run(case(seed, kinds, load, ambulance), audit=number % SECOND_EVERY == 0)
            line = Second(seed=seed, digest=outcome.digest, violations=outcome.violations)
            write(msgspec.json.encode(line) + b"\n")
            tidy()


def _write(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1:], _write)
