"""One example of every private message: what the golden samples are made of.

Run as a module to write `samples/` anew. Persons are roles.
"""

import datetime as dt
from pathlib import Path

import msgspec
from abs_contracts.kit import private
from abs_contracts.messages.values import Hazard, Point, Scene

from abs_kmar.contracts import OWN
from abs_kmar.messages import bag
from abs_kmar.messages import desk as say
from abs_kmar.messages import radio as air
from abs_kmar.messages import records as rec

FOLDER = Path(__file__).parent / "samples"
AT = dt.datetime(2026, 1, 1, 1, 42, 59, tzinfo=dt.UTC)
_PLACE = Point(lat=51.96, lon=4.44)
_UNIT = "kmar-RA-01"
_BY = rec.Act(actor="desk-5", role="OvD-KMar", authorisation="kmar-ovd", at=AT)
_RECORD = rec.Record(
    record="record-1",
    incident="inc-1",
    data=rec.Data.DOCUMENT,
    basis="13",
    text="Reisdocument als vermist opgegeven",
    at=AT,
)
_STATUS = air.RadioStatus(unit=_UNIT, status=air.Status.TP, at=AT, incident="inc-1", point=_PLACE)

EXAMPLES: tuple[msgspec.Struct, ...] = (
    say.Proposal(incident="inc-1"),
    say.ProposalMade(
        incident="inc-1",
        site="Rotterdam The Hague Airport",
        wanted=(say.Need(kind="SURV", count=1), say.Need(kind="OVD-KMAR", count=1)),
        units=(
            say.ProposedUnit(
                unit=_UNIT,
                call_sign="KM RA.01",
                kind="SURV",
                post="Rotterdam The Hague Airport",
            ),
        ),
        short=(say.Need(kind="OVD-KMAR", count=1),),
        hazards=(Hazard.EXPLOSIVE,),
        why="Ongeval/Luchtvaart, Rotterdam The Hague Airport (airport): 1 SURV, 1 OVD-KMAR",
    ),
    say.Dispatch(incident="inc-1", units=(_UNIT,)),
    say.Dispatched(incident="inc-1", units=(_UNIT,)),
    say.StandDown(incident="inc-1"),
    say.StoodDown(incident="inc-1", units=(_UNIT,)),
    say.NotDone(
        effect="emergency-kmar-1", rule="UNIT-001", what="this party has no such unit", at=AT
    ),
    say.Undone(),
    say.UndoneNow(
        orders=(
            say.NotDone(
                effect="emergency-kmar-1",
                rule="UNIT-001",
                what="this party has no such unit",
                at=AT,
            ),
        )
    ),
    say.Decided(
        incident="inc-1",
        proposed=(_UNIT,),
        taken=(_UNIT, "kmar-RA-02"),
        short=(say.Need(kind="OVD-KMAR", count=1),),
        actor="desk-5",
        role="dispatcher",
    ),
    say.StateScene(
        incident="inc-1",
        scene="unknown",
        hazards=(Hazard.AGGRESSION,),
        staging="poort 3",
        advice="wachten op begeleiding",
    ),
    say.ReleaseScene(incident="inc-1"),
    say.SceneStated(incident="inc-1", scene=Scene.UNSAFE),
    say.CallIn(incident="inc-1", party="police"),
    say.CalledIn(incident="inc-1", party="police"),
    bag.Bag(incident="inc-1"),
    bag.BagNow(
        incident="inc-1",
        taken=(bag.Step.CORDON,),
        next=(bag.NextStep(step=bag.Step.OWNER, text="look for the owner"),),
    ),
    bag.TakeStep(
        incident="inc-1",
        step=bag.Step.CLEAR,
        staging="vertrekhal, deur 2",
        result=bag.Result.OWNER_FOUND,
        remark="Eigenaar gehoord",
    ),
    bag.StepTaken(
        incident="inc-1",
        step=bag.Step.CLEAR,
        result=bag.Result.OWNER_FOUND,
        remark="Eigenaar gehoord",
        actor="desk-5",
        role="dispatcher",
    ),
    air.Alarm(unit=_UNIT, incident="inc-1", point=_PLACE, release=True),
    _STATUS,
    air.EmergencyButton(unit=_UNIT, at=AT, point=_PLACE),
    air.Simulate(say=_STATUS),
    air.Simulated(unit=_UNIT),
    air.Emergencies(),
    air.EmergenciesNow(
        emergencies=(
            air.Emergency(unit=_UNIT, party="kmar", call_sign="KM RA.01", since=AT, point=_PLACE),
        )
    ),
    rec.Keep(
        incident="inc-1",
        data=rec.Data.DOCUMENT,
        basis="13",
        text="Reisdocument als vermist opgegeven",
    ),
    rec.Kept(record=_RECORD, by=_BY),
    rec.KeptAs(record="record-1"),
    rec.Consult(incident="inc-1", kinds=(rec.Data.DOCUMENT,), reason="grenscontrole"),
    rec.Consulted(
        incident="inc-1",
        kinds=(rec.Data.DOCUMENT,),
        reason="grenscontrole",
        records=("record-1",),
        by=_BY,
    ),
    rec.Records(records=(_RECORD,)),
    rec.Release(
        incident="inc-1",
        records=("record-1",),
        ground="20",
        purpose="afhandeling op de luchthaven",
        recipients=("airport",),
        decision="besluit samenwerkingsverband",
    ),
    rec.Released(
        release="release-1",
        incident="inc-1",
        records=("record-1",),
        kinds=(rec.Data.DOCUMENT,),
        ground="20",
        decision="besluit samenwerkingsverband",
        purpose="afhandeling op de luchthaven",
        recipients=("airport",),
        given="Verstrekking Wpg 20",
        by=_BY,
    ),
    rec.ReleaseOrdered(release="release-1"),
    rec.ReleaseSettled(
        release="release-1", incident="inc-1", given=False, why="INCIDENT-001: no such incident"
    ),
    rec.HandOver(
        incident="inc-1",
        to="police",
        reason="buiten het luchthaventerrein",
        records=("record-1",),
        ground="15",
        decision="afspraak over de taakverdeling",
    ),
    rec.HandedOver(
        incident="inc-1",
        to="police",
        reason="buiten het luchthaventerrein",
        release="release-1",
        by=_BY,
    ),
)

if __name__ == "__main__":
    private.write(FOLDER, OWN, EXAMPLES)
