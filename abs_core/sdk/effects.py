"""Effects: what a block wants done, as data. The host journals them, then does them.

`key` names an effect within its entry; the host derives every id from the
entry's id and this key, so a repeat of the same effect is the same effect.
"""

import datetime as dt

import msgspec


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Send a command to the core for an actor; its outcome comes back as `Settled`."""

    key: str
    subject: str
    payload: msgspec.Struct
    actor: str
    role: str
    occurred: dt.datetime | None = None  # default: the entry's time


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Keep a private event in the block's own journal."""

    key: str
    payload: msgspec.Struct


class SetTimer(msgspec.Struct, frozen=True, kw_only=True):
    """Wake the block when `due` has come; a timer of the same name is replaced."""

    key: str
    name: str
    due: dt.datetime


class CancelTimer(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    name: str


class Send(msgspec.Struct, frozen=True, kw_only=True):
    """Hand something to a connector, with an id by which it can drop a repeat.

    What is `about` one thing is sent one by one; about another, beside it.
    """

    key: str
    connector: str
    payload: msgspec.Struct
    about: str = ""


class Respond(msgspec.Struct, frozen=True, kw_only=True):
    """Answer the desk request that this entry is; only in reaction to `Requested`."""

    key: str
    payload: msgspec.Struct


Effect = Order | Note | SetTimer | CancelTimer | Send | Respond
