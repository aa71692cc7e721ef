"""Telegrams of one line, such as `OPEN;17;2026-01-01T12:00:00+01:00;Zoetermeer;Dorpsstraat;smoke`.

No JSON, no envelope, no code list of its own: as unlike the other profile as can be.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence

from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import CallSource, Location, NoteAudience, StatusSource

from abs_ambulance_bridge.facts import Facts, folded
from abs_ambulance_bridge.losses import Reason, tally
from abs_ambulance_bridge.merge import merged
from abs_ambulance_bridge.outward import untold
from abs_ambulance_bridge.profile import (
    Faulty,
    Handling,
    Inbound,
    Issue,
    Keep,
    Kind,
    Message,
    Outbound,
    Said,
    Setting,
)
from abs_ambulance_bridge.told import told
from abs_ambulance_bridge.tree import Tree

SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "tiny.ambulance-bridge.abs")
FIELDS = {
    "OPEN": ("case", "at", "municipality", "street", "remark"),
    "STATUS": ("unit", "at", "status"),
    "CARE": ("case", "at", "text"),
}
REASONS = {
    "/case": Reason.LOCAL,
    "/unit": Reason.LOCAL,
    "/at": Reason.FORM,
    "/municipality": Reason.FORM,
    "/street": Reason.FORM,
    "/remark": Reason.FORM,
    "/status": Reason.FORM,
    "/text": Reason.MEDICAL,
}
KINDS = {
    "OPEN": Kind(
        name="OPEN",
        title="an incident",
        handling=Handling.MAPPED,
        core=("incident.open", "incident.locate", "incident.add_note"),
        must_keep=("/at", "/municipality"),
        floor=50,
    ),
    "STATUS": Kind(
        name="STATUS", title="a status", handling=Handling.MAPPED, core=("unit.report_status",)
    ),
    "CARE": Kind(name="CARE", title="about a patient", handling=Handling.PRIVATE),
}
TOLD = (
    "incident.located/location/municipality",
    "incident.located/location/street",
    "incident.note_added/text",
    "unit.status_changed/status",
    "unit.status_changed/since",
)
UNREADABLE, UNKNOWN_TYPE, INVALID = 1, 2, 3


class Tiny:
    """The telegrams, behind the port."""

    name = "tiny"
    media: Mapping[str, str] = {"text": ".txt"}

    @property
    def kinds(self) -> Mapping[str, Kind]:
        return KINDS

    def parse(self, raw: bytes) -> Message:
        try:
            kind, *values = raw.decode().rstrip("\n").split(";")
        except UnicodeDecodeError as error:
            raise _faulty(UNREADABLE, "UNREADABLE", "", str(error)) from None
        if kind not in FIELDS:
            raise _faulty(UNKNOWN_TYPE, "UNKNOWN TYPE", "", f"{kind!r} is not a type")
        names = FIELDS[kind]
        if len(values) != len(names):
            raise _faulty(INVALID, "INVALID", "", f"has {len(values)} fields, not {len(names)}")
        content: dict[str, Tree] = dict(zip(names, values, strict=True))
        if _moment(content) is None:
            raise _faulty(INVALID, "INVALID", "/at", "is not a time with an offset")
        return Message(kind=kind, content=content, media="text")

    def write(self, message: Message, media: str) -> bytes:
        del media  # there is one
        values = [str(message.content[name]) for name in FIELDS[message.kind]]
        if any(";" in value or "\n" in value for value in values):
            raise _faulty(INVALID, "INVALID", "", "a value has a semicolon or a line end")
        return ";".join([message.kind, *values]).encode() + b"\n"

    def may_cross(self, kind: str, place: str) -> bool:
        return kind != "CARE" and place not in ("/case", "/unit")

    def to_core(self, message: Message, setting: Setting) -> Inbound:
        del setting
        commands = tuple(_read(message))
        events = told(commands, _NOBODY)
        counted = tally(message.content, _write(message.kind, events, {}), REASONS.get)
        return Inbound(
            commands=commands,
            carried=counted.carried,
            losses=counted.losses,
            undeclared=counted.undeclared,
        )

    def names(self, message: Message, setting: Setting) -> Mapping[str, str]:
        del setting
        outside = [
            str(message.content[name]) for name in ("case", "unit") if name in message.content
        ]
        return {str(uuid.uuid5(SPACE, name)): name for name in outside}

    def from_core(
        self, kind: str, events: Sequence[Said], keep: Keep, setting: Setting
    ) -> Outbound:
        kept = keep.message if keep.message and keep.message.kind == kind else None
        names = {**keep.names, **(self.names(kept, setting) if kept else {})}
        now = _write(kind, events, names)
        if kept is not None:
            before = _write(kind, told(_read(kept), _NOBODY), names)
            over = merged(kept.content, before, now if now is not None else before)
            now = over if isinstance(over, dict) else None
        return Outbound(content=now, losses=untold(events, TOLD if now else ()))


_NOBODY = Setting(room="dh", party="ambulance", parties={})
"""The telegrams say nothing about who is where."""


def _faulty(code: int, title: str, where: str, what: str) -> Faulty:
    return Faulty(code, title, [Issue(where=where, what=what)])


def _moment(content: Mapping[str, Tree]) -> dt.datetime | None:
    try:
        at = dt.datetime.fromisoformat(str(content["at"]))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _read(message: Message) -> Iterator[Said]:
    text = {name: str(value) for name, value in message.content.items()}
    at = _moment(message.content)
    if message.kind == "STATUS" and text["status"]:
        report = u.ReportStatus(status=text["status"], source=StatusSource.MANUAL)
        yield Said(subject=str(uuid.uuid5(SPACE, text["unit"])), payload=report, at=at)
    if message.kind == "OPEN":
        incident = str(uuid.uuid5(SPACE, text["case"]))
        yield Said(subject=incident, payload=m.OpenIncident(source=CallSource.PARTNER), at=at)
        if text["municipality"]:
            where = Location(municipality=text["municipality"], street=text["street"] or None)
            yield Said(subject=incident, payload=m.LocateIncident(location=where), at=at)
        if text["remark"]:
            note = m.AddNote(text=text["remark"], audience=NoteAudience.ALL)
            yield Said(subject=incident, payload=note, at=at)


def _write(kind: str, events: Sequence[Said], names: Mapping[str, str]) -> dict[str, Tree] | None:
    writer = _WRITERS.get(kind)
    return writer(folded(events, "ambulance"), names) if writer else None


def _write_open(facts: Facts, names: Mapping[str, str]) -> dict[str, Tree] | None:
    if facts.at is None or facts.location is None:
        return None
    remarks = [note.text for note in facts.notes if note.for_all]
    return {
        "case": names.get(facts.incident, facts.incident),
        "at": facts.at.isoformat(),
        "municipality": facts.location.municipality,
        "street": facts.location.street or "",
        "remark": remarks[-1] if remarks else "",
    }


def _write_status(facts: Facts, names: Mapping[str, str]) -> dict[str, Tree] | None:
    for unit, vehicle in facts.vehicles.items():
        for status in vehicle.statuses:
            at = status.since.isoformat()
            return {"unit": names.get(unit, unit), "at": at, "status": status.code}
    return None


_WRITERS: dict[str, Callable[[Facts, Mapping[str, str]], dict[str, Tree] | None]] = {
    "OPEN": _write_open,
    "STATUS": _write_status,
}
