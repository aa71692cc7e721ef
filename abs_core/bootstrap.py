"""The wiring: which adapters stand behind the ports, in which process."""

import contextlib
import secrets
from collections.abc import Awaitable
from importlib.metadata import entry_points

from abs_contracts import protocol
from abs_contracts.catalogue import CORE
from abs_contracts.manifest import find_manifest
from abs_contracts.messages.party import AgreeBlock
from abs_contracts.negotiate import agree, agreement_hash
from abs_contracts.refusal import Refused

from abs_core.adapters.clock import SystemClock
from abs_core.adapters.ids import TimeIds
from abs_core.adapters.nats import NatsBus
from abs_core.application.core import Core
from abs_core.application.registry import digest
from abs_core.clients import Desk, Operator
from abs_core.host.host import Host
from abs_core.host.loader import load
from abs_core.ports import Bus
from abs_core.sdk import ENTRY_POINTS, Settings

PATIENCE = 1.5
"""Seconds that a core waits for the broker before the outcome of a write is unknown."""


async def run_core(url: str, room: str) -> None:
    """A core process, until cancelled. Raises Refused when it must not go on."""
    # Shorter than its askers wait, so that they hear "unknown" from the core that knows.
    bus = await NatsBus.connect(url, name=f"core {room}", patience=PATIENCE, hears_itself=False)
    try:
        await Core(room, bus, SystemClock(), TimeIds()).run()
    finally:
        await bus.close()


def prepare_block(block: str) -> None:
    """Import the block's code. What is wrong with it is said when it is loaded."""
    for point in entry_points(group=ENTRY_POINTS, name=block):
        with contextlib.suppress(Exception):  # a vendor's code; `load` refuses with the reason
            point.load()


async def run_block(
    url: str,
    block: str,
    credentials: protocol.Credentials,
    options: dict[str, str],
    released: Awaitable[object] | None = None,
) -> None:
    """A block process, until drained or cancelled. Raises Refused when it is fenced.

    With `released` its generation is not in force yet: until then it reads along.
    """
    if credentials.block != block:
        raise Refused(
            rule="HOST-014",
            what=f"these credentials are of block {credentials.block}, and not of {block}",
            where="/block",
            fix="start the block that was agreed on, or agree on this one",
        )
    settings = Settings(room=credentials.room, party=credentials.party, options=options)
    loaded = load(block, settings)
    bus = await NatsBus.connect(url, name=f"block {block}")
    try:
        catalogue = CORE.extended(loaded.contracts)
        host = Host(loaded.block, loaded.connectors, catalogue, credentials, bus, SystemClock())
        await host.run(released)
    finally:
        await bus.close()


async def connect(url: str, name: str) -> Bus:
    """A connection for a client. Raises Unreachable when nobody is there."""
    return await NatsBus.connect(url, name=name)


def operator(bus: Bus, room: str) -> Operator:
    return Operator(bus, room, SystemClock(), TimeIds())


def desk(bus: Bus, room: str, party: str, token: str) -> Desk:
    return Desk(bus, room, party, token, SystemClock(), TimeIds())


def new_token() -> str:
    """An unguessable token: 256 bits, one subject token."""
    return secrets.token_urlsafe(32)


async def agree_block(
    operator: Operator, room: str, party: str, block: str, generation: int
) -> protocol.Credentials:
    """Put the next Agreement of a party's block in force. Raises Refused.

    The manifest is read and negotiated without running any code of the block.
    """
    command, credentials = next_agreement(room, party, block, generation)
    await operator.command(command, party)
    return credentials


def next_agreement(
    room: str, party: str, block: str, generation: int
) -> tuple[AgreeBlock, protocol.Credentials]:
    """What puts the Agreement in force, and what the block is started with. Raises Refused."""
    agreement = agree(find_manifest(block), CORE, generation)
    token = new_token()
    return AgreeBlock(agreement=agreement, token=digest(token)), protocol.Credentials(
        room=room,
        party=party,
        block=block,
        generation=generation,
        agreement=agreement_hash(agreement),
        token=token,
    )
