"""The hooks by which a distribution contributes a block (entry-point group `abs.blocks`)."""

from collections.abc import Iterable
from typing import Any

import msgspec
import pluggy
from abs_contracts.catalogue import Contract

from abs_core.sdk.block import Block
from abs_core.sdk.connector import Connector

PROJECT = "abs"
ENTRY_POINTS = "abs.blocks"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a block is told of where it runs; `options` are its own, from the configuration."""

    room: str
    party: str
    options: dict[str, str] = {}


@hookspec(firstresult=True)
def abs_block(settings: Settings) -> Block[Any] | None:
    """The block itself."""


@hookspec
def abs_connectors(settings: Settings) -> Iterable[Connector]:  # type: ignore[empty-body]  # a hook specification has no body
    """The block's connectors; async I/O lives here."""


@hookspec
def abs_contracts() -> Iterable[Contract]:  # type: ignore[empty-body]  # a hook specification has no body
    """The block's private messages: desk requests, questions, answers, private events."""
