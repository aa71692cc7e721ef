"""Kinds of vehicle: crews after the law, and what each can be sent for."""

import pytest
from abs_fire.vehicles import load_vehicles

VEHICLES = load_vehicles()


@pytest.mark.parametrize(("kind", "crew"), [("TS-6", 6), ("TS-4", 4), ("RV", 2), ("HV", 2)])
def test_the_crews_of_the_law(kind: str, crew: int) -> None:
    """Besluit veiligheidsregio's, art. 3.1.2 to 3.1.5."""
    row = VEHICLES.by_code[kind]
    assert (row.crew, row.source) == (crew, "Bvr")


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        ("TS-6", ("TS-6",)),
        ("TS-4", ("TS-4", "TS-6")),
        ("TS", ("TS-6", "TS-4")),
        ("DV-HOVD/TC", ("DV-HOVD", "DV-TC")),
        ("GW-XL", ("GW-XL",)),
    ],
)
def test_what_can_be_sent_for_a_kind_best_first(wanted: str, kinds: tuple[str, ...]) -> None:
    assert VEHICLES.filled_by(wanted) == kinds


def test_an_officer_alone_is_no_fire_unit() -> None:
    assert VEHICLES.responds("TS-4")
    assert not VEHICLES.responds("DV-OVD")
    assert not VEHICLES.responds("GW-XL")
