"""Pages of every form, as rows: all places in them are invented."""

import pytest
from abs_contracts import codelists
from abs_contracts.messages.values import Discipline
from hypothesis import given, settings
from hypothesis import strategies as st

from abs_core.pager.grammar import read
from abs_core.pager.lexicon import form_of
from abs_core.pager.page import Kind, Level

FIRE, CARE, POLICE = Discipline.FIRE, Discipline.AMBULANCE, Discipline.POLICE

INCIDENTS = [
    # text, discipline, priority, talkgroup, class, street, place, units
    (
        "P 1 BDH-02 Gebouwbrand Proeflaan SGRAVH 157850 159591",
        (FIRE, "1", "BDH-02", "Brand/Gebouw", "Proeflaan", "SGRAVH", ("157850", "159591")),
    ),
    (
        "P 2 Containerbrand (INCI-04) (Afval) Proefkade Rotterdam 170631",
        (FIRE, "2", "INCI-04", "Brand/Buiten/Container", "Proefkade", "Rotterdam", ("170631",)),
    ),
    (
        "P 2 BAD-03 BR container , Proefweg Amsterdam 13ASY",
        (FIRE, "2", "BAD-03", "Brand/Buiten/Container", "Proefweg", "Amsterdam", ("13ASY",)),
    ),
    (
        "P 1 BNN-02 OMS handmelder Voorbeeldhuis Proefdreef Groningen 01-27-001",
        (
            FIRE,
            "1",
            "BNN-02",
            "Alarm/Autom. brand/Handmelder OMS",
            "Proefdreef",
            "Groningen",
            ("01-27-001",),
        ),
    ),
    (
        "Ongeval/Wegvervoer/Letsel prio 1 Assen Proefweg-Zuid",
        (FIRE, "1", "", "Ongeval/Wegvervoer/Letsel", "Proefweg-Zuid", "Assen", ()),
    ),
    (
        "1 Ongeval wegvervoer letsel A99 Re 97,9 Den Bommel ICnum 900000",
        (POLICE, "1", "", "Ongeval/Wegvervoer/Letsel", "", "Den Bommel", ()),
    ),
    (
        "A1 (DIA: ja) AMBU 17143 2e Proefstraat 9999AB Rotterdam ROTTDM bon 12",
        (CARE, "A1", "", "", "2e Proefstraat", "ROTTDM", ("17143",)),
    ),
    (
        "A1 13161 Proefveld 9999 Amsterdam 12345",
        (CARE, "A1", "", "", "Proefveld", "Amsterdam", ("13161",)),
    ),
    ("B2 Tilburg rit: 12345", (CARE, "B2", "", "", "", "Tilburg", ())),
    ("12148 Rit 12345 Proefmarkt Haarlem", (CARE, "", "", "", "Proefmarkt", "Haarlem", ("12148",))),
    ("Proeflaan SGRAVH : 15123", (CARE, "", "", "", "Proeflaan", "SGRAVH", ("15123",))),
    (
        "PRIO 1 Gebouwbrand : Proefschool : Proefstraat 9999AA KAMPEN 1430 1432",
        (FIRE, "1", "", "Brand/Gebouw", "Proefstraat", "KAMPEN", ("1430", "1432")),
    ),
    (
        "P 1 12345 Letsel Proeflaan Terneuzen",
        (FIRE, "1", "", "Ongeval", "Proeflaan", "Terneuzen", ()),
    ),
    (
        "Prio 4 Proefpad DENHZH Defect straatmeubilair",
        (FIRE, "4", "", "Verkeer/Wegverkeer/Defect straatmeubilair", "Proefpad", "DENHZH", ()),
    ),
    (
        "gaarne contact mkb! Gebouwbrand woning (INCI-02) (middelbrand) Proefdijk Brielle 179981",
        (
            FIRE,
            "",
            "INCI-02",
            "Brand/Gebouw/01 Woning/Woongebouw",
            "Proefdijk",
            "Brielle",
            ("179981",),
        ),
    ),
    (
        "174931 p2 Brand/Buiten/Container Proefsingel contact dcu60 BRT-KNET-475 (snelkeuze 475)",
        (FIRE, "2", "", "Brand/Buiten/Container", "Proefsingel", "", ("174931",)),
    ),
]


@pytest.mark.parametrize(("text", "says"), INCIDENTS, ids=[row[0][:40] for row in INCIDENTS])
def test_a_dispatch_says_what_where_and_who(text: str, says: tuple[object, ...]) -> None:
    page = read(text)
    assert page.kind is Kind.INCIDENT
    assert (
        page.discipline,
        page.priority,
        page.talkgroup,
        "/".join(page.lmc),
        page.place.street,
        page.place.place,
        page.units,
    ) == says


