"""Commands: accepted once, refused with a reason, or unknown until they are sent again."""

import asyncio
import datetime as dt

import msgspec
import pytest
from abs_contracts import CORE, MAX_BYTES, protocol
from abs_contracts.codec import seal
from abs_contracts.envelope import Envelope
from abs_contracts.messages import incident as m
from abs_contracts.messages import party as p
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import Discipline, Location, StatusSource
from abs_contracts.refusal import Refused

from abs_core.adapters.memory import MemoryBus
from abs_core.testing.room import RoomUnderTest, desk_token

from .world import (
    OPEN,
    WHO,
    Plan,
    agree,
    commands,
    events,
    memory,
    note,
    records,
    send,
    sender,
    texts,
)

REGISTER = u.RegisterUnit(call_sign="17-4331", kind="TS-6")
REPORT = u.ReportStatus(status="tp", source=StatusSource.RADIO)


def envelope(payload: msgspec.Struct, **changed: object) -> bytes:
    """A command as its sender would put it on the wire, with something else in it."""
    plain = Envelope(
        specversion="1.0",
        id="c1",
        source="/test",
        type=CORE.of(payload).type,
        subject="i1",
        time=dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC),
        authid="desk-1",
        role="dispatcher",
        data=msgspec.Raw(b"{}"),
    )
    return seal(msgspec.structs.replace(plain, **changed), payload)


async def reply(room: RoomUnderTest, where: str, raw: bytes) -> protocol.Reply:
    answer = await room.bus.request(where, raw, within=5)
    decoded: protocol.Reply = msgspec.json.decode(answer, type=protocol.Reply)
    return decoded


# -- refused --------------------------------------------------------------------

REFUSALS: list[tuple[str, str, bytes]] = [
    # rule, where it points, what fire's desk sends
    ("INCIDENT-001", "/subject", envelope(note("x"), subject="nowhere")),
    ("INCIDENT-001", "/subject", envelope(note("x"), subject="of-police")),
    ("INCIDENT-002", "/subject", envelope(OPEN, subject="of-police")),
    ("INCIDENT-009", "/subject", envelope(m.CloseIncident())),
    ("UNIT-001", "/subject", envelope(REPORT, subject="nobody")),
    ("UNIT-001", "/subject", envelope(REPORT, subject="police-1")),
    ("UNIT-001", "/data/unit", envelope(m.AssignUnit(unit="police-1"))),
    ("UNIT-002", "/subject", envelope(REGISTER, subject="police-1")),
    ("PARTY-001", "/data/party", envelope(m.AttachParty(party="navy"))),
    ("CODELIST-006", "/data/priority", envelope(m.PrioritiseIncident(priority="A1"))),
    ("TRUST-003", "/type", envelope(p.RecoverParty(), subject="police")),
    ("TRUST-004", "/party", envelope(note("x"), party="police")),
    ("CONTRACT-001", "", b" " * MAX_BYTES + envelope(note("x"))),
    ("CONTRACT-001", "", b"[" * (MAX_BYTES + 1)),
    ("CONTRACT-002", "", b"{"),
    ("CONTRACT-002", "", b"\xff"),
    ("CONTRACT-002", "", b'{"x":' + b"[" * 50_000),
    ("CONTRACT-003", "/subject", envelope(note("x")).replace(b'"i1"', b'"i.1"')),
    ("CONTRACT-004", "/type", envelope(note("x"), type="abs.incident.opened.v1")),
    ("CONTRACT-005", "/data/diagnosis", envelope(OPEN).replace(b'"112"', b'"112","diagnosis":1')),
    ("CONTRACT-006", "/role", envelope(note("x"), role=msgspec.UNSET)),
]


async def test_what_is_refused_says_why_and_leaves_no_trace(room: RoomUnderTest) -> None:
    await send(room, "fire", OPEN, "i1", id_="a")
    await send(room, "police", OPEN, "of-police", id_="b")
    await send(room, "police", REGISTER, "police-1", id_="c")
    before = await records(room)
    where = protocol.commands(room.room, "fire", desk_token("fire"))

    for rule, pointer, raw in REFUSALS:
        said = await reply(room, where, raw)
        assert isinstance(said, protocol.Rejected), (rule, said)
        assert (said.refusal.rule, said.refusal.where) == (rule, pointer)
        assert said.refusal.fix
    assert await records(room) == before


