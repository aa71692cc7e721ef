"""The deciders against small independent models, step by step as Hypothesis likes.

The models know the rules as a person would tell them, share no code with the
deciders, and predict of every command whether it is accepted, by which rule it is
refused, and what stands afterwards.
"""

import datetime as dt

import msgspec
from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import (
    CallSource,
    Escalation,
    LinkKind,
    NoteAudience,
    StatusSource,
)
from abs_contracts.refusal import Refused
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from abs_core.domain import incident, incident_rules, unit
from abs_core.domain.decision import By, Elsewhere, Known
from abs_core.domain.incident import Incident
from abs_core.domain.unit import Unit

from .played import NOON, PARTIES, ROOM

PARTY = st.sampled_from(list(PARTIES))
NAMES = ("a", "b", "c")
INCIDENT = st.sampled_from(NAMES)
LEVELS = {"0": 0, "1": 1, "2": 2, "3": 3, "5": 5}
OFFICES = {"CaCo": 2, "Burgemeester": 3, "Voorzitter veiligheidsregio": 5, "dispatcher": -1}
CLOCKS = {"alarming": 1, "copi": 1, "rot-sections": 2, "gbt": 3}


class Book:
    """One incident as a person would keep it on paper."""

    def __init__(self, lead: str, exercise: bool) -> None:
        self.lead = lead
        self.exercise = exercise
        self.open = True
        self.attached = [lead]
        self.done: set[str] = set()
        self.in_hand: set[str] = set()
        self.units: set[str] = set()  # one of each party, named after it
        self.links: set[str] = set()
        self.grip: str | None = None
        self.clocks: dict[str, bool] = {}  # started, and whether met


class IncidentMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.books: dict[str, Book] = {}
        self.states = dict.fromkeys(NAMES, Incident())

    def _says(self, where: str, who: str, command: msgspec.Struct) -> str:
        """What the decider says: the rule of its refusal, or "" for yes, which is then folded."""
        serves = [n for n, s in self.states.items() if n != where and s.open and who in s.units]
        to = getattr(command, "to", "")
        known = Known(
            ROOM,
            PARTIES,
            Unit(party=who, call_sign=who, kind="X") if isinstance(command, m.AssignUnit) else None,
            tuple(Elsewhere(n, self.states[n].exercise) for n in serves),
            target=self.states[to] if to in NAMES and to != where else None,
            at=NOON,
        )
        try:
            made = incident_rules.decide(self.states[where], command, By(who, "d", "r"), known)
        except Refused as refused:
            return refused.refusal.rule
        for event in made.events:
            self.states[where] = incident.evolve(event, self.states[where])
        return ""

    def _denied(self, where: str, who: str, *, closed: bool = False) -> str:
        """Why no command of this party is heard at all."""
        book = self.books.get(where)
        if book is None or who not in book.attached:
            return "INCIDENT-001"
        return "" if book.open or closed else "INCIDENT-003"

    @rule(where=INCIDENT, who=PARTY, exercise=st.booleans())
    def opens(self, where: str, who: str, exercise: bool) -> None:
        command = m.OpenIncident(source=CallSource.EMERGENCY, exercise=exercise)
        expected = "INCIDENT-002" if where in self.books else ""
        assert self._says(where, who, command) == expected
        self.books.setdefault(where, Book(who, exercise))

    @rule(where=INCIDENT, who=PARTY, other=PARTY)
    def attaches(self, where: str, who: str, other: str) -> None:
        expected = self._denied(where, who)
        if not expected and other in self.books[where].attached:
            expected = "" if other in self.books[where].done else "INCIDENT-006"
        assert self._says(where, who, m.AttachParty(party=other)) == expected
        if not expected:
            book = self.books[where]
            book.attached = [p for p in book.attached if p != other] + [other]
            book.done.discard(other)

    @rule(where=INCIDENT, who=PARTY, other=PARTY)
    def detaches(self, where: str, who: str, other: str) -> None:
        expected = self._denied(where, who)
        if not expected:
            book = self.books[where]
            expected = (
                "INCIDENT-014" if other not in book.attached
                else "INCIDENT-012" if other == book.lead
                else "INCIDENT-013" if who not in (other, book.lead)
                else "INCIDENT-007" if other in book.units
                else ""
            )  # fmt: skip
        assert self._says(where, who, m.DetachParty(party=other)) == expected
        if not expected:
            book.attached.remove(other)
            book.done.discard(other)
            book.in_hand.discard(other)

    @rule(where=INCIDENT, who=PARTY, other=PARTY)
    def hands_over_the_lead(self, where: str, who: str, other: str) -> None:
        expected = self._denied(where, who)
        if not expected:
            book = self.books[where]
            expected = "INCIDENT-011" if who != book.lead else ""
            expected = expected or ("INCIDENT-014" if other not in book.attached else "")
        assert self._says(where, who, m.TransferLead(to=other)) == expected
        if not expected:
            book.lead = other

    @rule(where=INCIDENT, who=PARTY)
    def takes_up(self, where: str, who: str) -> None:
        expected = self._denied(where, who)
        assert self._says(where, who, m.TakeUpIncident()) == expected
        if not expected:
            self.books[where].in_hand.add(who)

    @rule(where=INCIDENT, who=PARTY)
    def assigns_its_unit(self, where: str, who: str) -> None:
        expected = self._denied(where, who)
        if not expected:
            book = self.books[where]
            real = [b for n, b in self.books.items() if n != where and b.open and not b.exercise]
            busy = any(who in b.units for b in real)
            expected = "INCIDENT-019" if who in book.units else ""
            expected = expected or ("UNIT-003" if book.exercise and busy else "")
        assert self._says(where, who, m.AssignUnit(unit=who)) == expected
        if not expected:
            book.units.add(who)

    @rule(where=INCIDENT, who=PARTY)
    def releases_its_unit(self, where: str, who: str) -> None:
        expected = self._denied(where, who)
        if not expected and who not in self.books[where].units:
            expected = "INCIDENT-020"
        assert self._says(where, who, m.ReleaseUnit(unit=who)) == expected
        if not expected:
            self.books[where].units.remove(who)

    @rule(where=INCIDENT, who=PARTY)
    def closes_its_part(self, where: str, who: str) -> None:
        expected = self._denied(where, who)
        if not expected and who not in self.books[where].done and who in self.books[where].units:
            expected = "INCIDENT-007"
        assert self._says(where, who, m.CloseForParty()) == expected
        if not expected:
            self.books[where].done.add(who)

    @rule(where=INCIDENT, who=PARTY)
    def closes(self, where: str, who: str) -> None:
        expected = self._denied(where, who)
        if not expected:
            book = self.books[where]
            expected = (
                "INCIDENT-011" if who != book.lead
                else "INCIDENT-009" if set(book.attached) - book.done
                else "INCIDENT-007" if book.units
                else ""
            )  # fmt: skip
        assert self._says(where, who, m.CloseIncident()) == expected
        if not expected:
            book.open = False

    @rule(where=INCIDENT, who=PARTY)
    def reopens(self, where: str, who: str) -> None:
        expected = self._denied(where, who, closed=True)
        if not expected and self.books[where].open:
            expected = "INCIDENT-010"
        assert self._says(where, who, m.ReopenIncident(reason="r")) == expected
        if not expected:
            self.books[where].open, self.books[where].done = True, set()

    @rule(where=INCIDENT, who=PARTY)
    def notes(self, where: str, who: str) -> None:
        note = m.AddNote(text="n", audience=NoteAudience.ALL)
        assert self._says(where, who, note) == self._denied(where, who, closed=True)

    @rule(where=INCIDENT, who=PARTY, to=st.sampled_from([*NAMES, "x"]))
    def links(self, where: str, who: str, to: str) -> None:
        expected = self._denied(where, who, closed=True)
        if not expected:
            other = self.books.get(to)
            if to == where or other is None or who not in other.attached:
                expected = "INCIDENT-023"
            elif other.exercise != self.books[where].exercise:
                expected = "INCIDENT-025"
        assert self._says(where, who, m.LinkIncident(to=to, kind=LinkKind.DOUBLE)) == expected
        if not expected:
            self.books[where].links.add(to)

    @rule(
        where=INCIDENT, who=PARTY, level=st.sampled_from(list(LEVELS)),
        office=st.sampled_from(list(OFFICES)),
    )  # fmt: skip
    def escalates(self, where: str, who: str, level: str, office: str) -> None:
        expected = self._denied(where, who)
        if not expected:
            book = self.books[where]
            height = max(LEVELS[level], LEVELS[book.grip] if book.grip else 0)
            expected = "" if OFFICES[office] >= height else "INCIDENT-022"
        command = m.ChangeEscalation(
            escalation=Escalation(scale="grip", level=level), decided_by=office
        )
        assert self._says(where, who, command) == expected
        if not expected:
            book.grip = level
            runs = [clock for clock, rank in CLOCKS.items() if LEVELS[level] >= rank]
            book.clocks = {clock: book.clocks.get(clock, False) for clock in runs}

    @rule(where=INCIDENT, who=PARTY, clock=st.sampled_from(list(CLOCKS)))
    def meets_a_clock(self, where: str, who: str, clock: str) -> None:
        expected = self._denied(where, who)
        if not expected and clock not in self.books[where].clocks:
            expected = "INCIDENT-024"
        assert self._says(where, who, m.MeetClock(clock=clock)) == expected
        if not expected:
            self.books[where].clocks[clock] = True

    @invariant()
    def stands_as_in_the_book(self) -> None:
        for name, state in self.states.items():
            book = self.books.get(name)
            assert state.exists == (book is not None)
            if book is None:
                continue
            assert (state.lead, state.open, state.exercise) == (
                book.lead, book.open, book.exercise
            )  # fmt: skip
            assert list(state.parties) == book.attached
            assert set(state.closed_for) == book.done & set(book.attached)
            assert set(state.taken_up) == book.in_hand
            assert set(state.units) == book.units
            assert set(state.linked_to) == book.links
            assert state.escalation.get("grip") == book.grip
            met = {c: k.met for c, k in state.clocks.items() if c in CLOCKS}
            assert met == book.clocks


