"""What the desk can ask and decide: each request becomes orders, a note, and an answer."""

from collections.abc import Iterable, Sequence

import msgspec
from abs_contracts.messages.incident import (
    AssignUnit,
    ChangeEscalation,
    CloseForParty,
    ReleaseUnit,
    TakeUpIncident,
)
from abs_contracts.messages.values import Escalation
from abs_contracts.refusal import Refused
from msgspec.structs import replace

from abs_core.sdk import Effect, Note, Order, Requested, Respond
from abs_fire import contracts as fire
from abs_fire.proposal import Proposer, warnings
from abs_fire.response import Clock
from abs_fire.state import Incident, State
from abs_fire.table import Table


class Desk:
    """Takes the requests of one party's desk."""

    def __init__(self, table: Table, proposer: Proposer, clock: Clock) -> None:
        self._table = table
        self._proposer = proposer
        self._clock = clock

    def take(self, state: State, entry: Requested) -> Sequence[Effect]:
        """What a request leads to. Raises Refused."""
        match entry.payload:
            case fire.Dispatch() as request:
                return self._dispatch(state, entry, request)
            case fire.ScaleUp() as request:
                return self._scale_up(state, entry, request)
            case fire.StandDown() as request:
                return _stand_down(state, entry, request)
            case fire.Relieve() as request:
                return _relieve(state, entry, request)
            case fire.Motivate() as request:
                return self._motivate(state, request)
            case fire.Close() as request:
                return _close(state, entry, request)
            case other:
                raise Refused(
                    rule="FIRE-006",
                    what=f"fire does not take {type(other).__name__}",
                    where="/type",
                    fix="request fire.dispatch, fire.scale_up, fire.stand_down, fire.relieve, "
                    "fire.motivate or fire.close",
                )

    def propose(self, state: State, question: fire.Proposal) -> fire.ProposalMade:
        """The proposal that the tables make for the incident now. Raises Refused."""
        incident = incident_of(state, question.incident)
        if question.relieves is None:
            return self._propose(state, incident, question.level)
        _check_there(incident, (question.relieves,), "/relieves")
        (unit,) = _units(state, (question.relieves,), "/relieves")
        return self._proposer.relief(incident, state.units[unit], free=state.free())

    def _propose(self, state: State, incident: Incident, level: str | None) -> fire.ProposalMade:
        assigned, free = state.assigned(incident), state.free()
        return self._proposer.propose(incident, level, assigned=assigned, free=free)

    def _dispatch(self, state: State, entry: Requested, request: fire.Dispatch) -> list[Effect]:
        incident = incident_of(state, request.incident)
        units = _units(state, request.units, "/units")
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
        answer = fire.Dispatched(incident=incident.id, units=units, warnings=warnings(incident))
        return [
            *_take_up(incident, entry),
            *(_order(f"unit/{u}", incident.id, AssignUnit(unit=u), entry) for u in units),
            Note(key="decided", payload=decided),
            Respond(key="answer", payload=answer),
        ]

    def _scale_up(self, state: State, entry: Requested, request: fire.ScaleUp) -> list[Effect]:
        incident = incident_of(state, request.incident)
        proposal = self._propose(state, incident, request.level)
        scale = self._table.scale(incident.classification)
        level = proposal.level
        change = ChangeEscalation(escalation=Escalation(scale=scale, level=level))
        ordered = fire.LevelOrdered(
            incident=incident.id, scale=scale, level=level, actor=entry.actor, role=entry.role
        )
        return [
            _order(f"scale/{scale}", incident.id, change, entry),
            Note(key="level", payload=ordered),
            Respond(key="answer", payload=proposal),
        ]

    def _motivate(self, state: State, request: fire.Motivate) -> list[Effect]:
        incident = incident_of(state, request.incident, aside=True)
        recorded = self._clock.recorded(state, replace(incident, motive=request.motive))
        if recorded is None:
            raise Refused(
                rule="FIRE-008",
                what=f"no response time of {incident.id} is recorded",
                where="/incident",
                fix="wait until a fire unit is on the scene; an exercise has no response time",
            )
        return [Note(key="response", payload=recorded), Respond(key="answer", payload=recorded)]


