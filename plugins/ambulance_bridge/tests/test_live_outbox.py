"""The outbox: what gathers goes together, in order, and nobody is blamed for another."""

import asyncio
import json

import pytest
from abs_ambulance_bridge.live import outbox
from abs_ambulance_bridge.live.outbox import Outbox


class Wire:
    """Answers 202 to every request, but 409 to one with a letter of `never`, when told to go on."""

    def __init__(self, *never: str) -> None:
        self.never = never
        self.requests: list[list[str]] = []
        self.asked, self.open = asyncio.Event(), asyncio.Event()
        self.raises: Exception | None = None

    async def give(self, text: str) -> int:
        given = json.loads(text)
        self.requests.append(given if isinstance(given, list) else [given])
        self.asked.set()
        await self.open.wait()
        if self.raises is not None:
            raise self.raises
        return 409 if any(each in self.never for each in self.requests[-1]) else 202


def box(wire: Wire) -> Outbox[int]:
    return Outbox(wire.give, lambda answer: answer == 409)


async def given(wire: Wire, *letters: str) -> list[int]:
    """The answers about these letters, all of which are there before the first answer."""
    mine = box(wire)
    waiting = [asyncio.create_task(mine.give(json.dumps(each))) for each in letters]
    await wire.asked.wait()
    wire.open.set()
    return await asyncio.gather(*waiting)


async def test_one_letter_goes_at_once_and_as_it_is() -> None:
    wire = Wire()
    assert await given(wire, "a") == [202]
    assert wire.requests == [["a"]]


async def test_what_gathers_goes_together_in_its_order() -> None:
    wire = Wire()
    mine = box(wire)
    first = asyncio.create_task(mine.give('"a"'))
    await wire.asked.wait()
    others = [asyncio.create_task(mine.give(f'"{each}"')) for each in "bcd"]
    await asyncio.sleep(0)
    wire.open.set()
    assert await asyncio.gather(first, *others) == [202] * 4
    assert wire.requests == [["a"], ["b", "c", "d"]]


async def test_a_request_is_bounded_in_letters_and_in_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "MOST", 3)
    monkeypatch.setattr(outbox, "LARGE", 8)
    wire = Wire()
    await given(wire, "a", "b", "c", "d", "longer", "e", "f")
    assert wire.requests == [["a", "b", "c"], ["d", "longer"], ["e", "f"]]


async def test_only_a_letter_that_was_given_alone_is_to_blame() -> None:
    wire = Wire("bad")
    assert await given(wire, "a", "bad", "b") == [202, 409, 202]
    told = [each for request in wire.requests for each in request]
    assert list(dict.fromkeys(told)) == ["a", "bad", "b"]
    assert ["bad"] in wire.requests


async def test_of_a_request_without_an_answer_nobody_knows_anything() -> None:
    wire = Wire()
    wire.raises = OSError("cut")
    mine = box(wire)
    waiting = [asyncio.create_task(mine.give(f'"{each}"')) for each in "ab"]
    wire.open.set()
    assert [type(e) for e in await asyncio.gather(*waiting, return_exceptions=True)] == [
        OSError
    ] * 2
    wire.raises = None
    assert await mine.give('"c"') == 202


async def test_a_sender_that_gave_up_holds_up_nobody() -> None:
    wire = Wire()
    mine = box(wire)
    first, gone, last = (asyncio.create_task(mine.give(f'"{each}"')) for each in "abc")
    await wire.asked.wait()
    gone.cancel()
    wire.open.set()
    assert await asyncio.gather(first, last) == [202, 202]
