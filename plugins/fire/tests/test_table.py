"""The table and the fleet, row by row."""

from collections import Counter
from pathlib import Path

import pytest
from abs_contracts.codelists import ESCALATION, LMC, STATUSES
from abs_contracts.messages.values import Classification
from abs_contracts.refusal import Refused
from abs_fire.contracts import Status
from abs_fire.fleet import load_fleet
from abs_fire.state import FREE
from abs_fire.table import LEVELS, load_table

TABLE = load_table()
B, G, LIFT = "Brand", "Gebouw", ("Dienstverlening", "Brandweer", "Liftopsluiting")
WATER = ("Ongeval", "Water", "Persoon te water")
SPILL = ("Ongeval", "Spoorvervoer", "Gevaarlijke stof")

ROWS = [
    ((B, "Buiten", "Container"), "klein", "TS-4:1"),
    ((B, G, "06 Kantoor"), "klein", "TS-6:1"),
    ((B, G), "middel", "TS:2 DV-OVD:1"),
    ((B, G), "groot", "TS:3 DV-OVD:1 DV-HOVD:1"),
    ((B, G), "zeer-groot", "TS:4 DV-OVD:1 DV-HOVD/TC:1"),
    (LIFT, "klein", "TS-4:1"),
    (("Ongeval", "Wegvervoer", "Letsel"), "middel", "TS:2 HV:1 DV-OVD:1"),
    (("Ongeval", "Wegvervoer", "Letsel"), "groot", "TS:3 HV:1 DV-OVD:1 DV-HOVD:1"),
    (("Ongeval", "Wegvervoer", "Letsel"), "zeer-groot", "TS:4 HV:1 DV-OVD:1 DV-HOVD/TC:1"),
    (SPILL, "klein", "TS-4:1"),
    (SPILL, "middel", "TS:2 HV:1 DV-OVD:1"),
    (SPILL, "groot", "TS:3 HV:1 DV-OVD:1 DV-HOVD:1 DV-AGS:1"),
    (SPILL, "zeer-groot", "TS:4 HV:1 BOE:1 DV-OVD:1 DV-HOVD/TC:1 DV-AGS:1"),
    (WATER, "klein", "TS-4:1 WO:1 OR:1 DV-OVD:1"),
    (WATER, "middel", "TS:2 WO:2 OR:1 DV-OVD:1"),
    (WATER, "zeer-groot", "TS:2 WO:2 OR:1 DV-OVD:1"),
]


def classified(*path: str) -> Classification:
    mc2, mc3 = (*path[1:], None, None)[:2]
    return Classification(table="1.0", mc1=path[0], mc2=mc2, mc3=mc3)


@pytest.mark.parametrize(("path", "level", "wanted"), ROWS)
def test_a_class_at_a_level_wants_what_its_row_says(
    path: tuple[str, ...], level: str, wanted: str
) -> None:
    row = TABLE.row(classified(*path))
    assert row is not None
    found = TABLE.wanted(row, level)
    assert " ".join(f"{kind}:{count}" for kind, count in found.items()) == wanted


@pytest.mark.parametrize(
    ("path", "scale"),
    [((B,), "ops-br"), (LIFT, "ops-hv"), (SPILL, "ops-ibgs"), (WATER, "ops-wo")],
)
def test_each_type_has_its_own_scale(path: tuple[str, ...], scale: str) -> None:
    assert TABLE.scale(classified(*path)) == scale


def test_a_class_of_another_discipline_has_no_row() -> None:
    assert TABLE.row(classified("Gezondheid", "Reanimatie")) is None


def test_every_class_and_scale_of_the_table_exists_in_the_national_lists() -> None:
    assert [row.path for row in TABLE.classes if not LMC.has(*row.path)] == []
    scales = {scale.code: [level.code for level in scale.levels] for scale in ESCALATION}
    assert {row.type for row in TABLE.classes} == set(TABLE.types)
    for row in TABLE.types.values():
        assert scales[row.scale] == list(LEVELS)


def test_no_vehicle_can_fill_two_kinds_of_one_row() -> None:
    for row in TABLE.classes:
        for level in LEVELS:
            filled = Counter(k for kind in TABLE.wanted(row, level) for k in TABLE.filled_by(kind))
            assert set(filled.values()) == {1}, (row.path, level)


def test_a_higher_level_never_wants_fewer_vehicles() -> None:
    for row in TABLE.classes:
        counts = [sum(TABLE.wanted(row, level).values()) for level in LEVELS]
        assert counts == sorted(counts), row.path


def test_the_statuses_are_those_of_the_code_list() -> None:
    known = {each.code: each.free for each in STATUSES.of("fire")}
    assert {s for s in Status if known[s] == "yes"} == set(FREE)
    assert {code for code, free in known.items() if free != "unchanged"} == set(Status)


def test_the_demonstration_fleet_says_so_and_has_call_signs_of_its_region() -> None:
    fleet = load_fleet({})
    units = fleet.units()
    assert fleet.demonstration
    assert len(units) == sum(len(station.vehicles) for station in fleet.stations)
    assert all(id_ == f"fire-{unit.call_sign}" for id_, unit in units.items())
    assert units["fire-15-0431"].station == "Zoetermeer"


def test_a_fleet_file_of_the_options_is_used(tmp_path: Path) -> None:
    file = tmp_path / "fleet.toml"
    file.write_text(
        'region = "17"\n[[stations]]\nname = "Elders"\npost = "01"\nvehicles = { "31" = "TS-6" }\n'
    )
    assert list(load_fleet({"fleet": str(file)}).units()) == ["fire-17-0131"]


@pytest.mark.parametrize("text", ["region =", 'region = "17"', "\x00"])
def test_fire_005_a_fleet_file_that_cannot_be_used(tmp_path: Path, text: str) -> None:
    file = tmp_path / "fleet.toml"
    file.write_text(text)
    with pytest.raises(Refused, match=r"^FIRE-005: .*options\.fleet"):
        load_fleet({"fleet": str(file)})


def test_fire_005_a_fleet_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"^FIRE-005"):
        load_fleet({"fleet": str(tmp_path / "none.toml")})


@pytest.mark.parametrize("region", ["99", "", "../15"])
def test_fire_004_a_region_without_a_fleet(region: str) -> None:
    with pytest.raises(Refused, match=r"^FIRE-004"):
        load_fleet({"region": region})
