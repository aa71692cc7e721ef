"""EMSI: operations of all services, the ISO/TR 22351 profile."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from abs_ambulance_bridge.hub_sante.codes import (
    EmsiContactType,
    EmsiContextLevel,
    EmsiContextMode,
    EmsiContextMsgtype,
    EmsiContextSeclass,
    EmsiContextUrgency,
    EmsiEgeoType,
    EmsiEgeoWeather,
    EmsiEtypeActor,
    EmsiEtypeCategory,
    EmsiEtypeEnv,
    EmsiEventCause,
    EmsiEventRiskAssesment,
    EmsiEventScale,
    EmsiEventSource,
    EmsiEventStatus,
    EmsiExternalInfoType,
    EmsiLinkLinkRole,
    EmsiMissionPriority,
    EmsiMissionStatus,
    EmsiMissionType,
    EmsiResourceStatus,
    EmsiResourceUm,
    EmsiRgeoType,
    EmsiRtypeRclass,
)
from abs_ambulance_bridge.hub_sante.scalars import DateTime, EmsiPart, Number


class Link(EmsiPart, frozen=True, kw_only=True):
    id: str
    link_role: EmsiLinkLinkRole | UnsetType = UNSET


class Origin(EmsiPart, frozen=True, kw_only=True):
    org_id: str | UnsetType = UNSET
    user_id: str | UnsetType = UNSET
    name: str | UnsetType = UNSET


class ExternalInfo(EmsiPart, frozen=True, kw_only=True):
    freetext: str | UnsetType = UNSET
    uri: str
    type: EmsiExternalInfoType | UnsetType = UNSET


class Context(EmsiPart, frozen=True, kw_only=True):
    id: str
    mode: EmsiContextMode
    msgtype: EmsiContextMsgtype
    creation: DateTime | UnsetType = UNSET
    link: tuple[Link, ...] | UnsetType = UNSET
    level: EmsiContextLevel | UnsetType = UNSET
    seclass: EmsiContextSeclass | UnsetType = UNSET
    freetext: str | UnsetType = UNSET
    origin: Origin | UnsetType = UNSET
    external_info: tuple[ExternalInfo, ...] | UnsetType = UNSET
    urgency: EmsiContextUrgency | UnsetType = UNSET


class EventType(EmsiPart, frozen=True, kw_only=True):
    category: Annotated[tuple[EmsiEtypeCategory, ...], Meta(min_length=1)]
    actor: Annotated[tuple[EmsiEtypeActor, ...], Meta(min_length=1)]
    loctype: Annotated[tuple[str, ...], Meta(min_length=1)]
    env: EmsiEtypeEnv | UnsetType = UNSET


class Reference(EmsiPart, frozen=True, kw_only=True):
    org_id: str
    other_event_id: Annotated[tuple[str, ...], Meta(min_length=1)]


class Casualties(EmsiPart, frozen=True, kw_only=True):
    context: str
    datime: DateTime | UnsetType = UNSET
    decont: int | UnsetType = UNSET
    triagered: int | UnsetType = UNSET
    triageyellow: int | UnsetType = UNSET
    triagegreen: int | UnsetType = UNSET
    triageblack: int | UnsetType = UNSET
    missing: int | UnsetType = UNSET


class Evacuation(EmsiPart, frozen=True, kw_only=True):
    datime: DateTime | UnsetType = UNSET
    displaced: int | UnsetType = UNSET
    evacuated: int | UnsetType = UNSET


class Coord(EmsiPart, frozen=True, kw_only=True):
    lat: Number
    long: Number
    height: Number | UnsetType = UNSET


class Position(EmsiPart, frozen=True, kw_only=True):
    loc_id: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    type: str | UnsetType = UNSET
    height_role: str | UnsetType = UNSET
    coordsys: str | UnsetType = UNSET
    coord: tuple[Coord, ...] | UnsetType = UNSET
    address: tuple[str, ...] | UnsetType = UNSET


class EventGeo(EmsiPart, frozen=True, kw_only=True):
    datime: DateTime | UnsetType = UNSET
    type: EmsiEgeoType | UnsetType = UNSET
    weather: tuple[EmsiEgeoWeather, ...] | UnsetType = UNSET
    freetext: str | UnsetType = UNSET
    position: Position | UnsetType = UNSET


class Event(EmsiPart, frozen=True, kw_only=True):
    id: str
    name: str | UnsetType = UNSET
    main_event_id: str | UnsetType = UNSET
    etype: EventType | UnsetType = UNSET
    source: EmsiEventSource | UnsetType = UNSET
    scale: EmsiEventScale | UnsetType = UNSET
    certainty: int | UnsetType = UNSET
    decl_datime: DateTime | UnsetType = UNSET
    occ_datime: DateTime | UnsetType = UNSET
    obs_datime: DateTime | UnsetType = UNSET
    status: EmsiEventStatus | UnsetType = UNSET
    risk_assesment: EmsiEventRiskAssesment | UnsetType = UNSET
    reference: tuple[Reference, ...] | UnsetType = UNSET
    casualties: tuple[Casualties, ...] | UnsetType = UNSET
    evac: tuple[Evacuation, ...] | UnsetType = UNSET
    egeo: tuple[EventGeo, ...] | UnsetType = UNSET
    cause: EmsiEventCause | UnsetType = UNSET
    freetext: str | UnsetType = UNSET


class Mission(EmsiPart, frozen=True, kw_only=True):
    type: EmsiMissionType
    freetext: str | UnsetType = UNSET
    id: str
    org_id: str | UnsetType = UNSET
    name: str
    status: EmsiMissionStatus
    start_time: DateTime | UnsetType = UNSET
    end_time: DateTime | UnsetType = UNSET
    resource_id: tuple[str, ...] | UnsetType = UNSET
    parent_mission_id: tuple[str, ...] | UnsetType = UNSET
    child_mission_id: tuple[str, ...] | UnsetType = UNSET
    main_mission_id: str | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    priority: EmsiMissionPriority | UnsetType = UNSET


class ResourceType(EmsiPart, frozen=True, kw_only=True):
    rclass: Annotated[tuple[EmsiRtypeRclass, ...], Meta(min_length=1)]
    capability: tuple[str, ...] | UnsetType = UNSET
    characteristics: tuple[str, ...] | UnsetType = UNSET


class ResourceGeo(EmsiPart, frozen=True, kw_only=True):
    datime: DateTime | UnsetType = UNSET
    type: EmsiRgeoType
    freetext: str | UnsetType = UNSET
    id: str | UnsetType = UNSET
    position: tuple[Position, ...] | UnsetType = UNSET


class Contact(EmsiPart, frozen=True, kw_only=True):
    type: EmsiContactType
    detail: str


class Resource(EmsiPart, frozen=True, kw_only=True):
    rtype: ResourceType
    id: str
    org_id: str | UnsetType = UNSET
    name: str
    freetext: str | UnsetType = UNSET
    rgeo: tuple[ResourceGeo, ...] | UnsetType = UNSET
    quantity: Number | UnsetType = UNSET
    um: EmsiResourceUm | UnsetType = UNSET
    status: EmsiResourceStatus
    nationality: str | UnsetType = UNSET
    contacts: tuple[Contact, ...] | UnsetType = UNSET


class Emsi(EmsiPart, frozen=True, kw_only=True):
    context: Context
    event: Event
    mission: tuple[Mission, ...] | UnsetType = UNSET
    resource: tuple[Resource, ...] | UnsetType = UNSET
