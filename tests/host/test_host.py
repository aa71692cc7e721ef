"""One block under its host: one order, one journal, every effect once."""

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from abs_contracts import Refused, protocol
from abs_contracts.refusal import Refusal

from abs_core.host import draft, link, performer
from abs_core.host.journal import Line
from abs_core.ports import Unknown, Unreachable

if TYPE_CHECKING:
    from conftest import World  # the fixtures' module; importlib mode gives it no name here
else:
    World = Any

REVOKED = Refusal(rule="TRUST-002", what="not in force", where="the subject", fix="agree anew")
NO = Refusal(rule="INCIDENT-001", what="no such incident", where="/subject", fix="open it first")


# -- effects happen once, wherever the process ends ---------------------------


async def test_a_feed_entry_leads_to_one_command_with_its_cause(world: World) -> None:
    world.start(world.host())
    await world.core.opened("i1")
    await world.until(lambda: len(world.core.accepted) == 1)
    (command,) = world.core.accepted.values()
    assert (command.subject, command.causationid, command.correlationid) == ("i1", "e1", "c1")
    assert (command.authid, command.role, command.party) == ("block", "dispatcher", "fire")


async def test_ended_between_journal_and_command_the_successor_sends_it_once(
    new_world: Any,
) -> None:
    async with new_world(commands=False) as world:
        first = world.host()
        task = world.start(first)
        await world.core.opened("i1")
        await world.until(lambda: any("fed 1" in seen for seen in first.state))
        await world.stop(task)
        await world.core.take_commands()
        second = world.host()
        world.start(second)
        await world.until(lambda: "settled answer Accepted" in second.state)
        assert len(world.core.received) == 1


async def test_ended_between_command_and_outcome_the_same_command_is_sent_again(
    world: World,
) -> None:
    world.core.silent.add("i1")
    task = world.start(world.host())
    await world.core.opened("i1")
    await world.until(lambda: len(world.core.received) == 1)
    await world.stop(task)
    world.core.silent.clear()
    second = world.host()
    world.start(second)
    await world.until(lambda: "settled answer Accepted" in second.state)
    assert len(world.core.received) == 2
    assert len({command.id for command in world.core.received}) == 1
    assert world.core.received[0] == world.core.received[1]


async def test_wherever_the_process_ends_every_effect_happens_once(new_world: Any) -> None:
    """The process ends after every so many steps of the loop; its successor finishes."""
    for steps in range(0, 100, 2):
        async with new_world() as world:
            task = world.start(world.host())
            await world.core.opened("i1")
            asking = asyncio.create_task(_insist(world, "r1", "send", "alert"))
            for _ in range(steps):
                await asyncio.sleep(0)
            await world.stop(task)
            task = world.start(host := world.host())
            await world.ready(host)
            await asking
            await world.until(lambda: "settled answer Accepted" in host.state)
            await world.drain()
            await task
            assert len(world.core.accepted) == 1, steps
            assert len({raw.id for raw in world.core.received}) == 1, steps
            assert {text for _, text in world.outside.sent} == {"alert"}, steps
            assert len({effect for effect, _ in world.outside.sent}) == 1, steps
            kinds = [_kind(line) for line in await world.core.lines()]
            assert sorted(kinds) == ["fed", "requested", "sent", "settled", "started"], steps


async def test_a_command_that_the_core_is_in_doubt_about_is_sent_again(world: World) -> None:
    world.core.doubts = 2
    world.start(host := world.host())
    await world.core.opened("i1")
    await world.until(lambda: "settled answer Accepted" in host.state)
    assert len(world.core.received) == 3
    assert len(world.core.accepted) == 1


async def test_a_settled_command_is_not_sent_again_after_a_restart(world: World) -> None:
    first = world.host()
    task = world.start(first)
    await world.core.opened("i1")
    await world.until(lambda: "settled answer Accepted" in first.state)
    await world.stop(task)
    second = world.host()
    world.start(second)
    await world.ready(second)
    await world.ask("r1", "order", "i1")
    await world.until(lambda: len(world.core.accepted) == 2)
    assert [command.correlationid for command in world.core.received] == ["c1", "r1"]


async def test_a_refused_command_comes_back_as_its_outcome(world: World) -> None:
    host = world.host()
    world.start(host)
    await world.ready(host)
    world.core.refuses = protocol.Rejected(command="", refusal=NO)
    await world.core.opened("i1")
    await world.until(lambda: "settled answer Rejected" in host.state)


