"""The table, the fleet and the codes, row by row."""

from pathlib import Path

import pytest
from abs_ambulance.desk import Protection
from abs_ambulance.fleet import load_fleet
from abs_ambulance.incident import SCALE
from abs_ambulance.ride import HELICOPTER
from abs_ambulance.state import FREE
from abs_ambulance.table import load_table
from abs_ambulance.values import MOST_UNITS, Priority, Status
from abs_contracts.codelists import CHARACTERISTICS, ESCALATION, LMC, PRIORITIES, STATUSES
from abs_contracts.messages.incident import StateSafety
from abs_contracts.messages.values import Discipline, Scene
from abs_contracts.refusal import Refused

TABLE = load_table()

CODES = [
    ("code-5", "Ambu:5"),
    ("code-10", "Ambu:10 OVDG:1"),
    ("code-20", "Ambu:20 OVDG:1"),
    ("code-30", "Ambu:30 OVDG:1"),
    ("code-40", "Ambu:40 OVDG:1"),
    ("code-50", "Ambu:50 OVDG:1"),
]
BY_PRIORITY = [
    (Priority.A0, "Ambu:2 Rapid:1"),
    (Priority.A1, "Ambu:1"),
    (Priority.A2, "Ambu:1"),
    (Priority.B1, "ZorgAmbu:1"),
    (Priority.B2, "ZorgAmbu:1"),
]


def shown(wanted: dict[str, int]) -> str:
    return " ".join(f"{kind}:{count}" for kind, count in wanted.items())


@pytest.mark.parametrize(("code", "wanted"), CODES)
def test_a_code_asks_for_the_ambulances_that_it_stands_for(code: str, wanted: str) -> None:
    assert shown(dict(TABLE.codes[code].wanted)) == wanted


@pytest.mark.parametrize(("priority", "wanted"), BY_PRIORITY)
def test_a_priority_asks_for_what_its_row_says(priority: Priority, wanted: str) -> None:
    assert shown(dict(TABLE.priorities[priority].wanted)) == wanted


def test_the_codes_are_those_of_the_scale_in_its_order() -> None:
    scale = ESCALATION.get(SCALE)
    assert scale is not None
    assert scale.owner is Discipline.AMBULANCE
    assert list(TABLE.codes) == [level.code for level in scale.levels]
    assert all(sum(row.wanted.values()) <= MOST_UNITS for row in TABLE.codes.values())


def test_every_class_and_characteristic_of_the_table_exists_and_is_shared() -> None:
    for row in TABLE.extra:
        assert row.path is None or LMC.has(*row.path)
        if row.characteristic is not None:
            found = CHARACTERISTICS.get(row.characteristic)
            assert found is not None
            assert found.owner is None
            assert found.problem((row.value or str(row.least),)) is None


def test_the_kinds_are_those_that_a_room_can_ask_for() -> None:
    asked = {"Inzet Ambu", "Inzet GHOR functie"}
    kinds = {v.value for row in CHARACTERISTICS if row.name in asked for v in row.values}
    rows = [*TABLE.priorities.values(), *TABLE.codes.values(), *TABLE.extra]
    named = {kind for row in rows for kind in row.wanted} | set(TABLE.clock) | {HELICOPTER}
    assert named <= kinds
    assert {unit.kind for unit in load_fleet({}).units().values()} <= kinds
    assert {kind for fills in TABLE.fills.values() for kind in fills} <= kinds


def test_the_priorities_and_statuses_are_those_of_the_code_lists() -> None:
    assert [p.code for p in PRIORITIES.of("ambulance")] == list(Priority)
    known = {each.code: each.free for each in STATUSES.of("ambulance")}
    assert {s for s in Status if known[s] == "yes"} == set(FREE)
    assert {code for code, free in known.items() if free != "unchanged"} == set(Status)


def test_every_protection_together_fits_in_a_statement() -> None:
    advice = "Protect yourself: " + ", ".join(Protection)
    assert StateSafety(scene=Scene.UNKNOWN, advice=advice)


# -- the fleet ----------------------------------------------------------------------


def test_the_demonstration_fleet_says_so_and_has_call_signs_of_its_region() -> None:
    fleet = load_fleet({})
    units = fleet.units()
    assert fleet.demonstration
    assert len(units) == sum(len(s.vehicles) for s in fleet.stations) + len(fleet.helicopters)
    vehicles = {i: u.call_sign for i, u in units.items() if u.kind != HELICOPTER}
    assert all(len(c) == 5 and c.startswith("15") and c.isdigit() for c in vehicles.values())
    assert all(id_ == f"ambulance-{call_sign}" for id_, call_sign in vehicles.items())
    assert units["ambulance-15121"].station == "Delft"
    assert units["ambulance-lifeliner-2"].call_sign == "Lifeliner 2"
    assert {unit.station for unit in units.values()} == set(fleet.places())


def test_a_fleet_file_of_the_options_is_used(tmp_path: Path) -> None:
    file = tmp_path / "fleet.toml"
    file.write_text(
        'region = "17"\n[[stations]]\nname = "Elders"\n'
        'point = { lat = 51.9, lon = 4.4 }\nvehicles = { "101" = "Ambu" }\n'
    )
    assert list(load_fleet({"fleet": str(file)}).units()) == ["ambulance-17101"]


@pytest.mark.parametrize(
    "text",
    [
        "region =",
        'region = "17"',
        "\x00",
        'region = "17"\nstations = []\n[[helicopters]]\ncall_sign = "../x"\nbase = "y"\n'
        "point = { lat = 0, lon = 0 }",
    ],
)
def test_ambu_005_a_fleet_file_that_cannot_be_used(tmp_path: Path, text: str) -> None:
    file = tmp_path / "fleet.toml"
    file.write_text(text)
    with pytest.raises(Refused, match=r"^AMBU-005: .*options\.fleet"):
        load_fleet({"fleet": str(file)})


def test_ambu_005_a_fleet_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"^AMBU-005"):
        load_fleet({"fleet": str(tmp_path / "none.toml")})


@pytest.mark.parametrize("region", ["99", "", "../15"])
def test_ambu_004_a_region_without_a_fleet(region: str) -> None:
    with pytest.raises(Refused, match=r"^AMBU-004"):
        load_fleet({"region": region})
