"""Vehicles as the profile writes them: RC-RI, RS-RI, RS-SR, GEO-POS, GEO-RES."""

from collections.abc import Iterator

from abs_contracts.messages.values import Discipline

from abs_ambulance_bridge.facts import Facts, Status, Vehicle
from abs_ambulance_bridge.hub_sante.codemap import codemap
from abs_ambulance_bridge.hub_sante.scalars import lists
from abs_ambulance_bridge.hub_sante.translation.fields import filled, stamp
from abs_ambulance_bridge.hub_sante.translation.ids import Names, case_of, resource_of
from abs_ambulance_bridge.profile import Setting
from abs_ambulance_bridge.tree import Tree

SHARED_TYPE = {Discipline.AMBULANCE: "SMUR", Discipline.FIRE: "SIS"}
"""RC-RI has two types of vehicle; the vehicles of other disciplines are not in it."""
OWN_TYPE = {
    Discipline.AMBULANCE: "TSU.AMB",
    Discipline.FIRE: "SIS",
    Discipline.POLICE: "FSI",
    Discipline.KMAR: "FSI",
}
FLEET_TYPE = {Discipline.AMBULANCE: "SMUR", Discipline.FIRE: "SDIS"}


def engaged_shared_tree(facts: Facts, setting: Setting, names: Names) -> dict[str, Tree] | None:
    """RC-RI: a snapshot of the vehicles on the incident."""
    resources: list[Tree] = []
    for unit, vehicle, discipline in _on_incident(facts, setting):
        kind = SHARED_TYPE.get(discipline)
        if kind is None or vehicle.assigned is None:
            continue
        states = _states(vehicle)
        first: Tree = {"datetime": stamp(vehicle.assigned), "status": "DECLENCHE"}
        resource = _resource(unit, vehicle, discipline, setting, names)
        resources.append(
            {**resource, "vehicleType": kind, "state": states[-1] if states else first}
        )
    return _about_case(facts, setting, names, resources)


def engaged_tree(facts: Facts, setting: Setting, names: Names) -> dict[str, Tree] | None:
    """RS-RI: the same with every state, and the types that health services know."""
    resources: list[Tree] = []
    for unit, vehicle, discipline in _on_incident(facts, setting):
        kind = vehicle.kind if vehicle.kind in lists()["vehicle-type"] else OWN_TYPE.get(discipline)
        if kind is None or vehicle.assigned is None:
            continue
        resource = _resource(unit, vehicle, discipline, setting, names)
        states: list[Tree] = [*_states(vehicle)]
        resources.append(filled({**resource, "vehicleType": kind, "state": states}))
    return _about_case(facts, setting, names, resources)


def status_tree(facts: Facts, setting: Setting, names: Names) -> dict[str, Tree] | None:
    """RS-SR: the newest status that the profile has a word for, of any vehicle."""
    reported = [
        (status.since, unit, vehicle, state)
        for unit, vehicle in facts.vehicles.items()
        for status in vehicle.statuses
        if (state := _state(status)) is not None
    ]
    if not reported:
        return None
    _, unit, vehicle, state = max(reported, key=lambda each: each[0])
    discipline = setting.parties.get(vehicle.party, Discipline.PARTNER)
    return {
        "caseId": case_of(facts.incident, setting.room, names),
        "resourceId": resource_of(unit, discipline, setting.room, names),
        "state": state,
    }


def positions_tree(facts: Facts, setting: Setting, names: Names) -> dict[str, Tree] | None:
    """GEO-POS cannot be written: the core's contracts have no positions to write of.

    With nothing but statuses there is still what a kept message is laid over.
    """
    rows: list[Tree] = []
    for unit, vehicle in facts.vehicles.items():
        discipline = setting.parties.get(vehicle.party, Discipline.PARTNER)
        for status in vehicle.statuses:
            row: dict[str, Tree] = {
                "resourceId": resource_of(unit, discipline, setting.room, names),
                "datetime": stamp(status.since),
                **_position_words(status),
            }
            rows.append(filled(row))
    return {"position": rows} if rows else None


def _position_words(status: Status) -> dict[str, Tree]:
    word = codemap("availability").theirs(status.code)
    if word is not None:
        return {"status": word}
    engaged = codemap("position").theirs(status.code)
    return {"engagedStatus": engaged} if engaged else {}


def fleet_tree(facts: Facts, setting: Setting, names: Names) -> dict[str, Tree] | None:
    """GEO-RES: the vehicles that the feed has told of."""
    resources: list[Tree] = []
    for unit, vehicle in facts.vehicles.items():
        discipline = setting.parties.get(vehicle.party, Discipline.PARTNER)
        known = vehicle.kind in lists()["fleet-type"]
        kind = vehicle.kind if known else FLEET_TYPE.get(discipline)
        if kind is not None:
            resources.append(
                {
                    "resourceId": resource_of(unit, discipline, setting.room, names),
                    "orgId": f"nl.{discipline}.{setting.room}",
                    "name": vehicle.call_sign,
                    "resourceType": kind,
                }
            )
    return {"resource": resources} if resources else None


def _on_incident(facts: Facts, setting: Setting) -> Iterator[tuple[str, Vehicle, Discipline]]:
    for unit, vehicle in facts.vehicles.items():
        if vehicle.on_incident:
            yield unit, vehicle, setting.parties.get(vehicle.party, Discipline.PARTNER)


def _resource(
    unit: str, vehicle: Vehicle, discipline: Discipline, setting: Setting, names: Names
) -> dict[str, Tree]:
    assert vehicle.assigned is not None
    return filled(
        {
            "datetime": stamp(vehicle.assigned),
            "resourceId": resource_of(unit, discipline, setting.room, names),
            "orgId": f"nl.{discipline}.{setting.room}",
            "centerName": vehicle.station,
            "name": vehicle.call_sign,
        }
    )


def _states(vehicle: Vehicle) -> list[dict[str, Tree]]:
    return [state for state in map(_state, vehicle.statuses) if state is not None]


def _state(status: Status) -> dict[str, Tree] | None:
    """None for a status that the profile has no word for, such as a request to speak."""
    word = _WORDS.get(status.code)
    return {"datetime": stamp(status.since), "status": word} if word else None


_WORDS = {
    "ov": "DECLENCHE",
    "vt": "DEPART",
    "ut": "DEPART",
    "ar": "DEPART",
    "tp": "ARRIVEE",
    "vp": "TRANSP",
    "az": "DESTIN",
    "vr": "RETOUR",
    "ir": "RETOUR",
    "bs": "RETOUR",
    "op": "REN-BASE",
    "kz": "REN-BASE",
}
"""A status of any discipline as the profile says it; some of theirs are one of ours."""


def _about_case(
    facts: Facts, setting: Setting, names: Names, resources: list[Tree]
) -> dict[str, Tree] | None:
    if not resources or not facts.incident:
        return None
    return {"caseId": case_of(facts.incident, setting.room, names), "resource": resources}
