"""The tables of authorisations and grounds, the fleet, and files of a deployment's own."""

from pathlib import Path

import pytest
from abs_contracts.refusal import Refused
from abs_police import plugin
from abs_police.authority import Authority, load_authority
from abs_police.fleet import load_fleet
from abs_police.messages.records import Data

from abs_core.sdk import Settings

AUTHORITY = load_authority({})
GIVEN = [  # article, party, whether it may go
    ("15", "kmar", True),
    ("15", "fire", False),
    ("16", "mayor", True),
    ("16", "ambulance", False),
    ("18", "fire", False),
    ("19", "fire", True),
    ("19", "ambulance", True),
    ("19", "kmar", True),
    ("19", "mayor", False),
    ("19", "nobody-knows", False),
    ("20", "rws", True),
    ("20", "fire", False),
]


@pytest.mark.parametrize(("article", "party", "allowed"), GIVEN)
def test_a_ground_fits_a_recipient_or_not(article: str, party: str, allowed: bool) -> None:
    def ask() -> str:
        return AUTHORITY.ground(article, [party], {Data.WARNING}, "decision").article

    if allowed:
        assert ask() == article
    else:
        with pytest.raises(Refused, match=r"^POLICE-011"):
            ask()


def test_who_may_release_may_read_what_it_releases_and_the_ground_exists() -> None:
    for has in AUTHORITY.by_role.values():
        assert set(has.release) <= set(AUTHORITY.grounds)
        assert bool(has.release) <= bool(has.read)


def test_nobody_but_the_officer_of_the_operations_centre_reads_tactics() -> None:
    readers = {role for role, has in AUTHORITY.by_role.items() if Data.TACTICS in has.read}
    assert readers == {"OVD-OC"}


def test_the_demonstration_fleet_says_so_and_has_call_signs_of_its_room() -> None:
    fleet = load_fleet("dh", {})
    units = fleet.units()
    assert fleet.demonstration
    assert len(units) == sum(len(team.units) for team in fleet.teams)
    assert units["police-DH-41-01"].call_sign == "DH 41.01"
    assert all(unit.call_sign.startswith("DH ") for unit in units.values())


def test_police_004_a_room_without_a_fleet() -> None:
    with pytest.raises(Refused, match=r"^POLICE-004: .*options\.fleet"):
        load_fleet("rt", {})


TABLES = {
    "fleet": 'code = "RT"\n[[teams]]\nname = "A"\nnumber = "11"\nplace = "A"\n'
    'units = { "01" = "NH" }\n',
    "proposals": 'verified = true\nclasses = []\n[priorities]\n"1" = { NH = 1 }\n',
    "authorisations": '[[authorisations]]\nid = "a"\nrole = "r"\nbasis = ["8"]\nread = ["anpr"]\n',
    "grounds": '[recipients]\nzoo = ["partner"]\n[[grounds]]\narticle = "19"\ntitle = "t"\n'
    'recipients = ["partner"]\ndata = ["plate"]\n',
}


def block_with(options: dict[str, str]) -> object:
    return plugin.abs_block(Settings(room="dh", party="police", options=options))


def test_a_deployment_brings_its_own_files(tmp_path: Path) -> None:
    options = {name: str(tmp_path / name) for name in TABLES}
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text)
    assert block_with(options)
    assert list(load_fleet("rt", options).units()) == ["police-RT-11-01"]
    own: Authority = load_authority(options)
    assert list(own.by_role) == ["r"]
    assert own.ground("19", ["zoo"], {Data.PLATE}, None)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("text", ["code =", "unknown = 1", "\x00", None])
def test_police_005_a_file_that_cannot_be_used(tmp_path: Path, name: str, text: str | None) -> None:
    file = tmp_path / "file.toml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(Refused, match=rf"^POLICE-005: .*options\.{name}"):
        block_with({name: str(file)})
