"""Sites and the proposal, row by row and as properties."""

from collections import Counter
from pathlib import Path

import msgspec
import pytest
from abs_contracts.codelists import LMC, STATUSES
from abs_contracts.messages.values import Classification, Location, Point
from abs_contracts.refusal import Refused
from abs_kmar import plugin
from abs_kmar.authority import load_authority
from abs_kmar.files import table
from abs_kmar.incidents import Incident
from abs_kmar.messages.desk import ProposalMade
from abs_kmar.messages.radio import Status
from abs_kmar.messages.records import Data
from abs_kmar.proposal import Table, propose
from abs_kmar.sites import SiteKind, load_sites
from abs_kmar.state import FREE, SPEAKS, Unit
from hypothesis import given
from hypothesis import strategies as st

from abs_core.sdk import Settings

TABLE = table("proposals", Table, {}, "proposals.toml")
SITES = load_sites({})
UNITS = [
    Unit(id=id_, call_sign=unit.call_sign, kind=unit.kind, post=unit.station)
    for id_, unit in SITES.units().items()
]
AIR = ("Veiligheid en openbare orde", "Beveiliging luchtvaart")
LAWS = ("Veiligheid en openbare orde", "Bijzondere Wetten")
ROTTERDAM = Point(lat=51.92, lon=4.48)
ON_THE_AIRPORT = Point(lat=51.957, lon=4.437)
AT_SEA = Point(lat=52.5, lon=3.5)

ROWS = [  # class, place -> site, wanted
    (AIR, Location(municipality="Rotterdam"), "Rotterdam The Hague Airport", "SURV:1"),
    (AIR, Location(municipality="Haarlemmermeer"), "Schiphol", "SURV:1"),
    (AIR, Location(municipality="Delft", point=ROTTERDAM), "Rotterdam The Hague Airport", "SURV:1"),
    (AIR, Location(municipality="Delft"), None, "SURV:1"),
    ((*AIR, "Onbeheerde bagage"), Location(municipality="Haarlemmermeer", place="Schiphol"),
     "Schiphol", "SURV:2 HOND:1"),
    ((*LAWS, "MTV Controle"), Location(municipality="Breda"), "Hazeldonk", "SURV:2"),
    ((*LAWS, "MTV Controle"), Location(municipality="Rotterdam"), "Hoek van Holland", "SURV:2"),
    ((*LAWS, "Vreemdelingenzaak"), Location(municipality="Breda"), "Hazeldonk", "SURV:1"),
    ((*LAWS, "Militaire Zaken"), Location(municipality="Den Helder"), "Den Helder", "SURV:1"),
    ((*LAWS, "Militaire Zaken"), Location(municipality="Den Helder", point=ON_THE_AIRPORT),
     "Rotterdam The Hague Airport", "SURV:1"),
    (("Dienstverlening", "KMAR", "Begeleiden"), Location(municipality="Delft"), None, "SURV:1"),
    (("Brand",), Location(municipality="Rotterdam", point=ON_THE_AIRPORT),
     "Rotterdam The Hague Airport", "SURV:1"),
    (("Brand",), Location(municipality="Rotterdam", point=ROTTERDAM), None, ""),
    (("Brand",), Location(municipality="Haarlemmermeer", place="Schiphol"), "Schiphol", "SURV:1"),
    (("Brand",), Location(municipality="Rotterdam"), None, ""),
    (("Brand",), None, None, ""),
]  # fmt: skip


def made_for(path: tuple[str, ...], place: Location | None, units: list[Unit]) -> ProposalMade:
    mc1, mc2, mc3 = (*path, None, None)[:3]
    c = Classification(table="1.0", mc1=str(mc1), mc2=mc2, mc3=mc3)
    incident = Incident(id="i-1", lead="kmar", classification=c, location=place)
    return propose(TABLE, SITES, incident, units)


@pytest.mark.parametrize(("path", "place", "site", "wanted"), ROWS)
def test_a_class_at_a_place_has_a_site_and_wants_what_its_row_says(
    path: tuple[str, ...], place: Location | None, site: str | None, wanted: str
) -> None:
    made = made_for(path, place, UNITS)
    assert made.site == site
    assert " ".join(f"{need.kind}:{need.count}" for need in made.wanted) == wanted
    assert bool(wanted) is ("choose units yourself" not in made.why)


