"""The KMar block: which entry leads to what."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import (
    RaiseEmergency,
    RegisterUnit,
    ReportStatus,
)
from abs_contracts.messages.values import StatusSource
from abs_contracts.refusal import Refused

from abs_core.sdk import (
    Effect,
    Entry,
    Fed,
    Inbound,
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
from abs_kmar import bag, custody, desk, release
from abs_kmar.authority import Authority
from abs_kmar.bag import Procedure
from abs_kmar.hand_over import hand_over
from abs_kmar.incidents import Incident
from abs_kmar.messages import bag as bag_steps
from abs_kmar.messages import desk as say
from abs_kmar.messages import radio as air
from abs_kmar.messages import records as rec
from abs_kmar.proposal import Table, propose
from abs_kmar.sites import Sites
from abs_kmar.state import State, evolve


class KmarBlock:
    """One party's KMar block over its tables. `eod`: the party that disposes of explosives."""

    def __init__(
        self,
        party: str,
        table: Table,
        authority: Authority,
        sites: Sites,
        procedure: Procedure,
        eod: str | None,
    ) -> None:
        self._party = party
        self._table = table
        self._authority = authority
        self._sites = sites
        self._procedure = procedure
        self._eod = eod

    def initial(self) -> State:
        return State()

    def evolve(self, state: State, entry: Entry) -> State:
        return evolve(state, entry, self._party)

    def react(self, state: State, entry: Entry) -> Sequence[Effect]:
        """Raises Refused for a desk request that cannot be."""
        match entry:
            case Started():
                return self._register(state)
            case Fed():
                return self._tell_crews(state, entry)
            case Inbound():
                return self._heard(entry)
            case Requested():
                return self._requested(state, entry)
            case Settled():
                return [*release.settled(state.register, entry), *desk.settled(entry)]
            case Noted() | TimerFired():
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
            case bag_steps.Bag(incident=incident):
                desk.open_incident(state, incident)
                taken = state.bags.get(incident, ())
                return bag.standing(self._procedure, incident, taken)
            case _:
                raise _not_taken(question, "ask kmar.proposal, .emergencies or .bag")

    def _register(self, state: State) -> list[Effect]:
        known: Mapping[str, RegisterUnit] = {
            unit.id: RegisterUnit(call_sign=unit.call_sign, kind=unit.kind, station=unit.post)
            for unit in state.units.values()
        }
        return [
            Order(key=f"register-{id_}", subject=id_, payload=unit, actor="kmar", role="block")
            for id_, unit in self._sites.units().items()
            if known.get(id_) != unit
        ]

    def _propose(self, state: State, incident: Incident) -> say.ProposalMade:
        return propose(self._table, self._sites, incident, state.free())

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

    def _heard(self, entry: Inbound) -> list[Effect]:
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
            case _:
                return []

    # -- what the desk asks -----------------------------------------------------------

    def _requested(self, state: State, entry: Requested) -> list[Effect]:
        match entry.payload:
            case rec.Keep() | rec.Consult() as asked:
                if isinstance(asked, rec.Keep):
                    desk.check_known(state, asked.incident)
                return custody.asked(state.register, self._authority, entry, asked)
            case rec.Release() | rec.HandOver() as asked:
                return self._outward(state, entry, asked)
            case say.StandDown() | say.StateScene() | say.ReleaseScene() | say.CallIn() as asked:
                return desk.asked(entry, asked, desk.open_incident(state, asked.incident))
            case say.Dispatch() as asked:
                proposal = self._propose(state, desk.open_incident(state, asked.incident))
                return desk.dispatch(state, entry, asked, proposal)
            case bag_steps.TakeStep() as asked:
                incident = desk.open_incident(state, asked.incident)
                taken = state.bags.get(asked.incident, ())
                return bag.take(self._procedure, entry, asked, incident, taken, self._eod)
            case air.Simulate() as asked:
                return desk.simulate(state, asked)
            case other:
                raise _not_taken(other, "request what the readme of this block lists")

    def _outward(
        self, state: State, entry: Requested, asked: rec.Release | rec.HandOver
    ) -> list[Effect]:
        """What makes police data leave the block, about an incident that is open."""
        incident = desk.open_incident(state, asked.incident)
        register, authority, party = state.register, self._authority, self._party
        if isinstance(asked, rec.HandOver):
            return hand_over(register, authority, entry, asked, incident, party)
        return release.release(register, authority, entry, asked, incident)


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
        rule="KMAR-006",
        what=f"KMar does not take {type(what).__name__}",
        where="/type",
        fix=fix,
    )