class UnitMachine(RuleBasedStateMachine):
    """One unit of fire: whatever comes late or twice, its statuses stand as they occurred."""

    def __init__(self) -> None:
        super().__init__()
        self.state = Unit()
        self.registered = False
        self.pressed = False
        self.reports: list[tuple[int, int, str]] = []  # minute, order of arrival, status

    def _says(self, command: msgspec.Struct, who: str, minute: int = 0) -> tuple[str, int]:
        at = NOON + dt.timedelta(minutes=minute)
        try:
            events = unit.decide(self.state, command, party=who, discipline=PARTIES[who], at=at)
        except Refused as refused:
            return refused.refusal.rule, 0
        for event in events:
            self.state = unit.evolve(event, self.state)
        return "", len(events)

    def _line(self, reports: list[tuple[int, int, str]]) -> list[tuple[int, str]]:
        """The statuses in order: of one minute the last word, of equal neighbours the first."""
        by_minute = {minute: status for minute, _, status in sorted(reports)}
        line: list[tuple[int, str]] = []
        for minute, status in sorted(by_minute.items()):
            if not line or line[-1][1] != status:
                line.append((minute, status))
        return line

    @rule(who=PARTY)
    def registers(self, who: str) -> None:
        who = who if self.registered else "fire"  # whose it is in this machine
        said, _ = self._says(u.RegisterUnit(call_sign="1", kind="TS-6"), who)
        assert said == ("" if who == "fire" else "UNIT-002")
        self.registered = True

    @rule(
        who=st.sampled_from(["fire", "fire", "fire", "police"]),
        minute=st.integers(0, 25),
        status=st.sampled_from(["ov", "ut", "tp", "ir", "bs", "spraak", "vp"]),
        source=st.sampled_from(StatusSource),
    )
    def reports_a_status(self, who: str, minute: int, status: str, source: StatusSource) -> None:
        said, events = self._says(u.ReportStatus(status=status, source=source), who, minute)
        if not self.registered or who != "fire":
            assert said == "UNIT-001"
        elif status == "vp":  # the ambulance's
            assert said == "CODELIST-008"
        elif status == "spraak":
            assert (said, events) == ("", 1)
        else:
            before = self._line(self.reports)
            self.reports.append((minute, len(self.reports), status))
            if self._line(self.reports) == before:
                self.reports.pop()  # it told nothing, and was not kept
                assert (said, events) == ("", 0)
            else:
                assert (said, events) == ("", 1)

    @rule(press=st.booleans())
    def uses_the_button(self, press: bool) -> None:
        command = u.RaiseEmergency() if press else u.ClearEmergency(reason="r")
        said, events = self._says(command, "fire")
        assert said == ("" if self.registered else "UNIT-001")
        if self.registered:
            assert events == (1 if press or self.pressed else 0)
            self.pressed = press

    @invariant()
    def stands_as_it_occurred(self) -> None:
        line = self._line(self.reports)
        told = [((s.since - NOON) // dt.timedelta(minutes=1), s.status) for s in self.state.stays]
        assert told == line
        assert self.state.emergency == self.pressed


MANY = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestIncident = IncidentMachine.TestCase
TestIncident.settings = MANY
TestUnit = UnitMachine.TestCase
TestUnit.settings = MANY
