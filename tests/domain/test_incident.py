"""The rules of an incident, row by row: what a command leads to, or why it is refused."""

import tomllib
from importlib import resources

import msgspec
import pytest
from abs_contracts import CORE
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import (
    Caller,
    CallSource,
    Classification,
    Escalation,
    LinkKind,
    Location,
    NoteAudience,
)
from abs_contracts.protocol import Warned
from abs_contracts.refusal import Refused
from hypothesis import given
from msgspec.structs import replace

from abs_core.domain.decision import By, Decision, Known
from abs_core.domain.incident import Incident, evolve
from abs_core.domain.incident_rules import decide
from abs_core.domain.unit import Unit

from .played import NOON, PARTIES, Played, Step, incident_of
from .strategies import histories

UNIT = Unit(party="fire", call_sign="17-4331", kind="TS-6")
OPEN = m.OpenIncident(source=CallSource.EMERGENCY)
OPENED = m.IncidentOpened(room="dh", lead="fire", source=CallSource.EMERGENCY)
POLICE = m.PartyAttached(party="police")
ASSIGNED = m.UnitAssigned(unit="u1", party="fire", call_sign="17-4331", kind="TS-6")
RELEASED = m.UnitReleased(unit="u1", party="fire")
DELFT, LEIDEN = Location(municipality="Delft"), Location(municipality="Leiden")
HOUSE = Classification(table="1.0", mc1="Brand", mc2="Gebouw")
NURSE = Classification(table="1.0", mc1="Gezondheid")
GRIP_1, GRIP_2 = Escalation(scale="grip", level="1"), Escalation(scale="grip", level="2")
FIRE_DONE, POLICE_DONE = (m.IncidentClosedForParty(party=p) for p in ("fire", "police"))
CLOSED = m.IncidentClosed()
CALL = m.AddCall(call="c1", source=CallSource.EMERGENCY, received=NOON, summary="smoke")
CALLED = m.CallAdded(call="c1", source=CallSource.EMERGENCY, received=NOON, summary="smoke")
CALLER = Caller(number="0612345678")
NOTE = m.AddNote(text="look out", audience=NoteAudience.ALL)
MOVED = m.RoomTransferred(previous="dh", room="nn", tenure=2)

Given = tuple[msgspec.Struct, ...]


def incident_after(*events: msgspec.Struct) -> Incident:
    state = Incident()
    for event in events:
        state = evolve(event, state)
    return state


def decision(given: Given, command: msgspec.Struct, party: str, *elsewhere: str) -> Decision:
    unit = UNIT if getattr(command, "unit", "") == "u1" else None
    known = Known("dh", PARTIES, unit, elsewhere)
    return decide(incident_after(*given), command, By(party, "desk-1", "dispatcher"), known)


