"""Sending units, direct dispatch before triage, scaling up and standing down."""

import msgspec
import pytest
from abs_ambulance import desk, medical
from abs_ambulance.values import Need, Priority
from abs_contracts.codelists import LMC
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Escalation
from abs_contracts.refusal import Refused

from abs_core.sdk import Order

from .dialogue import Dialogue, commands, kept, orders, response

NEAR, NEXT, RAPID = "ambulance-15121", "ambulance-15122", "ambulance-15152"


def units(proposal: desk.ProposalMade) -> list[str]:
    return [unit.unit for unit in proposal.units]


def test_the_nearest_ambulance_is_proposed_and_sent(mka: Dialogue) -> None:
    mka.opened("i-1", "Gezondheid", "Onwel/Ziekte")
    mka.prioritised("i-1", "A1")
    mka.feed("i-1", inc.IncidentTakenUp(party="ambulance"))
    made = mka.ask(desk.Proposal(incident="i-1"), desk.ProposalMade)
    assert units(made) == [NEAR]
    assert (made.priority, made.wanted, made.short) == (
        Priority.A1,
        (Need(kind="Ambu", count=1),),
        (),
    )
    effects = mka.request(desk.Dispatch(incident="i-1", units=(NEAR,)))
    assert orders(effects) == [
        Order(
            key=f"assign {NEAR} i-1",
            subject="i-1",
            payload=inc.AssignUnit(unit=NEAR),
            actor="desk-mka-1",
            role="dispatcher",
        )
    ]
    assert response(effects) == desk.Dispatched(incident="i-1", units=(NEAR,))
    mka.assigned("i-1", NEAR)
    assert mka.ask(desk.Proposal(incident="i-1"), desk.ProposalMade).wanted == ()


