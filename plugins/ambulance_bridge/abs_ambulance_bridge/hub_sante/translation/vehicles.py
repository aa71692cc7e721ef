"""Vehicles: RC-RI and RS-RI (engaged), RS-SR (one status), GEO-POS, GEO-RES.

A vehicle of fire or police stands in these messages too, but only its own party tells
the core of it, so it is left where it is.
"""

from collections.abc import Iterator

from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import StatusSource

from abs_ambulance_bridge.hub_sante.codemap import codemap
from abs_ambulance_bridge.hub_sante.translation.fields import NAME, about, fitting, given, moment
from abs_ambulance_bridge.hub_sante.translation.ids import incident_of, unit_of
from abs_ambulance_bridge.hub_sante.types import (
    GeoPositionsUpdate,
    GeoResourcesDetails,
    ResourcesInfo,
    ResourcesInfoCisu,
    ResourcesStatus,
    geo_pos,
    rc_ri,
    rs_ri,
)
from abs_ambulance_bridge.hub_sante.types.parts import State
from abs_ambulance_bridge.profile import Said, Setting

OTHERS = ("SIS", "FSI", "SDIS")
"""Families of vehicles that are not of health services: fire, and police forces."""
ENDED = {"ANNULE": "cancelled", "FINPEC": "free"}
"""States with which a vehicle leaves the incident, and why it is released then."""


def is_others(vehicle_type: str) -> bool:
    return vehicle_type.split(".", maxsplit=1)[0] in OTHERS


def engaged_shared(message: ResourcesInfoCisu, setting: Setting) -> Iterator[Said]:
    """RC-RI as commands."""
    incident = incident_of(message.case_id, setting.room)
    for resource in message.resource:
        yield from _engaged(resource, (resource.state,), incident)


def engaged(message: ResourcesInfo, setting: Setting) -> Iterator[Said]:
    """RS-RI as commands, its states in the order in which they came to be."""
    incident = incident_of(message.case_id, setting.room)
    for resource in message.resource:
        yield from _engaged(resource, given(resource.state) or (), incident)


def _engaged(
    resource: rc_ri.Resource | rs_ri.Resource, states: tuple[State, ...], incident: str
) -> Iterator[Said]:
    if is_others(resource.vehicle_type):
        return
    unit, at = unit_of(resource.resource_id), moment(resource.datetime)
    registered = u.RegisterUnit(
        call_sign=_call_sign(given(resource.name), resource.resource_id),
        kind=resource.vehicle_type,
        station=fitting(resource.center_name),
    )
    yield Said(subject=unit, payload=registered, at=at)
    yield Said(subject=incident, payload=m.AssignUnit(unit=unit), at=at)
    for state in states:
        yield from _state(state, unit, incident)


def _call_sign(name: str | None, resource: str) -> str:
    """Its name, or the last part of its id: every resource has one of these."""
    return fitting(name) or resource.rpartition(".")[2][:NAME]


def _state(state: State, unit: str, incident: str) -> Iterator[Said]:
    at = moment(state.datetime)
    ours = codemap("status").ours(state.status)
    if at is None:
        return
    ended = ENDED.get(state.status)
    if ours is not None:
        serves = None if ended else incident
        report = u.ReportStatus(status=ours, source=StatusSource.MANUAL, incident=serves)
        yield Said(subject=unit, payload=report, at=at)
    if ended is not None:
        yield Said(subject=incident, payload=m.ReleaseUnit(unit=unit, reason=ended), at=at)


def status(message: ResourcesStatus, setting: Setting) -> Iterator[Said]:
    """RS-SR as commands; the bridge parks it while the vehicle is not known yet."""
    incident = incident_of(message.case_id, setting.room)
    yield from _state(message.state, unit_of(message.resource_id), incident)


def positions(message: GeoPositionsUpdate) -> Iterator[Said]:
    """GEO-POS as commands: what its vehicles do. Where they are is telemetry, no command."""
    for position in message.position:
        ours, at = _position_status(position), moment(position.datetime)
        if ours is not None and at is not None:
            report = u.ReportStatus(status=ours, source=StatusSource.RADIO)
            yield about(unit_of(position.resource_id), at)(report)


def _position_status(position: geo_pos.Position) -> str | None:
    """Of the two words for it the one that says more."""
    engaged_status = codemap("position").ours(given(position.engaged_status) or "")
    return engaged_status or codemap("availability").ours(given(position.status) or "")


def fleet(message: GeoResourcesDetails) -> Iterator[Said]:
    """GEO-RES as commands."""
    for resource in given(message.resource) or ():
        if is_others(resource.resource_type):
            continue
        registered = u.RegisterUnit(
            call_sign=_call_sign(given(resource.name), resource.resource_id),
            kind=resource.resource_type,
        )
        yield about(unit_of(resource.resource_id), None)(registered)
