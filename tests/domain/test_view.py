"""What a party sees: the attached all that is permitted, the others at most stubs."""

from abs_contracts import CORE
from abs_contracts.codec import decode_event
from abs_contracts.messages import incident as m
from abs_contracts.messages import party as p
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import (
    Caller,
    CallSource,
    Classification,
    Location,
    NoteAudience,
    StatusSource,
)
from hypothesis import given
from hypothesis import strategies as st

from abs_core.domain.view import unit_party

from .played import NOON, PARTIES, Event, Played, Rendering, Step, incident_of, render
from .strategies import canary, histories

TOLD_TO_ALL = (p.PartyDegraded, p.PartyRecovered, u.EmergencyRaised, u.EmergencyCleared)
OPEN = m.OpenIncident(source=CallSource.EMERGENCY)
STUB = CORE.of(m.IncidentStub).type


def names(feed: list[bytes]) -> list[str]:
    return [decode_event(raw).contract.name for raw in feed]


class Expected:
    """What each party should have by now, worked out without the view.

    Of an incident it takes part in: every permitted entry up to now. Of one it
    took part in: every permitted entry up to the moment it left.
    """

    def __init__(self) -> None:
        self._about: dict[str, list[Event]] = {}
        self._attached: dict[str, set[str]] = {}
        self._served: dict[str, set[str]] = {}
        self.seen: dict[str, set[bytes]] = {party: set() for party in PARTIES}

    def take(self, event: Event) -> None:
        payload, id_ = event.payload, incident_of(event)
        if isinstance(payload, TOLD_TO_ALL):
            for party in PARTIES:
                self.seen[party].add(event.raw)
        if isinstance(payload, u.UnitRegistered | u.UnitStatusChanged):
            self.seen[payload.party].add(event.raw)
            if event.envelope.subject not in self._served.get(id_ or "", ()):
                return
        if id_ is None:
            return
        about = self._about.setdefault(id_, [])
        about.append(event)
        attached = self._attached.setdefault(id_, set())
        match payload:
            case m.IncidentOpened(lead=party) | m.PartyAttached(party=party):
                attached.add(party)
            case m.UnitAssigned(unit=unit):
                self._served.setdefault(id_, set()).add(unit)
        for party in attached:
            self.seen[party] |= {e.raw for e in about if self._permitted(e, party)}
        if isinstance(payload, m.PartyDetached):
            attached.remove(payload.party)

    @staticmethod
    def _permitted(event: Event, party: str) -> bool:
        match event.payload:
            case m.NoteAdded(audience=NoteAudience.OWN, party=writer):
                return party == writer
            case m.NoteAdded(audience=NoteAudience.NAMED, party=writer, named=named):
                return party == writer or party in named
        return True


@given(histories)
def test_at_every_moment_each_party_has_exactly_what_is_permitted(history: list[Step]) -> None:
    expected = Expected()
    renderings = {party: Rendering(party) for party in PARTIES}
    fed: dict[str, list[bytes]] = {party: [] for party in PARTIES}
    for event in Played(history).log:
        expected.take(event)
        for party, rendering in renderings.items():
            fed[party].extend(raw for raw in rendering.take(event) if STUB.encode() not in raw)
            assert len(fed[party]) == len(expected.seen[party]), "nothing comes twice"
            assert set(fed[party]) == expected.seen[party]


@given(histories)
def test_of_one_incident_a_party_reads_in_the_order_of_the_log(history: list[Step]) -> None:
    log = Played(history).log
    place = {event.raw: number for number, event in enumerate(log)}
    for party in PARTIES:
        read: dict[str, list[int]] = {}
        for raw in render(log, party):
            event = decode_event(raw)
            id_ = incident_of(event)
            own = unit_party(event) == party  # these come at once, the others when it attaches
            if raw in place and id_ and not own:
                read.setdefault(id_, []).append(place[raw])
        assert all(places == sorted(places) for places in read.values())


