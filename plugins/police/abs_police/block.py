"""The police block: which entry leads to what."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import (
    RaiseEmergency,
    RegisterUnit,
    ReportStatus,
    UnitStatusChanged,
)
from abs_contracts.messages.values import StatusSource
from abs_contracts.refusal import Refused

from abs_core.sdk import (
    CancelTimer,
    Effect,
    Entry,
    Fed,
    Inbound,
    Note,
    Noted,
    Order,
    OwnLines,
    OwnLinesTold,
    Requested,
    Send,
    Settled,
    Started,
    TimerFired,
)
from abs_police import custody, desk, norms, release
from abs_police.authority import Authority
from abs_police.fleet import Fleet
from abs_police.hand_over import hand_over
from abs_police.incidents import Incident
from abs_police.messages import desk as say
from abs_police.messages import radio as air
from abs_police.messages import records as rec
from abs_police.messages import response as res
from abs_police.proposal import Table, propose
from abs_police.state import State, evolve


class PoliceBlock:
    """One party's police block over its tables."""

    def __init__(self, party: str, table: Table, authority: Authority, fleet: Fleet) -> None:
        self._party = party
        self._table = table
        self._authority = authority
        self._fleet = fleet

    def initial(self) -> State:
        return State()

    def evolve(self, state: State, entry: Entry) -> State:
        return evolve(state, entry, self._party)

    def react(self, state: State, entry: Entry) -> Sequence[Effect]:  # noqa: PLR0911 - one per kind of entry
        """Raises Refused for a desk request that cannot be."""
        match entry:
            case Started():
                return self._register(state)
            case Fed():
                return [*self._tell_crews(state, entry), *self._clock(state, entry)]
            case Inbound():
                return self._heard(state, entry)
            case Requested():
                return self._requested(state, entry)
            case TimerFired():
                return _ran_out(state, entry)
            case Settled():
                return [*release.settled(state.register, entry), *desk.settled(entry)]
            case Noted():
                return []

    def answer(self, state: State, question: Any) -> msgspec.Struct:
        """Never police data: what reads them is a request, which the journal keeps."""
        match question:
            case say.Proposal(incident=incident):
                return self._propose(state, desk.open_incident(state, incident))
            case air.Emergencies():
                return air.EmergenciesNow(emergencies=tuple(state.emergencies.values()))
            case say.Undone():
                return say.UndoneNow(orders=state.undone)
            case OwnLines(incident=incident):
                return OwnLinesTold(lines=state.lines.get(incident, ()))
            case res.Performance():
                return res.PerformanceNow(norms=norms.performance(state.responses.values()))
            case _:
                raise _not_taken(question, "ask police.proposal, .emergencies or .performance")

    def _register(self, state: State) -> list[Effect]:
        known: Mapping[str, RegisterUnit] = {
            unit.id: RegisterUnit(call_sign=unit.call_sign, kind=unit.kind, station=unit.team)
            for unit in state.units.values()
        }
        return [
            Order(key=f"register-{id_}", subject=id_, payload=unit, actor="police", role="block")
            for id_, unit in self._fleet.units().items()
            if known.get(id_) != unit
        ]

    def _propose(self, state: State, incident: Incident) -> say.ProposalMade:
        return propose(self._table, self._fleet, incident, state.free())

    # -- what comes in --------------------------------------------------------------

    def _tell_crews(self, state: State, entry: Fed) -> list[Effect]:
        match entry.message.payload:
            case inc.UnitAssigned(unit=unit, party=self._party):
                let_go = False
            case inc.UnitReleased(unit=unit, party=self._party):
                let_go = True
            case _:
                return []
        subject = entry.message.envelope.subject
        known = state.incidents.get(subject)
        place = known.location.point if known and known.location else None
        alarm = air.Alarm(unit=unit, incident=subject, point=place, release=let_go)
        return [Send(key="alarm", connector=air.RADIO, payload=alarm)]

    def _clock(self, state: State, entry: Fed) -> list[Effect]:
        """Keep the response of the incident that this entry is about, and its timer."""
        subject = entry.message.envelope.subject
        match entry.message.payload:
            case UnitStatusChanged(party=self._party):
                changed = [each for each in state.incidents.values() if each.arrived]
            case inc.IncidentPrioritised(party=self._party) | inc.PartyAttached(party=self._party):
                known = state.incidents.get(subject)
                changed = [known] if known else []
            case inc.IncidentClosedForParty(party=self._party) | inc.IncidentClosed():
                return [CancelTimer(key="clock", name=norms.timer(subject))]
            case _:
                return []
        kept = state.responses
        return [e for each in changed for e in norms.watched(each, kept.get(each.id))]

    def _heard(self, state: State, entry: Inbound) -> list[Effect]:
        match entry.payload:
            case air.RadioStatus() as said:
                return [_report(said)]
            case air.EmergencyButton(unit=unit, point=point, at=at):
                raised = RaiseEmergency(point=point)
                return [
                    Order(
                        key=f"emergency-{unit}",
                        subject=unit,
                        payload=raised,
                        actor=unit,
                        role="unit",
                        occurred=at,
                    )
                ]
            case air.UnitReport() as said:
                return desk.open_by_unit(state, entry, said, self._party)
            case _:
                return []

    # -- what the desk asks -----------------------------------------------------------

    def _requested(self, state: State, entry: Requested) -> list[Effect]:
        match entry.payload:
            case rec.Keep() | rec.Characterise() | rec.Consult() | rec.Compare() as asked:
                if isinstance(asked, rec.Keep | rec.Characterise):
                    desk.check_known(state, asked.incident)
                return custody.asked(state.register, self._authority, entry, asked)
            case rec.Release() | rec.SharePlate() | rec.HandOver() as asked:
                return self._outward(state, entry, asked)
            case say.StandDown() | say.StateScene() | say.ReleaseScene() as asked:
                return desk.asked(entry, asked, desk.open_incident(state, asked.incident))
            case say.Dispatch() as asked:
                proposal = self._propose(state, desk.open_incident(state, asked.incident))
                return desk.dispatch(state, entry, asked, proposal)
            case air.UnitReport() as asked:
                return desk.open_by_unit(state, entry, asked, self._party)
            case air.Simulate() as asked:
                return desk.simulate(state, asked)
            case other:
                raise _not_taken(other, "request what the readme of this block lists")

    def _outward(
        self, state: State, entry: Requested, asked: rec.Release | rec.SharePlate | rec.HandOver
    ) -> list[Effect]:
        """What makes police data leave the block, about an incident that is open."""
        incident = desk.open_incident(state, asked.incident)
        register, authority, party = state.register, self._authority, self._party
        if isinstance(asked, rec.HandOver):
            return hand_over(register, authority, entry, asked, incident, party)
        return release.asked(register, authority, entry, asked, incident, party)


def _ran_out(state: State, entry: TimerFired) -> list[Effect]:
    late = [
        norms.overdue(i, entry.at)
        for i in state.incidents.values()
        if norms.timer(i.id) == entry.name
    ]
    return [Note(key="overdue", payload=each) for each in late if each]


def _report(said: air.RadioStatus) -> Order:
    """A unit speaks for itself; the core says whether it knows the unit."""
    return Order(
        key=f"report-{said.unit}",
        subject=said.unit,
        payload=ReportStatus(status=said.status, source=StatusSource.RADIO, incident=said.incident),
        actor=said.unit,
        role="unit",
        occurred=said.at,
    )


def _not_taken(what: object, fix: str) -> Refused:
    return Refused(
        rule="POLICE-006",
        what=f"police do not take {type(what).__name__}",
        where="/type",
        fix=fix,
    )