def incident_of(state: State, id_: str, *, aside: bool = False) -> Incident:
    """An open incident of ours; with `aside` also one that is not any more. Raises Refused."""
    found = state.known(id_) if aside else state.incidents.get(id_)
    if found is None:
        raise Refused(
            rule="FIRE-001",
            what=f"fire knows no open incident {id_}",
            where="/incident",
            fix="check the number, or have fire attached to the incident first",
        )
    return found


def _stand_down(state: State, entry: Requested, request: fire.StandDown) -> list[Effect]:
    incident = incident_of(state, request.incident)
    units = tuple(dict.fromkeys(request.units)) or incident.there
    _check_there(incident, units, "/units")
    return [
        *(_order(f"release-{u}", incident.id, ReleaseUnit(unit=u), entry) for u in units),
        Respond(key="answer", payload=fire.StoodDown(incident=incident.id, units=units)),
    ]


def _relieve(state: State, entry: Requested, request: fire.Relieve) -> list[Effect]:
    incident = incident_of(state, request.incident)
    _check_there(incident, (request.unit,), "/unit")
    (by,) = _units(state, (request.by,), "/by")
    if by in incident.there:
        raise Refused(
            rule="FIRE-010",
            what=f"{state.units[by].call_sign} is on this incident already",
            where="/by",
            fix="take a free unit: ask fire.proposal with the unit in `relieves`",
        )
    relief = fire.Relief(
        incident=incident.id, unit=request.unit, by=by, actor=entry.actor, role=entry.role
    )
    return [
        *_take_up(incident, entry),
        _order(f"unit/{by}", incident.id, AssignUnit(unit=by), entry),
        Note(key="relief", payload=relief),
        Respond(key="answer", payload=relief),
    ]


def _close(state: State, entry: Requested, request: fire.Close) -> list[Effect]:
    incident = incident_of(state, request.incident)
    if incident.there:
        there = ", ".join(unit.call_sign for unit in state.assigned(incident))
        raise Refused(
            rule="FIRE-011",
            what=f"fire is still there: {there}",
            where="/incident",
            fix="request fire.stand_down first, and wait until the units are released",
        )
    return [
        *_take_up(incident, entry),
        _order("close", incident.id, CloseForParty(), entry),
        Respond(key="answer", payload=fire.Closed(incident=incident.id)),
    ]


def _take_up(incident: Incident, entry: Requested) -> list[Effect]:
    """A desk that decides something has the part of its party in hand."""
    if incident.taken_up:
        return []
    return [_order("take-up", incident.id, TakeUpIncident(), entry)]


def _order(key: str, incident: str, payload: msgspec.Struct, entry: Requested) -> Order:
    """An order about an incident; its key tells what and which, in case it is refused.

    `unit/<id>` and `scale/<code>` are those whose outcome the state waits for.
    """
    return Order(
        key=f"{key}@{incident}",
        subject=incident,
        payload=payload,
        actor=entry.actor,
        role=entry.role,
    )


def _units(state: State, units: Iterable[str], where: str) -> tuple[str, ...]:
    """These units, each once. Raises Refused for one that is not ours."""
    asked = tuple(dict.fromkeys(units))
    unknown = [unit for unit in asked if unit not in state.units]
    if unknown:
        raise Refused(
            rule="FIRE-002",
            what=f"fire has no unit {', '.join(unknown)}",
            where=where,
            fix="use unit ids of this party; a new unit must be registered first",
        )
    return asked


def _check_there(incident: Incident, units: Iterable[str], where: str) -> None:
    elsewhere = [unit for unit in units if unit not in incident.there]
    if elsewhere:
        raise Refused(
            rule="FIRE-009",
            what=f"not on this incident: {', '.join(elsewhere)}",
            where=where,
            fix=f"name units that are there: {', '.join(incident.there) or 'none are'}",
        )
