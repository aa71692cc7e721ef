"""Nothing medical reaches the core, nor an answer to a question (WGBO 7:457, facts 4.3).

Whatever a desk asks for, with canaries in every medical field: no command holds one,
and no answer does. A planted leak is caught by the same test.
"""

from collections.abc import Sequence

import msgspec
import pytest
from abs_ambulance import desk, medical, response, triage
from abs_ambulance.contracts import CONTRACTS, CREW, MEDICAL
from abs_ambulance.medical import Ground
from abs_ambulance.values import Priority
from abs_contracts.catalogue import CORE, Kind, Sight
from abs_contracts.codec import encode
from abs_contracts.messages import incident as inc
from abs_contracts.refusal import Refused
from hypothesis import given, settings
from hypothesis import strategies as st

from abs_core.sdk import Effect, Order, OwnLines, Respond, Send

from .dialogue import Dialogue

NEAR, NEXT, HELI = "ambulance-15121", "ambulance-15122", "ambulance-lifeliner-2"
UNITS = st.sampled_from([NEAR, NEXT, HELI])
CHARACTERISTICS = {"Ademhaling": ("Hoorbaar benauwd",), "Bloeding": ("Veel",)}
WORDS = [*CHARACTERISTICS, *(v for values in CHARACTERISTICS.values() for v in values)]
CANARIES = ["canary-complaint", "canary-note", "canary-hospital", *WORDS]

REQUESTS = st.one_of(
    st.builds(
        medical.StateTriage,
        incident=st.just("i-1"),
        priority=st.sampled_from(Priority) | st.none(),
        complaint=st.just("canary-complaint") | st.none(),
        crew_note=st.just("canary-note") | st.none(),
    ),
    st.just(medical.RecordPatient(incident="i-1", characteristics=CHARACTERISTICS)),
    st.builds(
        medical.ChooseHospital,
        incident=st.just("i-1"),
        unit=UNITS,
        hospital=st.just("canary-hospital"),
    ),
    st.just(medical.ReadPatient(incident="i-1", ground=Ground.TREATMENT)),
    st.builds(desk.Dispatch, incident=st.just("i-1"), units=st.tuples(UNITS)),
    st.builds(desk.DirectDispatch, incident=st.just("i-1"), units=st.tuples(UNITS)),
    st.just(desk.RequestHelicopter(incident="i-1")),
    st.just(desk.CancelHelicopter(incident="i-1")),
    st.just(desk.CountCasualties(incident="i-1", t1=1, t4=2)),
    st.just(desk.WarnInfection(incident="i-1", protection=(desk.Protection.MASK,))),
    st.just(desk.ScaleUp(incident="i-1", code="code-10")),
    st.just(desk.StandDown(incident="i-1")),
)
QUESTIONS = (
    desk.Proposal(incident="i-1"),
    desk.Capacity(),
    response.Register(),
    desk.Flights(incident="i-1"),
    medical.Accesses(incident="i-1"),
    OwnLines(incident="i-1"),
)


def leaks(values: Sequence[msgspec.Struct]) -> list[str]:
    """The canaries that stand anywhere in these."""
    said = b"".join(encode(value) for value in values).decode()
    return [canary for canary in CANARIES if canary in said]


def played(asked: Sequence[msgspec.Struct]) -> tuple[Dialogue, list[Effect]]:
    """A dialogue in which the core does what it is told, and every effect of it."""
    mka = Dialogue()
    mka.fleet_registered()
    mka.opened("i-1", "Gezondheid", "Onwel/Ziekte")
    done: list[Effect] = []
    for request in asked:
        try:
            effects = list(mka.request(request))
        except Refused:  # about what is not there yet
            continue
        done += effects
        for order in [effect for effect in effects if isinstance(effect, Order)]:
            done += obeyed(mka, order)
    return mka, done


