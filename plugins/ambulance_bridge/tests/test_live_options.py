"""The bridge's options: where the other side is, and secrets that nobody else may read."""

import asyncio
import datetime as dt
from pathlib import Path

import msgspec
import pytest
from abs_ambulance_bridge.live.contracts import NotTaken, Outgoing
from abs_ambulance_bridge.live.link import PulledLink
from abs_ambulance_bridge.live.options import link, place
from abs_ambulance_bridge.live.plugin import abs_connectors
from abs_ambulance_bridge.live.unlinked import Unlinked
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused

from abs_core.sdk import Settings

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


def options(**given: str) -> Settings:
    return Settings(room="dh", party="ambulance", options=given)


def test_a_link_has_its_secret_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.touch(mode=0o600)
    secret.write_text("s3cret\n", "utf-8")
    found = link(options(url="https://outside:8460/", partner="nl.x", token_file=str(secret)))
    assert found is not None
    assert (found.url, found.partner, found.token) == ("https://outside:8460", "nl.x", "s3cret")
    assert found.own == "nl.meldkamer.dh"


def test_parties_may_be_called_otherwise_than_their_discipline() -> None:
    parties = place(options(parties="fire-15=fire, police-15=police")).setting.parties
    assert parties["fire-15"] is Discipline.FIRE
    assert parties["police-15"] is Discipline.POLICE


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"url": "outside:8460"}, "options.url"),
        ({"url": "http://outside:8460"}, "options.url"),
        ({"url": "http://127.0.0.1:1", "token_file": "/nowhere/at/all"}, "options.token_file"),
        ({"url": "http://127.0.0.1:1", "poll_seconds": "often"}, "options.poll_seconds"),
        ({"url": "http://127.0.0.1:1", "life_hours": "0"}, "options.life_hours"),
        ({"url": "http://127.0.0.1:1", "parties": "fire-15=flames"}, "options.parties"),
    ],
)
def test_a_wrong_option_is_refused_by_its_name(given: dict[str, str], where: str) -> None:
    with pytest.raises(Refused) as no:
        link(options(**given))
    assert (no.value.refusal.rule, no.value.refusal.where) == ("BRIDGE-007", where)


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("s3cret", "utf-8")
    secret.chmod(0o644)
    with pytest.raises(Refused, match="can be read by others"):
        link(options(url="https://outside", token_file=str(secret)))


async def test_without_an_address_nothing_is_taken_and_that_is_said() -> None:
    (connector,) = abs_connectors(options())
    assert isinstance(connector, Unlinked)
    brought: dict[str, msgspec.Struct] = {}

    async def deliver(key: str, payload: msgspec.Struct) -> None:
        brought[key] = payload

    running = asyncio.create_task(connector.run(deliver))
    await connector.send("e-1", NOON, Outgoing(letter="l-1", text="{}"))
    running.cancel()
    told = brought["l-1"]
    assert isinstance(told, NotTaken)
    assert "`url` is not set" in told.why
    (other,) = abs_connectors(options(url="http://127.0.0.1:1"))
    assert isinstance(other, PulledLink)