REFUSALS: list[tuple[str, Given, str, msgspec.Struct, str]] = [
    # rule, what happened before, who asks, what it asks, where the refusal points
    ("INCIDENT-001", (), "fire", NOTE, "/subject"),
    ("INCIDENT-001", (OPENED,), "police", NOTE, "/subject"),
    ("INCIDENT-001", (OPENED,), "police", m.AttachParty(party="police"), "/subject"),
    (
        "INCIDENT-001",
        (OPENED, POLICE, m.PartyDetached(party="police")),
        "police",
        NOTE,
        "/subject",
    ),
    ("INCIDENT-002", (OPENED,), "fire", OPEN, "/subject"),
    ("INCIDENT-002", (OPENED,), "police", OPEN, "/subject"),
    ("INCIDENT-003", (OPENED, FIRE_DONE, CLOSED), "fire", m.AssignUnit(unit="u1"), "/subject"),
    ("INCIDENT-003", (OPENED, FIRE_DONE, CLOSED), "fire", m.CloseIncident(), "/subject"),
    ("INCIDENT-004", (OPENED, MOVED), "fire", NOTE, "/subject"),
    ("INCIDENT-006", (OPENED, POLICE), "fire", m.AttachParty(party="police"), "/data/party"),
    ("INCIDENT-007", (OPENED, ASSIGNED), "fire", m.CloseForParty(), "/subject"),
    (
        "INCIDENT-007",
        (OPENED, POLICE, replace(ASSIGNED, party="police")),
        "fire",
        m.DetachParty(party="police"),
        "/subject",
    ),
    ("INCIDENT-007", (OPENED, FIRE_DONE, ASSIGNED), "fire", m.CloseIncident(), "/subject"),
    ("INCIDENT-009", (OPENED,), "fire", m.CloseIncident(), "/subject"),
    ("INCIDENT-009", (OPENED, POLICE, FIRE_DONE), "fire", m.CloseIncident(), "/subject"),
    ("INCIDENT-010", (OPENED,), "fire", m.ReopenIncident(reason="again"), "/subject"),
    ("INCIDENT-011", (OPENED, POLICE), "police", m.TransferLead(to="police"), "/subject"),
    ("INCIDENT-011", (OPENED, POLICE), "police", m.TransferRoom(to="nn"), "/subject"),
    (
        "INCIDENT-011",
        (OPENED, POLICE, FIRE_DONE, POLICE_DONE),
        "police",
        m.CloseIncident(),
        "/subject",
    ),
    ("INCIDENT-012", (OPENED, POLICE), "fire", m.DetachParty(party="fire"), "/data/party"),
    (
        "INCIDENT-013",
        (OPENED, POLICE, m.PartyAttached(party="kmar")),
        "kmar",
        m.DetachParty(party="police"),
        "/data/party",
    ),
    ("INCIDENT-014", (OPENED,), "fire", m.DetachParty(party="kmar"), "/data/party"),
    ("INCIDENT-014", (OPENED,), "fire", m.TransferLead(to="kmar"), "/data/to"),
    ("INCIDENT-015", (OPENED,), "fire", m.TransferRoom(to="dh"), "/data/to"),
    ("INCIDENT-015", (OPENED,), "fire", m.TransferRoom(to="atlantis"), "/data/to"),
    (
        "INCIDENT-018",
        (OPENED,),
        "fire",
        m.AddNote(text="t", audience=NoteAudience.NAMED),
        "/data/named",
    ),
    (
        "INCIDENT-018",
        (OPENED,),
        "fire",
        m.AddNote(text="t", audience=NoteAudience.ALL, named=("police",)),
        "/data/named",
    ),
    ("INCIDENT-019", (OPENED, ASSIGNED), "fire", m.AssignUnit(unit="u1"), "/data/unit"),
    ("INCIDENT-020", (OPENED,), "fire", m.ReleaseUnit(unit="u1"), "/data/unit"),
    ("INCIDENT-020", (OPENED, POLICE, ASSIGNED), "police", m.ReleaseUnit(unit="u1"), "/data/unit"),
    (
        "INCIDENT-021",
        (OPENED, m.IncidentLocated(location=DELFT)),
        "fire",
        m.LocateIncident(location=LEIDEN, replaces=LEIDEN),
        "/data/replaces",
    ),
    (
        "INCIDENT-021",
        (OPENED, m.IncidentClassified(classification=HOUSE)),
        "fire",
        m.ClassifyIncident(classification=NURSE, replaces=None),
        "/data/replaces",
    ),
    (
        "INCIDENT-021",
        (OPENED, m.EscalationChanged(escalation=GRIP_2)),
        "fire",
        m.ChangeEscalation(escalation=GRIP_2, replaces=GRIP_1),
        "/data/replaces",
    ),
    (
        "INCIDENT-021",
        (OPENED,),
        "fire",
        m.ChangeEscalation(escalation=GRIP_2, replaces=GRIP_1),
        "/data/replaces",
    ),
    ("UNIT-001", (OPENED,), "fire", m.AssignUnit(unit="nobody"), "/data/unit"),
    ("UNIT-001", (OPENED, POLICE), "police", m.AssignUnit(unit="u1"), "/data/unit"),
    ("PARTY-001", (OPENED,), "fire", m.AttachParty(party="navy"), "/data/party"),
    (
        "PARTY-001",
        (OPENED,),
        "fire",
        m.AddNote(text="t", audience=NoteAudience.NAMED, named=("fire", "navy")),
        "/data/named/1",
    ),
    (
        "CODELIST-001",
        (OPENED,),
        "fire",
        m.ClassifyIncident(classification=Classification(table="0.9", mc1="Brand")),
        "/data/classification/table",
    ),
    (
        "CODELIST-002",
        (OPENED,),
        "fire",
        m.ClassifyIncident(classification=Classification(table="1.0", mc1="Brand", mc2="Water")),
        "/data/classification",
    ),
    (
        "CODELIST-003",
        (OPENED,),
        "fire",
        m.SetCharacteristic(name="Kleur", values=("rood",)),
        "/data/name",
    ),
    (
        "CODELIST-004",
        (OPENED,),
        "fire",
        m.SetCharacteristic(name="Ademhaling", values=("Snel",)),
        "/data/name",
    ),
    (
        "CODELIST-005",
        (OPENED,),
        "fire",
        m.SetCharacteristic(name="Aantal doden", values=("veel",)),
        "/data/values",
    ),
    ("CODELIST-006", (OPENED,), "fire", m.PrioritiseIncident(priority="A1"), "/data/priority"),
    (
        "CODELIST-007",
        (OPENED,),
        "fire",
        m.ChangeEscalation(escalation=Escalation(scale="grip", level="9")),
        "/data/escalation",
    ),
]


