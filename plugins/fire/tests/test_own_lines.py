"""What fire keeps of an incident, as its own people read it."""

import datetime as dt
from typing import Any

import pytest
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Hazard, Scene
from abs_fire import contracts as fire

from abs_core.sdk import OwnLines, OwnLinesTold

NEAR, NEXT = "fire-15-0431", "fire-15-0432"
HOME = ("Brand", "Gebouw", "01 Woning/Woongebouw")


def lines(dialogue: Any, incident: str = "i-1") -> list[str]:
    told = dialogue.ask(OwnLines(incident=incident))
    assert isinstance(told, OwnLinesTold)
    assert [line.at for line in told.lines] == sorted(line.at for line in told.lines)
    return [line.text for line in told.lines]


def test_a_decision_stands_beside_the_proposal(dialogue: Any) -> None:
    dialogue.opened("i-1", *HOME)
    dialogue.request(fire.Dispatch(incident="i-1", units=(NEXT,)))
    dialogue.request(fire.ScaleUp(incident="i-1", level="middel"))
    dialogue.request(fire.Dispatch(incident="i-1", units=(NEAR, "fire-15-0491")))
    assert lines(dialogue) == [
        "sent TS-6 15-0432 at level klein; proposed was TS-6 15-0431",
        "level middel ordered",
        "sent TS-6 15-0431, DV-OVD 15-0491 at level middel",
    ]
    (first, *_) = dialogue.ask(OwnLines(incident="i-1")).lines
    assert (first.actor, first.role) == ("desk-1", "dispatcher")


def test_what_was_short_is_said(dialogue: Any) -> None:
    dialogue.opened("i-1", "Veiligheid en openbare orde", "Geweld", "CBRN-e dreiging")
    dialogue.characteristic("i-1", "CBRN-e", "Ja")
    dialogue.request(fire.Dispatch(incident="i-1", units=(NEAR,)))
    assert lines(dialogue)[0].endswith("; short of 1 BOE")


@pytest.mark.parametrize(
    ("path", "took", "said"),
    [
        (HOME, 7.5, "first fire unit TS-6 15-0431 after 7:30, norm 8 min (other dwelling): met"),
        (HOME, 9, "first fire unit TS-6 15-0431 after 9:00, norm 8 min (other dwelling): NOT MET"),
        (
            ("Brand",),
            19,
            "first fire unit TS-6 15-0431 after 19:00, no norm; later than any norm allows",
        ),
    ],
)
def test_a_response_time_is_judged(
    dialogue: Any, path: tuple[str, ...], took: float, said: str
) -> None:
    dialogue.opened("i-1", *path)
    received = dialogue.now
    dialogue.called("i-1", received)
    dialogue.assigned("i-1", NEAR)
    dialogue.status(NEAR, "tp", since=received + dt.timedelta(minutes=took))
    assert lines(dialogue) == [said]
    dialogue.characteristic("i-1", "Delaycode brw", "Geen eenheid")
    dialogue.request(fire.Motivate(incident="i-1", motive="bridge open"))
    assert lines(dialogue)[-1] == f"{said}; Geen eenheid, bridge open"


def test_relief_warnings_and_refusals_of_the_core_are_said(dialogue: Any) -> None:
    dialogue.opened("i-1", *HOME)
    dialogue.assigned("i-1", NEAR)
    dialogue.request(fire.Relieve(incident="i-1", unit=NEAR, by=NEXT))
    dialogue.feed(
        "i-1",
        inc.SafetyStated(
            party="police", scene=Scene.UNSAFE, hazards=(Hazard.WEAPON,), staging="the church"
        ),
    )
    dialogue.refused(f"unit/{NEXT}@i-1", "UNIT-003", "15-0432 serves a real incident")
    assert lines(dialogue) == [
        "TS-6 15-0432 goes to relieve TS-6 15-0431",
        "told TS-6 15-0431: scene unsafe, says police: weapon; wait at the church",
        f"REFUSED by the core: unit/{NEXT}: 15-0432 serves a real incident (UNIT-003)",
    ]


def test_a_refusal_that_is_about_no_incident_is_kept_nowhere(dialogue: Any) -> None:
    assert dialogue.refused("register-x", "UNIT-002", "taken") == []
    assert dialogue.refused("report", "UNIT-001", "no such unit") == []


def test_lines_stay_with_a_closed_incident_and_there_are_none_of_an_unknown_one(
    dialogue: Any,
) -> None:
    dialogue.opened("i-1", *HOME)
    dialogue.request(fire.Dispatch(incident="i-1", units=(NEAR,)))
    dialogue.feed("i-1", inc.IncidentClosed())
    assert len(lines(dialogue)) == 1
    assert lines(dialogue, "i-9") == []


def test_the_oldest_lines_leave_first(dialogue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abs_fire.evolving.KEPT_LINES", 1)
    dialogue.opened("i-1", *HOME)
    dialogue.request(fire.Dispatch(incident="i-1", units=(NEAR,)))
    dialogue.request(fire.Dispatch(incident="i-1", units=(NEXT,)))
    assert [line.partition(" at ")[0] for line in lines(dialogue)] == ["sent TS-6 15-0432"]
