"""The code lists: complete, in their own versions, and as the facts say."""

import csv
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from abs_contracts import codelists
from abs_contracts.codelists.characteristics import Kind
from abs_contracts.kit.examples import PAYLOADS
from abs_contracts.messages.incident import CharacteristicSet, IncidentClassified
from abs_contracts.messages.values import Discipline

DATA = Path(__file__).parents[3] / "shared" / "data"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def source(name: str) -> list[dict[str, str]]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} lies beside the checkout only (../shared/data): not compared")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_list_has_a_name_a_version_and_a_source() -> None:
    for name, each in codelists.LISTS.items():
        assert name == each.name == each._file.list
        assert re.fullmatch(r"[0-9]+\.[0-9]+", each.version)
        assert each.source
        assert len(each) == len(list(each)) > 0


def test_importing_reads_no_list() -> None:
    program = (
        "from abs_contracts import codelists as c;"
        "assert not any(set(vars(l)) & {'_file', '_by_key'} for l in c.LISTS.values());"
        "c.ROOMS.get('dh'); assert '_by_key' in vars(c.ROOMS)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_table_has_341_rows_each_under_its_own_parent() -> None:
    assert len(codelists.LMC) == 341
    levels = Counter((row.mc2 is not None) + (row.mc3 is not None) for row in codelists.LMC)
    assert levels == {0: 10, 1: 65, 2: 266}
    for row in codelists.LMC:
        assert codelists.LMC.has(row.mc1)
        assert row.mc3 is None or codelists.LMC.has(row.mc1, row.mc2)
        assert (row.prio is None) == (row.mc2 is None)


def test_a_row_is_found_by_its_three_levels_and_not_by_its_code() -> None:
    assert codelists.LMC.has("Brand", "Gebouw", "05 Agrarisch")
    assert not codelists.LMC.has("Brand", "Container")
    assert not codelists.LMC.has("Brand", None, "05 Agrarisch")
    assert codelists.LMC.get("brgb05") is None
    assert [row.mc3 for row in codelists.LMC.coded("brgb05")] == ["05 Agrarisch", "05 Industrie"]


def test_the_table_is_the_source_row_by_row() -> None:
    rows = [
        tuple(row[name] for name in ("mc1", "mc2", "mc3", "code", "prio"))
        for row in source("lmc.tsv")
    ]
    ours = [
        (row.mc1, row.mc2 or "", row.mc3 or "", row.code, str(row.prio or ""))
        for row in codelists.LMC
    ]
    assert sorted(ours) == sorted(rows)


def test_there_are_301_characteristics() -> None:
    assert len(codelists.CHARACTERISTICS) == 301
    for each in codelists.CHARACTERISTICS:
        listed = each.kind in (Kind.ONE, Kind.MANY, Kind.YES_NO)
        assert bool(each.values) == (listed and not each.open), each.name
        assert each.term is None or not listed


def test_the_characteristics_are_the_source_row_by_row() -> None:
    kinds = {
        "Meervoudige opsom": Kind.MANY,
        "Enkelvoudige opsom": Kind.ONE,
        "Ja/Nee": Kind.YES_NO,
        "Getal": Kind.NUMBER,
        "Vrije tekst": Kind.TEXT,
    }
    rows = {
        (row["naam"], kinds[row["type"]], row["waarde"], row["code"], row["parser"])
        for row in source("karakteristieken.tsv")
        if not row["waarde"].startswith("<")
    }
    ours = {
        (each.name, each.kind, value, each.code or "", term)
        for each in codelists.CHARACTERISTICS
        for value, term in [(v.value, v.term) for v in each.values] or [("", each.term or "")]
        if not each.open
    }
    assert ours == rows


def test_medical_and_police_characteristics_belong_to_one_discipline() -> None:
    owned = Counter(each.owner for each in codelists.CHARACTERISTICS)
    assert owned == {None: 283, Discipline.AMBULANCE: 9, Discipline.POLICE: 9}
    for name, owner in (
        ("Ademhaling", Discipline.AMBULANCE),
        ("Gesignaleerd", Discipline.POLICE),
        ("Soort wapen", None),  # a hazard to every responder
        ("Gevaar hulpverleners", None),
    ):
        each = codelists.CHARACTERISTICS.get(name)
        assert each is not None
        assert each.owner == owner


@pytest.mark.parametrize(
    ("name", "values", "fine"),
    [
        ("GRIP", ["1"], True),
        ("GRIP", ["6"], False),
        ("GRIP", ["1", "2"], False),
        ("Onderdeel gebouw", ["Dak", "Balkon"], True),
        ("Onderdeel gebouw", ["Dak", "Anker"], False),
        ("Explosie", ["Ja"], True),
        ("Explosie", ["ja"], False),
        ("Aantal gewonden", ["12"], True),
        ("Aantal gewonden", ["twaalf"], False),
        ("Aantal gewonden", ["²"], False),
        ("UN nummer", ["1203"], True),
        ("Meldcode", ["whatever a region fills in"], True),
        ("Explosie", [], False),
    ],
)
def test_values_fit_the_kind_of_their_characteristic(
    name: str, values: list[str], fine: bool
) -> None:
    each = codelists.CHARACTERISTICS.get(name)
    assert each is not None
    assert (each.problem(values) is None) == fine


def test_a_priority_means_something_for_its_discipline_only() -> None:
    assert codelists.PRIORITIES.has("ambulance", "A1")
    assert codelists.PRIORITIES.has(Discipline.FIRE, "1")
    assert not codelists.PRIORITIES.has("fire", "A1")
    assert not codelists.PRIORITIES.has("ambulance", "1")
    assert not codelists.PRIORITIES.has("partner", "1")
    assert [each.code for each in codelists.PRIORITIES.of("ambulance")] == [
        "A0",
        "A1",
        "A2",
        "B1",
        "B2",
    ]


def test_speech_requests_never_change_availability() -> None:
    for discipline in ("police", "fire", "ambulance", "kmar"):
        for code in ("spraak", "spraak-urgent"):
            status = codelists.STATUSES.get(discipline, code)
            assert status is not None
            assert status.free == "unchanged"


@pytest.mark.parametrize(
    ("discipline", "free"),
    [
        ("fire", {"bs", "kz"}),
        ("police", {"vr"}),
        ("kmar", {"vr"}),
        ("ambulance", {"vr", "op"}),
    ],
)
def test_only_these_statuses_free_a_unit(discipline: str, free: set[str]) -> None:
    assert {s.code for s in codelists.STATUSES.of(discipline) if s.free == "yes"} == free


def test_a_radio_key_sends_one_status() -> None:
    for discipline in Discipline:
        keys = [s.key for s in codelists.STATUSES.of(discipline) if s.key is not None]
        assert len(keys) == len(set(keys))
    assert {s.key: s.code for s in codelists.STATUSES.of("fire")}["2"] == "tp"


def test_scales_and_levels_are_slugs_for_values_of_their_characteristic() -> None:
    for scale in codelists.ESCALATION:
        each = codelists.CHARACTERISTICS.get(scale.text)
        assert each is not None
        assert [level.text for level in scale.levels] == [value.value for value in each.values]
        for code in (scale.code, *(level.code for level in scale.levels)):
            assert SLUG.fullmatch(code)
        assert len({level.code for level in scale.levels}) == len(scale.levels)


def test_grip_has_its_17_values() -> None:
    grip = codelists.ESCALATION.get("grip")
    assert grip is not None
    assert len(grip.levels) == 17
    assert codelists.ESCALATION.has("grip", "2-stil-zonder-copi")
    assert not codelists.ESCALATION.has("grip", "1-zonder-copi")
    assert not codelists.ESCALATION.has("ops-br", "1")
    assert codelists.ESCALATION.has("ops-ambu", "code-50")


def test_every_office_and_every_variant_of_grip_has_its_rank() -> None:
    grip = codelists.ESCALATION.get("grip")
    assert grip is not None
    assert {
        level.code: level.rank for level in grip.levels if level.rank != int(level.text[0])
    } == {}
    assert {level.copi for level in grip.levels if "zonder" in level.code} == {False}
    assert all(level.copi for level in grip.levels if "zonder" not in level.code)
    assert {d.up_to for d in grip.deciders} == {2, 3, 5}


def test_the_clocks_are_those_of_the_law() -> None:
    """Facts 1.11: 2, 5, 30, 40, 45, 60 and 90 minutes."""
    assert sorted({clock.minutes for clock in codelists.CLOCKS}) == [2, 5, 30, 40, 45, 60, 90]
    copi, level = codelists.CLOCKS.get("copi"), codelists.ESCALATION.level
    assert copi is not None
    assert copi.applies(level("grip", "1"))
    assert not copi.applies(level("grip", "2-zonder-copi"))
    assert not copi.applies(level("grip", "0"))
    assert not copi.applies(None)


def test_a_line_is_found_by_the_longest_term_it_begins_with() -> None:
    termed = codelists.CHARACTERISTICS.termed
    found = {
        line: termed(line) for line in ("-grip 2 zonder copi", "-aantal gewonden 3", "-grip 9")
    }
    named = {line: each and (each[0].name, each[1]) for line, each in found.items()}
    assert named == {
        "-grip 2 zonder copi": ("GRIP", "2 zonder CoPI"),
        "-aantal gewonden 3": ("Aantal gewonden", "3"),
        "-grip 9": None,
    }


def test_ten_rooms_serve_25_regions_once() -> None:
    assert len(codelists.ROOMS) == 10
    numbers = [region.number for room in codelists.ROOMS for region in room.regions]
    assert sorted(numbers) == list(range(1, 26))
    room = codelists.ROOMS.of_region(15)
    assert room is not None
    assert (room.id, room.code, room.place) == ("dh", "DH", "Den Haag")
    assert codelists.ROOMS.get("DH") is None


def test_the_regions_are_the_ones_of_the_law() -> None:
    law = {row["regio"] for row in source("veiligheidsregio_gemeenten_2017.tsv")}
    assert {region.name for room in codelists.ROOMS for region in room.regions} == law


def test_the_examples_use_codes_that_exist() -> None:
    for payload in PAYLOADS:
        if isinstance(payload, IncidentClassified):
            row = payload.classification
            assert row.table == codelists.LMC.version
            assert codelists.LMC.has(row.mc1, row.mc2, row.mc3)
        if isinstance(payload, CharacteristicSet):
            each = codelists.CHARACTERISTICS.get(payload.name)
            assert each is not None
            assert each.problem(payload.values) is None
