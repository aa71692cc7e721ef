"""Every check holds for what was really recorded, and fails when that is spoiled."""

import datetime as dt
from collections.abc import Callable

import msgspec
import pytest
from abs_contracts import protocol
from abs_contracts.refusal import Refusal
from msgspec import Raw
from msgspec.structs import replace

from abs_core.application.log import CHAIN
from abs_core.host.journal import (
    KeptInbound,
    KeptOrder,
    KeptRequest,
    KeptSend,
    KeptSent,
    KeptSettled,
    Line,
    Page,
)
from abs_core.ports import Record
from abs_core.scenario import checks
from abs_core.scenario.model import Consult, Scenario, Sees, Step
from abs_core.scenario.recording import Outcome, Recording, Result

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NO = Refusal(rule="UNIT-001", what="no such unit", where="/", fix="name another")

Spoil = Callable[[Recording], Recording]


# -- a journal to spoil -----------------------------------------------------------


def inbound(*effects: KeptOrder | KeptSend) -> Line:
    entry = KeptInbound(id="in-1", at=AT, connector="radio", key="1", type="x", data=Raw(b"{}"))
    return Line(entry=entry, effects=effects)


def requested() -> Line:
    """A request that the block refused by rule X-1."""
    entry = KeptRequest(id="r-1", at=AT, type="x", actor="a", role="r", data=Raw(b"{}"))
    return Line(entry=entry, refusal=replace(NO, rule="X-1"))


def order(effect: str) -> KeptOrder:
    return KeptOrder(id=effect, key="k", subject="u", raw=Raw(b"{}"))


def settled(effect: str, reply: protocol.Reply) -> Line:
    entry = KeptSettled(id=f"{effect}-s", at=AT, effect=effect, key="k", reply=reply)
    return Line(entry=entry)


def sent(effect: str) -> Line:
    return Line(entry=KeptSent(id=f"{effect}-s", at=AT, effect=effect))


def with_block(recording: Recording, *lines: Line) -> Recording:
    """The recording with a block that ordered what the log's second record did."""
    command = recording.outcomes[1].command or ""
    accepted = protocol.Accepted(command=command, after=0)
    send = KeptSend(id="e2", connector="radio", at=AT, type="x", data=Raw(b"{}"))
    own = (inbound(order("e1"), send), settled("e1", accepted), sent("e2"))
    pages = (Page(id="taken", generation=1), Page(id="1-1", generation=1, lines=(*own, *lines)))
    return replace(recording, journals={"fire": pages})


# -- spoiling ----------------------------------------------------------------------


def outcome(number: int, **changes: object) -> Spoil:
    def spoil(recording: Recording) -> Recording:
        changed = list(recording.outcomes)
        changed[number] = replace(changed[number], **changes)
        return replace(recording, outcomes=tuple(changed))

    return spoil


def log(change: Callable[[list[Record]], object]) -> Spoil:
    def spoil(recording: Recording) -> Recording:
        records = list(recording.log)
        change(records)
        return replace(recording, log=tuple(records))

    return spoil


def feed(party: str, change: Callable[[list[bytes]], object]) -> Spoil:
    def spoil(recording: Recording) -> Recording:
        messages = list(recording.feeds[party])
        change(messages)
        return replace(recording, feeds={**recording.feeds, party: tuple(messages)})

    return spoil


def file(**changes: object) -> Spoil:
    return lambda recording: replace(recording, scenario=replace(recording.scenario, **changes))


def meant(number: int, **changes: object) -> Spoil:
    """The file means something else with one of its commands."""

    def spoil(recording: Recording) -> Recording:
        steps = list(recording.scenario.steps)
        steps[number] = replace(steps[number], do=replace(steps[number].do, **changes))
        return file(steps=tuple(steps))(recording)

    return spoil


def block(*lines: Line) -> Spoil:
    return lambda recording: with_block(recording, *lines)


def twice(records: list[Record]) -> None:
    """What the first accepted command did, once more."""
    records.append(records[-1]._replace(seq=records[-1].seq + 1))


def forged(records: list[Record]) -> None:
    records[-2] = records[-2]._replace(data=records[-2].data.replace(b"all", b"own"))


def lost(records: list[Record]) -> None:
    """A record in the middle of a subject, so that the one after it vouches for nothing."""
    del records[-2]


def other_chain(records: list[Record]) -> None:
    records[-1] = records[-1]._replace(headers={**records[-1].headers, CHAIN: "0" * 64})


def swapped(messages: list[bytes]) -> None:
    messages[0], messages[1] = messages[1], messages[0]


