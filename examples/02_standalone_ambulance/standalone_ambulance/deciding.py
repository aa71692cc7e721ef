"""What a decision is made with, and what it comes to."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from standalone_ambulance.model import (
    Ask,
    Case,
    Overruled,
    Stated,
    Vehicle,
)
from standalone_ambulance.post import Office, Told
from standalone_ambulance.records import Letter, Records


class Decision(NamedTuple):
    """What changes, and what is told of it."""

    case: Case | None = None
    vehicles: tuple[Vehicle, ...] = ()
    told: Iterable[Told] = ()
    counters: Mapping[str, int] = MappingProxyType({})
    ask: str | None = None
    letter: Letter | None = None


class Desk(NamedTuple):
    office: Office
    records: Records
    at: datetime


def stated(case: Case, by: str, at: datetime, fields: dict[str, Any]) -> Case:
    """The case with what `by` states; a value of another that it overrules is kept."""
    overruled, since = list(case.overruled), dict(case.stated)
    for name in ("place", "event", "urgency"):
        old = getattr(case, name)
        if name not in fields or old is None or fields[name] == old:
            continue
        before = since.get(name)
        if before is not None and before.by != by:
            words = old.model_dump_json(exclude_none=True) if hasattr(old, "model_dump") else old
            overruled.append(Overruled(field=name, value=str(words), by=before.by, at=before.at))
    since |= {
        name: Stated(by=by, at=at) for name in fields if name in ("place", "event", "urgency")
    }
    return case.model_copy(update={**fields, "stated": since, "overruled": tuple(overruled)})


def with_ask(case: Case, asked: Ask) -> Case:
    others = tuple(each for each in case.asks if each.id != asked.id)
    return case.model_copy(update={"asks": (*others, asked)})
