"""The fire block: proposes, orders what its desk decides, warns and clocks its crews."""

from collections.abc import Mapping, Sequence
from typing import Any

from abs_contracts.messages.incident import ReleaseUnit, SafetyStated, UnitAssigned, UnitReleased
from abs_contracts.messages.unit import RegisterUnit, ReportStatus, UnitStatusChanged
from abs_contracts.messages.values import StatusSource
from abs_contracts.protocol import Rejected
from abs_contracts.refusal import Refused

from abs_core.sdk import (
    Effect,
    Entry,
    Fed,
    Inbound,
    Note,
    Order,
    OwnLines,
    OwnLinesTold,
    Requested,
    Send,
    Settled,
    Started,
)
from abs_fire import contracts as fire
from abs_fire.contracts import Status
from abs_fire.desk import Desk, incident_of
from abs_fire.evolving import evolve, scene
from abs_fire.fleet import Fleet
from abs_fire.nearest import Nearest
from abs_fire.norms import Norms
from abs_fire.own_lines import own_lines
from abs_fire.proposal import Proposer, priority, scene_warning, warnings
from abs_fire.response import Clock, register
from abs_fire.state import Incident, State
from abs_fire.table import Table
from abs_fire.vehicles import Vehicles

RADIO = "radio"


class FireBlock:
    """One party's fire block; `fleet` is what it registers when it starts."""

    def __init__(
        self, party: str, table: Table, vehicles: Vehicles, norms: Norms, fleet: Fleet
    ) -> None:
        self._party = party
        self._fleet: Mapping[str, RegisterUnit] = fleet.units()
        self._nearest = Nearest(fleet)
        self._clock = Clock(norms, vehicles)
        self._desk = Desk(table, Proposer(table, vehicles, self._nearest), self._clock)

    def initial(self) -> State:
        return State()

    def evolve(self, state: State, entry: Entry) -> State:
        return evolve(state, entry, self._party)

    def react(self, state: State, entry: Entry) -> Sequence[Effect]:
        """Raises Refused for a desk request that cannot be carried out."""
        match entry:
            case Started():
                return self._register(state)
            case Fed():
                return [*self._tell_crews(state, entry), *self._keep_time(state, entry)]
            case Inbound(payload=fire.RadioStatus() as status):
                return [_report(status)]
            case Requested():
                return self._desk.take(state, entry)
            case Settled(reply=Rejected()):
                return _not_ordered(entry)
            case _:
                return []

    def answer(self, state: State, question: Any) -> fire.Private | OwnLinesTold:
        """Raises Refused for what fire does not know."""
        match question:
            case fire.Proposal():
                return self._desk.propose(state, question)
            case fire.Response(incident=id_):
                return self._clock.told(state, incident_of(state, id_, aside=True))
            case fire.Responses():
                return register(state.responses.values(), question)
            case OwnLines(incident=id_):
                incident = state.known(id_)
                return own_lines(incident, state) if incident else OwnLinesTold(lines=())
        raise Refused(
            rule="FIRE-006",
            what=f"fire does not answer {type(question).__name__}",
            where="/type",
            fix="ask fire.proposal, fire.response or fire.responses",
        )

    # -- on its own ----------------------------------------------------------------

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

    def _tell_crews(self, state: State, entry: Fed) -> Sequence[Effect]:
        incident = state.known(entry.message.envelope.subject)
        match entry.message.payload:
            case UnitAssigned(unit=unit, party=self._party) if incident:
                return [
                    Send(key="alarm", connector=RADIO, payload=self._alarm(state, incident, unit))
                ]
            case UnitReleased(unit=unit, party=self._party) if incident:
                back = fire.Alarm(unit=unit, incident=incident.id, release=True)
                return [Send(key="alarm", connector=RADIO, payload=back)]
            case SafetyStated(party=speaker) as said if incident and speaker != self._party:
                return _warn(incident, said)
            case UnitStatusChanged(party=self._party, status=Status.TP) as status:
                unit = entry.message.envelope.subject
                return _relieved(scene(state, unit, status), unit)
            case _:
                return []

    def _alarm(self, state: State, incident: Incident, unit: str) -> fire.Alarm:
        known = state.units.get(unit)
        arrival = self._nearest.arrival(known, incident.location) if known else None
        return fire.Alarm(
            unit=unit,
            incident=incident.id,
            priority=priority(incident),
            turn_out=arrival.turn_out if arrival else None,
            travel=arrival.travel if arrival else None,
            warnings=warnings(incident),
        )

    def _keep_time(self, state: State, entry: Fed) -> list[Effect]:
        """Keep the response time of the incident that the entry is about, when it changed."""
        subject, payload = entry.message.envelope.subject, entry.message.payload
        if isinstance(payload, UnitStatusChanged):
            incident = scene(state, subject, payload)
        else:
            incident = state.known(subject)
        news = self._clock.news(state, incident) if incident else None
        return [Note(key="response", payload=news)] if news else []


def _warn(incident: Incident, said: SafetyStated) -> list[Effect]:
    """Hand another party's word on safety to every crew that is sent there.

    Also that the scene is safe: there may be crews that wait for it.
    """
    if not incident.units:
        return []
    warning = scene_warning(said)
    warned = fire.Warned(incident=incident.id, units=incident.units, warning=warning)
    return [
        Note(key="warned", payload=warned),
        *(
            Send(
                key=f"warn-{unit}",
                connector=RADIO,
                payload=fire.CrewWarning(unit=unit, incident=incident.id, warning=warning),
            )
            for unit in incident.units
        ),
    ]


def _relieved(incident: Incident | None, by: str) -> list[Effect]:
    """Release the unit that the one that just arrived relieves."""
    if incident is None or by not in incident.reliefs:
        return []
    release = ReleaseUnit(unit=incident.reliefs[by], reason="aflossing")
    return [
        Order(
            key=f"relieved@{incident.id}",
            subject=incident.id,
            payload=release,
            actor="fire",
            role="block",
        )
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


def _not_ordered(entry: Settled) -> list[Effect]:
    """Keep that the core refused what was ordered for an incident."""
    order, at, incident = entry.effect.partition("@")
    assert isinstance(entry.reply, Rejected)
    if not at:
        return []
    no = entry.reply.refusal
    kept = fire.NotOrdered(incident=incident, order=order, rule=no.rule, what=no.what)
    return [Note(key="not-ordered", payload=kept)]