async def test_commands_about_one_incident_keep_their_order_and_others_pass(world: World) -> None:
    host = world.host()
    world.start(host)
    await world.ready(host)
    world.core.silent.add("i1")
    await world.ask("r1", "order", "i1")
    await world.ask("r2", "order", "i1")
    await world.ask("r3", "order", "i2")
    await world.until(lambda: len(world.core.accepted) == 1)
    assert {command.subject for command in world.core.accepted.values()} == {"i2"}
    world.core.silent.clear()
    await world.until(lambda: len(world.core.accepted) == 3)
    about = [c.correlationid for c in world.core.accepted.values() if c.subject == "i1"]
    assert about == ["r1", "r2"]


async def test_the_core_is_asked_no_more_at_a_time_than_it_can_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(performer, "AT_ONCE", 2)
    world.core.silent |= {"i1", "i2"}
    world.start(host := world.host())
    await world.ready(host)
    for number in (1, 2, 3):
        await world.ask(f"r{number}", "order", f"i{number}")
    await world.ask("r4", "nothing")
    assert {each.subject for each in world.core.received} == {"i1", "i2"}
    world.core.silent.clear()
    await world.until(lambda: len(world.core.accepted) == 3)


async def test_a_send_is_tried_until_it_succeeds_and_not_after(world: World) -> None:
    world.outside.broken = True
    task = world.start(host := world.host())
    await world.ready(host)
    await world.ask("r1", "send", "alert")
    await world.until(lambda: world.outside.tries == 1)
    await world.stop(task)
    world.outside.broken = False
    task = world.start(host := world.host())
    await world.until(lambda: len(world.outside.sent) == 1)
    await world.until_journaled("sent")
    await world.stop(task)
    world.start(host := world.host())
    await world.ready(host)
    await world.ask("r2", "send", "second")
    await world.until(lambda: len(world.outside.sent) == 2)
    assert [text for _, text in world.outside.sent] == ["alert", "second"]


async def test_sends_about_one_thing_keep_their_order_and_hold_up_no_other(world: World) -> None:
    world.outside.refuses = "a 1"
    world.start(host := world.host())
    await world.ready(host)
    for number, text in enumerate(("a 1", "a 2", "b 1", "b 2")):
        await world.ask(f"r{number}", "send", text)
    await world.until(lambda: len(world.outside.sent) == 2)
    assert [text for _, text in world.outside.sent] == ["b 1", "b 2"]
    world.outside.refuses = ""
    await world.until(lambda: len(world.outside.sent) == 4)
    assert [text for _, text in world.outside.sent][2:] == ["a 1", "a 2"]


# -- rebuild, duplicates, fencing ---------------------------------------------


async def test_a_rebuild_only_evolves_and_gives_the_equal_state(world: World) -> None:
    task = world.start(host := world.host())
    await world.ready(host)
    await world.core.opened("i1")
    await world.ask("r1", "note", "kept")
    await world.ask("r2", "refuse")
    await world.outside.deliver("m1", world.do("nothing"))
    await world.until(lambda: "settled answer Accepted" in host.state)
    await world.stop(task)
    world.start(again := world.host())
    await world.until(lambda: again.state == host.state)
    assert world.block.reacted == 0
    assert world.block.evolved == len(host.state)


async def test_a_redelivered_feed_entry_and_a_repeated_inbound_are_dropped(world: World) -> None:
    world.core.silent.add("i1")
    task = world.start(host := world.host())
    await world.core.opened("i1")
    await world.until(lambda: len(world.core.received) == 1)
    await world.outside.deliver("m1", world.do("note"))
    await world.outside.deliver("m1", world.do("note"))
    await world.stop(task)
    world.start(host := world.host())
    await world.ready(host)
    await world.outside.deliver("m1", world.do("note"))
    await world.core.opened("i2")
    await world.until(lambda: any("fed 2" in seen for seen in host.state))
    assert [seen for seen in host.state if seen.startswith(("fed", "inbound"))] == [
        "fed 1 abs.incident.opened.v1",
        "inbound outside m1",
        "fed 2 abs.incident.opened.v1",
    ]


async def test_the_newest_process_holds_the_journal_and_the_other_does_nothing(
    world: World,
) -> None:
    old_outside, new_outside = type(world.outside)(), type(world.outside)()
    old_task = world.start(old := world.host(outside=old_outside))
    await world.ready(old)
    world.start(new := world.host(outside=new_outside))
    await world.ready(new)
    await world.ask("r1", "send", "once")
    with pytest.raises(Refused) as refused:
        await old_task
    assert refused.value.refusal.rule == "HOST-001"
    await world.until(lambda: len(new_outside.sent) == 1)
    assert old_outside.tries == 0