def one_byte(messages: list[bytes]) -> None:
    messages[0] = messages[0].replace(b"desk-1", b"desk-2")


REFUSED_ON_PURPOSE = 5
SPOILED: dict[str, list[Spoil]] = {
    "as_written": [
        outcome(0, result=Result.REFUSED, refusal=NO),
        outcome(0, result=Result.UNKNOWN),
        outcome(4, result=Result.MISSING),
        outcome(REFUSED_ON_PURPOSE, result=Result.ACCEPTED, refusal=None),
        outcome(REFUSED_ON_PURPOSE, refusal=NO),
        meant(0, warned="UNIT-101"),
        lambda recording: replace(recording, outcomes=recording.outcomes[:-1]),
    ],
    "nothing_refused": [
        block(settled("e3", protocol.Rejected(command="c", refusal=NO))),
        block(Line(entry=inbound().entry, refusal=NO)),
        block(requested(), requested()),
        block(Line(entry=inbound().entry, poison="ValueError: no")),
    ],
    "once_in_the_log": [
        log(twice),
        log(lost),
        outcome(0, command="never-written"),
        outcome(0, result=Result.REFUSED),
        meant(0, nothing_new=True),
        block(settled("e3", protocol.Accepted(command="never-written", after=0))),
    ],
    "chained": [
        log(forged),
        log(lost),
        log(lambda records: records.reverse()),
        log(other_chain),
    ],
    "feeds_are_views": [
        feed("fire", one_byte),
        feed("fire", swapped),
        feed("fire", lambda messages: messages.pop()),
        feed("fire", lambda messages: messages.append(messages[-1])),
        feed("police", lambda messages: messages.clear()),
    ],
    "seen_as_meant": [
        file(sees={"fire": {"police": Sees(must=("incident.opened",))}}),
        file(sees={"fire": {"police": Sees(must_not=("incident.stub",))}}),
        file(sees={"fire": {"ambulance": Sees(must=("incident.stub",), nothing_else=True)}}),
    ],
    "never_seen": [
        file(never={"fire": ("for fire alone",)}),
        file(never={"ambulance": ('"for" all',)}),
        file(never={"police": ("what nobody said",)}),
        lambda recording: file(never={"fire": ("X-1",)})(with_block(recording, requested())),
    ],
    "statuses_merged": [
        file(units={"fire-1": ("tp",)}),
    ],
    "settled_once": [
        block(inbound(order("e3"))),
        block(settled("e1", protocol.Accepted(command="c", after=0))),
        block(sent("e2")),
        block(inbound(order("e1"))),
        block(settled("e3", protocol.Accepted(command="c", after=0))),
    ],
}
ROWS = [(name, number) for name, spoils in SPOILED.items() for number in range(len(spoils))]


def holds(name: str, recording: Recording) -> bool:
    found = {check.__name__: title for title, check in checks.CHECKS.items()}[name]
    finding = next(f for f in checks.check(recording) if f.name == found)
    assert finding.ok or (finding.detail and finding.where), "say what was seen, and where"
    return finding.ok


def test_every_check_is_spoiled_here() -> None:
    assert set(SPOILED) == {check.__name__ for check in checks.CHECKS.values()}


@pytest.mark.parametrize("name", SPOILED)
def test_it_holds_for_what_was_recorded(name: str, recording: Recording) -> None:
    assert holds(name, recording)
    assert holds(name, with_block(recording))


@pytest.mark.parametrize(("name", "number"), ROWS, ids=[f"{n}-{i}" for n, i in ROWS])
def test_it_fails_when_spoiled(name: str, number: int, recording: Recording) -> None:
    assert not holds(name, SPOILED[name][number](recording))


def test_a_request_that_is_refused_as_meant_holds_once(recording: Recording) -> None:
    step = recording.scenario.steps[0]
    asked = Step(at=step.at, by="fire", say="no", request=Consult(type="x.y", refused="X-1"))
    meant = file(steps=(*recording.scenario.steps, asked))(recording)
    assert holds("nothing_refused", with_block(meant, requested()))
    assert not holds("nothing_refused", with_block(meant, requested(), requested()))


def test_a_departure_says_what_was_meant(story: Scenario) -> None:
    accepted = Outcome(step=REFUSED_ON_PURPOSE, result=Result.ACCEPTED)
    said = checks.departure(story.steps[REFUSED_ON_PURPOSE], accepted)
    assert said == "not refused by INCIDENT-011"


def test_findings_are_plain_data(recording: Recording) -> None:
    found = msgspec.json.decode(msgspec.json.encode(checks.check(recording)))
    assert [row["ok"] for row in found] == [True] * len(checks.CHECKS)
