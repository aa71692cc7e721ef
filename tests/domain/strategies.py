"""Plausible histories: commands of four parties about three incidents and their units."""

from abs_contracts.messages import incident as m
from abs_contracts.messages import party as p
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import (
    Caller,
    CallSource,
    Classification,
    Escalation,
    LinkKind,
    Location,
    NoteAudience,
    Scene,
    StatusSource,
)
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from .played import NOON, PARTIES, Step

PARTY = st.sampled_from(list(PARTIES))
INCIDENT = st.sampled_from(["i1", "i2", "i3"])
CLASSES = (
    Classification(table="1.0", mc1="Brand", mc2="Gebouw"),
    Classification(table="1.0", mc1="Gezondheid"),
)
STATUS = "tp"  # every discipline has it

_notes = st.one_of(
    st.builds(
        m.AddNote,
        text=st.sampled_from(["-", "-aantal doden 2"]),
        audience=st.sampled_from(["all", "own"]).map(NoteAudience),
    ),
    st.builds(
        m.AddNote,
        text=st.just("-"),
        audience=st.just(NoteAudience.NAMED),
        named=st.lists(PARTY, min_size=1, max_size=2, unique=True).map(tuple),
    ),
)
_shared = st.one_of(
    st.builds(
        m.AddCall,
        call=st.sampled_from(["c1", "c2", "c3"]),
        source=st.sampled_from(CallSource),
        received=st.just(NOON),
        caller=st.just(Caller(name="-")),
        summary=st.just("-"),
    ),
    st.builds(
        m.LocateIncident,
        location=st.sampled_from(["Delft", "Leiden"]).map(
            lambda name: Location(municipality=name, street="-")
        ),
    ),
    st.builds(m.ClassifyIncident, classification=st.sampled_from(CLASSES)),
    st.builds(m.SetCharacteristic, name=st.just("Aantal doden"), values=st.just(("2",))),
    st.builds(m.PrioritiseIncident, priority=st.sampled_from(["1", "2", "A1"])),
    st.builds(
        m.ChangeEscalation,
        escalation=st.sampled_from(["0", "1"]).map(
            lambda level: Escalation(scale="grip", level=level)
        ),
        decided_by=st.sampled_from(["CaCo", None]),
    ),
    st.builds(m.MeetClock, clock=st.sampled_from(["copi", "alarming"])),
    st.builds(m.TakeUpIncident),
    st.builds(
        m.StateSafety,
        scene=st.sampled_from(["unsafe", "safe"]).map(Scene),
        staging=st.sampled_from(["-", None]),
    ),
    st.builds(m.LinkIncident, to=INCIDENT, kind=st.sampled_from(LinkKind)),
)
_involvement = st.one_of(
    st.builds(m.AttachParty, party=PARTY),
    st.builds(m.AttachParty, party=PARTY),
    st.builds(m.DetachParty, party=PARTY),
    st.builds(m.TransferLead, to=PARTY),
)
_closing = st.one_of(
    st.just(m.CloseForParty()),
    st.just(m.CloseIncident()),
    st.just(m.ReopenIncident(reason="-")),
)
_incident_steps = st.builds(
    Step,
    party=PARTY,
    subject=INCIDENT,
    payload=st.one_of(_notes, _shared, _involvement, _closing),
)
_openings = st.builds(
    Step,
    party=PARTY,
    subject=INCIDENT,
    payload=st.builds(m.OpenIncident, source=st.just(CallSource.EMERGENCY), exercise=st.booleans()),
)


def _unit_steps(party: str, incident: str, what: str) -> Step:
    unit = f"{party}-1"
    payloads: dict[str, tuple[str, Struct]] = {
        "register": (unit, u.RegisterUnit(call_sign="-", kind="TS-6")),
        "assign": (incident, m.AssignUnit(unit=unit)),
        "release": (incident, m.ReleaseUnit(unit=unit, reason="-")),
        "status": (
            unit,
            u.ReportStatus(status=STATUS, source=StatusSource.RADIO, incident=incident),
        ),
        "idle": (unit, u.ReportStatus(status=STATUS, source=StatusSource.RADIO)),
        "button": (unit, u.RaiseEmergency()),
        "clear": (unit, u.ClearEmergency(reason="-")),
    }
    return Step(party, *payloads[what])


_party_steps = st.builds(
    Step,
    party=PARTY,
    subject=PARTY,
    payload=st.one_of(
        st.just(p.PartyDegraded(reason="no heartbeat")),
        st.just(p.PartyRecovered()),
        st.just(
            p.BlockAgreed(
                agreement=p.Agreement(block="-", version="1", generation=1, major=1),
                token="ab" * 32,
            )
        ),
    ),
)
_steps = st.one_of(
    _incident_steps,
    _incident_steps,
    _openings,
    st.builds(
        _unit_steps,
        party=PARTY,
        incident=INCIDENT,
        what=st.sampled_from(
            ["register", "assign", "assign", "release", "status", "idle", "button", "clear"]
        ),
    ),
    _party_steps,
)


def _winding_up(incident: str, between: Step | None, late: str) -> list[Step]:
    """Every party closes its part, and whoever leads the whole.

    Something comes between: by default a party assigns a unit, though it is done.
    """
    parts = [Step(party, incident, m.CloseForParty()) for party in PARTIES]
    whole = [Step(party, incident, m.CloseIncident()) for party in PARTIES]
    return [*parts, between or _unit_steps(late, incident, "assign"), *whole]


_chapters = st.one_of(
    st.lists(_steps, min_size=1, max_size=8),
    st.lists(_steps, min_size=1, max_size=8),
    st.builds(_winding_up, incident=INCIDENT, between=st.none() | _steps, late=PARTY),
)


def _beginnings(leads: tuple[str, str]) -> list[Step]:
    """Two open incidents, and a unit of every party: what comes after has a subject."""
    open_ = m.OpenIncident(source=CallSource.EMERGENCY)
    opened = [Step(lead, f"i{n}", open_) for n, lead in enumerate(leads, 1)]
    return [*opened, *(_unit_steps(party, "i1", "register") for party in PARTIES)]


def canary(number: int) -> str:
    """A text that stands in exactly one step of a history."""
    return f"canary-{number}-"


def _marked(number: int, step: Step) -> Step:
    """The step with its own canary in every free text that it has."""
    mark, payload = canary(number), step.payload
    match payload:
        case m.AddNote():
            payload = replace(payload, text=f"{mark}\n{payload.text}")
        case m.StateSafety():
            payload = replace(payload, advice=mark)
        case m.AddCall():
            payload = replace(payload, caller=Caller(name=mark), summary=mark)
        case m.LocateIncident(location=location):
            payload = replace(payload, location=replace(location, street=mark))
        case m.ReleaseUnit() | m.ReopenIncident():
            payload = replace(payload, reason=mark)
        case u.RegisterUnit():
            payload = replace(payload, call_sign=f"{mark}{step.party}")
        case p.BlockAgreed(agreement=agreement):
            payload = replace(payload, agreement=replace(agreement, block=mark))
    return Step(step.party, step.subject, payload)


def _history(leads: tuple[str, str], chapters: list[list[Step]]) -> list[Step]:
    steps = [*_beginnings(leads), *(step for chapter in chapters for step in chapter)]
    return [_marked(number, step) for number, step in enumerate(steps)]


histories = st.builds(
    _history, leads=st.tuples(PARTY, PARTY), chapters=st.lists(_chapters, max_size=8)
)