async def test_a_refusal_names_the_command_as_far_as_it_can_be_read(room: RoomUnderTest) -> None:
    where = protocol.commands(room.room, "fire", desk_token("fire"))
    for raw, id_ in [
        (envelope(note("x"), role=msgspec.UNSET), "c1"),
        (b'{"id":"c2"}', "c2"),
        (b'{"id":"' + b"x" * 500_000 + b'"}', ""),  # nothing to send back
        (b'{"id":3}', ""),
        (b'{"x":' + b"[" * 50_000, ""),
    ]:
        assert (await reply(room, where, raw)).command == id_


async def test_only_the_desk_and_the_block_hold_a_token(room: RoomUnderTest) -> None:
    before = await records(room)
    for token in ("", "x", desk_token("police")):
        where = protocol.commands(room.room, "fire", token or "-")
        said = await reply(room, where, envelope(OPEN))
        assert isinstance(said, protocol.Rejected)
        assert said.refusal.rule == "TRUST-002"
    assert await records(room) == before


async def test_the_operator_sends_what_is_about_parties_and_nothing_else(
    room: RoomUnderTest,
) -> None:
    said = await reply(room, protocol.operator(room.room, "command"), envelope(OPEN))
    assert isinstance(said, protocol.Rejected)
    assert said.refusal.rule == "TRUST-003"
    with pytest.raises(Refused, match="PARTY-001"):
        await agree(room, 1, "navy")
    await agree(room, 1)
    with pytest.raises(Refused, match="PARTY-002"):
        await agree(room, 1)
    said = await reply(room, protocol.operator(room.room, "purge"), b"")
    assert isinstance(said, protocol.Rejected)
    assert said.refusal.rule == "CONTRACT-004"


# -- accepted, once -------------------------------------------------------------


async def test_events_carry_who_what_and_why(room: RoomUnderTest) -> None:
    await send(room, "fire", OPEN, "i1", id_="a")
    occurred = room.clock.now().replace(year=2025)
    desk = sender(room, "fire", "b")
    await desk.command(note("late"), "i1", actor="desk-7", role="intake", occurred=occurred)

    event = (await events(room))[-1].envelope

    assert (event.party, event.authid, event.role, event.authtype) == (
        "fire", "desk-7", "intake", "user",
    )  # fmt: skip
    assert (event.causationid, event.correlationid) == ("b-00000001", "b-00000001")
    assert (event.time, event.recordedtime) == (occurred, room.clock.now())
    assert event.subject == "i1"


async def test_a_command_sent_twice_is_accepted_twice_and_written_once(
    room: RoomUnderTest,
) -> None:
    await send(room, "fire", OPEN, "i1", id_="a")
    first = await send(room, "fire", note("once"), "i1", id_="b")
    await send(room, "fire", note("another"), "i1", id_="c")
    await room.settled()

    assert await send(room, "fire", note("once"), "i1", id_="b") == first
    assert isinstance(first, protocol.Accepted)
    assert await commands(room, "inc") == ["a-00000001", "b-00000001", "c-00000001"]
    assert texts(await room.feed("fire")) == ["once", "another"]


async def test_both_of_one_command_at_once_are_accepted_and_written_once(
    room: RoomUnderTest,
) -> None:
    await send(room, "fire", OPEN, "i1", id_="a")
    replies = await asyncio.gather(
        *(send(room, "fire", note("once"), "i1", id_="b") for _ in range(5))
    )
    assert all(isinstance(each, protocol.Accepted) for each in replies)
    assert await commands(room, "inc") == ["a-00000001", "b-00000001"]


