"""Short ids stay unique, and a screen is never overfull."""

import datetime as dt

from abs_contracts.protocol import IncidentStatus, PartyStatus, RoomStatus
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from abs_core.cli.overview import Overview, Process, Restarts
from abs_core.cli.panel import changes, panel
from abs_core.cli.screen import shortened

IDS = st.sets(st.builds("".join, st.tuples(st.text("01", max_size=14), st.text("ab", max_size=12))))
BEGAN = dt.datetime(2026, 1, 1, 1, 42, 59, tzinfo=dt.UTC)


def party(name: str = "fire", *, generation: int = 1, degraded: bool = False) -> PartyStatus:
    return PartyStatus(
        party=name,
        discipline="fire",
        name="Brandweer",
        generation=generation,
        block="fire" if generation else None,
        degraded=degraded,
        feed=12,
        read=9,
        pending=2,
    )


def incident(number: int, *, units: int = 0, place: str = "Voorbeeldstraat 12") -> IncidentStatus:
    return IncidentStatus(
        incident=f"{number:08d}-inc",
        lead="fire",
        parties=("fire", "police", "ambulance", "kmar"),
        units=units,
        title="Brand / Gebouw / 01 Woning/Woongebouw",
        place=place,
    )


def overview(
    *incidents: IncidentStatus,
    parties: tuple[PartyStatus, ...] = (party(),),
    state: str = "running",
) -> Overview:
    return Overview(
        room="dh",
        url="nats://127.0.0.1:4222",
        runner=1,
        processes=(
            Process(name="broker", pid=10, state="running"),
            Process(name="core-1", pid=11, state="running"),
            Process(name="block-fire", pid=12, state=state),
        ),
        status=RoomStatus(room="dh", log=100, parties=parties, incidents=incidents),
        opened={each.incident: BEGAN for each in incidents},
    )


def shown(view: Overview, width: int, height: int) -> list[str]:
    console = Console(width=width, height=height, color_system=None)
    with console.capture() as captured:
        console.print(panel(view, width=width, height=height, hint="Ctrl-C stops it"))
    return captured.get().rstrip("\n").splitlines()


@given(IDS)
def test_a_shown_id_is_the_end_of_its_own_id_alone(ids: set[str]) -> None:
    for id_, short in shortened(ids).items():
        assert id_.endswith(short)
        assert short == id_ or [other for other in ids if other.endswith(short)] == [id_]
        assert len(id_) > 16 or short == id_


@given(st.integers(0, 200), st.integers(1, 8))
def test_a_room_fits_a_terminal_of_80_by_24(incidents: int, parties: int) -> None:
    view = overview(
        *(incident(number) for number in range(incidents)),
        parties=tuple(party(f"party-{number}") for number in range(parties)),
    )
    rows = shown(view, 80, 24)
    assert len(rows) <= 24
    assert max(map(len, rows)) <= 80
    assert rows[-1].startswith("runner")


def test_all_incidents_are_shown_or_counted() -> None:
    rows = shown(overview(*(incident(number) for number in range(50))), 80, 24)
    listed = [row for row in rows if "-inc" in row or row.startswith("0000")]
    (rest,) = (row for row in rows if row.startswith("and "))
    assert len(listed) + int(rest.split()[1]) == 50


def test_a_block_shows_lag_backlog_and_health() -> None:
    (row,) = (r for r in shown(overview(parties=(party(degraded=True),)), 100, 30) if "fire " in r)
    assert " ".join(row.split()) == "fire 12 fire 1 3 2 DEGRADED running pid 12 Brandweer"


def test_without_a_core_the_room_is_unknown_and_not_empty() -> None:
    view = Overview(room="dh", url="", runner=1, processes=(), status=None)
    text = "\n".join(shown(view, 80, 24))
    assert "unknown" in text
    assert "no open incidents" not in text


def test_each_change_is_told_once() -> None:
    first = overview(incident(1))
    assert list(changes(first, first)) == []
    assert list(changes(first, overview(incident(1, units=2)))) == [
        "incident 00000001-inc: Brand / Gebouw / 01 Woning/Woongebouw, Voorbeeldstraat 12; "
        "fire, police, ambulance, kmar; 2 units"
    ]
    assert list(changes(first, overview())) == ["incident 00000001-inc: closed"]
    assert list(changes(first, overview(incident(1), parties=(party(degraded=True),)))) == [
        "party fire: block fire, generation 1, DEGRADED"
    ]
    assert list(changes(first, overview(incident(1), state="gone"))) == ["block-fire: gone pid 12"]


def test_restarts_are_counted_by_new_processes_only() -> None:
    restarts = Restarts()
    assert [restarts.of("core-1", pid) for pid in (7, 7, 0, 8, 8)] == [0, 0, 0, 1, 1]
    assert restarts.of("core-2", 9) == 0
