"""Sending units, scaling up and standing down, as the desk decides."""

from collections.abc import Sequence

from abs_contracts import codelists
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Classification, Escalation
from abs_contracts.refusal import Refused

from abs_ambulance import desk
from abs_ambulance.incident import SCALE, Incident
from abs_ambulance.request import Request, check_units, not_there, open_incident
from abs_ambulance.table import check_code
from abs_ambulance.values import Priority
from abs_core.sdk import Effect, Note, Respond

EARLY_CLASSES = {
    desk.Early.DIRECT: ("Hulpvraag", "Ambulancezorg", "Directe inzet"),
    desk.Early.ACCELERATED: ("Hulpvraag", "Ambulancezorg", "Versnelde inzet"),
}
"""The classes hvazdi and hvazvi of the national table (facts 1.5)."""


def dispatch(request: Request, asked: desk.Dispatch) -> Sequence[Effect]:
    """Assign each unit, and keep the decision beside the proposal that stood."""
    return _send(request, open_incident(request.state, asked.incident), asked.units, None)


def dispatch_directly(request: Request, asked: desk.DirectDispatch) -> Sequence[Effect]:
    """Send before triage is finished: with A2, unless something more urgent stands already."""
    return _early(request, asked, desk.Early.DIRECT, Priority.A2)


def dispatch_accelerated(request: Request, asked: desk.AcceleratedDispatch) -> Sequence[Effect]:
    """Send on what triage says so far: with A1 or A2, unless something more urgent stands."""
    priority = Priority.A1 if asked.urgent else Priority.A2
    return _early(request, asked, desk.Early.ACCELERATED, priority)


def scale_up(request: Request, asked: desk.ScaleUp) -> Sequence[Effect]:
    """Set the code, and answer with what it asks for and what is not free."""
    incident = open_incident(request.state, asked.incident)
    made = request.proposal(incident, check_code(asked.code))
    change = inc.ChangeEscalation(escalation=Escalation(scale=SCALE, level=asked.code))
    return [
        request.order("scale-up", incident.id, change),
        Respond(key="answer", payload=made),
    ]


def stand_down(request: Request, asked: desk.StandDown) -> Sequence[Effect]:
    """Release units of ours, those that were ordered a moment ago as well."""
    incident = open_incident(request.state, asked.incident)
    there = tuple(unit.id for unit in request.state.there(incident))
    units = tuple(dict.fromkeys(asked.units)) or there
    for unit in units:
        if unit not in there:
            raise not_there(incident, unit, "/units")
    return [
        *(request.order(f"release {u}", incident.id, inc.ReleaseUnit(unit=u)) for u in units),
        Respond(key="answer", payload=desk.StoodDown(incident=incident.id, units=units)),
    ]


def _early(
    request: Request,
    asked: desk.DirectDispatch | desk.AcceleratedDispatch,
    early: desk.Early,
    priority: Priority,
) -> Sequence[Effect]:
    incident = open_incident(request.state, asked.incident)
    if incident.triaged:
        raise Refused(
            rule="AMBU-008",
            what=f"triage of {incident.id} is finished already",
            where="/incident",
            fix="request ambulance.dispatch: its priority stands",
        )
    effects: list[Effect] = []
    standing = incident.priority
    if standing is None or priority.rank < standing.rank:
        effects.append(
            request.order("prioritise", incident.id, inc.PrioritiseIncident(priority=priority))
        )
    if incident.classification is None:
        mc1, mc2, mc3 = EARLY_CLASSES[early]
        row = Classification(table=codelists.LMC.version, mc1=mc1, mc2=mc2, mc3=mc3)
        classify = inc.ClassifyIncident(classification=row, replaces=None)
        effects.append(request.order("classify", incident.id, classify))
    return [*effects, *_send(request, incident, asked.units, early)]


def _send(
    request: Request, incident: Incident, asked: Sequence[str], early: desk.Early | None
) -> list[Effect]:
    units = tuple(dict.fromkeys(asked))
    check_units(request.state, units)
    made = request.proposal(incident)
    decided = desk.Decided(
        incident=incident.id,
        proposed=tuple(unit.unit for unit in made.units),
        taken=units,
        short=made.short,
        early=early,
        actor=request.entry.actor,
        role=request.entry.role,
    )
    return [
        *request.take_up(incident),
        *(request.order(f"assign {u}", incident.id, inc.AssignUnit(unit=u)) for u in units),
        Note(key="decided", payload=decided),
        Respond(key="answer", payload=desk.Dispatched(incident=incident.id, units=units)),
    ]
