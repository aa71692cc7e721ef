"""Settings that are not safe or not right are refused before anything listens."""

from pathlib import Path

import pytest
from standalone_ambulance.cli import main
from standalone_ambulance.settings import Wrong, create, load

from .conftest import OUTSIDE, ROOM


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create(tmp_path / "station", OUTSIDE, 8460, ROOM, "http://127.0.0.1:1/messages")
    return tmp_path / "station"


def test_a_new_station_is_on_loopback_and_its_secrets_are_its_own(folder: Path) -> None:
    settings = load(folder)
    assert settings.listen.host == "127.0.0.1"
    secrets = [folder / name for name in ("operator.token", "partner.token", "push.token")]
    assert {path.stat().st_mode & 0o777 for path in secrets} == {0o600}
    assert len({path.read_text() for path in secrets}) == 3
    assert not any(
        path.read_text().strip() in (folder / "station.toml").read_text() for path in secrets
    )


def test_a_station_is_not_made_over_another(folder: Path) -> None:
    with pytest.raises(Wrong, match="has a station already"):
        create(folder, OUTSIDE, 8460, ROOM, None)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('host = "127.0.0.1"', 'host = "0.0.0.0"', "not loopback: give listen.certificate"),
        (
            'host = "127.0.0.1"',
            'host = "0.0.0.0"\ncertificate = "c"\nkey = "k"',
            None,
        ),
        ('host = "127.0.0.1"', "host = 5", "listen.host"),
        ('name = "nl.ambulance.rav15"', 'name = "x"', "name"),
        ("port = 8460", "prot = 8460", "listen.prot"),
        ("[listen]", "[listen", "is not TOML"),
        ("[[vehicle]]", '[[partner]]\nname = "nl.other.x"\n[[vehicle]]', "give nl.other.x a token"),
        ("http://127.0.0.1:1/", "http:///", "push_url"),
    ],
)
def test_wrong_settings_say_where(folder: Path, old: str, new: str, why: str | None) -> None:
    path = folder / "station.toml"
    path.write_text(path.read_text().replace(old, new, 1))
    if why is None:
        load(folder)
        return
    with pytest.raises(Wrong, match=why):
        load(folder)


def test_reached_from_elsewhere_everybody_needs_a_token(folder: Path) -> None:
    path = folder / "station.toml"
    text = path.read_text().replace(
        'host = "127.0.0.1"', 'host = "0.0.0.0"\ncertificate = "c"\nkey = "k"'
    )
    for token in ('operator_token_file = "operator.token"', 'token_file = "partner.token"'):
        path.write_text(text.replace(token, "", 1))
        with pytest.raises(Wrong, match="give all a token_file"):
            load(folder)


def test_a_secret_that_others_can_read_is_none(folder: Path) -> None:
    (folder / "partner.token").chmod(0o644)
    settings = load(folder)
    with pytest.raises(Wrong, match="chmod 600"):
        settings.secret(settings.partner[0].token_file)
    (folder / "partner.token").unlink()
    with pytest.raises(Wrong, match="cannot be read"):
        settings.secret(settings.partner[0].token_file)


def test_the_command_line_says_what_is_wrong_in_a_line(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", str(tmp_path / "nowhere")]) == 2
    assert "station.toml cannot be read" in capsys.readouterr().err
    assert main(["init", str(folder)]) == 2
    assert "has a station already" in capsys.readouterr().err
    assert main(["look", str(folder), "cases"]) == 2
    assert "nobody knows whether it was done" in capsys.readouterr().err
