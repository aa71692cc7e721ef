"""What the desk asks to be done with units and about the scene, as orders to the core."""

from collections.abc import Iterable

import msgspec
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Scene
from abs_contracts.protocol import Rejected
from abs_contracts.refusal import Refused

from abs_core.sdk import Effect, Note, Order, Requested, Respond, Send, Settled
from abs_kmar.incidents import Incident
from abs_kmar.messages import desk as say
from abs_kmar.messages.radio import RADIO, Simulate, Simulated
from abs_kmar.state import State


def dispatch(
    state: State, entry: Requested, request: say.Dispatch, proposal: say.ProposalMade
) -> list[Effect]:
    """Assign the units, and keep the decision beside the proposal of the moment."""
    units = tuple(dict.fromkeys(request.units))
    check_units(state, units)
    decided = say.Decided(
        incident=request.incident,
        proposed=tuple(unit.unit for unit in proposal.units),
        taken=units,
        short=proposal.short,
        actor=entry.actor,
        role=entry.role,
    )
    assigns = (order(f"assign-{u}", request.incident, inc.AssignUnit(unit=u), entry) for u in units)
    return [
        *assigns,
        Note(key="decided", payload=decided),
        Respond(key="answer", payload=say.Dispatched(incident=request.incident, units=units)),
    ]


def asked(
    entry: Requested,
    request: say.StandDown | say.StateScene | say.ReleaseScene | say.CallIn,
    incident: Incident,
) -> list[Effect]:
    """Release every unit; have another party join; or tell all who take part how safe it is."""
    match request:
        case say.StandDown():
            units = tuple(incident.units)
            let_go = (inc.ReleaseUnit(unit=unit) for unit in units)
            orders = [order(f"let-go-{r.unit}", incident.id, r, entry) for r in let_go]
            stood_down = say.StoodDown(incident=incident.id, units=units)
            return [*orders, Respond(key="answer", payload=stood_down)]
        case say.CallIn(party=party):
            attach = order("attach", incident.id, inc.AttachParty(party=party), entry)
            called = say.CalledIn(incident=incident.id, party=party)
            return [attach, Respond(key="answer", payload=called)]
        case say.StateScene(scene=scene):
            said = inc.StateSafety(
                scene=Scene(scene),
                hazards=request.hazards,
                staging=request.staging,
                advice=request.advice,
            )
        case say.ReleaseScene():
            said = inc.StateSafety(scene=Scene.SAFE)
    stated = say.SceneStated(incident=incident.id, scene=said.scene)
    return [order("scene", incident.id, said, entry), Respond(key="answer", payload=stated)]


def settled(entry: Settled) -> list[Effect]:
    """Keep what the core refused, for the desk to see: an alarm must not die in silence."""
    if not isinstance(entry.reply, Rejected):
        return []
    no = entry.reply.refusal
    refused = say.NotDone(effect=entry.effect[:120], rule=no.rule, what=no.what[:4000], at=entry.at)
    return [Note(key="not-done", payload=refused)]


def simulate(state: State, request: Simulate) -> list[Effect]:
    """Have a simulated crew say something; it comes in by radio as if said."""
    check_units(state, (request.say.unit,))
    return [
        Send(key="say", connector=RADIO, payload=request),
        Respond(key="answer", payload=Simulated(unit=request.say.unit)),
    ]


def order(key: str, subject: str, payload: msgspec.Struct, entry: Requested) -> Order:
    """A command for who asks."""
    return Order(key=key, subject=subject, payload=payload, actor=entry.actor, role=entry.role)


def open_incident(state: State, incident: str) -> Incident:
    """An open incident that KMar takes part in. Raises Refused."""
    if incident not in state.incidents:
        raise Refused(
            rule="KMAR-001",
            what=f"KMar knows no open incident {incident}",
            where="/incident",
            fix="check the number, or have KMar attached to the incident first",
        )
    return state.incidents[incident]


def check_known(state: State, incident: str) -> None:
    """Raises Refused for an incident that we never took part in, or no longer do."""
    if incident not in state.closed:
        open_incident(state, incident)


def check_units(state: State, units: Iterable[str]) -> None:
    """Raises Refused for what is no unit of this party."""
    unknown = [unit for unit in units if unit not in state.units]
    if unknown:
        raise Refused(
            rule="KMAR-002",
            what=f"KMar has no unit {', '.join(unknown)}",
            where="/units",
            fix="use unit ids of this party; a new unit must be registered first",
        )
