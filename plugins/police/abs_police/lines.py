"""The block's own lines of an incident, for its own people.

They say that police data were kept, read or given, by whom and why, and never
what the data are: an own line is read without a reason, so it must hold none.
"""

import datetime as dt
import functools

import msgspec

from abs_core.sdk import OwnLine
from abs_police.messages import desk as say
from abs_police.messages import radio as air
from abs_police.messages import records as rec
from abs_police.messages import response as res

LONGEST = 1000


def line(noted: msgspec.Struct, at: dt.datetime) -> tuple[str, OwnLine | None]:
    """The incident and the line of a private event; None when it has none."""
    said = text(noted)
    if not said:
        return "", None
    by = getattr(noted, "by", noted)
    actor, role = getattr(by, "actor", None), getattr(by, "role", None)
    incident = noted.record.incident if isinstance(noted, rec.Kept) else _incident(noted)
    return incident, OwnLine(at=at, text=said[:LONGEST], actor=actor, role=role)


@functools.singledispatch
def text(_noted: msgspec.Struct) -> str:
    """What a line says; empty for an event that has none."""
    return ""


@text.register
def _(noted: say.Decided) -> str:
    other = set(noted.taken) != set(noted.proposed)
    beside = f"; proposed were {_listed(noted.proposed)}" if other else ", as proposed"
    return f"police send {_listed(noted.taken)}{beside}"


@text.register
def _(noted: res.ResponseMeasured) -> str:
    minutes = round((noted.arrived - noted.started).total_seconds() / 60, 1)
    norm = {None: "no norm", True: "within the norm", False: "later than the norm"}[noted.within]
    return f"first unit on scene after {minutes} min, priority {noted.priority or '-'}: {norm}"


@text.register
def _(noted: res.ResponseOverdue) -> str:
    minutes = round((noted.due - noted.started).total_seconds() / 60)
    return f"nobody on scene after {minutes} min, priority {noted.priority}"


@text.register
def _(noted: air.OpenedByUnit) -> str:
    return f"opened for what {noted.unit} came upon"


@text.register
def _(noted: rec.Kept) -> str:
    return f"police data kept: {noted.record.data} {noted.record.record} (Wpg {noted.record.basis})"


@text.register
def _(noted: rec.Consulted) -> str:
    what = f"{_listed(noted.kinds)} ({_counted(len(noted.records))})"
    return f"police data read: {what}, because: {noted.reason}"


@text.register
def _(noted: rec.Released) -> str:
    where = " as a characteristic" if noted.shared else ""
    to = f"{_listed(noted.kinds)} to {_listed(noted.recipients)}{where}"
    return f"release on Wpg {noted.ground}: {to}, purpose: {noted.purpose}"


@text.register
def _(noted: rec.ReleaseSettled) -> str:
    return "the release was given" if noted.given else f"the release was NOT given: {noted.why}"


@text.register
def _(noted: rec.HandedOver) -> str:
    return f"handed over to {noted.to}: {noted.reason}"


def _incident(noted: msgspec.Struct) -> str:
    found: str = getattr(noted, "incident", "")
    return found


def _counted(count: int) -> str:
    return "1 record" if count == 1 else f"{count} records"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nothing"
