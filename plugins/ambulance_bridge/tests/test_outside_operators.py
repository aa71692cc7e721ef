"""What operators outside do, on the standalone system itself, without a room."""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from abs_ambulance_bridge.outside import process
from abs_ambulance_bridge.outside.crews import Crews, Timing
from abs_ambulance_bridge.outside.office import Job, Office
from abs_ambulance_bridge.outside.operators import WORK, Operators
from abs_ambulance_bridge.outside.process import Standalone
from abs_contracts.refusal import Refused

from abs_core.sdk import Deed, Errand, Stand

PLACE = {"municipality": "Delft", "street": "Markt", "number": "1"}


class Desk:
    """Does errands as a story would; what it opened it goes on with."""

    def __init__(self, system: Standalone) -> None:
        slow = Timing(minute=100.0)  # so that no crew does anything by itself
        self.system = system
        self.office = Office(system, Crews(system, slow), "dh")
        self.incident = ""

    async def do(self, kind: str, data: Mapping[str, object], about: str = "fall") -> Deed:
        deed = await WORK[kind](self.office, Job(about, self.incident, data))
        self.incident = deed.incident or self.incident
        return deed

    async def case(self) -> dict[str, Any]:
        (case,) = json.loads(await self.system.raw_cases())
        return dict(case)


@pytest.fixture
def desk(system: Standalone) -> Desk:
    return Desk(system)


async def taken(desk: Desk, **opening: object) -> None:
    await desk.do("incident.open", {"source": "112", **opening})
    await desk.do("incident.locate", {"location": PLACE})


async def test_a_call_becomes_a_case_with_what_was_said_before(desk: Desk) -> None:
    await desk.do("incident.open", {"source": "112"})
    await desk.do("incident.add_call", {"summary": "Fell from a chair"})
    assert desk.incident == ""
    await desk.do("incident.locate", {"location": PLACE})
    case = await desk.case()
    assert (case["call"]["said"], case["place"]["address"]) == ("Fell from a chair", "Markt 1")
    assert case["partners"] == ["nl.meldkamer.dh"]
    assert case["exercise"] is False


async def test_an_exercise_is_one_outside_too(desk: Desk) -> None:
    await taken(desk, exercise=True)
    assert (await desk.case())["exercise"] is True


async def test_all_that_is_known_at_the_opening_goes_at_once(desk: Desk) -> None:
    ill = {"table": "1.0", "mc1": "Gezondheid", "mc2": "Onwel/Ziekte"}
    known = {"location": PLACE, "classification": ill, "priority": "A1"}
    await desk.do("incident.open", {"source": "112", **known})
    case = await desk.case()
    assert (case["event"]["code"], case["urgency"]) == ("C02.00.00", "A1")


async def test_what_a_caller_says_later_is_a_line_of_their_own(desk: Desk) -> None:
    await taken(desk)
    await desk.do("incident.add_call", {"summary": "He fell"})
    note = (await desk.case())["notes"][-1]
    assert (note["text"], note["shared"]) == ("He fell", False)


async def test_what_is_said_of_a_patient_is_medical(desk: Desk) -> None:
    await taken(desk)
    triage = {"priority": "A0", "complaint": "Blue", "crew_note": "Shock"}
    await desk.do("ambulance.state_triage", triage)
    await desk.do("ambulance.record_patient", {"characteristics": {"Ademhaling": ["Afwezig"]}})
    case = await desk.case()
    assert [each["text"] for each in case["medical"]] == ["Blue; Shock", "Ademhaling: Afwezig"]
    assert (case["urgency"], case["notes"]) == ("A0", [])


async def test_a_triage_that_comes_to_nothing_calls_the_vehicles_off(desk: Desk) -> None:
    await taken(desk)
    await desk.do("unit.register", {"station": "Delft"}, about="ambulance-15121")
    await desk.do("incident.assign_unit", {"unit": "ambulance-15121"})
    deed = await desk.do("ambulance.state_triage", {})
    assert deed.did == ["report 15-121 free"]
    assert len(deed.units) == 1
    mission = (await desk.case())["missions"][0]
    assert mission["steps"][-1]["step"] == "cancelled"


async def test_the_nearest_is_chosen_and_for_an_entrapment_the_helicopter_too(desk: Desk) -> None:
    await taken(desk)
    for unit in ("ambulance-15101", "ambulance-15121", "ambulance-lifeliner-2"):
        await desk.do("unit.register", {"station": "there"}, about=unit)
    assert (await desk.do("ambulance.proposal", {})).answer["units"] == [
        {"unit": "ambulance-15121", "call_sign": "15-121"}
    ]
    await desk.do("incident.add_note", {"text": "Beknel/Bedel/Insluit: Ja", "audience": "all"})
    chosen = (await desk.do("ambulance.proposal", {})).answer["units"]
    assert isinstance(chosen, list)
    assert [each["call_sign"] for each in chosen] == ["15-121", "Lifeliner-2"]
    await desk.do("ambulance.dispatch", {"units": [each["unit"] for each in chosen]})
    assert (await desk.do("ambulance.proposal", {})).answer["units"] == []
    deed = await desk.do("ambulance.cancel_helicopter", {})
    assert deed.did == ["report Lifeliner-2 free"]


async def test_an_early_dispatch_lowers_no_urgency(desk: Desk) -> None:
    await taken(desk)
    for unit in ("ambulance-15101", "ambulance-15121"):
        await desk.do("unit.register", {}, about=unit)
    first = await desk.do("ambulance.direct_dispatch", {"units": ["ambulance-15101"]})
    assert first.did == ["triage A2", "send_vehicle 15-101"]
    await desk.do("incident.prioritise", {"priority": "A1"})
    again = await desk.do("ambulance.direct_dispatch", {"units": ["ambulance-15121"]})
    assert again.did == ["send_vehicle 15-121"]


async def test_fire_is_asked_for_help_to_a_person(desk: Desk) -> None:
    await taken(desk)
    await desk.do("incident.attach_party", {"party": "fire"})
    (ask,) = (await desk.case())["asks"]
    assert (ask["purpose"], ask["to"]) == ("SAP", "nl.meldkamer.dh")


async def test_bridge_010_a_unit_that_nothing_outside_is_called_as(desk: Desk) -> None:
    await taken(desk)
    with pytest.raises(Refused) as no:
        await desk.do("ambulance.dispatch", {"units": ["boat"]})
    assert (no.value.refusal.rule, no.value.refusal.where) == ("BRIDGE-010", "/units")


# -- as a whole --------------------------------------------------------------------------


def test_bridge_008_a_system_that_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "find_spec", lambda _: None)
    with pytest.raises(Refused) as no:
        Operators(stand(tmp_path))
    assert no.value.refusal.rule == "BRIDGE-008"
    assert "abs-example-standalone-ambulance" in no.value.refusal.fix


@pytest.mark.skipif(not find_spec("standalone_ambulance"), reason="example 2 is not installed")
async def test_bridge_012_an_incident_that_it_was_not_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abs_ambulance_bridge.outside.office.PATIENCE", 0.1)
    operators = Operators(stand(tmp_path))
    close = Errand(
        type="incident.close_for_party", is_command=True, about="fall", is_placed=True, data={}
    )
    await operators.start()
    try:
        with pytest.raises(Refused) as no:
            await operators.take(close, "i-1", {})
    finally:
        await operators.stop()
    assert no.value.refusal.rule == "BRIDGE-012"


def stand(folder: Path) -> Stand:
    return Stand(
        room="dh",
        party="ambulance",
        parties={"ambulance": "ambulance", "fire": "fire"},
        options={},
        folder=folder / "station",
        minute=0.1,
    )
