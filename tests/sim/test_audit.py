"""The audit finds what a run may not touch, and the order of sets."""

import random
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from abs_core.application.health import Health
from abs_core.sim import audit
from abs_core.sim.run import play

from .conftest import small


def a_socket() -> None:
    socket.socket().close()


def a_thread() -> None:
    threading.Thread(target=int).start()


@pytest.mark.parametrize(
    ("touch", "what"),
    [
        (time.time, "real time"),
        (time.monotonic, "real time"),
        (lambda: time.sleep(0), "real time"),
        (lambda: audit.dt.datetime.now(audit.dt.UTC), "real time"),
        (random.random, "a shared random stream"),
        (lambda: random.choice([1, 2]), "a shared random stream"),
        (uuid.uuid4, "chance"),
        (a_socket, "a socket"),
        (a_thread, "a thread"),
        (lambda: subprocess.run([sys.executable, "-V"], check=True), "a process"),
    ],
)
def test_what_may_not_be_touched_is_found(touch: Callable[[], object], what: str) -> None:
    found: list[str] = []
    with audit.watching(found):
        touch()
    assert any(what in each for each in found)
    assert str(Path(__file__).name) in "".join(found) or "python" in "".join(found)


def test_what_may_be_touched_is_not() -> None:
    found: list[str] = []
    with audit.watching(found):
        random.Random(1).random()
        audit.dt.datetime(2026, 1, 1, tzinfo=audit.dt.UTC).isoformat()
        sorted({3, 1, 2})
    assert found == []


def test_a_run_that_touches_real_time_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    hear = Health.hear

    def timed(self: Health, *arguments: object) -> None:
        time.time()
        hear(self, *arguments)  # type: ignore[arg-type]  # as it is called

    monkeypatch.setattr(Health, "hear", timed)
    violations = play(small(0), audit=True).outcome.violations
    assert any(v.startswith("audit: real time was touched (time) at") for v in violations)
    assert play(small(0)).outcome.violations == ()  # nothing else is wrong with it


def digest(hash_seed: str, program: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": hash_seed, "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


UNORDERED = """
import asyncio

from abs_core.application.health import Health
from abs_core.sim.run import Load, case, run

look = Health.run

async def unordered(self):
    await asyncio.sleep(1)  # until somebody serves them
    for party in {f"party-{number}" for number in range(20)}:
        await self._bus.publish(f"beat.dh.fire.{party}", b"")
    await look(self)

Health.run = unordered
print(run(case(0, ["hang"], Load(incidents=1, decisions=2))).digest)
"""


def test_the_order_of_a_set_shows_in_another_process() -> None:
    """Messages in the order of a set of texts: another hash seed, another trace."""
    assert digest("1", UNORDERED) == digest("1", UNORDERED)
    assert digest("1", UNORDERED) != digest("2", UNORDERED)


def test_the_room_itself_does_not_depend_on_it() -> None:
    ordered = UNORDERED.replace("for party in {", "for party in sorted({").replace(
        "range(20)}:", "range(20)}):"
    )
    assert digest("1", ordered) == digest("2", ordered)
