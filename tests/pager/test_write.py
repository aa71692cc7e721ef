"""What is written is read back as the same, for every class, place and unit."""

import pytest
from abs_contracts import codelists
from abs_contracts.messages.values import Classification, Discipline, Location
from abs_contracts.refusal import Refused
from hypothesis import given, settings
from hypothesis import strategies as st

from abs_core.pager.grammar import read
from abs_core.pager.lexicon import place_name
from abs_core.pager.write import assignment, write

STEMS = ("Proef", "Voorbeeld", "Linden", "Molen", "Kerk", "Dorps", "Beatrix", "Nieuwe Proef")
ENDS = ("straat", "laan", "weg", "kade", "plein", "singel", "dijk", "gracht")
PLACES = (
    "Delft",
    "Rotterdam",
    "Capelle aan den IJssel",
    "Groningen",
    "'s-Gravenhage",
    "Hoek van Holland",
)
TESTS = {"Testmelding"}  # a page that begins with these words is a test, wherever it says it is

streets = st.builds(str.__add__, st.sampled_from(STEMS), st.sampled_from(ENDS))
rows = st.sampled_from([row for row in codelists.LMC if row.mc3 not in TESTS])
units = st.lists(
    st.builds(
        "{:02}-{:02}{}{}".format,
        st.integers(1, 25),
        st.integers(0, 99),
        st.integers(1, 9),
        st.integers(0, 9),
    ),
    max_size=6,
    unique=True,
)
levels = st.fixed_dictionaries(
    {},
    optional={
        "grip": st.sampled_from("12345"),
        "ops-br": st.sampled_from(("klein", "middel", "groot", "zeer-groot")),
        "ops-hv": st.sampled_from(("middel", "groot")),
    },
)
groups = st.sampled_from(("", "BDH-02", "BRT-17", "BNN-05", "INCI-03"))


@settings(deadline=None)  # a machine that is busy is not a defect
@given(rows, streets, st.sampled_from(PLACES), units, levels, groups, st.sampled_from("12345"))
def test_an_assignment_is_read_back_as_it_was_written(
    row: codelists.Class,
    street: str,
    place: str,
    signs: list[str],
    standing: dict[str, str],
    group: str,
    priority: str,
) -> None:
    page = assignment(
        Classification(table="1.0", mc1=row.mc1, mc2=row.mc2, mc3=row.mc3),
        Location(municipality=place, street=street, place=place),
        signs,
        priority=priority,
        talkgroup=group,
        levels=standing,
    )
    assert read(write(page)) == page


@settings(deadline=None)  # a machine that is busy is not a defect
@given(
    streets,
    st.sampled_from(PLACES),
    st.integers(1000, 999_999),
    st.sampled_from(("A0", "A1", "A2", "B1")),
)
def test_so_is_an_ambulance_s(street: str, place: str, ride: int, priority: str) -> None:
    page = assignment(
        Classification(table="1.0", mc1="Gezondheid"),
        Location(municipality=place, street=street, place=place),
        ["17143"],
        priority=priority,
        discipline=Discipline.AMBULANCE,
        ride=str(ride),
    )
    assert read(write(page)) == page


def test_the_text_is_the_form_that_pagers_have() -> None:
    page = assignment(
        Classification(table="1.0", mc1="Brand", mc2="Gebouw", mc3="06 Kantoor"),
        Location(municipality="Delft", street="Proefweg", place="Delft"),
        ["15-5530"],
        priority="1",
        talkgroup="BDH-17",
        levels={"grip": "1", "ops-br": "zeer-groot"},
    )
    expected = "P 1 BDH-17 Gebouwbrand kantoor (GRIP: 1) (Ops Br: zeer groot) Proefweg Delft 155530"
    assert write(page) == expected
    assert place_name("DELFT") == "Delft"


CANNOT = [
    Location(municipality="Delft", street="Proefweg 155530 vervallen", place="Delft"),
    Location(municipality="Delft", street="Proefweg", access="x" * 240, place="Delft"),
]


@pytest.mark.parametrize("location", CANNOT)
def test_what_would_be_read_otherwise_is_not_written(location: Location) -> None:
    brand = Classification(table="1.0", mc1="Brand")
    with pytest.raises(Refused) as no:
        write(assignment(brand, location, ["15-5530"], priority="1"))
    assert no.value.refusal.rule == "PAGER-008"