@given(
    st.sampled_from([row.path for row in TABLE.classes]),
    st.sampled_from([ON_THE_AIRPORT, AT_SEA, ROTTERDAM, None]),
    st.lists(st.sampled_from(UNITS), unique_by=lambda unit: unit.id),
    st.randoms(use_true_random=False),
)
def test_units_of_the_sites_own_post_go_first_whatever_the_order(
    path: tuple[str, ...], point: Point | None, units: list[Unit], shuffler: object
) -> None:
    place = Location(municipality="Rotterdam", point=point)
    made = made_for(path, place, units)
    by_kind = Counter(unit.kind for unit in made.units)
    wanted = Counter({need.kind: need.count for need in made.wanted})
    assert wanted - by_kind == Counter({need.kind: need.count for need in made.short})
    chosen = {unit.unit for unit in made.units}
    assert len(chosen) == len(made.units)
    for unit in made.units:
        if unit.post != made.site:
            own = {u.id for u in units if u.kind == unit.kind and u.post == made.site}
            assert own <= chosen
    shuffled = list(units)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert made_for(path, place, shuffled) == made


def test_after_its_own_post_the_nearest_goes() -> None:
    far = [unit for unit in UNITS if unit.post in ("Schiphol", "Den Helder", "Hoek van Holland")]
    made = made_for(AIR, Location(municipality="Rotterdam"), far)
    assert made.units[0].post == "Hoek van Holland"


def test_a_unit_that_is_away_from_its_post_is_where_it_last_said_it_was() -> None:
    away, *others = [unit for unit in UNITS if unit.post == "Schiphol" and unit.kind == "SURV"]
    near = [msgspec.structs.replace(away, point=AT_SEA), others[0]]
    made = made_for(AIR, Location(municipality="Haarlemmermeer"), near)
    assert [unit.unit for unit in made.units] == [others[0].id]


def test_what_is_assigned_is_not_wanted_again() -> None:
    c = Classification(table="1.0", mc1=AIR[0], mc2=AIR[1], mc3="Onbeheerde bagage")
    incident = Incident(id="i-1", lead="kmar", classification=c, units={"a": "SURV"})
    made = propose(TABLE, SITES, incident, UNITS)
    assert {need.kind: need.count for need in made.wanted} == {"SURV": 1, "HOND": 1}
    assert "1 assigned already" in made.why


def test_every_class_status_and_kind_exists_in_the_lists_and_every_kind_of_site_has_one() -> None:
    assert [row.path for row in TABLE.classes if not LMC.has(*row.path)] == []
    assert set(TABLE.sites) == set(SiteKind) == {site.kind for site in SITES.sites}
    wanted = {kind for row in TABLE.classes for kind in row.wanted}
    assert wanted <= {unit.kind for unit in UNITS}
    statuses = {each.code: each.free for each in STATUSES.of("kmar")}
    assert set(statuses) == {str(status) for status in Status}
    assert {s for s, free in statuses.items() if free == "yes"} == set(FREE)
    assert {s for s, free in statuses.items() if free == "unchanged"} == set(SPEAKS)


def test_the_demonstration_sites_say_so_and_name_their_units() -> None:
    units = SITES.units()
    assert SITES.demonstration
    assert len(units) == sum(len(site.units) for site in SITES.sites)
    assert units["kmar-RA-01"].call_sign == "KM RA.01"


@pytest.mark.parametrize(
    ("article", "party", "allowed"),
    [
        ("15", "police", True),
        ("15", "fire", False),
        ("16", "mayor", True),
        ("18", "customs", True),
        ("18", "fire", False),
        ("19", "ambulance", True),
        ("19", "customs", False),
        ("20", "airport", True),
        ("20", "police", False),
    ],
)
def test_a_ground_fits_a_recipient_or_not(article: str, party: str, allowed: bool) -> None:
    authority = load_authority({})
    if allowed:
        assert authority.ground(article, [party], {Data.SUSPECT}, "decision").article == article
    else:
        with pytest.raises(Refused, match=r"^KMAR-010"):
            authority.ground(article, [party], {Data.SUSPECT}, "decision")


@pytest.mark.parametrize("name", ["sites", "proposals", "bag", "authorisations", "grounds"])
@pytest.mark.parametrize("text", ["code =", "unknown = 1", "\x00", None])
def test_kmar_005_a_file_that_cannot_be_used(tmp_path: Path, name: str, text: str | None) -> None:
    file = tmp_path / "file.toml"
    if text is not None:
        file.write_text(text)
    settings = Settings(room="dh", party="kmar", options={name: str(file)})
    with pytest.raises(Refused, match=rf"^KMAR-005: .*options\.{name}"):
        plugin.abs_block(settings)