@pytest.mark.parametrize(("rule", "given_", "party", "command", "where"), REFUSALS)
def test_a_refusal_names_its_rule_and_points_at_what_is_wrong(
    rule: str, given_: Given, party: str, command: msgspec.Struct, where: str
) -> None:
    with pytest.raises(Refused) as caught:
        decision(given_, command, party)

    assert (caught.value.refusal.rule, caught.value.refusal.where) == (rule, where)
    assert caught.value.refusal.fix


def test_the_table_reaches_every_rule_of_an_incident() -> None:
    rules = tomllib.loads((resources.files("abs_contracts") / "rules.toml").read_text("utf-8"))
    in_force = {
        rule
        for rule, row in rules.items()
        if rule.startswith("INCIDENT-") and not row.get("retired")
    }
    assert in_force == {row[0] for row in REFUSALS if row[0].startswith("INCIDENT-")}


def test_a_stranger_is_told_the_same_whether_the_incident_exists_or_not() -> None:
    told = []
    for given_ in ((), (OPENED,), (OPENED, FIRE_DONE, CLOSED), (OPENED, MOVED)):
        with pytest.raises(Refused) as caught:
            decision(given_, m.AssignUnit(unit="u1"), "police")
        told.append(caught.value.refusal)
    assert set(told) == {told[0]}