@given(histories)
def test_a_private_text_is_in_no_other_partys_bytes(history: list[Step]) -> None:
    """Every free text of a history is a canary: found wherever it may be, and nowhere else."""
    log = Played(history).log
    expected = Expected()
    for event in log:
        expected.take(event)
    marks = [canary(number).encode() for number in range(len(history))]
    for party in PARTIES:
        bytes_ = b"".join(render(log, party))
        permitted = b"".join(expected.seen[party])
        for mark in marks:
            assert (mark in bytes_) == (mark in permitted), (party, mark)
        assert b"ab" * 32 not in bytes_, "a token's digest stays inside the core"


@given(histories)
def test_a_stub_says_nothing_but_that_there_is_an_incident(history: list[Step]) -> None:
    log = Played(history).log
    words = {e.envelope.authid for e in log} | {e.envelope.id for e in log} | {"dispatcher"}
    for party in PARTIES:
        for raw in render(log, party):
            message = decode_event(raw)
            if message.envelope.type != STUB:
                continue
            said = {"room", "open", "municipality", "mc1", "exercise"}
            assert set(message.payload.__struct_fields__) == said
            assert not [word for word in words if str(word).encode() in raw]


@given(histories, st.data())
def test_rendering_again_in_any_pieces_gives_the_same_bytes(
    history: list[Step], data: st.DataObject
) -> None:
    log = Played(history).log
    for party in PARTIES:
        rendering, feed, rest = Rendering(party), [], list(log)
        while rest:
            size = data.draw(st.integers(1, len(rest)))
            piece, rest = rest[:size], rest[size:]
            # What is kept between two pieces is the dossiers alone.
            carried, rendering = rendering.dossiers, Rendering(party)
            rendering.dossiers = dict(carried)
            feed += [raw for event in piece for raw in rendering.take(event)]
        assert feed == render(log, party) == render(log, party)


@given(histories)
def test_a_view_says_nothing_of_what_comes_later(history: list[Step]) -> None:
    log = Played(history).log
    for party in PARTIES:
        whole = render(log, party)
        for end in range(0, len(log), 5):
            part = render(log[:end], party)
            assert whole[: len(part)] == part


# -- row by row: facts 4.3 ----------------------------------------------------

UNATTACHED = [
    # who leads, who looks on, whether it may know that there is something
    ("ambulance", "police", True),
    ("ambulance", "fire", True),
    ("ambulance", "kmar", False),
    ("fire", "police", True),
    ("fire", "ambulance", True),
    ("fire", "kmar", False),
    ("police", "ambulance", False),
    ("police", "fire", False),
    ("police", "kmar", False),
    ("kmar", "police", False),
    ("kmar", "fire", False),
    ("kmar", "ambulance", False),
]


def test_who_is_not_attached_sees_stubs_or_nothing() -> None:
    for lead, other, told in UNATTACHED:
        played = Played([
            Step(lead, "i1", OPEN),
            Step(lead, "i1", m.LocateIncident(location=Location(municipality="Delft", street="X"))),
            Step(lead, "i1", _classified("Gezondheid", "Hart")),
            Step(lead, "i1", _classified("Gezondheid")),
            Step(lead, "i1", m.AddCall(call="c", source=CallSource.ECALL, received=NOON,
                                       caller=Caller(name="who"))),
            Step(lead, "i1", m.AddNote(text="t", audience=NoteAudience.ALL)),
            Step(lead, "i1", m.CloseForParty()),
            Step(lead, "i1", m.CloseIncident()),
        ])  # fmt: skip
        stubs = [decode_event(raw).payload for raw in render(played.log, other)]
        rows = [(True, None, None), (True, "Delft", None), (True, "Delft", "Gezondheid"),
                (False, "Delft", "Gezondheid")]  # fmt: skip
        wanted = [m.IncidentStub(room="dh", open=o, municipality=w, mc1=c) for o, w, c in rows]
        assert stubs == (wanted if told else []), (lead, other)


