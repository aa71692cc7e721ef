"""The block's own lines of an incident, for its own people.

They say that police data were kept, read or given, by whom and why, and never
what the data are: an own line is read without a reason, so it must hold none.
"""

import datetime as dt
import functools

import msgspec

from abs_core.sdk import OwnLine
from abs_kmar.messages import bag
from abs_kmar.messages import desk as say
from abs_kmar.messages import records as rec

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
    return f"KMar sends {_listed(noted.taken)}{beside}"


@text.register
def _(noted: bag.StepTaken) -> str:
    result = f": {noted.result}" if noted.result else ""
    return f"unattended baggage, {noted.step}{result}"


@text.register
def _(noted: rec.Kept) -> str:
    return f"police data kept: {noted.record.data} {noted.record.record} (Wpg {noted.record.basis})"


@text.register
def _(noted: rec.Consulted) -> str:
    what = f"{_listed(noted.kinds)} ({_counted(len(noted.records))})"
    return f"police data read: {what}, because: {noted.reason}"


@text.register
def _(noted: rec.Released) -> str:
    to = f"{_listed(noted.kinds)} to {_listed(noted.recipients)}"
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