EFFECTS: list[tuple[Given, msgspec.Struct, Given]] = [
    # what happened before, what fire asks, what comes of it
    ((), OPEN, (OPENED,)),
    (
        (),
        m.OpenIncident(source=CallSource.ROOM, exercise=True),
        (m.IncidentOpened(room="dh", lead="fire", source=CallSource.ROOM, exercise=True),),
    ),
    ((OPENED,), CALL, (CALLED,)),
    ((OPENED,), replace(CALL, caller=CALLER), (replace(CALLED, caller=CALLER),)),
    ((OPENED, CALLED), CALL, ()),
    ((OPENED,), m.LocateIncident(location=DELFT), (m.IncidentLocated(location=DELFT),)),
    (
        (OPENED,),
        m.LocateIncident(location=DELFT, replaces=None),
        (m.IncidentLocated(location=DELFT),),
    ),
    (
        (OPENED, m.IncidentLocated(location=DELFT)),
        m.LocateIncident(location=LEIDEN, replaces=DELFT),
        (m.IncidentLocated(location=LEIDEN),),
    ),
    (
        (OPENED,),
        m.ClassifyIncident(classification=HOUSE),
        (m.IncidentClassified(classification=HOUSE),),
    ),
    (
        (OPENED,),
        m.SetCharacteristic(name="Aantal doden", values=("2",)),
        (m.CharacteristicSet(name="Aantal doden", values=("2",)),),
    ),
    (
        (OPENED,),
        m.PrioritiseIncident(priority="1"),
        (m.IncidentPrioritised(party="fire", priority="1"),),
    ),
    ((OPENED,), m.AttachParty(party="police"), (POLICE,)),
    ((OPENED, POLICE, POLICE_DONE), m.AttachParty(party="police"), (POLICE,)),
    (
        (OPENED, POLICE),
        m.DetachParty(party="police"),
        (m.PartyDetached(party="police"),),
    ),
    (
        (OPENED, POLICE),
        m.TransferLead(to="police"),
        (m.LeadTransferred(previous="fire", lead="police"),),
    ),
    ((OPENED,), m.TransferRoom(to="nn"), (MOVED,)),
    (
        (OPENED,),
        m.LinkIncident(to="i9", kind=LinkKind.DOUBLE),
        (m.IncidentLinked(to="i9", kind=LinkKind.DOUBLE),),
    ),
    (
        (OPENED, m.IncidentLinked(to="i9", kind=LinkKind.DOUBLE)),
        m.LinkIncident(to="i9", kind=LinkKind.DOUBLE),
        (),
    ),
    (
        (OPENED, FIRE_DONE, CLOSED),
        m.AddNote(text="look out", audience=NoteAudience.NAMED, named=("police",)),
        (
            m.NoteAdded(
                party="fire", text="look out", audience=NoteAudience.NAMED, named=("police",)
            ),
        ),
    ),
    ((OPENED,), m.AssignUnit(unit="u1"), (ASSIGNED,)),
    (
        (OPENED, ASSIGNED),
        m.ReleaseUnit(unit="u1", reason="done"),
        (m.UnitReleased(unit="u1", party="fire", reason="done"),),
    ),
    (
        (OPENED, m.EscalationChanged(escalation=GRIP_1)),
        m.ChangeEscalation(escalation=GRIP_2, replaces=GRIP_1),
        (m.EscalationChanged(escalation=GRIP_2, previous="1"),),
    ),
    ((OPENED, ASSIGNED, RELEASED), m.CloseForParty(), (FIRE_DONE,)),
    ((OPENED, FIRE_DONE), m.CloseForParty(), ()),
    ((OPENED, POLICE, POLICE_DONE, FIRE_DONE), m.CloseIncident(), (CLOSED,)),
    (
        (OPENED, FIRE_DONE, CLOSED),
        m.ReopenIncident(reason="again"),
        (m.IncidentReopened(reason="again"),),
    ),
]


@pytest.mark.parametrize(("given_", "command", "events"), EFFECTS)
def test_an_accepted_command_leads_to_these_events(
    given_: Given, command: msgspec.Struct, events: Given
) -> None:
    assert decision(given_, command, "fire").events == events


def test_the_table_holds_every_command_of_an_incident() -> None:
    of_incidents = {c.payload for c in CORE.values() if issubclass(c.payload, m.Command)}
    of_incidents = {c for c in of_incidents if c.__module__ == m.__name__}
    assert of_incidents == {type(command) for _, command, _ in EFFECTS}


def test_a_unit_that_serves_elsewhere_is_assigned_with_a_warning() -> None:
    made = decision((OPENED,), m.AssignUnit(unit="u1"), "fire", "i2")

    assert made.events == (ASSIGNED,)
    assert made.warnings == (
        Warned(rule="UNIT-101", what="17-4331 serves another incident as well"),
    )
    assert decision((OPENED,), m.AssignUnit(unit="u1"), "fire").warnings == ()