def obeyed(mka: Dialogue, order: Order) -> Sequence[Effect]:
    match order.payload:
        case inc.AssignUnit(unit=unit):
            return [*mka.assigned("i-1", unit), *mka.status(unit, "tp", incident="i-1")]
        case inc.ReleaseUnit(unit=unit):
            return mka.released("i-1", unit)
        case inc.PrioritiseIncident(priority=priority):
            return mka.prioritised("i-1", priority)
        case _:
            return []


@settings(max_examples=150, deadline=None)
@given(st.lists(REQUESTS, min_size=1, max_size=8))
def test_no_command_and_no_answer_to_a_question_holds_anything_medical(
    asked: list[msgspec.Struct],
) -> None:
    mka, effects = played(asked)
    assert leaks([effect for effect in effects if isinstance(effect, Order)]) == []
    assert leaks([mka.block.answer(mka.state, question) for question in QUESTIONS]) == []


ALL = (
    desk.DirectDispatch(incident="i-1", units=(NEAR,)),
    medical.StateTriage(
        incident="i-1",
        priority=Priority.A1,
        complaint="canary-complaint",
        crew_note="canary-note",
    ),
    medical.RecordPatient(incident="i-1", characteristics=CHARACTERISTICS),
    medical.ChooseHospital(incident="i-1", unit=NEAR, hospital="canary-hospital"),
    medical.ReadPatient(incident="i-1", ground=Ground.TREATMENT),
)


def test_the_canaries_do_reach_the_crew_and_whoever_may_read() -> None:
    _, effects = played(ALL)
    to_crews = [e for e in effects if isinstance(e, Send)]
    assert leaks(to_crews) == ["canary-complaint", "canary-note", "canary-hospital"]
    read = [e for e in effects if isinstance(e, Respond)][-1:]
    assert set(leaks(read)) == set(CANARIES)


def test_a_planted_leak_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = triage._note

    def leaky(request: triage.Request, incident: triage.Incident, text: str) -> Order:
        asked = request.entry.payload
        assert isinstance(asked, medical.StateTriage)
        return honest(request, incident, f"{text}: {asked.complaint}")

    monkeypatch.setattr(triage, "_note", leaky)
    _, effects = played(ALL)
    assert leaks([e for e in effects if isinstance(e, Order)]) == ["canary-complaint"]


@pytest.mark.parametrize(
    "characteristics",
    [{"canary-name": ("Ja",)}, {"Ademhaling": ("canary-value",)}, {"GRIP": ("canary-value",)}],
)
def test_a_refusal_repeats_nothing_that_may_be_medical(
    mka: Dialogue, characteristics: dict[str, tuple[str, ...]]
) -> None:
    """A refusal goes to the desk, and into the host's log as well."""
    mka.opened("i-1")
    with pytest.raises(Refused) as refused:
        mka.request(medical.RecordPatient(incident="i-1", characteristics=characteristics))
    assert "canary" not in str(refused.value)


def test_no_medical_message_is_one_of_the_core() -> None:
    shared = {contract.payload for contract in CORE.values()}
    for contract in CONTRACTS:
        assert contract.payload not in shared
        assert (contract.kind, contract.sight) == (Kind.PRIVATE, Sight.BLOCK)


def test_every_message_that_can_hold_something_medical_is_listed_as_such() -> None:
    """By the fields that hold it; a message of the desk has none of them."""
    medical_fields = {"complaint", "crew_note", "characteristics", "hospital", "note"}
    listed = {contract.payload for contract in (*MEDICAL, *CREW)}
    for contract in CONTRACTS:
        fields = {field.name for field in msgspec.structs.fields(contract.payload)}
        if fields & medical_fields:
            assert contract.payload in listed


@pytest.mark.parametrize("patient", ["somebody", "p-", "p-12345", "P-1", "p-1 somebody"])
def test_a_patient_is_a_pseudonym_in_which_no_name_fits(patient: str) -> None:
    wire = encode({"incident": "i-1", "ground": "treatment", "patient": patient})
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(wire, type=medical.ReadPatient)