def test_a_decision_is_kept_beside_the_proposal_it_departed_from(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.prioritised("i-1", "A2")
    effects = mka.request(desk.Dispatch(incident="i-1", units=(NEXT, NEXT)))
    assert kept(effects, desk.Decided) == desk.Decided(
        incident="i-1",
        proposed=(NEAR,),
        taken=(NEXT,),
        actor="desk-mka-1",
        role="dispatcher",
    )
    assert len(commands(effects)) == 1


@pytest.mark.parametrize(
    "asked",
    [
        desk.Dispatch(incident="i-1", units=(NEAR,)),
        desk.DirectDispatch(incident="i-1", units=(NEAR,)),
        desk.RequestHelicopter(incident="i-1"),
        medical.StateTriage(incident="i-1", priority=Priority.A1),
    ],
)
def test_a_desk_that_decides_takes_up_its_part_once(mka: Dialogue, asked: msgspec.Struct) -> None:
    mka.opened("i-1")
    mka.feed("i-1", inc.IncidentTakenUp(party="police"))
    for again in (inc.PartyDetached(party="ambulance"), None):
        taking = [order.payload for order in orders(mka.request(asked))]
        assert inc.TakeUpIncident() in taking
        mka.feed("i-1", inc.IncidentTakenUp(party="ambulance"))
        if again is not None:
            mka.feed("i-1", again)
            mka.feed("i-1", inc.PartyAttached(party="ambulance"))
            mka.state = msgspec.structs.replace(mka.state, ordered={})
    if not isinstance(asked, desk.DirectDispatch):
        taking = [order.payload for order in orders(mka.request(asked))]
        assert inc.TakeUpIncident() not in taking


# -- before triage is finished (facts 1.5) ----------------------------------------


def test_a_direct_dispatch_sends_with_a2_before_anything_else_is_known(mka: Dialogue) -> None:
    mka.opened("i-1")
    effects = mka.request(desk.DirectDispatch(incident="i-1", units=(NEAR,)))
    prioritise, classify, assign = commands(effects)
    assert prioritise == inc.PrioritiseIncident(priority="A2")
    assert isinstance(classify, inc.ClassifyIncident)
    assert (classify.replaces, classify.call_parties) == (None, False)
    row = LMC.get(*_path(classify))
    assert row is not None
    assert row.code == "hvazdi"
    assert assign == inc.AssignUnit(unit=NEAR)
    assert kept(effects, desk.Decided).early is desk.Early.DIRECT
    assert mka.state.incidents["i-1"].early is desk.Early.DIRECT


@pytest.mark.parametrize(("urgent", "priority"), [(True, "A1"), (False, "A2")])
def test_an_accelerated_dispatch_sends_with_what_triage_says_so_far(
    mka: Dialogue, urgent: bool, priority: str
) -> None:
    mka.opened("i-1")
    asked = desk.AcceleratedDispatch(incident="i-1", units=(NEAR,), urgent=urgent)
    effects = mka.request(asked)
    prioritise, classify, _ = commands(effects)
    assert prioritise == inc.PrioritiseIncident(priority=priority)
    assert isinstance(classify, inc.ClassifyIncident)
    row = LMC.get(*_path(classify))
    assert row is not None
    assert row.code == "hvazvi"
    assert kept(effects, desk.Decided).early is desk.Early.ACCELERATED


@pytest.mark.parametrize("standing", ["A0", "A1", "A2"])
def test_a_direct_dispatch_lowers_no_priority_and_replaces_no_class(
    mka: Dialogue, standing: str
) -> None:
    mka.opened("i-1", "Ongeval", "Wegvervoer", "Letsel")
    mka.prioritised("i-1", standing)
    effects = mka.request(desk.DirectDispatch(incident="i-1", units=(NEAR,)))
    assert commands(effects) == [inc.AssignUnit(unit=NEAR)]


def test_a_direct_dispatch_raises_planned_transport_to_a2(mka: Dialogue) -> None:
    mka.opened("i-1", "Gezondheid")
    mka.prioritised("i-1", "B1")
    effects = mka.request(desk.DirectDispatch(incident="i-1", units=(NEAR,)))
    assert commands(effects)[0] == inc.PrioritiseIncident(priority="A2")


def test_without_a_priority_the_proposal_is_that_of_a_direct_dispatch(mka: Dialogue) -> None:
    mka.opened("i-1")
    made = mka.ask(desk.Proposal(incident="i-1"), desk.ProposalMade)
    assert units(made) == [NEAR]
    assert made.priority is None
    assert made.why.startswith("no priority yet, so as for a direct dispatch; A2: 1 Ambu")


# -- up and down --------------------------------------------------------------------


def test_a_code_asks_for_its_ambulances_and_says_what_is_not_free(mka: Dialogue) -> None:
    mka.opened("i-1", "Ongeval", "Wegvervoer", "Letsel")
    mka.prioritised("i-1", "A1")
    mka.assigned("i-1", NEAR)
    effects = mka.request(desk.ScaleUp(incident="i-1", code="code-20"))
    level = Escalation(scale="ops-ambu", level="code-20")
    assert commands(effects) == [inc.ChangeEscalation(escalation=level)]
    made = response(effects)
    assert isinstance(made, desk.ProposalMade)
    free = sum(unit.kind == "Ambu" for unit in mka.state.free())
    assert made.code == "code-20"
    assert dict(_counts(made.wanted)) == {"Ambu": 19, "OVDG": 1}
    assert dict(_counts(made.short)) == {"Ambu": 19 - free}
    assert len(made.units) == free + 1
    mka.feed("i-1", inc.EscalationChanged(escalation=level, decided_by="CaCo"))
    standing = mka.ask(desk.Proposal(incident="i-1"), desk.ProposalMade)
    assert (standing.code, standing.units) == ("code-20", made.units)


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        ("MICU", "ambulance-15191"),
        ("Rapid", RAPID),
        ("ZorgAmbu", "ambulance-15171"),
        ("MMT", "ambulance-lifeliner-2"),
    ],
)
def test_a_kind_that_is_asked_for_is_proposed_beside_the_rest(
    mka: Dialogue, kind: str, unit: str
) -> None:
    mka.opened("i-1")
    mka.prioritised("i-1", "A1")
    mka.feed("i-1", inc.CharacteristicSet(name="Inzet Ambu", values=("Huisarts", kind)))
    made = mka.ask(desk.Proposal(incident="i-1"), desk.ProposalMade)
    assert set(units(made)) == {NEAR, unit}
    assert f"asked for ({kind})" in made.why


def test_one_unit_fills_one_need(mka: Dialogue) -> None:
    mka.opened("i-1", "Gezondheid")
    mka.prioritised("i-1", "B1")
    ambulances = [unit.id for unit in mka.state.free() if unit.kind == "Ambu"]
    for unit in ambulances[:5]:
        mka.assigned("i-1", unit)
    asked = desk.Proposal(incident="i-1", code="code-5")
    made = mka.ask(asked, desk.ProposalMade)
    assert _counts(made.wanted) == [("ZorgAmbu", 1)]
    mka.assigned("i-1", ambulances[5])
    assert mka.ask(asked, desk.ProposalMade).wanted == ()