async def test_an_entry_that_another_holder_of_the_consumer_was_given_is_not_skipped(
    world: World,
) -> None:
    """Two processes of one generation share a consumer, and one of them ends with an entry."""
    world.start(host := world.host())
    await world.ready(host)
    await world.core.opened("i-1")
    await world.until_journaled("fed")
    other = await (await world.bus.client("other").open(world.core.feed.name)).durable("g1")
    world.cuts.lost.add(f"{world.core.feed.name}>local:g1")  # the host hears later of the next
    await world.core.opened("i-2")
    assert [record.seq for record in await other.fetch(64)][-1] == 2
    await other.close()
    world.cuts.lost.clear()
    await world.core.opened("i-3")
    await world.until(lambda: sum(each.startswith("fed") for each in host.state) == 3)
    assert [each for each in host.state if each.startswith("fed")] == [
        f"fed {number} abs.incident.opened.v1" for number in (1, 2, 3)
    ]


async def test_an_older_generation_may_not_take_a_newer_ones_journal(world: World) -> None:
    await (await world.core.feed.durable("g2", after=0)).close()
    task = world.start(new := world.host(generation=2))
    await world.ready(new)
    await world.stop(task)
    with pytest.raises(Refused) as refused:
        await world.host(generation=1).run()
    assert refused.value.refusal.rule == "HOST-002"


async def test_started_is_journaled_once_per_generation(world: World) -> None:
    await (await world.core.feed.durable("g2", after=0)).close()
    for generation in (1, 1, 2, 2):
        task = world.start(host := world.host(generation))
        await world.ready(host)
        await world.ask(f"r-{len(host.state)}", "nothing")
        await world.stop(task)
    assert [s for s in host.state if s.startswith("started")] == ["started 1", "started 2"]


async def test_a_revoked_token_ends_the_host_and_leaves_the_command_to_the_successor(
    world: World,
) -> None:
    task = world.start(host := world.host())
    await world.ready(host)
    world.core.refuses = protocol.Rejected(command="", refusal=REVOKED)
    await world.core.opened("i1")
    with pytest.raises(Refused) as refused:
        await task
    assert refused.value.refusal == REVOKED
    world.core.refuses = None
    world.start(successor := world.host())
    await world.until(lambda: "settled answer Accepted" in successor.state)


async def test_a_page_whose_answer_is_lost_is_read_back_and_not_written_twice(
    world: World,
) -> None:
    world.start(host := world.host())
    await world.ready(host)
    world.cuts.lost.add("JOURNAL_dh_fire>local:journal.dh.fire")
    await world.core.opened("i1")
    await world.until(lambda: world.cuts.dropped == 1)
    world.cuts.lost.clear()
    await world.until(lambda: "settled answer Accepted" in host.state)
    kinds = [_kind(line) for line in await world.core.lines()]
    assert kinds == ["started", "fed", "settled"]


async def test_a_page_that_was_lost_on_the_way_is_written_again(world: World) -> None:
    world.start(host := world.host())
    await world.ready(host)
    world.cuts.lost.add("local>JOURNAL_dh_fire:journal.dh.fire")
    await world.core.opened("i1")
    await world.until(lambda: world.cuts.dropped == 1)
    assert not world.core.received
    world.cuts.lost.clear()
    await world.until(lambda: "settled answer Accepted" in host.state)
    assert len(await world.core.lines()) == 3


