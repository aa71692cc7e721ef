"""Decisions of the core's rules a second, on one core, without a log or a broker.

`python tests/benchmarks/decisions.py [--seconds 3]`: one incident after the other from
opening to closing, each command decided and its events folded.
"""

import argparse
import datetime as dt
import itertools
import time
from collections.abc import Iterator

import msgspec
from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import (
    CallSource,
    Classification,
    Discipline,
    Escalation,
    Location,
    NoteAudience,
    Scene,
    StatusSource,
)

from abs_core.domain import incident, incident_rules, unit
from abs_core.domain.decision import By, Known
from abs_core.domain.incident import Incident
from abs_core.domain.unit import Unit

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
PARTIES = {name: Discipline(name) for name in ("fire", "police", "ambulance", "kmar")}
UNIT = Unit(party="fire", call_sign="17-0131", kind="TS-6")
KNOWN = Known("dh", PARTIES, UNIT, at=NOON)
BY = By("fire", "desk-1", "CaCo")
CLASS = Classification(table="1.0", mc1="Brand", mc2="Gebouw")
STORY: tuple[msgspec.Struct, ...] = (
    m.OpenIncident(source=CallSource.EMERGENCY),
    m.AddCall(call="c", source=CallSource.EMERGENCY, received=NOON, summary="smoke"),
    m.LocateIncident(location=Location(municipality="Delft", street="Voorbeeldlaan")),
    m.ClassifyIncident(classification=CLASS),
    m.SetCharacteristic(name="Aantal gewonden", values=("2",)),
    m.PrioritiseIncident(priority="1"),
    m.TakeUpIncident(),
    m.AttachParty(party="police"),
    m.AssignUnit(unit="u1"),
    m.StateSafety(scene=Scene.UNSAFE, staging="corner"),
    m.AddNote(text="flames from the roof", audience=NoteAudience.ALL),
    m.ChangeEscalation(escalation=Escalation(scale="grip", level="1")),
    m.ReleaseUnit(unit="u1"),
    m.DetachParty(party="police"),
    m.CloseForParty(),
    m.CloseIncident(),
)


def stories() -> Iterator[None]:
    """Decide and fold, one command at every step."""
    while True:
        state = Incident()
        for command in STORY:
            for event in incident_rules.decide(state, command, BY, KNOWN).events:
                state = incident.evolve(event, state)
            yield


def statuses() -> Iterator[None]:
    state = UNIT
    codes = itertools.cycle(["ov", "ut", "tp", "ir", "bs", "kz"])
    for second in itertools.count():
        report = u.ReportStatus(status=next(codes), source=StatusSource.RADIO)
        at = NOON + dt.timedelta(seconds=second)
        for event in unit.decide(state, report, party="fire", discipline=Discipline.FIRE, at=at):
            state = unit.evolve(event, state)
        yield


def rate(work: Iterator[None], seconds: float) -> float:
    """Steps a second."""
    for _ in range(1000):
        next(work)
    begin, done = time.perf_counter(), 0
    while (now := time.perf_counter()) - begin < seconds:
        for _ in range(1000):
            next(work)
        done += 1000
    return done / (now - begin)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=3.0)
    seconds = parser.parse_args().seconds
    for name, work in (("incident", stories()), ("unit", statuses())):
        print(f"{name:10} {rate(work, seconds):>10,.0f} decisions a second")


if __name__ == "__main__":
    main()
