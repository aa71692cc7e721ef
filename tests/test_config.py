"""Configuration: what is wrong in it is named with its place, and nothing is guessed."""

from pathlib import Path

import pytest
from abs_contracts.refusal import Refusal, Refused

from abs_core import config


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refusal(text: str | bytes, **given: object) -> Refusal:
    file = Path("room.toml")
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Refused) as refused:
        config.read(file, **given)
    return refused.value.refusal


def test_without_a_file_the_defaults_hold() -> None:
    read = config.read()
    assert (read.room, read.port, read.cores) == ("dh", 0, 1)
    assert read.parties["fire"].block == "fire"


def test_arguments_come_before_environment_before_file(monkeypatch: pytest.MonkeyPatch) -> None:
    file = Path("room.toml")
    file.write_text('room = "rtd"\ncores = 2\nport = 1\n')
    monkeypatch.setenv("ABS_PORT", "2")
    monkeypatch.setenv("ABS_CORES", "3")
    read = config.read(file, port=4, room=None)
    assert (read.port, read.cores, read.room) == (4, 3, "rtd")


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("colour = 1", "room.toml: /colour", "Extra inputs are not permitted"),
        ('port = "a"', "room.toml: /port", "valid integer"),
        ("port = 70000", "room.toml: /port", "less than or equal to 65535"),
        ("cores = 0", "room.toml: /cores", "greater than or equal to 1"),
        ('room = "Den Haag"', "room.toml: /room", "should match pattern"),
        ("parties = 3", "room.toml: /parties", "valid dictionary"),
        (
            '[parties.fire]\ndiscipline = "fires"\nname = "x"',
            "room.toml: /parties/fire/discipline",
            "Input should be 'police'",
        ),
        ('[parties.fire]\ndiscipline = "fire"', "room.toml: /parties/fire/name", "required"),
        (
            '[parties.fire]\ndiscipline = "fire"\nname = "x"\nblok = "fire"',
            "room.toml: /parties/fire/blok",
            "Extra inputs",
        ),
        ('[parties.Fire]\ndiscipline = "fire"\nname = "x"', "room.toml: /parties/Fire", "pattern"),
        ("room = ", "room.toml", "is not TOML"),
        (b"room = '\xff'", "room.toml", "is not TOML"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_its_pointer(
    text: str | bytes, where: str, what: str
) -> None:
    no = refusal(text)
    assert (no.rule, no.where) == ("CONFIG-001", where)
    assert what in no.what
    assert no.fix


def test_a_wrong_variable_is_named_and_not_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABS_PORT", "many")
    assert refusal("cores = 1").where == "ABS_PORT"


def test_a_wrong_variable_inside_a_party_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABS_PARTIES__FIRE__DISCIPLINE", "fires")
    no = refusal('[parties.fire]\ndiscipline = "fire"\nname = "x"')
    assert no.where == "ABS_PARTIES__FIRE__DISCIPLINE"


def test_a_variable_that_is_no_json_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABS_PARTIES", "fire")
    no = refusal("")
    assert (no.rule, no.where) == ("CONFIG-001", "the environment")
    assert "parties" in no.what


def test_a_wrong_argument_is_named() -> None:
    assert refusal("", port=-1).where == "argument port"


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        config.read(Path("none.toml"))
    assert refused.value.refusal.where == "none.toml"
    assert refused.value.refusal.what == "there is no such file"