async def test_what_nobody_waits_for_is_journaled_in_company(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.start(host := world.host())
    await world.ready(host)
    monkeypatch.setattr(draft, "LINGER", 3600.0)
    for _ in range(4):
        await world.core.closed("i1")
    await world.until(lambda: world.block.evolved == 5)
    assert len(host.state) == 1
    assert isinstance(await world.ask("r1", "respond"), protocol.Taken)
    assert [len(page.lines) for page in await world.core.pages()] == [0, 1, 5]


async def test_the_block_goes_on_while_its_page_is_written_and_nothing_else_does(
    world: World,
) -> None:
    world.start(host := world.host())
    await world.ready(host)
    world.cuts.lost.add("local>JOURNAL_dh_fire:journal.dh.fire")
    await world.core.opened("i1")
    await world.until(lambda: world.cuts.dropped == 1)
    await world.core.opened("i2")
    await world.until(lambda: world.block.reacted == 3)
    assert (len(host.state), world.core.received) == (1, [])
    world.cuts.lost.clear()
    await world.until(lambda: host.state.count("settled answer Accepted") == 2)


async def test_a_block_is_ahead_of_its_journal_by_a_page_at_most(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft, "MOST", 2)
    world.start(host := world.host())
    await world.ready(host)
    world.cuts.lost.add("local>JOURNAL_dh_fire:journal.dh.fire")
    for _ in range(9):
        await world.core.closed("i1")
    await world.until(lambda: world.cuts.dropped == 2)
    assert world.block.evolved == 1 + 2 * draft.MOST
    world.cuts.lost.clear()
    await world.until(lambda: len(host.state) == 10)
    assert max(len(page.lines) for page in await world.core.pages()) == draft.MOST


async def test_a_feed_that_breaks_off_is_taken_up_again_and_nothing_is_taken_twice(
    world: World,
) -> None:
    world.start(host := world.host())
    await world.core.opened("i1")
    await world.until(lambda: "settled answer Accepted" in host.state)
    await world.core.feed.forget("g1")
    await world.core.opened("i2")
    await world.until(lambda: host.state.count("settled answer Accepted") == 2)
    assert [seen[:5] for seen in host.state if seen.startswith("fed")] == ["fed 1", "fed 2"]


async def test_a_host_waits_for_a_core_that_is_not_there_yet(new_world: Any) -> None:
    async with new_world(core=False) as world:
        world.start(host := world.host())
        await asyncio.sleep(0)
        await world.core.start()
        await world.ready(host)


async def test_a_refused_greeting_is_the_callers(world: World) -> None:
    world.core.refuses = protocol.Rejected(command="", refusal=REVOKED)
    with pytest.raises(Refused) as refused:
        await world.host().run()
    assert refused.value.refusal == REVOKED


async def test_a_block_that_cannot_read_its_journal_does_not_start(world: World) -> None:
    task = world.start(host := world.host())
    await world.ready(host)
    await world.stop(task)
    before = await world.core.journal.last()
    broken = world.host()
    world.block.evolve = _raise
    with pytest.raises(Refused) as refused:
        await broken.run()
    assert refused.value.refusal.rule == "HOST-003"
    assert await world.core.journal.last() == before


# -- acknowledging, draining --------------------------------------------------


async def test_the_feed_is_acknowledged_only_below_the_oldest_open_command(world: World) -> None:
    world.core.silent.add("i2")
    task = world.start(host := world.host())
    for incident in ("i1", "i2", "i3"):
        await world.core.opened(incident)
    await world.until(lambda: len(world.core.accepted) == 2)
    await world.until(lambda: host.state.count("settled answer Accepted") == 2)
    beaten = len(world.core.beats)
    await world.until(lambda: len(world.core.beats) == beaten + 2)  # few go with a heartbeat
    await world.stop(task)
    assert await world.core.next_unacknowledged() == 2
    world.core.silent.clear()
    task = world.start(host := world.host())
    await world.until(lambda: host.state.count("settled answer Accepted") == 3)
    await world.drain()
    await world.core.opened("i4")
    assert await world.core.next_unacknowledged() == 4


async def test_many_are_acknowledged_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "MANY", 3)
    world.core.beat_seconds = 3600.0
    task = world.start(host := world.host())
    for number in range(4):
        await world.core.opened(f"i{number}")
        await world.until(lambda done=number: host.state.count("settled answer Accepted") > done)
    await world.stop(task)
    assert await world.core.next_unacknowledged() > 3


async def test_a_drain_finishes_what_is_owed_and_takes_nothing_new(world: World) -> None:
    world.core.silent.add("i1")
    task = world.start(host := world.host())
    await world.core.opened("i1")
    await world.until(lambda: len(world.core.received) == 1)
    draining = asyncio.create_task(world.drain())
    await world.until(lambda: any(beat.draining for beat in world.core.beats))
    await world.core.opened("i2")
    assert not draining.done()
    world.core.silent.clear()
    assert await draining == b"{}"
    await task
    assert host.state[-1] == "settled answer Accepted"
    assert not any("fed 2" in seen for seen in host.state)
    assert await world.core.next_unacknowledged() == 2


