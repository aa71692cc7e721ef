"""Medical data of a patient: kept, read by request, and every access on record (NEN 7513)."""

import datetime as dt

import msgspec
import pytest
from abs_ambulance import crew, medical
from abs_ambulance.medical import Accessed, Action, Ground
from abs_ambulance.values import Priority
from abs_contracts.codelists import CHARACTERISTICS
from abs_contracts.codelists.characteristics import Kind
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused

from abs_core.sdk import Note, OwnLines, OwnLinesTold

from .dialogue import START, Dialogue, commands, kept, response, sent

NEAR = "ambulance-15121"
BREATHING = {"Ademhaling": ("Snel",), "Bewustzijn": ("Aanspreekbaar",)}
READ = medical.ReadPatient(incident="i-1", ground=Ground.TREATMENT)


@pytest.fixture
def patient(mka: Dialogue) -> Dialogue:
    """A patient with a complaint, characteristics and a hospital, and a unit on the scene."""
    mka.opened("i-1", "Gezondheid", "Onwel/Ziekte")
    mka.assigned("i-1", NEAR)
    mka.request(medical.StateTriage(incident="i-1", priority=Priority.A1, complaint="chest pain"))
    mka.request(medical.RecordPatient(incident="i-1", characteristics=BREATHING))
    mka.request(medical.ChooseHospital(incident="i-1", unit=NEAR, hospital="an example hospital"))
    return mka


def test_what_is_recorded_commands_nothing_and_repeats_nothing(mka: Dialogue) -> None:
    mka.opened("i-1")
    effects = mka.request(medical.RecordPatient(incident="i-1", characteristics=BREATHING))
    assert commands(effects) == []
    assert response(effects) == medical.Kept(incident="i-1", patient="p-1")
    assert kept(effects, medical.PatientRecorded).characteristics == BREATHING


def test_reading_answers_with_all_that_is_kept(patient: Dialogue) -> None:
    assert response(patient.request(READ)) == medical.PatientRead(
        incident="i-1",
        patient="p-1",
        complaint="chest pain",
        characteristics=BREATHING,
        hospital="an example hospital",
    )


def test_reading_commands_nothing_and_is_on_record(patient: Dialogue) -> None:
    effects = patient.request(READ)
    assert commands(effects) == []
    assert kept(effects, Accessed) == Accessed(
        incident="i-1",
        patient="p-1",
        action=Action.READ,
        ground=Ground.TREATMENT,
        actor="desk-mka-1",
        role="dispatcher",
    )


def test_every_request_about_medical_data_is_on_record_and_the_patient_may_ask(
    patient: Dialogue,
) -> None:
    patient.request(READ)
    told = patient.ask(medical.Accesses(incident="i-1"), medical.AccessesTold)
    assert [access.action for access in told.accesses] == [
        Action.WRITE,
        Action.WRITE,
        Action.WRITE,
        Action.READ,
    ]
    assert told.accesses[-1].actor == "desk-mka-1"
    assert START < told.accesses[0].at < told.accesses[-1].at
    other = medical.Accesses(incident="i-1", patient="p-2")
    assert patient.ask(other, medical.AccessesTold).accesses == ()


def test_every_handler_that_takes_medical_data_leaves_an_access_record(
    patient: Dialogue,
) -> None:
    asked: list[msgspec.Struct] = [
        medical.StateTriage(incident="i-1", priority=Priority.A2),
        medical.RecordPatient(incident="i-1", characteristics=BREATHING),
        medical.ChooseHospital(incident="i-1", unit=NEAR, hospital="another"),
        READ,
    ]
    for each in asked:
        notes = [e.payload for e in patient.request(each) if isinstance(e, Note)]
        assert [note for note in notes if isinstance(note, Accessed)], each


def test_patients_of_one_incident_are_kept_apart(patient: Dialogue) -> None:
    bleeding = {"Bloeding": ("Veel",)}
    asked = medical.RecordPatient(incident="i-1", patient="p-2", characteristics=bleeding)
    patient.request(asked)
    second = response(patient.request(msgspec.structs.replace(READ, patient="p-2")))
    assert second == medical.PatientRead(incident="i-1", patient="p-2", characteristics=bleeding)


def test_the_same_characteristic_again_replaces_and_the_others_stay(patient: Dialogue) -> None:
    better = {"Ademhaling": ("Aanwezig",)}
    patient.request(medical.RecordPatient(incident="i-1", characteristics=better))
    read = response(patient.request(READ))
    assert isinstance(read, medical.PatientRead)
    assert read.characteristics == BREATHING | better


def test_the_crew_alone_is_told_where_to(patient: Dialogue) -> None:
    asked = medical.ChooseHospital(incident="i-1", unit=NEAR, hospital="another hospital")
    effects = patient.request(asked)
    assert commands(effects) == []
    assert sent(effects, crew.Destination) == [
        crew.Destination(unit=NEAR, incident="i-1", hospital="another hospital")
    ]