def test_the_capacity_is_the_highest_code_that_free_units_serve_at_once(mka: Dialogue) -> None:
    counted = mka.ask(desk.Capacity(), desk.CapacityCounted)
    assert dict(_counts(counted.free))["Ambu"] == 13
    assert counted.covers == "code-10"
    mka.opened("i-1")
    for unit in [unit.id for unit in mka.state.free() if unit.kind == "Ambu"][:4]:
        mka.assigned("i-1", unit)
    assert mka.ask(desk.Capacity(), desk.CapacityCounted).covers == "code-5"
    for unit in [unit.id for unit in mka.state.free() if unit.kind == "Ambu"][:5]:
        mka.assigned("i-1", unit)
    assert mka.ask(desk.Capacity(), desk.CapacityCounted).covers is None


def test_a_stand_down_releases_every_unit_of_ours(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.assigned("i-1", NEAR)
    mka.assigned("i-1", RAPID)
    other = inc.UnitAssigned(unit="fire-15-0431", party="fire", call_sign="15-0431", kind="TS-6")
    mka.feed("i-1", other)
    mka.assigned("i-1", NEXT)
    mka.released("i-1", NEXT)
    effects = mka.request(desk.StandDown(incident="i-1"))
    assert commands(effects) == [inc.ReleaseUnit(unit=NEAR), inc.ReleaseUnit(unit=RAPID)]
    assert response(effects) == desk.StoodDown(incident="i-1", units=(NEAR, RAPID))


def test_a_stand_down_of_some_leaves_the_others(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.assigned("i-1", NEAR)
    mka.assigned("i-1", RAPID)
    effects = mka.request(desk.StandDown(incident="i-1", units=(RAPID, RAPID)))
    assert commands(effects) == [inc.ReleaseUnit(unit=RAPID)]


def test_ambu_010_a_stand_down_of_who_is_not_there(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.assigned("i-1", NEAR)
    with pytest.raises(Refused, match=rf"^AMBU-010: {RAPID}.*/units"):
        mka.request(desk.StandDown(incident="i-1", units=(NEAR, RAPID)))


# -- refusals ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        desk.Dispatch(incident="i-9", units=(NEAR,)),
        desk.DirectDispatch(incident="i-9", units=(NEAR,)),
        desk.AcceleratedDispatch(incident="i-9", units=(NEAR,), urgent=True),
        desk.ScaleUp(incident="i-9", code="code-10"),
        desk.StandDown(incident="i-9"),
    ],
)
def test_ambu_001_an_incident_that_nobody_knows(mka: Dialogue, asked: msgspec.Struct) -> None:
    with pytest.raises(Refused, match=r"^AMBU-001"):
        mka.request(asked)


def test_ambu_001_a_closed_incident_takes_no_units(mka: Dialogue) -> None:
    mka.opened("i-1")
    mka.feed("i-1", inc.IncidentClosed())
    with pytest.raises(Refused, match=r"^AMBU-001"):
        mka.request(desk.Dispatch(incident="i-1", units=(NEAR,)))
    with pytest.raises(Refused, match=r"^AMBU-001"):
        mka.ask(desk.Proposal(incident="i-1"), desk.ProposalMade)


def test_ambu_002_a_unit_of_nobody(mka: Dialogue) -> None:
    mka.opened("i-1")
    with pytest.raises(Refused, match=r"^AMBU-002.*ambulance-15999"):
        mka.request(desk.Dispatch(incident="i-1", units=(NEAR, "ambulance-15999")))
    with pytest.raises(Refused, match=r"^AMBU-002"):
        mka.request(desk.DirectDispatch(incident="i-1", units=("fire-15-0431",)))


@pytest.mark.parametrize("code", ["code-15", "groot", ""])
def test_ambu_003_a_code_that_does_not_exist(mka: Dialogue, code: str) -> None:
    mka.opened("i-1")
    with pytest.raises(Refused, match=r"^AMBU-003"):
        mka.request(desk.ScaleUp(incident="i-1", code=code))


def test_ambu_003_in_a_question(mka: Dialogue) -> None:
    mka.opened("i-1")
    with pytest.raises(Refused, match=r"^AMBU-003"):
        mka.ask(desk.Proposal(incident="i-1", code="code-15"), desk.ProposalMade)


def _path(command: inc.ClassifyIncident) -> tuple[str, str | None, str | None]:
    row = command.classification
    return row.mc1, row.mc2, row.mc3


def _counts(needs: tuple[Need, ...]) -> list[tuple[str, int]]:
    return [(need.kind, need.count) for need in needs]
