"""Each check finds what it is there for, in evidence that was tampered with."""

from collections.abc import Callable

import msgspec
import pytest
from abs_contracts import protocol
from msgspec.structs import replace

from abs_core.host.journal import KeptFed, KeptOrder, KeptSettled
from abs_core.ports import Record
from abs_core.sim import checks
from abs_core.sim.evidence import Evidence, Journaled
from abs_core.sim.processes import Ended
from abs_core.sim.run import Played


def evidence_of(played: Played) -> Evidence:
    assert played.evidence is not None
    return played.evidence


def renumbered(records: list[Record]) -> list[Record]:
    return [record._replace(seq=number) for number, record in enumerate(records, 1)]


def edited(record: Record, old: bytes, new: bytes) -> Record:
    assert old in record.data
    return record._replace(data=record.data.replace(old, new))


def first(evidence: Evidence, name: bytes) -> int:
    """The first record with such an event; an Agreement names types as well."""
    of_type = b'"type":"abs.' + name
    return next(i for i, record in enumerate(evidence.log) if of_type in record.data)


# -- the tampering ------------------------------------------------------------------


def a_lost_record(e: Evidence) -> Evidence:
    lost = first(e, b"incident.note_added")
    return replace(e, log=[r for i, r in enumerate(e.log) if i != lost])


def a_record_twice(e: Evidence) -> Evidence:
    twice = first(e, b"incident.note_added")
    last = e.log[twice]._replace(seq=e.log[-1].seq + 1)
    return replace(e, log=[*e.log, last])


def an_event_of_a_stranger(e: Evidence) -> Evidence:
    at = first(e, b"incident.note_added")
    party = msgspec.json.decode(e.log[at].data)[0]["party"]
    log = list(e.log)
    log[at] = edited(log[at], f'"party":"{party}"'.encode(), b'"party":"stranger"')
    return replace(e, log=log)


def of_fire(e: Evidence, feed: list[Record]) -> Evidence:
    return replace(e, feeds={**e.feeds, "fire": feed})


def a_feed_message_missing(e: Evidence) -> Evidence:
    feed = list(e.feeds["fire"])
    return of_fire(e, renumbered(feed[:3] + feed[4:]))


def a_feed_message_twice(e: Evidence) -> Evidence:
    feed = list(e.feeds["fire"])
    return of_fire(e, renumbered([*feed, feed[-1]]))


def two_feed_messages_swapped(e: Evidence) -> Evidence:
    feed = list(e.feeds["fire"])
    return of_fire(e, renumbered([feed[1], feed[0], *feed[2:]]))


def a_gap_in_the_numbers(e: Evidence) -> Evidence:
    feed = list(e.feeds["fire"])
    return of_fire(e, [*feed[:-1], feed[-1]._replace(seq=feed[-1].seq + 1)])


def somebody_elses_message(e: Evidence) -> Evidence:
    own = next(r for r in e.feeds["police"] if b'"audience":"own"' in r.data)
    return of_fire(e, renumbered([*e.feeds["fire"], own]))


def lines(e: Evidence, change: Callable[[list[Journaled]], list[Journaled]]) -> Evidence:
    return replace(e, journals={**e.journals, "fire": change(list(e.journals["fire"]))})


def of_kind(journal: list[Journaled], kind: type) -> int:
    return next(i for i, each in enumerate(journal) if isinstance(each.line.entry, kind))


def an_entry_that_is_not_journaled(e: Evidence) -> Evidence:
    return lines(e, lambda j: [x for i, x in enumerate(j) if i != of_kind(j, KeptFed)])


def an_outcome_missing(e: Evidence) -> Evidence:
    return lines(e, lambda j: [x for i, x in enumerate(j) if i != of_kind(j, KeptSettled)])


def an_outcome_twice(e: Evidence) -> Evidence:
    return lines(e, lambda j: [*j, j[of_kind(j, KeptSettled)]])


def poison(e: Evidence) -> Evidence:
    def poisoned(journal: list[Journaled]) -> list[Journaled]:
        at = of_kind(journal, KeptFed)
        journal[at] = replace(journal[at], line=replace(journal[at].line, poison="it broke"))
        return journal

    return lines(e, poisoned)


