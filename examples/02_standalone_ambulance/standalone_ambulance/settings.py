"""The settings of a station: a TOML file beside its database; secrets in files of their own."""

import os
import secrets
import ssl
import tomllib
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from standalone_ambulance.model import Value
from standalone_ambulance.post import HEALTH, SHARED, Office, Partner

LOOPBACK = ("127.0.0.1", "::1", "localhost")
NAME = r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2,7}$"


class Wrong(Exception):  # noqa: N818, wrong settings are no error of the program
    """What is wrong with the settings, for a person."""


class Listen(Value):
    """Where the station is reached. TLS with certificate and key; mutual with `client_ca`."""

    host: str = "127.0.0.1"
    port: int = Field(default=8460, ge=0, le=65_535)
    certificate: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None


class Link(Value):
    """One partner: what it gets, how it is known, and where messages are pushed to."""

    name: str = Field(pattern=NAME)
    takes: frozenset[str] = SHARED | HEALTH
    token_file: Path | None = None
    push_url: str | None = Field(default=None, pattern=r"^https?://[^/\s]+")
    push_token_file: Path | None = None
    push_ca: Path | None = None
    push_certificate: Path | None = None
    push_key: Path | None = None


class OwnVehicle(Value):
    id: str
    station: str


class Settings(Value):
    folder: Path
    name: str = Field(pattern=NAME)
    listen: Listen = Listen()
    operator_token_file: Path | None = None
    partner: tuple[Link, ...] = ()
    vehicle: tuple[OwnVehicle, ...] = ()

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        """What is reached from elsewhere needs TLS, and a token of everybody.

        On loopback nobody needs one; a partner without a token could otherwise speak for
        one that has.
        """
        without = [each.name for each in self.partner if each.token_file is None]
        if self.listen.host in LOOPBACK:
            if 0 < len(without) < len(self.partner):
                raise ValueError(f"give {', '.join(without)} a token_file: other partners have one")
            return self
        if self.listen.certificate is None or self.listen.key is None:
            raise ValueError("listen.host is not loopback: give listen.certificate and listen.key")
        if self.operator_token_file is None or without:
            raise ValueError("listen.host is not loopback: give all a token_file")
        return self

    def office(self, edition: str) -> Office:
        partners = tuple(Partner(name=each.name, takes=each.takes) for each in self.partner)
        return Office(name=self.name, edition=edition, partners=partners)

    def secret(self, file: Path | None) -> str | None:
        """The text of a secret's file. Raises Wrong if others may read it."""
        if file is None:
            return None
        path = self.folder / file
        try:
            if os.name == "posix" and path.stat().st_mode & 0o077:
                raise Wrong(f"{path} can be read by others: chmod 600 it")
            return path.read_text("utf-8").strip()
        except OSError as error:
            raise Wrong(f"{path} cannot be read: {error.strerror}") from None


def load(folder: Path) -> Settings:
    """Raises Wrong."""
    path = folder / "station.toml"
    try:
        tree = tomllib.loads(path.read_text("utf-8"))
        return Settings.model_validate({**tree, "folder": folder})
    except OSError as error:
        raise Wrong(f"{path} cannot be read: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise Wrong(f"{path} is not TOML: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise Wrong(
            f"{path}: {where} {first['msg'].removeprefix('Value error, ')}".strip()
        ) from None


def create(folder: Path, name: str, port: int, partner: str, push_url: str | None) -> None:
    """A new station: settings, and a new secret for the operators and for the partner."""
    if (folder / "station.toml").exists():
        raise Wrong(f"{folder} has a station already")
    folder.mkdir(parents=True, exist_ok=True)
    for secret in ("operator.token", "partner.token", "push.token"):
        path = folder / secret
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32) + "\n", "utf-8")
    push = f'push_url = "{push_url}"\npush_token_file = "push.token"\n' if push_url else ""
    vehicles = "".join(
        f'\n[[vehicle]]\nid = "15-{number}"\nstation = "{station}"\n'
        for number, station in ((101, "Delft"), (102, "Delft"), (103, "Den Haag"))
    )
    (folder / "station.toml").write_text(
        f'name = "{name}"\noperator_token_file = "operator.token"\n\n'
        f'[listen]\nhost = "127.0.0.1"\nport = {port}\n\n'
        f'[[partner]]\nname = "{partner}"\ntoken_file = "partner.token"\n{push}{vehicles}',
        "utf-8",
    )


def trust(ca: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext:
    """Whom a client of ours believes, and what it shows for itself."""
    context = ssl.create_default_context(cafile=str(ca) if ca else None)
    if certificate is not None:
        context.load_cert_chain(certificate, key)
    return context
