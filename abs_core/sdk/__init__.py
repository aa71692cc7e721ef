"""What a block imports of the core, and all that it may import."""

from abs_core.sdk.again import pauses
from abs_core.sdk.block import (
    Block,
    Entry,
    Fed,
    Inbound,
    Noted,
    Requested,
    Settled,
    Started,
    TimerFired,
)
from abs_core.sdk.connector import Connector, Deliver
from abs_core.sdk.effects import CancelTimer, Effect, Note, Order, Respond, Send, SetTimer
from abs_core.sdk.hookspecs import ENTRY_POINTS, Settings, hookimpl, hookspec
from abs_core.sdk.outside import OUTSIDES, Deed, Errand, Outside, Seen, Stand, Way, Where
from abs_core.sdk.own_lines import OWN_LINES, OwnLine, OwnLines, OwnLinesTold
from abs_core.sdk.points import distance
from abs_core.sdk.simulated import SIMULATIONS, SimulatedOutside, Surroundings

__all__ = [
    "ENTRY_POINTS",
    "OUTSIDES",
    "OWN_LINES",
    "SIMULATIONS",
    "Block",
    "CancelTimer",
    "Connector",
    "Deed",
    "Deliver",
    "Effect",
    "Entry",
    "Errand",
    "Fed",
    "Inbound",
    "Note",
    "Noted",
    "Order",
    "Outside",
    "OwnLine",
    "OwnLines",
    "OwnLinesTold",
    "Requested",
    "Respond",
    "Seen",
    "Send",
    "SetTimer",
    "Settings",
    "Settled",
    "SimulatedOutside",
    "Stand",
    "Started",
    "Surroundings",
    "TimerFired",
    "Way",
    "Where",
    "distance",
    "hookimpl",
    "hookspec",
    "pauses",
]
