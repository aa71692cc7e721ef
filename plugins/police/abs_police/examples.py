"""One example of every private message: what the golden samples are made of.

Run as a module to write `samples/` anew. Persons are roles, plates are not issued.
"""

import datetime as dt
from pathlib import Path

import msgspec
from abs_contracts.kit import private
from abs_contracts.messages.values import Hazard, Point, Scene

from abs_police.contracts import OWN
from abs_police.messages import desk as say
from abs_police.messages import radio as air
from abs_police.messages import records as rec
from abs_police.messages import response as res

FOLDER = Path(__file__).parent / "samples"
AT = dt.datetime(2026, 1, 1, 1, 42, 59, tzinfo=dt.UTC)
DUE = AT + dt.timedelta(minutes=15)
_PLACE = Point(lat=52.08, lon=4.31)
_UNIT = "police-DH-31-01"
_BY = rec.Act(actor="desk-4", role="OpCo", authorisation="pol-opco", at=AT)
_RECORD = rec.Record(
    record="record-1",
    incident="inc-1",
    data=rec.Data.PLATE,
    basis="8",
    text="Vluchtauto, donkere stationwagen",
    key="XX-000-X",
    at=AT,
)
_REPORT = air.UnitReport(
    unit=_UNIT,
    municipality="'s-Gravenhage",
    street="Voorbeeldstraat",
    point=_PLACE,
    classification=("Verkeer", "Wegverkeer", "Onder invloed"),
    remark="Bestuurder bekend bij de eenheid",
    at=AT,
)

EXAMPLES: tuple[msgspec.Struct, ...] = (
    say.Proposal(incident="inc-1"),
    say.ProposalMade(
        incident="inc-1",
        priority="1",
        wanted=(say.Need(kind="NH", count=2), say.Need(kind="HOND", count=1)),
        units=(
            say.ProposedUnit(
                unit=_UNIT, call_sign="DH 31.01", kind="NH", team="Den Haag Centrum", km=0.8
            ),
        ),
        short=(say.Need(kind="HOND", count=1),),
        hazards=(Hazard.WEAPON,),
        why="Veiligheid en openbare orde/Geweld/Schietpartij: 2 NH, 1 HOND",
    ),
    say.Dispatch(incident="inc-1", units=(_UNIT,)),
    say.Dispatched(incident="inc-1", units=(_UNIT,)),
    say.StandDown(incident="inc-1"),
    say.StoodDown(incident="inc-1", units=(_UNIT,)),
    say.NotDone(
        effect="emergency-police-1", rule="UNIT-001", what="this party has no such unit", at=AT
    ),
    say.Undone(),
    say.UndoneNow(
        orders=(
            say.NotDone(
                effect="emergency-police-1",
                rule="UNIT-001",
                what="this party has no such unit",
                at=AT,
            ),
        )
    ),
    say.Decided(
        incident="inc-1",
        proposed=(_UNIT,),
        taken=(_UNIT, "police-DH-32-01"),
        short=(say.Need(kind="HOND", count=1),),
        actor="desk-4",
        role="dispatcher",
    ),
    say.StateScene(
        incident="inc-1",
        scene="unsafe",
        hazards=(Hazard.WEAPON, Hazard.AGGRESSION),
        staging="parkeerplaats zwembad",
        advice="niet aanrijden voor vrijgave",
    ),
    say.ReleaseScene(incident="inc-1"),
    say.SceneStated(incident="inc-1", scene=Scene.UNSAFE),
    air.Alarm(unit=_UNIT, incident="inc-1", point=_PLACE, release=True),
    air.RadioStatus(unit=_UNIT, status=air.Status.TP, at=AT, incident="inc-1", point=_PLACE),
    air.EmergencyButton(unit=_UNIT, at=AT, point=_PLACE),
    _REPORT,
    air.OpenedByUnit(incident="inc-2", unit=_UNIT, remark="Bestuurder bekend bij de eenheid"),
    air.Simulate(say=_REPORT),
    air.Simulated(unit=_UNIT),
    air.Emergencies(),
    air.EmergenciesNow(
        emergencies=(
            air.Emergency(unit=_UNIT, party="police", call_sign="DH 31.01", since=AT, point=_PLACE),
        )
    ),
    res.ResponseMeasured(
        incident="inc-1", priority="1", started=AT, arrived=AT + dt.timedelta(minutes=7), due=DUE
    ),
    res.ResponseOverdue(incident="inc-1", priority="1", started=AT, due=DUE),
    res.Performance(),
    res.PerformanceNow(
        norms=(res.NormRow(priority="1", minutes=15, measured=10, within=9, share=0.9, target=0.9),)
    ),
    rec.Keep(
        incident="inc-1",
        data=rec.Data.PLATE,
        basis="13",
        text="Vluchtauto, donkere stationwagen",
        key="XX-000-X",
    ),
    rec.Characterise(incident="inc-1", name="Heterdaad", values=("Ja",)),
    rec.Kept(record=_RECORD, by=_BY),
    rec.KeptAs(record="record-1"),
    rec.Consult(incident="inc-1", kinds=(rec.Data.SUSPECT, rec.Data.PLATE), reason="aanrijden"),
    rec.Consulted(
        incident="inc-1",
        kinds=(rec.Data.SUSPECT, rec.Data.PLATE),
        reason="aanrijden",
        records=("record-1",),
        by=_BY,
    ),
    rec.Records(records=(_RECORD,)),
    rec.Compare(key="XX-000-X", reason="staande gehouden voertuig"),
    rec.Compared(key="XX-000-X", reason="staande gehouden voertuig", records=("record-1",), by=_BY),
    rec.Hit(hit=True),
    rec.Release(
        incident="inc-1",
        records=("record-1",),
        ground="20",
        purpose="berging van het voertuig",
        recipients=("rws",),
        decision="besluit samenwerkingsverband",
    ),
    rec.SharePlate(
        incident="inc-1",
        record="record-1",
        ground="19",
        purpose="redding van inzittenden",
        decision="besluit samenwerkingsverband",
    ),
    rec.Released(
        release="release-1",
        incident="inc-1",
        records=("record-1",),
        kinds=(rec.Data.PLATE,),
        ground="20",
        decision="besluit samenwerkingsverband",
        purpose="berging van het voertuig",
        recipients=("rws",),
        given="XX-000-X",
        shared=True,
        by=_BY,
    ),
    rec.ReleaseOrdered(release="release-1"),
    rec.ReleaseSettled(
        release="release-1", incident="inc-1", given=False, why="INCIDENT-001: no such incident"
    ),
    rec.HandOver(
        incident="inc-1",
        to="kmar",
        reason="voortzetting op de luchthaven",
        records=("record-1",),
        ground="15",
        decision="afspraak over de taakverdeling",
    ),
    rec.HandedOver(
        incident="inc-1",
        to="kmar",
        reason="voortzetting op de luchthaven",
        release="release-1",
        by=_BY,
    ),
)

if __name__ == "__main__":
    private.write(FOLDER, OWN, EXAMPLES)
