"""One example of every private message: what the golden samples are made of.

Run as a module to write `samples/` anew. Patients are pseudonyms, places made up.
"""

import datetime as dt
from pathlib import Path

import msgspec
from abs_contracts.kit import private
from abs_contracts.messages.values import Hazard, Location, Point

from abs_ambulance import crew, desk, medical, response
from abs_ambulance.contracts import CONTRACTS
from abs_ambulance.desk import Early, Protection, Stage
from abs_ambulance.medical import Action, Change, Ground
from abs_ambulance.values import Need, Priority, ProposedUnit, Status

FOLDER = Path(__file__).parent / "samples"

_AT = dt.datetime(2026, 1, 1, 2, 43, tzinfo=dt.UTC)
_I = "inc-1"
_UNIT, _HELI = "ambulance-15121", "ambulance-lifeliner-2"
_BY: dict[str, str] = {"actor": "desk-mka-1", "role": "dispatcher"}
_SHORT = (Need(kind="Ambu", count=2),)
_PROPOSED = ProposedUnit(
    unit=_UNIT, call_sign="15121", kind="Ambu", fills="Ambu", station="Delft", metres=206
)
_RIDE = response.RideMeasured(
    incident=_I,
    unit=_UNIT,
    call_sign="15121",
    assigned=_AT + dt.timedelta(minutes=2),
    accepted=_AT,
    arrived=_AT + dt.timedelta(minutes=9, seconds=30),
    seconds=570,
    priority=Priority.A1,
    norm_minutes=15,
    within=True,
)
_SHARE = response.Share(priority=Priority.A1, rides=20, within=19, share=95, target=95)
_BREATHING = {"Ademhaling": ("Snel",), "Bewustzijn": ("Aanspreekbaar",)}
_ACCESS = medical.Access(at=_AT, patient="p-1", action=Action.READ, ground=Ground.TREATMENT, **_BY)

DESK: tuple[msgspec.Struct, ...] = (
    desk.Proposal(incident=_I, code="code-10"),
    desk.ProposalMade(
        incident=_I,
        priority=Priority.A1,
        code="code-5",
        wanted=(Need(kind="Ambu", count=3),),
        units=(_PROPOSED,),
        short=_SHORT,
        why="A1: 1 Ambu; code-5: 5 Ambu (table: our own assumption)",
    ),
    desk.Capacity(),
    desk.CapacityCounted(free=(Need(kind="Ambu", count=13),), covers="code-10"),
    desk.Dispatch(incident=_I, units=(_UNIT,)),
    desk.DirectDispatch(incident=_I, units=(_UNIT,)),
    desk.AcceleratedDispatch(incident=_I, units=(_UNIT,), urgent=True),
    desk.Dispatched(incident=_I, units=(_UNIT,)),
    desk.Decided(
        incident=_I, proposed=(_UNIT,), taken=(_UNIT,), short=_SHORT, early=Early.DIRECT, **_BY
    ),
    desk.ScaleUp(incident=_I, code="code-10"),
    desk.StandDown(incident=_I, units=(_UNIT,)),
    desk.StoodDown(incident=_I, units=(_UNIT,)),
    desk.RequestHelicopter(incident=_I, unit=_HELI),
    desk.CancelHelicopter(incident=_I),
    desk.Flights(incident=_I),
    desk.FlightsTold(
        incident=_I,
        flights=(
            desk.Flight(unit=_HELI, call_sign="Lifeliner 2", stage=Stage.AIRBORNE, since=_AT),
        ),
    ),
    desk.CountCasualties(incident=_I, t1=1, t2=0, t3=3, t4=0),
    desk.WarnInfection(incident=_I, protection=(Protection.MASK, Protection.GLOVES)),
    desk.Stated(incident=_I),
    _RIDE,
    response.Register(incident=_I),
    response.Registered(shares=(_SHARE,), rides=(_RIDE,)),
)

MEDICAL: tuple[msgspec.Struct, ...] = (
    medical.StateTriage(
        incident=_I,
        priority=Priority.A1,
        patient="p-2",
        complaint="short of breath",
        crew_note="second floor, no lift",
    ),
    medical.TriageStated(incident=_I, change=Change.CANCELLED, released=(_UNIT,)),
    medical.Triaged(
        incident=_I,
        change=Change.RAISED,
        before=Priority.A2,
        priority=Priority.A1,
        patient="p-1",
        complaint="short of breath",
        crew_note="second floor, no lift",
        **_BY,
    ),
    medical.RecordPatient(incident=_I, patient="p-2", characteristics=_BREATHING),
    medical.PatientRecorded(incident=_I, patient="p-1", characteristics=_BREATHING, **_BY),
    medical.ChooseHospital(incident=_I, unit=_UNIT, hospital="Voorbeeldziekenhuis", patient="p-2"),
    medical.HospitalChosen(
        incident=_I, patient="p-1", unit=_UNIT, hospital="Voorbeeldziekenhuis", **_BY
    ),
    medical.Kept(incident=_I, patient="p-1"),
    medical.ReadPatient(incident=_I, ground=Ground.TREATMENT, patient="p-2"),
    medical.PatientRead(
        incident=_I,
        patient="p-1",
        complaint="short of breath",
        crew_note="second floor, no lift",
        characteristics=_BREATHING,
        hospital="Voorbeeldziekenhuis",
    ),
    medical.Accessed(
        incident=_I, patient="p-1", action=Action.READ, ground=Ground.TREATMENT, **_BY
    ),
    medical.Accesses(incident=_I, patient="p-1"),
    medical.AccessesTold(incident=_I, accesses=(_ACCESS,)),
)

CREW: tuple[msgspec.Struct, ...] = (
    crew.Alarm(
        unit=_UNIT,
        incident=_I,
        kind="Ambu",
        priority=Priority.A2,
        direct=True,
        exercise=True,
        location=Location(municipality="Delft", point=Point(lat=52.012, lon=4.36)),
        wait_at="Marktplein",
        hazards=(Hazard.WEAPON,),
        advice=("approach from the north",),
        complaint="stab wound",
        note="second floor, no lift",
    ),
    crew.Recall(unit=_UNIT, incident=_I),
    crew.CrewNote(
        unit=_UNIT,
        incident=_I,
        priority=Priority.A1,
        complaint="short of breath",
        note="second floor, no lift",
    ),
    crew.Destination(unit=_UNIT, incident=_I, hospital="Voorbeeldziekenhuis"),
    crew.RadioStatus(unit=_UNIT, status=Status.VP, at=_AT, incident=_I),
)

EXAMPLES = (*DESK, *MEDICAL, *CREW)

if __name__ == "__main__":
    private.write(FOLDER, CONTRACTS, EXAMPLES)
