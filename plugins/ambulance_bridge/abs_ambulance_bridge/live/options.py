"""The bridge's options: who is on the other side, where, and by which secrets.

Secrets are files that nobody else may read; no option holds one itself.
"""

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused

from abs_ambulance_bridge.live.turn import Place
from abs_ambulance_bridge.profile import Setting
from abs_core.sdk import Settings

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """How the other side is reached. Without `url` it is not reached at all."""

    own: str
    partner: str
    url: str
    token: str | None
    ca: str | None
    certificate: str | None
    key: str | None
    pause: float


def place(settings: Settings) -> Place:
    """Options: `name`, ours; `partner`, theirs; `life_hours` of a letter; `parties`, where a
    party is not called as its discipline is: `fire-15=fire,police-15=police`."""
    options = settings.options
    parties = {d.value: d for d in Discipline} | dict(_parties(options.get("parties", "")))
    return Place(
        setting=Setting(room=settings.room, party=settings.party, parties=parties),
        name=options.get("name", f"nl.meldkamer.{settings.room}"),
        partner=options.get("partner", "nl.ambulance.outside"),
        life=dt.timedelta(hours=_number(options, "life_hours", 24)),
    )


def link(settings: Settings) -> Link | None:
    """Options: `url` of the other side's API, `token_file`, `ca`, `certificate` and `key` as
    files, `poll_seconds`. Raises Refused; a token goes over TLS or stays on this machine."""
    options = settings.options
    url = options.get("url")
    if url is None:
        return None
    where = urlsplit(url)
    if where.scheme not in ("https", "http") or not where.hostname:
        raise _wrong("url", f"{url} is no address of an HTTP API", "give https://HOST:PORT")
    if where.scheme == "http" and where.hostname not in LOOPBACK:
        raise _wrong("url", f"{url} has no TLS", "use https, except on this machine itself")
    return Link(
        own=place(settings).name,
        partner=place(settings).partner,
        url=url.rstrip("/"),
        token=_secret(options, "token_file"),
        ca=options.get("ca"),
        certificate=options.get("certificate"),
        key=options.get("key"),
        pause=_number(options, "poll_seconds", 0.2),
    )


def _parties(text: str) -> list[tuple[str, Discipline]]:
    found = []
    for pair in filter(None, text.split(",")):
        party, _, discipline = pair.partition("=")
        try:
            found.append((party.strip(), Discipline(discipline.strip())))
        except ValueError:
            known = ", ".join(Discipline)
            raise _wrong("parties", f"{pair} is not PARTY=DISCIPLINE", f"use {known}") from None
    return found


def _number(options: Mapping[str, str], name: str, default: float) -> float:
    try:
        found = float(options.get(name, default))
    except ValueError:
        found = 0.0
    if not 0 < found < 10_000:
        raise _wrong(name, f"{options[name]} is no such number", "give a number above 0")
    return found


def _secret(options: Mapping[str, str], name: str) -> str | None:
    if name not in options:
        return None
    path = Path(options[name])
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise _wrong(name, f"{path} can be read by others", f"chmod 600 {path}")
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise _wrong(name, f"{path} cannot be read: {error.strerror}", "name its file") from None


def _wrong(option: str, what: str, fix: str) -> Refused:
    return Refused(rule="BRIDGE-007", what=what, where=f"options.{option}", fix=fix)
