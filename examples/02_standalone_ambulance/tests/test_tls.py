"""Two stations joined by mutual TLS, with certificates that this test makes."""

import json
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from standalone_ambulance.cli import main, server_options
from standalone_ambulance.settings import load, trust

from .conftest import OUTSIDE, ROOM
from .serving import Station, until

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes certificates")


def certificate(folder: Path) -> None:
    """A certificate of its own, as the README makes it."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "30", "-subj", "/CN=station"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", folder / "own.key", "-out", folder / "own.crt"),
        ],
        check=True,
        capture_output=True,
    )
    (folder / "own.key").chmod(0o600)


class Secured(Station):
    """A station with TLS whose partner has to show a certificate."""

    def __init__(self, folder: Path, name: str, partner: str) -> None:
        super().__init__(folder, "http://127.0.0.1:1/", name, partner)
        certificate(folder)
        self.base = f"https://127.0.0.1:{self.port}"

    def join(self, other: "Secured") -> None:
        """Exchange certificates and secrets, and name each other's address."""
        (self.folder / "other.crt").write_text((other.folder / "own.crt").read_text())
        both = [(each / "own.crt").read_text() for each in (self.folder, other.folder)]
        (self.folder / "clients.crt").write_text("".join(both))
        shutil.copy(other.folder / "partner.token", self.folder / "push.token")
        path = self.folder / "station.toml"
        text = path.read_text().replace("http://127.0.0.1:1/", f"{other.base}/v1/messages")
        tls = 'certificate = "own.crt"\nkey = "own.key"\nclient_ca = "clients.crt"\n'
        push = 'push_ca = "other.crt"\npush_certificate = "own.crt"\npush_key = "own.key"\n'
        text = text.replace("[listen]\n", f"[listen]\n{tls}")
        path.write_text(text.replace("[[partner]]\n", f"[[partner]]\n{push}"))

    def context(self) -> ssl.SSLContext:
        return trust(*(self.folder / name for name in ("own.crt", "own.crt", "own.key")))


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Secured, Secured]]:
    one = Secured(tmp_path / "one", OUTSIDE, ROOM)
    two = Secured(tmp_path / "two", ROOM, OUTSIDE)
    one.join(two)
    two.join(one)
    for each in (one, two):
        each.start()
    yield one, two
    for each in (one, two):
        each.stop()


def test_a_case_crosses_and_its_acknowledgement_comes_back(pair: tuple[Secured, Secured]) -> None:
    one, two = pair
    case = one.call()
    [taken] = until(lambda: two.ask("GET", "/desk/cases").json(), "the case arrives")
    assert (taken["id"], taken["owner"]) == (case, OUTSIDE)
    path = f"/desk/letters/{ROOM}"
    until(
        lambda: {each["answer"] for each in one.ask("GET", path).json()} == {"INTEGRE"},
        "both letters are acknowledged",
    )


def test_who_shows_no_certificate_is_not_heard(pair: tuple[Secured, Secured]) -> None:
    one, two = pair
    only_server = trust(one.folder / "own.crt", None, None)
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{one.base}/openapi.json", verify=only_server, trust_env=False)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{one.base}/openapi.json", verify=two.context(), trust_env=False)


def test_the_command_line_reaches_a_station_with_tls(
    pair: tuple[Secured, Secured], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["look", str(pair[0].folder), "vehicles"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["id"] == "15-101"


def test_serve_uses_the_same_options(pair: tuple[Secured, Secured]) -> None:
    config = uvicorn.Config("none:none", **server_options(load(pair[0].folder)))
    assert config.ssl_cert_reqs == ssl.CERT_REQUIRED
    assert config.host == "127.0.0.1"