async def test_a_core_that_never_saw_a_command_knows_it_from_the_log(room: RoomUnderTest) -> None:
    await send(room, "fire", OPEN, "i1", id_="a")
    await send(room, "fire", note("once"), "i1", id_="b")
    await memory(room).close()
    fresh = RoomUnderTest(memory(room).client("fresh"), room.clock, room.ids)
    core = await fresh.start_core(fresh.bus)
    try:
        again = await send(fresh, "fire", note("once"), "i1", id_="b")
        opened = await send(fresh, "fire", OPEN, "i1", id_="a")
        assert again == protocol.Accepted(command="b-00000001", after=0)
        assert opened == protocol.Accepted(command="a-00000001", after=0)
        assert await commands(fresh, "inc") == ["a-00000001", "b-00000001"]
    finally:
        await fresh.stop_core(core)


async def test_two_parties_may_use_one_id(room: RoomUnderTest) -> None:
    """Otherwise one's command would be called accepted and never be written."""
    await send(room, "fire", OPEN, "i1", id_="a")
    await send(room, "fire", m.AttachParty(party="police"), "i1", id_="b")

    for party in ("fire", "police"):
        said = await send(room, party, note(f"of {party}"), "i1", id_="same")
        assert isinstance(said, protocol.Accepted)
    stranger = await send(room, "kmar", note("of kmar"), "i1", id_="same")

    assert isinstance(stranger, protocol.Rejected)
    assert stranger.refusal.rule == "INCIDENT-001"
    assert texts(await room.feed("fire")) == ["of fire", "of police"]
    ids = [event.envelope.id for event in await events(room)]
    assert len(ids) == len(set(ids))


async def test_what_stands_already_is_accepted_and_not_written(room: RoomUnderTest) -> None:
    await send(room, "fire", OPEN, "i1", id_="a")
    await send(room, "fire", m.CloseForParty(), "i1", id_="b")
    before = await records(room)
    said = await send(room, "fire", m.CloseForParty(), "i1", id_="c")

    assert isinstance(said, protocol.Accepted)
    assert await records(room) == before


async def test_an_acceptance_says_where_in_the_senders_own_feed_to_look(
    room: RoomUnderTest,
) -> None:
    await send(room, "fire", OPEN, "i1", id_="a")
    for number in range(3):
        count = len(await room.feed("fire"))
        said = await send(room, "fire", note(f"n{number}"), "i1", id_=f"b{number}")
        assert isinstance(said, protocol.Accepted)
        assert said.after == count
        assert texts((await room.feed("fire"))[said.after :]) == [f"n{number}"]


async def test_a_second_assignment_is_accepted_with_a_warning_also_when_it_is_repeated(
    room: RoomUnderTest,
) -> None:
    await send(room, "fire", REGISTER, "u1", id_="a")
    for incident in ("i1", "i2"):
        await send(room, "fire", OPEN, incident, id_=f"open-{incident}")
    await send(room, "fire", m.AssignUnit(unit="u1"), "i1", id_="b")
    await room.settled()

    first = await send(room, "fire", m.AssignUnit(unit="u1"), "i2", id_="c")

    assert isinstance(first, protocol.Accepted)
    assert [warning.rule for warning in first.warnings] == ["UNIT-101"]
    assert await send(room, "fire", m.AssignUnit(unit="u1"), "i2", id_="c") == first


# -- unknown, and then known ------------------------------------------------------

LOG_REQUEST, LOG_REPLY = r"local>LOG_dh:inc\.dh\.i1", r"LOG_dh>local:inc\.dh\.i1"


@pytest.mark.parametrize(
    "link", [LOG_REQUEST, LOG_REPLY, r"local>local:_?reply", r"local>local:cmd.*"]
)
@pytest.mark.parametrize("times", [1, 2, 3])
async def test_a_lost_message_loses_nothing_and_doubles_nothing(
    room: RoomUnderTest, plan: Plan, link: str, times: int
) -> None:
    """Of the append, of its answer, of the command, or of what it was told."""
    await send(room, "fire", OPEN, "i1", id_="a")
    await room.settled()
    plan.lose(link, times)

    said = await send(room, "fire", note("once"), "i1", id_="b")

    assert isinstance(said, protocol.Accepted)
    assert not plan.armed, "something was lost"
    assert await commands(room, "inc") == ["a-00000001", "b-00000001"]
    assert texts(await room.feed("fire")) == ["once"]


