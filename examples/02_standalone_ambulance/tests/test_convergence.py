"""Two systems say things to each other at once; afterwards both have one picture.

The link keeps the order, and loses, repeats and delays at will: that is what a push
with retries makes of a network. What crossed is compared, not who said it when.
"""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st
from standalone_ambulance import commands as c
from standalone_ambulance.model import Case, Event, Place, Step, Urgency
from standalone_ambulance.outward import PRIORITY, STATUS
from standalone_ambulance.post import Office, Partner
from standalone_ambulance.records import Letter, MemoryRecords
from standalone_ambulance.station import Station

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
A, B = "nl.ambulance.rav15", "nl.ambulance.rav16"
PLACES = [Place(address=f"Dorpsstraat {n}", city="Delft") for n in (1, 2, 3)]
EVENTS = [Event(code=f"C02.08.0{n}", label=f"event {n}") for n in (1, 2, 3)]
sides = st.sampled_from([A, B])
STEPS = st.one_of(
    st.tuples(st.just("call"), sides, st.integers(0, 2)),
    st.tuples(st.just("place"), sides, st.integers(0, 2)),
    st.tuples(st.just("event"), sides, st.integers(0, 2)),
    st.tuples(st.just("urgency"), sides, st.integers(0, 4)),
    st.tuples(st.just("note"), sides, st.integers(0, 9)),
    st.tuples(st.just("vehicle"), sides, st.integers(0, 1)),
    st.tuples(st.just("ask"), sides, st.integers(0, 1)),
    st.tuples(st.just("deliver"), sides, st.integers(1, 5)),
    st.tuples(st.just("deliver"), sides, st.integers(1, 5)),
    st.tuples(st.just("lose"), sides, st.integers(1, 2)),
    st.tuples(st.just("again"), sides, st.integers(0, 99)),
)


class Pair:
    def __init__(self, skew: timedelta) -> None:
        self.at = NOON
        self.skew = {A: timedelta(0), B: skew}
        self.stations = {
            me: Station(
                Office(name=me, edition="t", partners=(Partner(name=other),)), MemoryRecords()
            )
            for me, other in ((A, B), (B, A))
        }
        for me, region in ((A, 15), (B, 16)):
            for n in (101, 102):
                self.do(me, c.PutInService(vehicle=f"{region}-{n}", station="Delft"))

    def do(self, side: str, command: c.Command) -> c.Done | None:
        self.at += timedelta(milliseconds=400)
        try:
            return self.stations[side].command(command, self.at + self.skew[side])
        except c.Refused:
            return None

    def step(self, what: str, side: str, n: int) -> None:
        other, own = (B if side == A else A), self.stations[side]
        open_cases = [each for each in own.records.cases() if each.closed is None]
        match what:
            case "deliver":
                for _ in range(n):
                    self.deliver(side)
            case "lose":
                self.deliver(side, heard=False)
            case "again":
                letters = own.records.letters(other, after=0, limit=9999)
                done = [each for each in letters if each.state != "waiting"]
                if done:
                    self.arrive(side, done[n % len(done)])
            case "call":
                command = c.TakeCall(number="+31600000112", place=PLACES[n], event=EVENTS[0])
                done_case = self.do(side, command)
                assert done_case is not None
                assert done_case.case is not None
                self.do(side, c.Share(case=done_case.case, partner=other))
            case "vehicle" if open_cases:
                self.drive(side, open_cases[n % len(open_cases)], n)
            case "ask" if open_cases:
                self.ask(side, other, open_cases[n % len(open_cases)])
            case _ if open_cases:
                self.state(what, side, open_cases[n % len(open_cases)], n)

    def state(self, what: str, side: str, case: Case, n: int) -> None:
        match what:
            case "place":
                self.do(side, c.Correct(case=case.id, place=PLACES[n]))
            case "event":
                self.do(side, c.Correct(case=case.id, event=EVENTS[n]))
            case "urgency":
                self.do(side, c.Triage(case=case.id, urgency=[*Urgency][n]))
            case "note":
                self.do(side, c.AddNote(case=case.id, text=f"{side} sees {n}"))

    def ask(self, side: str, other: str, case: Case) -> None:
        self.do(side, c.AskHelp(case=case.id, partner=other, purpose="SAP"))
        for each in case.asks:
            if each.to == side and each.answer is None:
                self.do(side, c.AnswerAsk(case=case.id, ask=each.id, answer="ACCEPTEE"))

    def drive(self, side: str, case: Case, n: int) -> None:
        """Send a vehicle, or let it go on by a step where it is busy."""
        vehicle = f"{15 if side == A else 16}-{101 + n}"
        if self.do(side, c.SendVehicle(case=case.id, vehicle=vehicle)) is None:
            for step in Step:
                report = c.Report(vehicle=vehicle, step=step, hospital="the hospital")
                if self.do(side, report) is not None:
                    break

    def deliver(self, side: str, *, heard: bool = True) -> None:
        """The oldest letter of a side arrives; that it did may be lost."""
        other = B if side == A else A
        letter = self.stations[side].records.waiting(other)
        if letter is None:
            return
        self.arrive(side, letter)
        if heard:
            self.stations[side].delivered(letter)

    def arrive(self, side: str, letter: Letter) -> None:
        other = B if side == A else A
        self.at += timedelta(milliseconds=400)
        raw = json.dumps(letter.body).encode()
        self.stations[other].receive(raw, side, self.at + self.skew[other])

    def settle(self) -> None:
        """Everything is delivered; this must come to an end by itself."""
        for _ in range(5000):
            waiting = [s for s, o in ((A, B), (B, A)) if self.stations[s].records.waiting(o)]
            if not waiting:
                return
            self.deliver(waiting[0])
        raise AssertionError("the two never have done with each other")


def shared(case: Case, me: str, other: str) -> dict[str, object]:
    """What both sides must agree on."""
    states = {each.id: each.status for each in case.others if each.of == other}
    states |= {f"{me}.resource.{each.vehicle}": STATUS[each.step] for each in case.missions}
    return {
        "place": case.place.model_copy(update={"said": None}),
        "event": case.event,
        "urgency": PRIORITY[case.urgency] if case.urgency else None,
        "notes": {(each.by, each.text) for each in case.notes},
        "vehicles": states,
        "asks": {(each.id, each.answer, each.withdrawn) for each in case.asks},
        "owner": case.owner,
    }


@settings(max_examples=200, deadline=None)
@example(
    [
        ("call", B, 0),
        ("event", B, 2),
        ("deliver", B, 1),
        ("event", A, 1),
        ("place", A, 0),
    ],
    0,
)  # the owner's word after its acknowledgement was once taken for a repeat
@given(st.lists(STEPS, max_size=60), st.sampled_from([0, -7200, 5, 86_000]))
def test_both_have_one_picture_when_all_is_delivered(
    steps: list[tuple[str, str, int]], skew: int
) -> None:
    pair = Pair(timedelta(seconds=skew))
    for step in steps:
        pair.step(*step)
    pair.settle()
    a, b = (pair.stations[each].records for each in (A, B))
    ours = {each.id: shared(each, A, B) for each in a.cases()}
    theirs = {each.id: shared(each, B, A) for each in b.cases()}
    assert ours == theirs
    for side, other in ((A, B), (B, A)):
        letters = pair.stations[side].records.letters(other, after=0, limit=99_999)
        assert [each.answer for each in letters if each.type not in ("RC-REF", "RS-ERROR")] == [
            "INTEGRE" for each in letters if each.type not in ("RC-REF", "RS-ERROR")
        ]