async def test_a_drain_leaves_what_the_outside_does_not_take_to_the_successor(
    world: World,
) -> None:
    world.outside.broken = True
    task = world.start(host := world.host())
    await world.ready(host)
    await world.ask("r1", "send", "late")
    assert await world.drain() == b"{}"
    await task
    world.outside.broken = False
    world.start(world.host())
    await world.until(lambda: [text for _, text in world.outside.sent] == ["late"])


# -- the desk -----------------------------------------------------------------


async def test_a_repeated_request_gets_the_journaled_response(world: World) -> None:
    task = world.start(host := world.host())
    await world.ready(host)
    first = await world.ask("r1", "respond")
    await world.ask("r2", "nothing")
    assert await world.ask("r1", "respond") == first
    await world.stop(task)
    world.start(host := world.host())
    await world.ready(host)
    assert await world.ask("r1", "respond") == first
    assert first == protocol.Taken(request="r1", data=first.data)
    assert bytes(first.data) == b'{"text":"2"}'


async def test_a_request_is_answered_once_the_journal_has_it_and_not_before(
    world: World,
) -> None:
    world.start(host := world.host())
    await world.ready(host)
    world.cuts.lost.add("local>JOURNAL_dh_fire:journal.dh.fire")
    asking = asyncio.create_task(world.ask("r1", "send", "alert"))
    await world.until(lambda: world.cuts.dropped == 2)  # the first try, and its repeat
    assert not asking.done()
    assert not world.outside.tries
    world.cuts.lost.clear()
    assert isinstance(await asking, protocol.Taken)
    await world.until(lambda: len(world.outside.sent) == 1)


async def test_who_asks_a_host_that_stops_first_learns_nothing_false(world: World) -> None:
    task = world.start(host := world.host())
    await world.ready(host)
    world.cuts.lost.add("local>JOURNAL_dh_fire:journal.dh.fire")
    asking = asyncio.create_task(world.ask("r1", "nothing", within=0.2))
    await world.until(lambda: world.cuts.dropped == 1)
    await world.stop(task)
    with pytest.raises(Unknown):
        await asking


async def test_a_refused_request_changes_nothing_and_stays_refused(world: World) -> None:
    world.start(host := world.host())
    await world.ready(host)
    before = host.state
    first = await world.ask("r1", "refuse")
    assert (first.command, first.refusal.rule) == ("r1", "TEST-001")
    assert host.state == before
    assert await world.ask("r1", "refuse") == first


@pytest.mark.parametrize(
    ("message_type", "data", "rule"),
    [
        ("abs.test.nothing.v1", b"{}", "HOST-005"),
        ("abs.incident.open.v1", b'{"source":"112"}', "HOST-005"),
        ("abs.test.do.v1", b"{}", "CONTRACT-003"),
        ("abs.test.do.v1", b'{"what":"note","more":1}', "CONTRACT-005"),
    ],
)
async def test_a_request_that_does_not_decode_is_refused_and_not_journaled(
    world: World, message_type: str, data: bytes, rule: str
) -> None:
    world.start(host := world.host())
    await world.ready(host)
    before = await world.core.journal.last()
    assert (await world.desk("r1", data, message_type)).refusal.rule == rule
    assert await world.core.journal.last() == before


async def test_an_order_that_no_core_could_read_is_refused_to_the_desk(world: World) -> None:
    world.start(host := world.host())
    await world.ready(host)
    reply = await world.ask("r1", "bad-order")
    assert (reply.refusal.rule, reply.refusal.where) == ("CONTRACT-003", "/subject")


async def test_a_question_is_answered_from_what_is_journaled(world: World) -> None:
    world.start(host := world.host())
    await world.ready(host)
    await world.core.opened("i1")
    await world.until(lambda: "settled answer Accepted" in host.state)
    answer = await world.question("count")
    assert (answer.position, bytes(answer.data)) == (1, b'{"text":"3"}')
    assert (await world.question("fail")).refusal.rule == "HOST-006"


# -- timers -------------------------------------------------------------------


async def test_a_timer_survives_a_restart_and_fires_once(world: World) -> None:
    task = world.start(host := world.host())
    await world.ready(host)
    await world.ask("r1", "timer", "norm", seconds=0.05)
    await world.stop(task)
    task = world.start(host := world.host())
    await world.until(lambda: "timer norm" in host.state)
    await world.stop(task)
    world.start(host := world.host())
    await world.ready(host)
    await world.ask("r2", "timer", "other", seconds=0)
    await world.until(lambda: "timer other" in host.state)
    assert host.state.count("timer norm") == 1


