"""When a row holds: by class, and by what a characteristic says."""

import pytest
from abs_contracts.messages.values import Classification
from abs_fire.conditions import Conditional, class_path

OFFICE = Classification(table="1.0", mc1="Brand", mc2="Gebouw", mc3="06 Kantoor")
BRANCH = Classification(table="1.0", mc1="Brand")
FLOOR = Conditional(source="project", name="Etage", least=3)
ROOF = Conditional(source="project", name="Onderdeel gebouw", values=("Dak", "Rietendak"))
NAMED = Conditional(source="project", name="Gev.stof naam")
UNDER = Conditional(source="project", path=("Brand", "Gebouw"))


@pytest.mark.parametrize(
    ("row", "values", "holds"),
    [
        (FLOOR, {"Etage": ("3",)}, True),
        (FLOOR, {"Etage": ("12",)}, True),
        (FLOOR, {"Etage": ("2",)}, False),
        (FLOOR, {"Etage": ("hoog",)}, False),
        (FLOOR, {}, False),
        (ROOF, {"Onderdeel gebouw": ("Keuken", "Dak")}, True),
        (ROOF, {"Onderdeel gebouw": ("Keuken",)}, False),
        (NAMED, {"Gev.stof naam": ("chloor",)}, True),
        (NAMED, {}, False),
        (UNDER, {}, True),
    ],
)
def test_a_row_holds_by_its_characteristic(
    row: Conditional, values: dict[str, tuple[str, ...]], holds: bool
) -> None:
    assert row.holds(OFFICE, values) is holds


@pytest.mark.parametrize(("kind", "holds"), [(OFFICE, True), (BRANCH, False), (None, False)])
def test_a_row_holds_under_its_class_alone(kind: Classification | None, holds: bool) -> None:
    assert UNDER.holds(kind, {}) is holds


def test_a_class_is_the_levels_that_it_has() -> None:
    assert class_path(OFFICE) == ("Brand", "Gebouw", "06 Kantoor")
    assert class_path(None) == ()
