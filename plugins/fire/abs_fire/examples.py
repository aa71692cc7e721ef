"""A typical payload of each of fire's own messages: what the golden samples are made of.

One dwelling fire in Zoetermeer. Run as a module to write the samples anew.
"""

import datetime as dt
from pathlib import Path

import msgspec
from abs_contracts.kit import private
from abs_contracts.messages.values import Hazard, Scene

from abs_fire import contracts as fire

FOLDER = Path(__file__).parent / "samples"
ACCEPTED = dt.datetime(2026, 1, 1, 1, 42, 59, tzinfo=dt.UTC)

_INCIDENT, _NEAR, _NEXT = "inc-1", "fire-15-0431", "fire-15-0432"
_SHORT = (fire.Need(kind="BOE", count=1),)
_WARNING = fire.SceneWarning(
    party="police",
    scene=Scene.UNSAFE,
    hazards=(Hazard.WEAPON, Hazard.AGGRESSION),
    staging="parkeerplaats zwembad",
    advice="niet aanrijden voor vrijgave",
)
_RECORDED = fire.ResponseRecorded(
    incident=_INCIDENT,
    accepted=ACCEPTED,
    arrived=ACCEPTED + dt.timedelta(minutes=9, seconds=30),
    unit=_NEAR,
    seconds=570,
    norm=8,
    object="other dwelling",
    met=False,
    within_longest=True,
    delay=("Onduidelijke locatie",),
    motive="brug open",
)

EXAMPLES: tuple[msgspec.Struct, ...] = (
    fire.Proposal(incident=_INCIDENT, level="middel", relieves=_NEAR),
    fire.ProposalMade(
        incident=_INCIDENT,
        level="middel",
        priority="1",
        wanted=(fire.Need(kind="TS", count=2), *_SHORT),
        units=(
            fire.ProposedUnit(
                unit=_NEXT,
                call_sign="15-0432",
                kind="TS-6",
                fills="TS",
                station="Zoetermeer",
                crew=6,
                seconds=240,
                metres=1600,
            ),
        ),
        short=_SHORT,
        warnings=(_WARNING,),
        why="Brand/Gebouw, middel: 2 TS, 1 DV-OVD (MAR); 1 of it already assigned",
    ),
    fire.Dispatch(incident=_INCIDENT, units=(_NEAR, _NEXT)),
    fire.Dispatched(incident=_INCIDENT, units=(_NEAR, _NEXT), warnings=(_WARNING,)),
    fire.ScaleUp(incident=_INCIDENT, level="groot"),
    fire.StandDown(incident=_INCIDENT, units=(_NEAR,)),
    fire.StoodDown(incident=_INCIDENT, units=(_NEAR,)),
    fire.Relieve(incident=_INCIDENT, unit=_NEAR, by=_NEXT),
    fire.Close(incident=_INCIDENT),
    fire.Closed(incident=_INCIDENT),
    fire.Response(incident=_INCIDENT),
    fire.ResponseTold(
        incident=_INCIDENT,
        accepted=ACCEPTED,
        latest=ACCEPTED + dt.timedelta(minutes=18),
        norm=8,
        object="other dwelling",
        due=ACCEPTED + dt.timedelta(minutes=8),
        recorded=_RECORDED,
    ),
    _RECORDED,
    fire.Motivate(incident=_INCIDENT, motive="brug open"),
    fire.Responses(since=ACCEPTED, until=ACCEPTED + dt.timedelta(days=1)),
    fire.ResponsesTold(met=40, missed=3, without_norm=12, newest=(_RECORDED,)),
    fire.Decided(
        incident=_INCIDENT,
        level="middel",
        proposed=(_NEAR,),
        taken=(_NEXT,),
        short=_SHORT,
        actor="desk-3",
        role="dispatcher",
    ),
    fire.LevelOrdered(
        incident=_INCIDENT, scale="ops-br", level="groot", actor="desk-3", role="dispatcher"
    ),
    fire.Relief(incident=_INCIDENT, unit=_NEAR, by=_NEXT, actor="desk-3", role="dispatcher"),
    fire.Warned(incident=_INCIDENT, units=(_NEAR,), warning=_WARNING),
    fire.NotOrdered(
        incident=_INCIDENT,
        order=f"assign-{_NEXT}",
        rule="UNIT-003",
        what="15-0432 serves a real incident",
    ),
    fire.Alarm(
        unit=_NEAR,
        incident=_INCIDENT,
        release=True,
        priority="1",
        turn_out=90,
        travel=150,
        warnings=(_WARNING,),
    ),
    fire.CrewWarning(unit=_NEAR, incident=_INCIDENT, warning=_WARNING),
    fire.RadioStatus(
        unit=_NEAR,
        status=fire.Status.TP,
        at=ACCEPTED + dt.timedelta(minutes=9, seconds=30),
        incident=_INCIDENT,
    ),
)

if __name__ == "__main__":
    private.write(FOLDER, fire.CONTRACTS, EXAMPLES)
