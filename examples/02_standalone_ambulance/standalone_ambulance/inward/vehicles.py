"""Vehicles of others, as they tell of them: RC-RI, RS-RI, RS-SR, GEO-POS."""

from standalone_ambulance.deciding import Decision, Desk
from standalone_ambulance.inward.named import known, of_partner
from standalone_ambulance.model import (
    Case,
    OtherVehicle,
)
from standalone_ambulance.profile import Fault, Received
from standalone_ambulance.profile import contents as wire


def shared_resources(content: wire.SharedResources, message: Received, desk: Desk) -> Decision:
    """RC-RI is a snapshot: a vehicle that is not in it any more has gone."""
    case = of_partner(known(content.case_id, desk), message)
    seen = [_other(each, each.state, message) for each in content.resource]
    return Decision(case=_with_others(case, seen, message, desk, whole=True))


def health_resources(content: wire.HealthResources, message: Received, desk: Desk) -> Decision:
    case = of_partner(known(content.case_id, desk), message)
    seen = [_other(each, _last(each.state or ()), message) for each in content.resource]
    return Decision(case=_with_others(case, seen, message, desk, whole=False))


def _last(states: tuple[wire.State, ...]) -> wire.State | None:
    return max(states, key=lambda each: each.datetime, default=None)


def _other(said: wire.Resource, state: wire.State | None, message: Received) -> OtherVehicle:
    return OtherVehicle(
        id=said.resource_id,
        of=message.sender,
        name=said.name or said.resource_id.rpartition(".")[2],
        kind=said.vehicle_type,
        status=state.status if state else None,
        at=state.datetime if state else said.datetime,
    )


def _with_others(
    case: Case, seen: list[OtherVehicle], message: Received, desk: Desk, *, whole: bool
) -> Case:
    ours = f"{desk.office.name}.resource."
    if own := [each.id for each in seen if each.id.startswith(ours)]:
        raise Fault(700, f"/resource {', '.join(own)} is ours: its states come from here")
    kept = {each.id: each for each in case.others}
    for each in seen:
        before = kept.get(each.id)
        if before is None or before.at <= each.at:
            kept[each.id] = each
    gone = {each.id for each in case.others if each.of == message.sender} - {s.id for s in seen}
    left = [each for each in kept.values() if not (whole and each.id in gone)]
    return case.model_copy(update={"others": tuple(sorted(left, key=lambda each: each.id))})


def resource_status(content: wire.ResourceStatus, message: Received, desk: Desk) -> Decision:
    case = of_partner(known(content.case_id, desk), message)
    vehicle = next((each for each in case.others if each.id == content.resource_id), None)
    if vehicle is None:
        if content.resource_id.startswith(f"{desk.office.name}.resource."):
            raise Fault(
                700, f"/resourceId {content.resource_id} is ours: its states come from here"
            )
        raise Fault(702, f"/resourceId {content.resource_id} is not known on this case yet")
    said = {"status": content.state.status, "at": content.state.datetime}
    moved = vehicle.model_copy(update=said)
    return Decision(case=_with_others(case, [moved], message, desk, whole=False))


def positions(_content: wire.Positions, _message: Received, _desk: Desk) -> Decision:
    """Where others' vehicles are is for a map, which this system does not have."""
    return Decision()
