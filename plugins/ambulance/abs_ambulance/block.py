"""The ambulance block: proposes, orders what its desk decides, and keeps what is medical."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from abs_contracts.messages.unit import RegisterUnit, UnitStatusChanged
from abs_contracts.refusal import Refused

from abs_ambulance import (
    crew,
    crews,
    desk,
    dispatching,
    dossier,
    helicopter,
    medical,
    register,
    response,
    sharing,
    triage,
)
from abs_ambulance.entries import evolve
from abs_ambulance.fleet import plain
from abs_ambulance.proposal import Means, capacity
from abs_ambulance.request import Request, open_incident, proposal
from abs_ambulance.ride import Norms
from abs_ambulance.state import State
from abs_core.sdk import (
    Effect,
    Entry,
    Fed,
    Inbound,
    Order,
    OwnLines,
    OwnLinesTold,
    Requested,
    Started,
)

Handler = Callable[[Request, Any], Sequence[Effect]]
Answerer = Callable[[State, Any], msgspec.Struct]

REQUESTS: Mapping[type[msgspec.Struct], Handler] = {
    desk.Dispatch: dispatching.dispatch,
    desk.DirectDispatch: dispatching.dispatch_directly,
    desk.AcceleratedDispatch: dispatching.dispatch_accelerated,
    desk.ScaleUp: dispatching.scale_up,
    desk.StandDown: dispatching.stand_down,
    desk.RequestHelicopter: helicopter.request_helicopter,
    desk.CancelHelicopter: helicopter.cancel_helicopter,
    desk.CountCasualties: sharing.count_casualties,
    desk.WarnInfection: sharing.warn_infection,
    medical.StateTriage: triage.state_triage,
    medical.RecordPatient: dossier.record,
    medical.ChooseHospital: dossier.choose_hospital,
    medical.ReadPatient: dossier.read,
}


class AmbulanceBlock:
    """One party's ambulance block; `fleet` is what it registers when it starts, by unit id."""

    def __init__(
        self, party: str, means: Means, norms: Norms, fleet: Mapping[str, RegisterUnit]
    ) -> None:
        self._party = party
        self._means = means
        self._norms = norms
        self._fleet = fleet
        self._answers: Mapping[type[msgspec.Struct], Answerer] = {
            desk.Proposal: self._proposal,
            desk.Capacity: lambda state, _: capacity(means.table, state.free()),
            response.Register: lambda state, asked: register.registered(state, norms, asked),
            desk.Flights: helicopter.flights,
            medical.Accesses: dossier.accesses,
            OwnLines: _own_lines,
        }

    def initial(self) -> State:
        return State()

    def evolve(self, state: State, entry: Entry) -> State:
        return evolve(state, entry, self._party)

    def react(self, state: State, entry: Entry) -> Sequence[Effect]:
        """Raises Refused for a desk request about what this block does not know."""
        match entry:
            case Started():
                return self._register(state)
            case Fed():
                return self._fed(state, entry)
            case Inbound(payload=crew.RadioStatus() as status):
                return [crews.report(status)]
            case Requested():
                handler = REQUESTS.get(type(entry.payload))
                if handler is None:
                    raise _not_taken(entry.payload, "take", "a request of this block")
                request = Request(state, entry, self._party, self._means)
                return handler(request, entry.payload)
            case _:
                return []

    def answer(self, state: State, question: Any) -> msgspec.Struct:
        """The answer; none tells anything medical, for reading that is a request."""
        answerer = self._answers.get(type(question))
        if answerer is None:
            raise _not_taken(question, "answer", "a question of this block")
        return answerer(state, question)

    def _proposal(self, state: State, asked: desk.Proposal) -> desk.ProposalMade:
        return proposal(state, self._means, open_incident(state, asked.incident), asked.code)

    def _register(self, state: State) -> list[Effect]:
        """What the party has not, or not so; a vehicle that it has under another id is that."""
        known = {
            unit.id: RegisterUnit(call_sign=unit.call_sign, kind=unit.kind, station=unit.station)
            for unit in state.units.values()
        }
        called = {plain(unit.call_sign): id_ for id_, unit in reversed(known.items())}
        fleet = {called.get(plain(unit.call_sign), id_): unit for id_, unit in self._fleet.items()}
        return [
            Order(key=f"register {id_}", subject=id_, payload=unit, actor="ambulance", role="block")
            for id_, unit in fleet.items()
            if known.get(id_) != unit
        ]

    def _fed(self, state: State, entry: Fed) -> Sequence[Effect]:
        payload = entry.message.payload
        if isinstance(payload, UnitStatusChanged):
            return register.measure(state, entry, payload, self._norms, self._means.table.clock)
        return crews.tell(state, entry, self._party)


def _own_lines(state: State, asked: OwnLines) -> OwnLinesTold:
    incident = state.incident(asked.incident)
    return OwnLinesTold(lines=incident.lines if incident else ())


def _not_taken(payload: object, does: str, what: str) -> Refused:
    return Refused(
        rule="AMBU-006",
        what=f"the ambulance block does not {does} {type(payload).__name__}",
        where="/type",
        fix=f"send {what}; the readme of the block lists them",
    )