def _classified(mc1: str, mc2: str | None = None) -> m.ClassifyIncident:
    return m.ClassifyIncident(classification=Classification(table="1.0", mc1=mc1, mc2=mc2))


def test_a_note_reaches_its_audience_and_no_one_else() -> None:
    attach = [Step("fire", "i1", m.AttachParty(party=party)) for party in ("police", "ambulance")]
    rows: list[tuple[NoteAudience, tuple[str, ...], set[str]]] = [
        (NoteAudience.ALL, (), {"fire", "police", "ambulance"}),
        (NoteAudience.OWN, (), {"police"}),
        (NoteAudience.NAMED, ("fire",), {"police", "fire"}),
        (NoteAudience.NAMED, ("kmar",), {"police"}),  # named, and not attached
    ]
    for audience, named, readers in rows:
        note = m.AddNote(text="for them", audience=audience, named=named)
        log = Played([Step("fire", "i1", OPEN), *attach, Step("police", "i1", note)]).log
        saw = {party for party in PARTIES if b"for them" in b"".join(render(log, party))}
        assert saw == readers, (audience, named)


def test_a_note_for_a_party_reaches_it_when_it_attaches_later() -> None:
    note = m.AddNote(text="for them", audience=NoteAudience.NAMED, named=("kmar",))
    log = Played([Step("fire", "i1", OPEN), Step("fire", "i1", note)]).log
    assert render(log, "kmar") == []

    late = Played([Step("fire", "i1", OPEN), Step("fire", "i1", note),
                   Step("fire", "i1", m.AttachParty(party="kmar"))]).log  # fmt: skip
    assert names(render(late, "kmar")) == [
        "incident.opened", "incident.note_added", "incident.party_attached"
    ]  # fmt: skip


def test_who_comes_back_gets_what_it_missed_and_nothing_twice() -> None:
    def note(text: str) -> Step:
        return Step("fire", "i1", m.AddNote(text=text, audience=NoteAudience.ALL))

    attach = Step("fire", "i1", m.AttachParty(party="kmar"))
    detach = Step("kmar", "i1", m.DetachParty(party="kmar"))
    steps = [Step("fire", "i1", OPEN), note("one"), attach, note("two"), detach, note("three")]
    gone = names(render(Played(steps).log, "kmar"))
    assert gone == ["incident.opened", "incident.note_added", "incident.party_attached",
                    "incident.note_added", "incident.party_detached"]  # fmt: skip

    back = Played([*steps, attach])
    assert names(render(back.log, "kmar"))[len(gone) :] == [
        "incident.note_added", "incident.party_attached"
    ]  # fmt: skip


def test_a_status_reaches_the_parties_of_the_incident_that_its_unit_serves() -> None:
    registered = Step("fire", "u1", u.RegisterUnit(call_sign="17-4331", kind="TS-6"))
    status = u.ReportStatus(status="tp", source=StatusSource.RADIO, incident="i1")
    steps = [registered, Step("fire", "i1", OPEN), Step("fire", "i1", m.AttachParty(party="kmar"))]
    assigned = Step("fire", "i1", m.AssignUnit(unit="u1"))

    before = Played([*steps, Step("fire", "u1", status), assigned])
    assert "unit.status_changed" not in names(render(before.log, "kmar"))
    assert names(render(before.log, "fire")).count("unit.status_changed") == 1

    after = Played([*steps, assigned, Step("fire", "u1", status)])
    assert names(render(after.log, "kmar")) == [
        "incident.opened", "incident.party_attached", "incident.unit_assigned",
        "unit.status_changed",
    ]  # fmt: skip
    idle = u.ReportStatus(status="tp", source=StatusSource.RADIO)
    alone = Played([*steps, assigned, Step("fire", "u1", idle)])
    assert "unit.status_changed" not in names(render(alone.log, "kmar"))