async def test_a_lost_answer_of_the_log_is_read_back_and_not_tried_again(
    room: RoomUnderTest, plan: Plan
) -> None:
    await send(room, "fire", OPEN, "i1", id_="a")
    await room.settled()
    where = protocol.commands(room.room, "fire", desk_token("fire"))
    plan.lose(LOG_REPLY)
    before = plan.counts["local>LOG_dh:inc.dh.i1"]

    said = await reply(room, where, envelope(note("once")))  # asked once

    assert said == protocol.Accepted(command="c1", after=1)
    assert plan.counts["local>LOG_dh:inc.dh.i1"] == before + 2  # the append, and the reading


async def test_when_nobody_can_say_the_reply_is_unknown_and_a_repeat_finds_out(
    room: RoomUnderTest, plan: Plan
) -> None:
    await send(room, "fire", OPEN, "i1", id_="a")
    await room.settled()
    where = protocol.commands(room.room, "fire", desk_token("fire"))
    plan.lose(LOG_REPLY, times=2)

    first = await reply(room, where, envelope(note("once")))
    second = await reply(room, where, envelope(note("once")))

    assert isinstance(first, protocol.Unknown)
    assert isinstance(second, protocol.Accepted)
    assert await commands(room, "inc") == ["a-00000001", "c1"]


# -- several cores ----------------------------------------------------------------


async def test_two_cores_serve_one_incident_and_nothing_is_lost_or_doubled(
    room: RoomUnderTest, plan: Plan
) -> None:
    await room.start_core(memory(room).client("second"))
    await send(room, "fire", OPEN, "i1", id_="a")
    for party in ("police", "ambulance", "kmar"):
        await send(room, "fire", m.AttachParty(party=party), "i1", id_=f"attach-{party}")

    async def chat(party: str) -> None:
        for number in range(15):
            said = await send(room, party, note(f"{party} {number}"), "i1", id_=f"{party}{number}")
            assert isinstance(said, protocol.Accepted)

    await asyncio.gather(*map(chat, room.parties))

    written = await commands(room, "inc")
    assert len(written) == len(set(written)) == 4 + 60
    assert len(await events(room)) == 64 + len(room.parties)  # each chain verified
    assert plan.counts["local>LOG_dh:inc.dh.i1"] > 15
    assert plan.counts["second>LOG_dh:inc.dh.i1"] > 15
    for party in room.parties:
        seen = texts(await room.feed(party))
        assert sorted(seen) == sorted(f"{p} {n}" for p in room.parties for n in range(15))
        assert [t for t in seen if t.startswith(party)] == [f"{party} {n}" for n in range(15)]


async def test_of_two_that_exclude_each_other_one_is_refused_on_what_the_other_did(
    room: RoomUnderTest, plan: Plan
) -> None:
    await room.start_core(memory(room).client("second"))
    await send(room, "fire", OPEN, "i1", id_="a")
    await send(room, "fire", m.AttachParty(party="police"), "i1", id_="b")
    await send(room, "police", note("its turn goes to the first core"), "i1", id_="turn")
    both = [plan.counts[f"{core}>LOG_dh:inc.dh.i1"] for core in ("local", "second")]
    delft, leiden = (Location(municipality=name) for name in ("Delft", "Leiden"))

    said = await asyncio.gather(
        send(room, "fire", m.LocateIncident(location=delft, replaces=None), "i1", id_="c"),
        send(room, "police", m.LocateIncident(location=leiden, replaces=None), "i1", id_="d"),
    )

    assert sorted(type(each).__name__ for each in said) == ["Accepted", "Rejected"]
    (refused,) = (each for each in said if isinstance(each, protocol.Rejected))
    assert refused.refusal.rule == "INCIDENT-021"
    assert len(await commands(room, "inc")) == 4
    for core, before in zip(("local", "second"), both, strict=True):
        assert plan.counts[f"{core}>LOG_dh:inc.dh.i1"] > before, "each core had one of them"