def orders_that_overtake(e: Evidence) -> Evidence:
    """Two orders about one unit, in the log the other way round."""
    at = next(
        i
        for i, x in enumerate(e.journals["fire"])
        if any(isinstance(f, KeptOrder) for f in x.line.effects)
    )
    line = e.journals["fire"][at].line
    order = next(f for f in line.effects if isinstance(f, KeptOrder))
    record = next(r for r in e.log if r.headers["Abs-Command"] == order.id)
    second = replace(order, id="second")
    headers = {**record.headers, "Abs-Command": "second"}
    log = [record._replace(headers=headers, seq=0), *e.log]
    effects = (*line.effects, second)
    journal = list(e.journals["fire"])
    journal[at] = replace(journal[at], line=replace(line, effects=effects))
    return replace(e, log=log, journals={**e.journals, "fire": journal})


def a_command_unanswered(e: Evidence) -> Evidence:
    return replace(e, sent=e.sent + 1)


def a_desk_that_never_heard(e: Evidence) -> Evidence:
    unknown = protocol.Unknown(command="c", what="no answer")
    return replace(e, told=[e.told[0]._replace(reply=unknown), *e.told[1:]])


def a_core_that_ended(e: Evidence) -> Evidence:
    return replace(e, ended=[*e.ended, Ended(1.0, "core-1", "LOG-002: it is shorter")])


def a_hasty_effect(e: Evidence) -> Evidence:
    return replace(e, hasty=["fire sent x before its journal had it"])


def a_defect_in_the_log_lines(e: Evidence) -> Evidence:
    return replace(e, unexpected=["logged as a defect: command failed"])


def two_sides_apart(e: Evidence) -> Evidence:
    """What tells them apart is tried with mutants of the bridge, in its own suite."""
    return replace(e, apart=["a line stands 1 times here and 0 outside"])


def an_old_generation(e: Evidence) -> Evidence:
    """The block of fire is replaced at once, and goes on being heard."""
    agreed = next(s for s in e.said if b"agree_block" in s.data and b'"fire"' in s.data)
    older = agreed.data.replace(b'"generation":1', b'"generation":2')
    return replace(e, said=[*e.said, agreed._replace(data=older)])


@pytest.mark.parametrize(
    ("tamper", "check"),
    [
        (a_lost_record, "acknowledged"),
        (a_record_twice, "acknowledged"),
        (an_event_of_a_stranger, "lifecycle"),
        (a_feed_message_missing, "feeds"),
        (a_feed_message_twice, "feeds"),
        (two_feed_messages_swapped, "feeds"),
        (a_gap_in_the_numbers, "feeds"),
        (somebody_elses_message, "feeds"),
        (an_entry_that_is_not_journaled, "effects"),
        (an_outcome_missing, "effects"),
        (an_outcome_twice, "effects"),
        (poison, "effects"),
        (orders_that_overtake, "order"),
        (a_command_unanswered, "answered"),
        (a_desk_that_never_heard, "answered"),
        (a_core_that_ended, "processes"),
        (a_hasty_effect, "journal first"),
        (a_defect_in_the_log_lines, "nothing unexpected"),
        (an_old_generation, "generations"),
        (two_sides_apart, "both sides"),
    ],
)
def test_what_was_tampered_with_is_found(
    calm: Played, tamper: Callable[[Evidence], Evidence], check: str
) -> None:
    whole = evidence_of(calm)
    assert checks.judge(whole) == []
    found = checks.judge(tamper(whole))
    assert any(each.startswith(f"{check}: ") for each in found), found


def test_every_check_is_tried() -> None:
    marks = test_what_was_tampered_with_is_found.pytestmark  # type: ignore[attr-defined]  # of pytest
    assert {row[1] for row in marks[0].args[1]} == set(checks.CHECKS)


def test_of_many_violations_a_few_are_told(calm: Played) -> None:
    many = replace(evidence_of(calm), unexpected=[f"defect {n}" for n in range(50)])
    assert checks.judge(many)[-1] == "nothing unexpected: and 45 more"