def test_each_crew_has_its_own_destination(patient: Dialogue) -> None:
    second = "ambulance-15122"
    patient.assigned("i-1", second)
    asked = medical.ChooseHospital(
        incident="i-1", unit=second, hospital="another hospital", patient="p-2"
    )
    (there,) = sent(patient.request(asked), crew.Destination)
    assert there.unit == second


def test_a_record_can_be_read_and_completed_after_closing_and_after_detaching(
    patient: Dialogue,
) -> None:
    patient.feed("i-1", inc.UnitReleased(unit=NEAR, party="ambulance"))
    patient.feed("i-1", inc.PartyDetached(party="ambulance"))
    later = {"Braken": ("Ja",)}
    patient.request(medical.RecordPatient(incident="i-1", characteristics=later))
    read = response(patient.request(READ))
    assert isinstance(read, medical.PatientRead)
    assert read.characteristics == BREATHING | later


def test_every_characteristic_of_the_ambulance_service_can_be_kept(mka: Dialogue) -> None:
    mka.opened("i-1")
    ours = [row for row in CHARACTERISTICS if row.owner is Discipline.AMBULANCE]
    assert len(ours) == 9
    for row in ours:
        value = "Ja" if row.kind is Kind.YES_NO else row.values[0].value
        one = {row.name: (value,)}
        mka.request(medical.RecordPatient(incident="i-1", characteristics=one))
    assert len(mka.state.incidents["i-1"].patients["p-1"].characteristics) == 9


def test_the_accesses_in_memory_are_the_newest(
    patient: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abs_ambulance.entries.ACCESSES_KEPT", 2)
    at = patient.now
    for _ in range(3):
        patient.request(READ)
    told = patient.ask(medical.Accesses(incident="i-1"), medical.AccessesTold)
    assert [access.at - at for access in told.accesses] == [
        dt.timedelta(seconds=1),
        dt.timedelta(seconds=2),
    ]


# -- own lines ----------------------------------------------------------------------


def test_its_own_lines_tell_that_something_was_kept_and_nothing_of_it(
    patient: Dialogue,
) -> None:
    patient.request(READ)
    lines = patient.ask(OwnLines(incident="i-1"), OwnLinesTold).lines
    assert [line.text for line in lines] == [
        "Triage: priority set (none, now A1)",
        "Medical: characteristics of patient p-1 recorded (2)",
        f"Medical: hospital chosen for patient p-1, {NEAR}",
        "Medical: patient p-1 read, ground treatment",
    ]
    assert {(line.actor, line.role) for line in lines} == {("desk-mka-1", "dispatcher")}
    assert patient.ask(OwnLines(incident="i-9"), OwnLinesTold).lines == ()


# -- refusals -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "characteristics",
    [
        {"GRIP": ("1",)},
        {"Signalement persoon": ("Ja",)},
        {"No such thing": ("Ja",)},
        {"Ademhaling": ("Blauw",)},
        {"Ademhaling": ("Snel", "Diepe")},
    ],
    ids=["shared", "of-the-police", "unknown", "no-such-value", "two-values"],
)
def test_ambu_009_what_is_not_medical_or_not_of_its_type(
    mka: Dialogue, characteristics: dict[str, tuple[str, ...]]
) -> None:
    mka.opened("i-1")
    with pytest.raises(Refused, match=r"^AMBU-009"):
        mka.request(medical.RecordPatient(incident="i-1", characteristics=characteristics))
    assert mka.state.incidents["i-1"].patients == {}


def test_ambu_010_a_hospital_for_a_unit_that_is_not_there(patient: Dialogue) -> None:
    patient.released("i-1", NEAR)
    with pytest.raises(Refused, match=r"^AMBU-010"):
        patient.request(
            medical.ChooseHospital(incident="i-1", unit=NEAR, hospital="an example hospital")
        )


def test_ambu_011_a_patient_of_whom_nothing_is_kept(patient: Dialogue) -> None:
    with pytest.raises(Refused, match=r"^AMBU-011"):
        patient.request(msgspec.structs.replace(READ, patient="p-2"))
    told = patient.ask(medical.Accesses(incident="i-1"), medical.AccessesTold)
    assert {access.action for access in told.accesses} == {Action.WRITE}


@pytest.mark.parametrize(
    "asked",
    [
        medical.ReadPatient(incident="i-9", ground=Ground.CONSENT),
        medical.RecordPatient(incident="i-9", characteristics=BREATHING),
        medical.ChooseHospital(incident="i-9", unit=NEAR, hospital="an example hospital"),
    ],
)
def test_ambu_001_a_patient_of_an_unknown_incident(mka: Dialogue, asked: msgspec.Struct) -> None:
    with pytest.raises(Refused, match=r"^AMBU-001"):
        mka.request(asked)
    with pytest.raises(Refused, match=r"^AMBU-001"):
        mka.ask(medical.Accesses(incident="i-9"), medical.AccessesTold)


def test_reading_cannot_be_asked_as_a_question(patient: Dialogue) -> None:
    with pytest.raises(Refused, match=r"^AMBU-006"):
        patient.ask(READ, medical.PatientRead)