async def test_a_core_does_not_refuse_on_what_it_knew_before(room: RoomUnderTest) -> None:
    """By turns one attaches and the other detaches, and neither saw the other do so."""
    await room.start_core(memory(room).client("second"))
    await send(room, "fire", OPEN, "i1", id_="a")
    for number, command in enumerate([m.AttachParty, m.DetachParty] * 3):
        said = await send(room, "fire", command(party="police"), "i1", id_=f"b{number}")
        assert isinstance(said, protocol.Accepted), number
    await room.register("navy", Discipline.PARTNER)
    for number, command in enumerate([m.AttachParty, m.DetachParty]):
        said = await send(room, "fire", command(party="navy"), "i1", id_=f"c{number}")
        assert isinstance(said, protocol.Accepted), number


async def test_a_core_calls_nothing_done_on_what_it_knew_before(
    room: RoomUnderTest,
) -> None:
    """By turns: the second core closed for fire, and did not see the first close it for all."""
    await room.start_core(memory(room).client("second"))
    for number, command in enumerate((OPEN, m.CloseForParty(), m.CloseIncident())):
        said = await send(room, "fire", command, "i1", id_=f"a{number}")
        assert isinstance(said, protocol.Accepted), number
    said = await send(room, "fire", m.CloseForParty(), "i1", id_="late")
    assert isinstance(said, protocol.Rejected)
    assert said.refusal.rule == "INCIDENT-003"


async def test_an_assignment_names_the_unit_as_another_core_registered_it(
    room: RoomUnderTest,
) -> None:
    """By turns: the second core knew the unit before the first one heard of its new call sign."""
    await room.start_core(memory(room).client("second"))
    renamed = u.RegisterUnit(call_sign="17-9999", kind="HV")
    steps: list[tuple[m.Command, str]] = [
        (REGISTER, "u1"), (OPEN, "i1"), (OPEN, "i2"), (m.AssignUnit(unit="u1"), "i1"),
        (renamed, "u1"), (m.AssignUnit(unit="u1"), "i2"),
    ]  # fmt: skip
    for number, (payload, subject) in enumerate(steps):
        said = await send(room, "fire", payload, subject, id_=f"s{number}")
        assert isinstance(said, protocol.Accepted)

    assigned = [e.payload for e in await events(room) if isinstance(e.payload, m.UnitAssigned)]
    assert [(each.call_sign, each.kind) for each in assigned] == [
        ("17-4331", "TS-6"), ("17-9999", "HV"),
    ]  # fmt: skip


# -- a store that is full -----------------------------------------------------------


async def test_a_full_store_refuses_and_what_was_accepted_stays(room: RoomUnderTest) -> None:
    small = RoomUnderTest(MemoryBus(max_bytes=40_000), room.clock, room.ids)
    async with small:
        await send(small, "fire", OPEN, "i1", id_="a")
        accepted = []
        for number in range(200):
            said = await send(small, "fire", note("x" * 1000), "i1", id_=f"n{number}")
            if isinstance(said, protocol.Rejected):
                break
            accepted.append(said.command)

        assert isinstance(said, protocol.Rejected)
        assert said.refusal.rule == "LOG-001"
        assert await commands(small, "inc") == ["a-00000001", *accepted]
        again = await send(small, "fire", note("x" * 1000), "i1", id_="n0")
        assert isinstance(again, protocol.Accepted), "what the log has is not refused"
        assert len((await sender(small, "fire", "q").story("i1")).messages) == len(accepted) + 1


async def test_actors_are_people_blocks_and_the_core_itself(room: RoomUnderTest) -> None:
    await agree(room, 1)
    desk = room.desk("fire", token="block-token-1")
    await desk.command(OPEN, "i1", **WHO)
    by_type = {e.contract.name: e.envelope.authtype for e in await events(room)}

    assert by_type["incident.opened"] == "service_account"
    assert by_type["party.block_agreed"] == "system"
