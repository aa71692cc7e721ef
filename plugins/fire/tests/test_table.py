"""The table and the fleet, row by row."""

from collections.abc import Mapping

import pytest
from abs_contracts.codelists import CHARACTERISTICS, ESCALATION, LMC, STATUSES
from abs_contracts.messages.values import Classification
from abs_contracts.refusal import Refused
from abs_fire.contracts import Status
from abs_fire.state import FREE
from abs_fire.table import LEVELS, load_table
from abs_fire.vehicles import load_vehicles

TABLE = load_table()
B, G, LIFT = "Brand", "Gebouw", ("Dienstverlening", "Brandweer", "Liftopsluiting")
WATER = ("Ongeval", "Water", "Persoon te water")
SPILL = ("Ongeval", "Spoorvervoer", "Gevaarlijke stof")
CRASH = ("Ongeval", "Wegvervoer", "Letsel")
DUNES = ("Brand", "Natuur", "Duin")
OMS = ("Alarm", "Autom. brand", "Autom. brand OMS")

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
    assert wanted_for(path, level) == wanted


def wanted_for(
    path: tuple[str, ...], level: str, values: Mapping[str, tuple[str, ...]] | None = None
) -> str:
    turnout = TABLE.turnout(classified(*path), level, values or {})
    assert turnout is not None
    return " ".join(f"{kind}:{count}" for kind, count in turnout.wanted.items())


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


def test_every_characteristic_of_the_table_is_a_shared_one_with_these_values() -> None:
    for change in TABLE.characteristics:
        assert change.name is not None
        row = CHARACTERISTICS.get(change.name)
        assert row is not None, change.name
        assert row.owner is None, "a block gets no characteristic of another discipline"
        assert (change.least is not None) == (row.kind == "number"), change.name
        assert all(row.problem((value,)) is None for value in change.values or ("1",)), change
        assert change.path is None or LMC.has(*change.path)


def test_every_kind_that_is_wanted_can_be_filled_by_a_vehicle() -> None:
    vehicles = load_vehicles()
    rows = [row.wanted for row in TABLE.classes]
    rows += [w for t in TABLE.types.values() for w in (t.middel, t.groot, t.zeer_groot)]
    rows += [change.at_least for change in TABLE.characteristics]
    wanted = {kind for row in rows for kind in row}
    assert [k for k in wanted if not set(vehicles.filled_by(k)) & set(vehicles.by_code)] == []


def test_every_row_has_a_source() -> None:
    rows = [*TABLE.classes, *TABLE.types.values(), *TABLE.characteristics]
    assert {row.source for row in rows} == {"MAR", "project"}


def test_a_higher_level_never_wants_fewer_vehicles() -> None:
    for row in TABLE.classes:
        turnouts = [TABLE.turnout(classified(*row.path), level, {}) for level in LEVELS]
        counts = [sum(each.wanted.values()) for each in turnouts if each]
        assert counts == sorted(counts), row.path


def test_the_statuses_are_those_of_the_code_list() -> None:
    known = {each.code: each.free for each in STATUSES.of("fire")}
    assert {s for s in Status if known[s] == "yes"} == set(FREE)
    assert {code for code, free in known.items() if free != "unchanged"} == set(Status)


CHANGED = [
    ((B, G), "klein", {"Onderdeel gebouw": ("Schoorsteen",)}, "TS-6:1 RV:1"),
    ((B, G), "middel", {"Onderdeel gebouw": ("Schoorsteen",)}, "TS:2 DV-OVD:1 TS-6:1 RV:1"),
    ((B, G), "klein", {"Onderdeel gebouw": ("Keuken",)}, "TS-6:1"),
    ((B, G), "klein", {"Onderdeel gebouw": ("Keuken", "Dak")}, "TS-6:1 RV:1"),
    ((B, G), "groot", {"Aantal in object": ("12",)}, "TS:3 DV-OVD:1 DV-HOVD:1"),
    ((B, G), "klein", {"Etage": ("2",)}, "TS-6:1"),
    ((B, G), "klein", {"Etage": ("3",)}, "TS-6:1 RV:1"),
    (LIFT, "klein", {"Beknel/Bedel/Insluit": ("Ja",)}, "TS-4:1"),
    (CRASH, "klein", {"Beknel/Bedel/Insluit": ("Ja",)}, "TS-4:1 TS-6:1 HV:1 DV-OVD:1"),
    (CRASH, "klein", {"Beknel/Bedel/Insluit": ("Nee",)}, "TS-4:1"),
    (CRASH, "middel", {"Beknel/Bedel/Insluit": ("Ja",)}, "TS:2 HV:1 DV-OVD:1 TS-6:1"),
    (CRASH, "klein", {"Gev.stof naam": ("chloor",)}, "TS-4:1 DV-AGS:1"),
    (WATER, "klein", {"Aantal te water": ("2",)}, "TS-4:1 WO:2 OR:1 DV-OVD:1 TS:2"),
    (DUNES, "klein", {"NB uitbreid. risico": ("Hoog",)}, "TS:4 DV-OVD:1"),
    (OMS, "klein", {"Cat. Br/GS PAC Meld": ("C6 Onbetrouwbaar",)}, ""),
    (OMS, "klein", {"Cat. Br/GS PAC Meld": ("C3 2de melder",)}, "TS-6:1"),
    (
        OMS,
        "klein",
        {"Cat. Br/GS PAC Meld": ("C6 Onbetrouwbaar",), "Persoon in brand": ("Ja",)},
        "TS-6:1 DV-OVD:1",
    ),
    ((B, G), "klein", {"Inzet Brw Alg EH": ("RV",)}, "TS-6:1 RV:1"),
]


@pytest.mark.parametrize(("path", "level", "values", "wanted"), CHANGED)
def test_a_characteristic_changes_what_is_wanted(
    path: tuple[str, ...], level: str, values: dict[str, tuple[str, ...]], wanted: str
) -> None:
    assert wanted_for(path, level, values=values) == wanted


def test_a_proposal_can_say_which_rows_it_rests_on() -> None:
    turnout = TABLE.turnout(classified(B, G), "klein", {"Onderdeel gebouw": ("Schoorsteen",)})
    assert turnout is not None
    assert turnout.why == (
        "Brand/Gebouw, klein: 1 TS-6 (MAR)",
        "Onderdeel gebouw Schoorsteen: 1 TS-6, 1 RV (MAR)",
    )


def test_fire_003_a_level_that_does_not_exist() -> None:
    with pytest.raises(Refused, match=r"^FIRE-003"):
        TABLE.turnout(None, "enorm", {})


def test_no_characteristic_of_the_national_list_is_fires_alone() -> None:
    assert [row.name for row in CHARACTERISTICS if row.owner == "fire"] == []