KINDS = [
    ("Oefening!! P 1 BDH-467 Gebouwbrand Proeflaan WASSNR 159670", Kind.EXERCISE),
    ("Oefening BRT-OTO-310 BR gebouw Proefkolk Dirksland 174331", Kind.EXERCISE),
    ("Wekelijks proefalarm Veiligheidsregio Voorbeeld", Kind.TEST),
    ("TESTOPROEP MOB", Kind.TEST),
    ("test test test", Kind.TEST),
    ("U bent nu actief in de functie Piket_Voorbeeld.", Kind.FUNCTION),
    ("U bent niet la", Kind.FUNCTION),
    ("P 2 Herbez./Kazern. (INCI-02) Kazerne Proef Schiedam SK04", Kind.STAFFING),
    ("Graag posten Brugwachter.", Kind.STAFFING),
    ("Ambu 07123 VWS Arnhem Rit 12345", Kind.STAFFING),
    ("Graag contact meldkamer brandweer.", Kind.CONTACT),
    ("B1 graag contact opnemen met CaCo", Kind.CONTACT),
    ("VERVALLEN!! Liftopsluiting Proefplein Ridderkerk", Kind.CANCELLATION),
    ("P 1 (Intrekken Alarm Brw) BR woning Proefstede Scheemda 01-29-048", Kind.CANCELLATION),
    ("TS 171131 is weer inzetbaar herbezetting mag retour", Kind.STAND_DOWN),
    ("Einde VWS", Kind.STAND_DOWN),
    ("Passage Ambulance Proefbrug Leiden", Kind.SERVICE),
    ("##SETTIME 06:04:00 29-12-2019##", Kind.SERVICE),
    ("Pro%falarm Avond Brantweer Veiligheidsrdgio Voorbeeld", Kind.TEST),
]


@pytest.mark.parametrize(("text", "kind"), KINDS, ids=[row[0][:40] for row in KINDS])
def test_the_words_say_what_sort_of_message_it_is(text: str, kind: Kind) -> None:
    assert read(text).kind is kind


UNKNOWN = [
    ("p2", "nothing but a priority or signs", 2),
    (".", "nothing but a priority or signs", 0),
    ("Veel plezier morgen", "words that could be a place, but no class, priority or unit", 0),
    ("P 1 even iets anders vandaag", "a priority, but neither a class nor a place", 3),
]


@pytest.mark.parametrize(("text", "reason", "where"), UNKNOWN)
def test_what_is_not_understood_says_why_and_from_where(text: str, reason: str, where: int) -> None:
    page = read(text)
    assert (page.kind, page.reason, page.where) == (Kind.UNKNOWN, reason, where)


LEVELS = [
    ("(Ops Br: zeer groot)", [Level(scale="ops-br", level="zeer-groot")]),
    ("(middelbrand)", [Level(scale="ops-br", level="middel")]),
    ("(zeer grote brand)", [Level(scale="ops-br", level="zeer-groot")]),
    ("(Middel BR)", [Level(scale="ops-br", level="middel")]),
    ("(Zeer gr. BR)", [Level(scale="ops-br", level="zeer-groot")]),
    ("(Kleine IBGS)", [Level(scale="ops-ibgs", level="klein")]),
    ("(Middel HV)", [Level(scale="ops-hv", level="middel")]),
    ("(Ops HV: nee)", []),
]


@pytest.mark.parametrize(("mark", "levels"), LEVELS)
def test_levels_are_read_in_all_their_spellings(mark: str, levels: list[Level]) -> None:
    page = read(f"P 1 BDH-01 Gebouwbrand {mark} Proefweg DELFT 155530")
    assert list(page.levels) == levels


def test_levels_of_ambulance_care_are_read_on_its_own_pages_only() -> None:
    code = [Level(scale="ops-ambu", level="code-10")]
    assert list(read("A1 Proefweg DELFT : (code 10)").levels) == code
    assert list(read("P 1 BDH-01 Gebouwbrand (code 10) Proefweg DELFT 155530").levels) == []


def test_grip_goes_up_and_back() -> None:
    up = read("P 1 BDH-17 Gebouwbrand (GRIP: 2) Proefweg DELFT")
    down = read("Terug naar GRIP 1 Gebouwbrand (GRIP: 1) Proefweg DELFT")
    assert (up.grip, up.down) == ("2", False)
    assert (down.grip, down.down, down.kind) == ("1", True, Kind.INCIDENT)


def test_a_damaged_class_is_mended_and_says_so() -> None:
    page = read("P 2 BDH-01 Buitenbr`nd cont!iner Proefweg DELFT 155530")
    assert ("/".join(page.lmc), page.damaged) == ("Brand/Buiten/Container", True)


def test_hidden_call_signs_are_counted_and_not_made_up() -> None:
    page = read("P 1 Gebouwbrand (INCI-02) Proefplein Schiedam 170XXX-XXXXXX 179233")
    assert (page.units, page.masked) == (("179233",), 1)


@pytest.mark.parametrize("path", [(r.mc1, r.mc2, r.mc3) for r in codelists.LMC], ids=str)
def test_every_class_of_the_national_table_is_read_from_its_form(
    path: tuple[str, str | None, str | None],
) -> None:
    whole = tuple(part for part in path if part)
    page = read(f"P 1 BDH-02 {form_of(whole)} Proefplein DELFT 155530")
    assert page.lmc[0] == whole[0]
    assert codelists.LMC.has(*page.lmc)


@settings(deadline=None)  # a machine that is busy is not a defect
@given(st.text(max_size=300))
def test_whatever_comes_in_is_read(text: str) -> None:
    page = read(text)
    assert (page.kind is Kind.UNKNOWN) == bool(page.reason)
    assert 0 <= page.where <= len(text)


@settings(deadline=None)  # a machine that is busy is not a defect
@given(st.integers(0, 59), st.characters(min_codepoint=33, max_codepoint=126))
def test_one_bit_error_anywhere_still_leaves_a_dispatch(at: int, sign: str) -> None:
    text = "P 2 BDH-03 Buitenbrand container Voorbeeldlaan DELFT 155530"
    damaged = text[:at] + sign + text[at + 1 :]
    assert read(damaged).kind is not Kind.UNKNOWN