async def test_a_cancelled_timer_does_not_fire_and_a_replaced_one_fires_once(
    world: World,
) -> None:
    world.start(host := world.host())
    await world.ready(host)
    await world.ask("r1", "timer", "a", seconds=0.02)
    await world.ask("r2", "cancel", "a")
    await world.ask("r3", "timer", "b", seconds=3600)
    await world.ask("r4", "timer", "b", seconds=0.02)
    await world.ask("r5", "timer", "last", seconds=0.04)
    await world.until(lambda: "timer last" in host.state)
    assert [s for s in host.state if s.startswith("timer")] == ["timer b", "timer last"]


# -- poison -------------------------------------------------------------------


async def test_poison_is_kept_as_a_dead_letter_and_the_block_goes_on(world: World) -> None:
    task = world.start(host := world.host())
    await world.core.noted("i1")
    await world.core.put(b"this is not JSON")
    await world.core.opened("i1")
    await world.until(lambda: "settled answer Accepted" in host.state)
    assert (await world.ask("r1", "boom")).refusal.rule == "HOST-004"
    letters = await world.core.letters()
    assert [letter.origin for letter in letters] == ["f1", "f2", "r1"]
    assert letters[0].reason == "RuntimeError: the block cannot stand notes"
    assert letters[1].data == b"this is not JSON"
    assert host.state == (
        "started 1",
        "fed 3 abs.incident.opened.v1",
        "settled answer Accepted",
    )
    await world.drain()
    await task
    world.start(again := world.host())
    await world.until(lambda: again.state == host.state)
    assert world.block.reacted == 0
    await world.core.opened("i2")
    assert await world.core.next_unacknowledged() == 4


async def test_poison_is_not_passed_over_before_its_dead_letter_is_written(world: World) -> None:
    task = world.start(host := world.host())
    await world.ready(host)
    world.cuts.lost.add("local>DEAD_dh:dead.dh.fire")
    await world.core.noted("i1")
    await world.until(lambda: world.cuts.dropped == 1)
    assert [_kind(line) for line in await world.core.lines()] == ["started"]
    await world.stop(task)
    assert await world.core.next_unacknowledged() == 1
    world.cuts.lost.clear()
    world.start(world.host())
    await world.until_journaled("fed")
    assert [letter.origin for letter in await world.core.letters()] == ["f1"]


async def test_poison_met_again_before_it_was_journaled_gives_one_letter(world: World) -> None:
    task = world.start(host := world.host())
    await world.ready(host)
    world.cuts.lost.add("local>JOURNAL_dh_fire:journal.dh.fire")
    await world.core.noted("i1")
    await world.until_letters(1)
    await world.stop(task)
    world.cuts.lost.clear()
    world.start(host := world.host())
    await world.ready(host)
    await world.until(lambda: bool(world.core.beats) and world.core.beats[-1].position == 1)
    assert [letter.origin for letter in await world.core.letters()] == ["f1"]


async def test_an_effect_that_no_host_can_do_is_poison(world: World) -> None:
    world.start(host := world.host())
    await world.ready(host)
    assert (await world.ask("r1", "unknown-connector")).refusal.rule == "HOST-004"
    (letter,) = await world.core.letters()
    assert "nobody" in letter.reason


# -- connectors ---------------------------------------------------------------


async def test_a_connector_that_falls_is_started_again_and_the_block_goes_on(
    world: World,
) -> None:
    world.outside.falls = 2
    world.start(host := world.host())
    await world.core.opened("i1")
    await world.until(lambda: "settled answer Accepted" in host.state)
    await world.until(lambda: world.outside.runs == 3)
    await world.outside.deliver("m1", world.do("nothing"))
    assert "inbound outside m1" in host.state


async def test_what_the_outside_delivers_is_journaled_when_that_returns(world: World) -> None:
    world.start(host := world.host())
    await world.ready(host)
    await world.outside.deliver("m1", world.do("note"))
    assert [_kind(line) for line in await world.core.lines()] == ["started", "inbound"]


def _kind(line: Line) -> str:
    return str(line.entry.__struct_config__.tag)


async def _insist(world: World, request: str, what: str, text: str) -> Any:
    """A desk that repeats its request until it is answered."""
    while True:
        try:
            return await world.ask(request, what, text, within=0.05)
        except (Unknown, Unreachable):
            await asyncio.sleep(0)


def _raise(*_: object) -> None:
    raise ValueError("an older version wrote this")
