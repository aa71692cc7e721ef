"""The fleet: what is registered, from the package or from a file of one's own."""

from pathlib import Path

import pytest
from abs_contracts.refusal import Refused
from abs_fire.fleet import Crew, load_fleet
from abs_fire.vehicles import load_vehicles


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


def test_every_station_of_the_demonstration_fleet_has_a_place_and_vehicles_we_know() -> None:
    kinds = load_vehicles().by_code
    for station in load_fleet({}).stations:
        assert station.point is not None
        assert station.municipality is not None
        assert set(station.vehicles.values()) <= set(kinds), station.name
    assert {station.crew for station in load_fleet({}).stations} == set(Crew)
