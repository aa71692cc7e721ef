"""The block as the host and the core meet it: hooks, manifest, and what it does not take."""

from collections.abc import Sequence

import msgspec
import pytest
from abs_ambulance import crew, desk, medical, plugin
from abs_ambulance.block import REQUESTS
from abs_ambulance.contracts import CONTRACTS
from abs_ambulance.fleet import load_fleet
from abs_ambulance.values import Priority, Status
from abs_contracts.catalogue import CORE
from abs_contracts.manifest import find_manifest
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import RegisterUnit, UnitRegistered
from abs_contracts.messages.values import CallSource, Escalation, Scene
from abs_contracts.negotiate import agree
from abs_contracts.refusal import Refused

from abs_core.sdk import OWN_LINES, Effect, Fed, Inbound, Settings, Started

from .dialogue import START, Dialogue, orders

NEAR, NEXT = "ambulance-15121", "ambulance-15122"


def test_a_start_registers_the_fleet_once(mka: Dialogue) -> None:
    fresh = Dialogue()
    effects = fresh.take(Started("s-1", fresh.now, 1))
    assert {order.subject: order.payload for order in orders(effects)} == fresh.fleet
    assert mka.take(Started("s-2", mka.now, 2)) == []


def test_a_start_registers_again_what_changed_in_the_fleet(mka: Dialogue) -> None:
    moved = UnitRegistered(party="ambulance", call_sign="15121", kind="Ambu", station="Rijswijk")
    mka.feed(NEAR, moved)
    (order,) = orders(mka.take(Started("s-2", mka.now, 2)))
    expected = RegisterUnit(call_sign="15121", kind="Ambu", station="Delft")
    assert (order.subject, order.payload) == (NEAR, expected)


def test_a_vehicle_that_the_party_has_under_another_id_is_that_unit() -> None:
    """As when a bridge registered it, with the call sign as its own system writes it."""
    fresh = Dialogue()
    outside = UnitRegistered(party="ambulance", call_sign="15-121", kind="SMUR")
    fresh.feed("0b7e", outside)
    subjects = {order.subject for order in orders(fresh.take(Started("s-1", fresh.now, 1)))}
    assert subjects == {*fresh.fleet, "0b7e"} - {NEAR}


def test_the_hooks_give_block_radio_and_contracts_by_the_settings() -> None:
    settings = Settings(room="dh", party="ambulance-south", options={"region": "15", "pace": "1"})
    block = plugin.abs_block(settings)
    started = block.react(block.initial(), Started("s-1", START, 1))
    assert len(started) == len(load_fleet({}).units())
    assert [connector.name for connector in plugin.abs_connectors(settings)] == ["radio"]
    own = [c for c in plugin.abs_contracts() if c not in OWN_LINES]
    assert all(c.name.startswith("ambulance.") for c in own)
    assert len(CORE.extended(own)) == len(CORE) + len(CONTRACTS) == len(CORE) + 40


def test_every_request_is_a_contract_and_has_a_handler() -> None:
    payloads = {contract.payload for contract in CONTRACTS}
    assert set(REQUESTS) <= payloads


@pytest.mark.parametrize("payload", [desk.Proposal(incident="i-1"), desk.Stated(incident="i-1")])
def test_ambu_006_what_is_no_request(mka: Dialogue, payload: msgspec.Struct) -> None:
    mka.opened("i-1")
    with pytest.raises(Refused, match=r"^AMBU-006"):
        mka.request(payload)


@pytest.mark.parametrize(
    "question", [desk.StandDown(incident="i-1"), inc.OpenIncident(source=CallSource.ROOM)]
)
def test_ambu_006_what_is_no_question(mka: Dialogue, question: msgspec.Struct) -> None:
    mka.opened("i-1")
    with pytest.raises(Refused, match=r"^AMBU-006"):
        mka.ask(question, desk.ProposalMade)


def everything_ordered(mka: Dialogue) -> Sequence[Effect]:
    mka.opened("i-1")
    mka.assigned("i-1", NEAR)
    fresh = Dialogue()
    status = crew.RadioStatus(unit=NEAR, status=Status.TP, at=mka.now)
    asked: list[msgspec.Struct] = [
        desk.DirectDispatch(incident="i-1", units=(NEXT,)),
        desk.CountCasualties(incident="i-1", t1=1),
        desk.WarnInfection(incident="i-1", protection=(desk.Protection.MASK,)),
        desk.ScaleUp(incident="i-1", code="code-10"),
        medical.StateTriage(incident="i-1", priority=Priority.A1),
        desk.StandDown(incident="i-1"),
    ]
    effects = [effect for each in asked for effect in mka.request(each)]
    return [
        *fresh.take(Started("s-1", fresh.now, 1)),
        *effects,
        *mka.take(Inbound("radio-1", mka.now, "radio", status)),
    ]


def test_what_it_orders_is_what_its_manifest_says_and_what_the_core_serves(
    mka: Dialogue,
) -> None:
    agreement = agree(find_manifest("abs-ambulance"), CORE, 1)
    ordered = {CORE.of(order.payload).type for order in orders(everything_ordered(mka))}
    assert ordered == set(agreement.produces)


def test_all_that_changes_its_state_is_declared_in_its_manifest(mka: Dialogue) -> None:
    declared = {need.type for need in find_manifest("ambulance").consumes}
    moved = UnitRegistered(party="ambulance", call_sign="15121", kind="Ambu", station="Rijswijk")
    code = Escalation(scale="ops-ambu", level="code-10")
    told: list[tuple[str, msgspec.Struct]] = [
        ("i-2", inc.IncidentOpened(room="dh", lead="fire", source=CallSource.EMERGENCY)),
        (NEAR, moved),
        ("i-1", inc.CallAdded(call="c-1", source=CallSource.EMERGENCY, received=START)),
        ("i-1", inc.CharacteristicSet(name="T 1 Levensbedreigend", values=("1",))),
        ("i-1", inc.IncidentPrioritised(party="ambulance", priority="A1")),
        ("i-1", inc.IncidentTakenUp(party="ambulance")),
        ("i-1", inc.SafetyStated(party="police", scene=Scene.UNSAFE)),
        ("i-1", inc.EscalationChanged(escalation=code, decided_by="CaCo")),
        ("i-1", inc.UnitReleased(unit=NEAR, party="ambulance")),
        ("i-1", inc.IncidentClosed()),
        ("i-1", inc.IncidentReopened(reason="again")),
        ("i-1", inc.PartyDetached(party="ambulance")),
        ("i-1", inc.PartyAttached(party="ambulance")),
    ]
    mka.opened("i-1", "Gezondheid")
    mka.assigned("i-1", NEAR)
    mka.status(NEAR, "tp")
    for subject, payload in told:
        before = mka.state
        mka.feed(subject, payload)
        assert mka.state != before, payload
    read = {CORE.of(entry.message.payload).name for entry in mka.entries if isinstance(entry, Fed)}
    assert read == declared
