"""The fire block: proposes, orders what its desk decides, and talks to vehicles."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from abs_contracts.messages.incident import (
    AssignUnit,
    ChangeEscalation,
    ReleaseUnit,
    UnitAssigned,
    UnitReleased,
)
from abs_contracts.messages.unit import RegisterUnit, ReportStatus
from abs_contracts.messages.values import Escalation, StatusSource
from abs_contracts.refusal import Refused

from abs_core.sdk import (
    Effect,
    Entry,
    Fed,
    Inbound,
    Note,
    Order,
    Requested,
    Respond,
    Send,
    Started,
)
from abs_fire import contracts as fire
from abs_fire.proposal import propose
from abs_fire.state import Incident, State, evolve
from abs_fire.table import Table

RADIO = "radio"


class FireBlock:
    """One party's fire block; `fleet` is what it registers when it starts, by unit id."""

    def __init__(self, party: str, table: Table, fleet: Mapping[str, RegisterUnit]) -> None:
        self._party = party
        self._table = table
        self._fleet = fleet

    def initial(self) -> State:
        return State()

    def evolve(self, state: State, entry: Entry) -> State:
        return evolve(state, entry, self._party)

    def react(self, state: State, entry: Entry) -> Sequence[Effect]:
        """Raises Refused for a desk request about what fire does not know."""
        match entry:
            case Started():
                return self._register(state)
            case Fed():
                return self._tell_vehicles(entry)
            case Inbound(payload=fire.RadioStatus() as status):
                return [_report(status)]
            case Requested():
                return self._requested(state, entry)
            case _:
                return []

    def answer(self, state: State, question: Any) -> fire.ProposalMade:
        """The proposal that the table makes for the incident now."""
        if not isinstance(question, fire.Proposal):
            raise Refused(
                rule="FIRE-006",
                what=f"fire does not answer {type(question).__name__}",
                where="/type",
                fix="ask fire.proposal",
            )
        return self._propose(state, _incident(state, question.incident), question.level)

    def _register(self, state: State) -> list[Effect]:
        known = {
            unit.id: RegisterUnit(call_sign=unit.call_sign, kind=unit.kind, station=unit.station)
            for unit in state.units.values()
        }
        return [
            Order(key=f"register-{id_}", subject=id_, payload=unit, actor="fire", role="block")
            for id_, unit in self._fleet.items()
            if known.get(id_) != unit
        ]

    def _tell_vehicles(self, entry: Fed) -> list[Effect]:
        match entry.message.payload:
            case UnitAssigned(unit=unit, party=self._party):
                release = False
            case UnitReleased(unit=unit, party=self._party):
                release = True
            case _:
                return []
        incident = entry.message.envelope.subject
        alarm = fire.Alarm(unit=unit, incident=incident, release=release)
        return [Send(key="alarm", connector=RADIO, payload=alarm)]

    def _requested(self, state: State, entry: Requested) -> list[Effect]:
        match entry.payload:
            case fire.Dispatch() as request:
                return self._dispatch(state, entry, request)
            case fire.ScaleUp() as request:
                return self._scale_up(state, entry, request)
            case fire.StandDown() as request:
                return _stand_down(state, entry, request)
            case other:
                raise Refused(
                    rule="FIRE-006",
                    what=f"fire does not take {type(other).__name__}",
                    where="/type",
                    fix="request fire.dispatch, fire.scale_up or fire.stand_down",
                )

    def _dispatch(self, state: State, entry: Requested, request: fire.Dispatch) -> list[Effect]:
        incident = _incident(state, request.incident)
        units = tuple(dict.fromkeys(request.units))
        _check_units(state, units)
        proposal = self._propose(state, incident, None)
        decided = fire.Decided(
            incident=incident.id,
            level=proposal.level,
            proposed=tuple(unit.unit for unit in proposal.units),
            taken=units,
            short=proposal.short,
            actor=entry.actor,
            role=entry.role,
        )
        return [
            *(_order(f"assign-{u}", incident.id, AssignUnit(unit=u), entry) for u in units),
            Note(key="decided", payload=decided),
            Respond(key="answer", payload=fire.Dispatched(incident=incident.id, units=units)),
        ]

    def _scale_up(self, state: State, entry: Requested, request: fire.ScaleUp) -> list[Effect]:
        incident = _incident(state, request.incident)
        proposal = self._propose(state, incident, request.level)
        scale = self._table.scale(incident.classification)
        change = ChangeEscalation(escalation=Escalation(scale=scale, level=proposal.level))
        return [
            _order("scale-up", incident.id, change, entry),
            Respond(key="answer", payload=proposal),
        ]

    def _propose(self, state: State, incident: Incident, level: str | None) -> fire.ProposalMade:
        assigned, free = state.assigned(incident), state.free()
        return propose(self._table, incident, level, assigned=assigned, free=free)


def _stand_down(state: State, entry: Requested, request: fire.StandDown) -> list[Effect]:
    incident = _incident(state, request.incident)
    return [
        *(_order(f"release-{u}", incident.id, ReleaseUnit(unit=u), entry) for u in incident.units),
        Respond(key="answer", payload=fire.StoodDown(incident=incident.id, units=incident.units)),
    ]


def _report(status: fire.RadioStatus) -> Order:
    """A unit speaks for itself; the core says whether it knows the unit."""
    return Order(
        key="report",
        subject=status.unit,
        payload=ReportStatus(
            status=status.status, source=StatusSource.RADIO, incident=status.incident
        ),
        actor=status.unit,
        role="unit",
        occurred=status.at,
    )


def _order(key: str, subject: str, payload: msgspec.Struct, entry: Requested) -> Order:
    return Order(key=key, subject=subject, payload=payload, actor=entry.actor, role=entry.role)


def _incident(state: State, incident: str) -> Incident:
    if incident not in state.incidents:
        raise Refused(
            rule="FIRE-001",
            what=f"fire knows no open incident {incident}",
            where="/incident",
            fix="check the number, or have fire attached to the incident first",
        )
    return state.incidents[incident]


def _check_units(state: State, units: Iterable[str]) -> None:
    unknown = [unit for unit in units if unit not in state.units]
    if unknown:
        raise Refused(
            rule="FIRE-002",
            what=f"fire has no unit {', '.join(unknown)}",
            where="/units",
            fix="use unit ids of this party; a new unit must be registered first",
        )