def test_a_whole_incident_stands_as_its_events_say() -> None:
    state = incident_after(
        OPENED,
        CALLED,
        m.IncidentLocated(location=DELFT),
        m.IncidentLocated(location=LEIDEN),
        m.IncidentClassified(classification=HOUSE),
        m.CharacteristicSet(name="Aantal doden", values=("2",)),
        m.IncidentPrioritised(party="fire", priority="2"),
        m.IncidentPrioritised(party="fire", priority="1"),
        POLICE,
        m.PartyAttached(party="kmar"),
        m.PartyDetached(party="kmar"),
        ASSIGNED,
        RELEASED,
        m.EscalationChanged(escalation=GRIP_1),
        m.LeadTransferred(previous="fire", lead="police"),
        m.IncidentLinked(to="i9", kind=LinkKind.RELATED),
        POLICE_DONE,
        FIRE_DONE,
        CLOSED,
    )

    assert state == Incident(
        room="dh",
        lead="police",
        open=False,
        tenure=1,
        parties=("fire", "police"),
        closed_for=("police", "fire"),
        calls=("c1",),
        location=LEIDEN,
        classification=HOUSE,
        characteristics={"Aantal doden": ("2",)},
        priorities={"fire": "1"},
        escalation={"grip": "1"},
        units={},
        served=("u1",),
        linked_to=("i9",),
    )
    again = evolve(m.IncidentReopened(reason="again"), state)
    assert (again.open, again.closed_for) == (True, ())


@given(histories)
def test_a_log_read_back_gives_the_incidents_that_were_decided_on(history: list[Step]) -> None:
    played = Played(history)
    read: dict[str, Incident] = {}
    for event in played.log:
        id_ = incident_of(event)
        if event.contract.name.startswith("incident.") and id_:
            read[id_] = evolve(event.payload, read.get(id_, Incident()))

    assert read == {id_: state for id_, state in played.incidents.items() if state.exists}


class Model:
    """Who takes part in what, worked out from the accepted commands alone."""

    def __init__(self, steps: list[Step]) -> None:
        self.lead: dict[str, str] = {}
        self.attached: dict[str, set[str]] = {}
        self.working: dict[str, set[str]] = {}  # the attached whose part is not closed
        self.open: set[str] = set()
        self.units: set[tuple[str, str, str]] = set()
        for step in steps:
            self.take(step)

    def take(self, step: Step) -> None:
        who, where = step.party, step.subject
        match step.payload:
            case m.OpenIncident():
                self.lead[where] = who
                self.attached[where], self.working[where] = {who}, {who}
                self.open.add(where)
            case m.AttachParty(party=party):
                self.attached[where].add(party)
                self.working[where].add(party)
            case m.DetachParty(party=party):
                self.attached[where].remove(party)
                self.working[where].discard(party)
            case m.TransferLead(to=party):
                self.lead[where] = party
            case m.AssignUnit(unit=unit):
                self.units.add((where, unit, who))
            case m.ReleaseUnit(unit=unit):
                self.units.remove((where, unit, who))
            case m.CloseForParty():
                self.working[where].discard(who)
            case m.CloseIncident():
                self.open.remove(where)
            case m.ReopenIncident():
                self.open.add(where)
                self.working[where] = set(self.attached[where])


@given(histories)
def test_any_history_keeps_the_invariants_of_involvement(history: list[Step]) -> None:
    played = Played()
    for step in history:
        played.take(step)
        model = Model(played.accepted)
        for id_, state in played.incidents.items():
            if not state.exists:
                continue
            assert state.lead == model.lead[id_]
            assert set(state.parties) == model.attached[id_]
            assert set(state.parties) - set(state.closed_for) == model.working[id_]
            assert state.open == (id_ in model.open)
            of_this = {(unit, party) for i, unit, party in model.units if i == id_}
            assert set(state.units.items()) == of_this
            assert state.lead in state.parties
            assert set(state.units.values()) <= set(state.parties)
            assert state.open or not state.units


@given(histories)
def test_only_the_attached_change_an_incident(history: list[Step]) -> None:
    played = Played()
    for step in history:
        before = dict(played.incidents)
        played.take(step)
        changed = {i for i, state in played.incidents.items() if before.get(i) != state}
        for id_ in changed:
            was = before.get(id_, Incident())
            assert not was.exists or step.party in was.parties
