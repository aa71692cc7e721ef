"""A party moves between two generations of its block, to the bridge, and back, at work."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from abs_ambulance import desk
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import CallSource, NoteAudience
from abs_contracts.refusal import Refused

from abs_core.moving import MoveBlock
from abs_core.supervisor import System

from .night import OURS, PARTIES, Night, Outside, a_night, until

UNITS = ["ambulance-15101", "ambulance-15102", "ambulance-15103", "ambulance-15111"]


async def test_between_two_generations_no_request_of_the_desk_is_lost_or_done_twice(
    tmp_path: Path,
) -> None:
    async with a_night(tmp_path) as night:
        for number in range(8):
            await night.opens(f"i-{number}", f"Spui {number}")

        async def dispatches() -> None:
            for number in range(8):
                unit = UNITS[number % 4]
                sent = desk.Dispatch(incident=f"i-{number}", units=(unit,))
                await night.request(sent, f"dispatch-{number}")

        working = asyncio.create_task(dispatches())
        generations = [(await night.move("ambulance")).generation for _ in range(3)]
        await working
        assert generations == [2, 3, 4]

        async def assigned() -> list[str]:
            return [
                each["unit"] for each in await night.told("ambulance", "incident.unit_assigned")
            ]

        found = await until(assigned, lambda units: len(units) == 8)
        assert sorted(found) == sorted(UNITS * 2)


async def test_to_the_bridge_and_back_with_incidents_open(tmp_path: Path, outside: Outside) -> None:
    async with a_night(tmp_path / "moved") as night:
        await prologue(night)
        async with night.at_work("i-1") as lines:
            await there_and_back(night, outside)
        stood = desk.StandDown(incident="i-2")
        taken = await night.request(stood, "stand-down")
        released = desk.StoodDown(incident="i-2", units=("ambulance-15102", "ambulance-15103"))
        assert taken.data == msgspec.Raw(msgspec.json.encode(released))
        await until(
            lambda: night.told("fire", "incident.unit_released"), lambda units: len(units) == 2
        )
        texts = [each["text"] for each in await night.told("fire", "incident.note_added")]
        assert texts == lines


async def there_and_back(night: Night, outside: Outside) -> None:
    moved = await night.move("ambulance-bridge", outside.options)
    assert (moved.before, moved.block, moved.generation) == ("ambulance", "ambulance-bridge", 2)
    cases = await until(
        outside.cases,
        lambda found: len(found) == 2 and all(case["others"] for case in found.values()),
    )
    assert set(cases) == {f"{OURS}.i-1", f"{OURS}.i-2"}  # i-3 is closed, and i-4 not ours
    assert [each["name"] for each in cases[f"{OURS}.i-1"]["others"]] == ["15101"]
    await outside.do("send_vehicle", case=f"{OURS}.i-1", vehicle="15-101")
    await outside.do("send_vehicle", case=f"{OURS}.i-2", vehicle="15-103")

    async def on_incidents() -> list[str]:
        return [each["unit"] for each in await night.told("police", "incident.unit_assigned")]

    await until(on_incidents, lambda units: "ambulance-15103" in units)
    back = await night.move("ambulance")
    assert back.generation == 3
    there = await until(on_incidents, lambda units: len(units) == 3)
    assert there == ["ambulance-15101", "ambulance-15102", "ambulance-15103"]


async def test_the_others_are_told_what_they_are_told_without_a_move(
    tmp_path: Path, outside: Outside
) -> None:
    async with a_night(tmp_path / "moved") as night:
        await prologue(night)
        async with night.at_work("i-1") as lines:
            await night.move("ambulance-bridge", outside.options)
            await until(outside.cases, lambda found: len(found) == 2)
            await night.move("ambulance")
        moved = await night.settled()
    async with a_night(tmp_path / "stayed") as night:
        await prologue(night)
        for number in range(len(lines)):
            await night.line("i-1", number)
        assert moved == await night.settled()


async def prologue(night: Night) -> None:
    """Two incidents with an ambulance each, one that is closed, and one of others alone."""
    for number, unit in ((1, UNITS[0]), (2, UNITS[1])):
        await night.opens(f"i-{number}", f"Spui {number}")
        sent = desk.Dispatch(incident=f"i-{number}", units=(unit,))
        await night.request(sent, f"sent-{number}")
        await until(
            lambda: night.told("fire", "incident.unit_assigned"),
            lambda found, count=number: len(found) == count,
        )
    await night.opens("i-3", "Spui 3")
    for party in ("ambulance", "fire", "police"):
        await night.say(party, "i-3", m.CloseForParty())
    await night.say("police", "i-4", m.OpenIncident(source=CallSource.EMERGENCY))
    note = m.AddNote(text="ours alone", audience=NoteAudience.OWN)
    await night.say("police", "i-4", note)


# -- what the room comes up with again ------------------------------------------------


async def test_the_room_comes_up_again_with_what_it_was_moved_to(
    tmp_path: Path, outside: Outside
) -> None:
    async with a_night(tmp_path / "d") as night:
        await night.move("ambulance-bridge", outside.options)
    async with a_night(tmp_path / "d") as night:
        assert await night.in_force() == (2, "ambulance-bridge")
        await night.opens("i-1", "Spui 1")
        await until(outside.cases, lambda found: f"{OURS}.i-1" in found)
        await night.move("ambulance")
    async with a_night(tmp_path / "d") as night:
        assert await night.in_force() == (3, "ambulance")


async def test_a_configuration_that_was_changed_since_counts(
    tmp_path: Path, outside: Outside
) -> None:
    async with a_night(tmp_path / "d") as night:
        await night.move("ambulance-bridge", outside.options)
    changed = PARTIES["ambulance"].model_copy(update={"options": {"pace": "30"}})
    parties = {**PARTIES, "ambulance": changed}
    async with System(room="dh", data=tmp_path / "d", parties=parties) as system:
        await system.ready()
        assert await Night(system).in_force() == (3, "ambulance")


# -- what is refused -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("party", "block", "options", "rule"),
    [
        ("nobody", "ambulance", None, "MOVE-001"),
        ("police", "ambulance", None, "MOVE-001"),
        ("ambulance", "fire", None, "MOVE-003"),
        ("ambulance", "nothing", None, "CONTRACT-012"),
        ("ambulance", "ambulance-bridge", {"url": "nonsense"}, "BRIDGE-007"),
    ],
)
async def test_a_move_that_cannot_be_is_refused_and_nothing_happened(
    room_at_rest: Night, party: str, block: str, options: dict[str, str] | None, rule: str
) -> None:
    with pytest.raises(Refused) as refused:
        await room_at_rest.mover.move(MoveBlock(party=party, block=block, options=options))
    assert refused.value.refusal.rule == rule
    assert await room_at_rest.in_force() == (1, "ambulance")


@pytest.fixture
async def room_at_rest(tmp_path: Path) -> AsyncIterator[Night]:
    async with a_night(tmp_path) as night:
        yield night


async def test_one_party_at_a_time(room_at_rest: Night) -> None:
    first = asyncio.create_task(room_at_rest.move("ambulance"))
    await asyncio.sleep(0)
    with pytest.raises(Refused) as refused:
        await room_at_rest.move("ambulance")
    assert refused.value.refusal.rule == "MOVE-002"
    assert (await first).generation == 2
