"""Logs made by hand: rows of second, subject and payload, as entries of a log."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from abs_contracts import CORE
from abs_contracts.codec import decode_event, seal
from abs_contracts.envelope import Envelope
from abs_contracts.messages import incident as m
from abs_contracts.messages import party as p
from abs_contracts.messages.values import CallSource, Classification, Discipline

from abs_core.application.log import Entry

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


class Row(NamedTuple):
    """An event that the core wrote so many seconds after noon; `by` is who caused it."""

    second: float
    subject: str
    payload: msgspec.Struct
    by: str = "fire"


def at(second: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=second)


def log(rows: Iterable[Row]) -> list[Entry]:
    """Each row as a record of its own."""
    return [_entry(number, row) for number, row in enumerate(rows, 1)]


def _entry(number: int, row: Row) -> Entry:
    kind = CORE.of(row.payload).name.split(".")[0].replace("incident", "inc")
    envelope = Envelope(
        specversion="1.0",
        id=f"e-{number}",
        source="/rooms/dh/core",
        type=CORE.of(row.payload).type,
        subject=row.subject,
        time=at(row.second),
        recordedtime=at(row.second),
        party=row.by,
        data=msgspec.Raw(b"{}"),
    )
    message = decode_event(seal(envelope, row.payload))
    return Entry(number, kind, row.subject, f"c-{number}", "", (message,))


# -- rows that many logs have --------------------------------------------------------

BRAND = Classification(table="1.0", mc1="Brand")
HEALTH = Classification(table="1.0", mc1="Gezondheid")


def registered(second: float, party: str, *called_for: tuple[str, ...]) -> Row:
    payload = p.PartyRegistered(
        discipline=Discipline.FIRE, name=party, desk_token="ab" * 32, called_for=called_for
    )
    return Row(second, party, payload)


def agreed(second: float, party: str) -> Row:
    agreement = p.Agreement(block="fire", version="1", generation=1, major=1)
    return Row(second, party, p.BlockAgreed(agreement=agreement, token="ab" * 32))


def opened(
    second: float,
    incident: str = "i1",
    lead: str = "fire",
    *,
    exercise: bool = False,
    source: CallSource = CallSource.EMERGENCY,
) -> Row:
    payload = m.IncidentOpened(room="dh", lead=lead, source=source, exercise=exercise)
    return Row(second, incident, payload, lead)


def call(
    second: float,
    received: float,
    incident: str = "i1",
    *,
    source: CallSource = CallSource.EMERGENCY,
    by: str = "fire",
) -> Row:
    payload = m.CallAdded(call=f"c-{second}", source=source, received=at(received))
    return Row(second, incident, payload, by)


def attached(second: float, party: str, incident: str = "i1") -> Row:
    return Row(second, incident, m.PartyAttached(party=party))


def taken_up(second: float, party: str, incident: str = "i1") -> Row:
    return Row(second, incident, m.IncidentTakenUp(party=party), party)


def closed(second: float, *parties: str, incident: str = "i1") -> list[Row]:
    """Every party its part, and then the whole."""
    parts = [Row(second, incident, m.IncidentClosedForParty(party=each), each) for each in parties]
    return [*parts, Row(second, incident, m.IncidentClosed())]


def classified(second: float, value: Classification, incident: str = "i1") -> Row:
    return Row(second, incident, m.IncidentClassified(classification=value))
