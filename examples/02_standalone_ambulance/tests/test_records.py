"""The records in memory and in SQLite are one and the same to whoever uses them."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from standalone_ambulance.database import SqliteRecords
from standalone_ambulance.records import Changes, Letter, MemoryRecords, Records, Taken

from .conftest import NOON, OUTSIDE, ROOM, Outside
from .test_profile import everything


@pytest.fixture(params=["memory", "sqlite"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    if request.param == "memory":
        yield MemoryRecords()
        return
    kept = SqliteRecords(tmp_path / "station.db")
    yield kept
    kept.close()


def letter(number: int, to: str = ROOM) -> Letter:
    return Letter(
        number=number,
        id=f"{OUTSIDE}_{number}",
        to=to,
        type="RC-REF",
        case=None,
        expires=NOON + timedelta(days=1),
        body={},
        due=NOON,
    )


def test_letters_are_read_by_partner_from_a_cursor(records: Records) -> None:
    records.keep(Changes(letters=tuple(letter(n, ROOM if n % 2 else "other") for n in range(1, 8))))
    assert [each.number for each in records.letters(ROOM, after=1, limit=2)] == [3, 5]
    assert records.letters("nobody", after=0, limit=9) == []


def test_the_oldest_waiting_letter_is_first_until_it_is_no_longer_waiting(records: Records) -> None:
    records.keep(Changes(letters=(letter(1), letter(2))))
    for n, state in ((1, "delivered"), (2, "refused")):
        waiting = records.waiting(ROOM)
        assert waiting is not None
        assert waiting.number == n
        records.keep(Changes(letters=(waiting.model_copy(update={"state": state}),)))
    assert records.waiting(ROOM) is None


def test_what_is_not_there_is_none_or_nothing(records: Records) -> None:
    assert (records.case("x"), records.vehicle("x"), records.letter("x")) == (None, None, None)
    assert (records.taken("x"), records.counter("x"), [*records.cases()]) == (None, 0, [])


def test_a_station_is_the_same_over_both(tmp_path: Path) -> None:
    memory, sqlite = Outside(), Outside()
    kept = SqliteRecords(tmp_path / "station.db")
    for vehicle in sqlite.station.records.vehicles():
        kept.keep(Changes(vehicles=(vehicle,)))
    sqlite.station.records = kept
    everything(memory)
    everything(sqlite)
    assert memory.letters() == sqlite.letters()
    assert [*memory.station.records.cases()] == [*kept.cases()]
    kept.close()


def test_all_of_a_change_is_kept_or_nothing(tmp_path: Path) -> None:
    kept = SqliteRecords(tmp_path / "station.db")
    taken = Taken(id="1", digest="x", answer="")
    kept.keep(Changes(taken=(taken,)))
    with pytest.raises(sqlite3.IntegrityError):
        kept.keep(Changes(counters={"letters": 7}, taken=(taken,)))
    assert kept.counter("letters") == 0
    with pytest.raises(sqlite3.IntegrityError), kept.one_write():  # noqa: PT012, two are one
        kept.keep(Changes(counters={"letters": 7}))
        kept.keep(Changes(taken=(taken,)))
    assert kept.counter("letters") == 0
    kept.close()


def test_every_write_is_synced_to_disk(tmp_path: Path) -> None:
    kept = SqliteRecords(tmp_path / "station.db")
    [(level,)] = kept._sql.execute("PRAGMA synchronous").fetchall()
    assert level == 2
    kept.close()
