"""Norms for the response time, row by row as the article has them."""

import pytest
from abs_contracts.codelists import CHARACTERISTICS, LMC
from abs_contracts.messages.values import Classification
from abs_fire.norms import load_norms

NORMS = load_norms()
HOME, SHOP = "01 Woning/Woongebouw", "10 Winkel"

ROWS = [
    ("03 Cel", {}, 5),
    (SHOP, {"Soort woning": ("Bovenwoning",)}, 5),
    (HOME, {"Soort woning": ("Portiekwoning",)}, 6),
    (HOME, {"Soort woning": ("Flat",)}, 6),
    (HOME, {"Soort woning": ("Aanleunwoning",)}, 6),
    (HOME, {"Aantal niet Zelfredz": ("2",)}, 6),
    (HOME, {"Aantal niet Zelfredz": ("0",)}, 8),
    (HOME, {"Soort woning": ("Vrijstaand",)}, 8),
    (HOME, {}, 8),
    (SHOP, {}, 8),
    ("04 Gezondheidszorg", {}, 8),
    ("07 Logies", {}, 8),
    ("08 Onderwijs", {}, 8),
    ("02 Bijeenkomst", {}, 10),
    ("05 Industrie", {}, 10),
    ("05 Agrarisch", {}, 10),
    ("06 Kantoor", {}, 10),
    ("09 Sport", {}, 10),
    ("11 Overige", {}, 10),
]


@pytest.mark.parametrize(("kind", "values", "minutes"), ROWS)
def test_a_building_has_the_norm_of_its_kind(
    kind: str, values: dict[str, tuple[str, ...]], minutes: int
) -> None:
    """Besluit veiligheidsregio's, art. 3.2.1."""
    found = NORMS.of(Classification(table="1.0", mc1="Brand", mc2="Gebouw", mc3=kind), values)
    assert found is not None
    assert found.minutes == minutes


def test_every_kind_of_building_of_the_national_table_has_a_norm() -> None:
    kinds = {row.mc3 for row in LMC if (row.mc1, row.mc2) == ("Brand", "Gebouw") and row.mc3}
    assert kinds == {kind for kind, _, _ in ROWS}


@pytest.mark.parametrize(
    "path", [("Brand", "Gebouw"), ("Brand", "Natuur", "Duin"), ("Ongeval", "Wegvervoer")]
)
def test_what_is_no_building_of_a_known_kind_has_no_norm(path: tuple[str, ...]) -> None:
    levels = dict(zip(("mc1", "mc2", "mc3"), path, strict=False))
    assert NORMS.of(Classification(table="1.0", **levels), {}) is None
    assert NORMS.of(None, {}) is None


def test_no_norm_is_longer_than_the_law_allows() -> None:
    assert NORMS.longest == 18
    assert all(norm.minutes <= NORMS.longest for norm in NORMS.norms)


def test_every_row_is_of_classes_and_characteristics_that_exist() -> None:
    for norm in NORMS.norms:
        assert norm.path is not None
        assert LMC.has(*norm.path)
        assert norm.source in ("Bvr", "project")
        if norm.name is not None:
            row = CHARACTERISTICS.get(norm.name)
            assert row is not None
            assert all(row.problem((value,)) is None for value in norm.values or ("1",))
