"""What operators and crews do with vehicles of their own."""

from collections.abc import Iterable

from standalone_ambulance import commands as c
from standalone_ambulance import outward
from standalone_ambulance.deciding import Decision, Desk
from standalone_ambulance.desk.named import open_case, vehicle_of
from standalone_ambulance.model import (
    ENDED,
    NEXT,
    Case,
    Mission,
    Reached,
    Step,
    Vehicle,
)
from standalone_ambulance.post import Told, told


def send_vehicle(command: c.SendVehicle, desk: Desk) -> Decision:
    case = open_case(command.case, desk)
    return sent(case, command.vehicle, desk, None)


def sent(case: Case, name: str, desk: Desk, for_ask: str | None) -> Decision:
    vehicle = vehicle_of(name, desk)
    if not vehicle.in_service or vehicle.case is not None:
        why = f"is on {vehicle.case}" if vehicle.case else "is out of service"
        raise c.Refused(f"{vehicle.id} {why}", "/vehicle", "choose one that is available")
    mission = Mission(
        id=f"{case.number}-M{len(case.missions) + 1}",
        vehicle=vehicle.id,
        steps=(Reached(step=Step.ORDERED, at=desk.at),),
        for_ask=for_ask,
    )
    changed = case.model_copy(update={"missions": (*case.missions, mission)})
    own = desk.office.name
    tellings = told(
        changed, outward.engaged(changed, mission, own), outward.engaged_shared(changed, own)
    )
    busy = vehicle.model_copy(update={"case": case.id})
    return Decision(case=changed, vehicles=(busy,), told=tellings)


def report(command: c.Report, desk: Desk) -> Decision:
    vehicle = vehicle_of(command.vehicle, desk)
    case = desk.records.case(vehicle.case) if vehicle.case else None
    if case is None:
        raise c.Refused(f"{vehicle.id} is on no mission", "/vehicle", "send it to a case first")
    at = len(case.missions) - 1
    while case.missions[at].vehicle != vehicle.id:
        at -= 1
    mission = case.missions[at]
    if command.step not in NEXT[mission.step]:
        may = " or ".join(NEXT[mission.step])
        raise c.Refused(f"{vehicle.id} is {mission.step} now", "/step", f"what can follow: {may}")
    if command.step == Step.TRANSPORTING and not command.hospital:
        raise c.Refused("transport goes to nowhere", "/hospital", "name the hospital")
    moved = mission.model_copy(
        update={
            "steps": (*mission.steps, Reached(step=command.step, at=desk.at)),
            "destination": command.hospital or mission.destination,
        }
    )
    missions = (*case.missions[:at], moved, *case.missions[at + 1 :])
    changed = case.model_copy(update={"missions": missions})
    own = desk.office.name
    after = vehicle.model_copy(update={"case": None}) if command.step in ENDED else vehicle
    tellings = told(
        changed, outward.status(changed, moved, own), outward.engaged_shared(changed, own)
    )
    return Decision(case=changed, vehicles=(after,), told=tellings)


def locate(command: c.Locate, desk: Desk) -> Decision:
    vehicle = vehicle_of(command.vehicle, desk)
    place = {"lat": command.lat, "lon": command.lon, "located": desk.at}
    case = desk.records.case(vehicle.case) if vehicle.case else None
    tellings: Iterable[Told] = ()
    if case is not None:
        own = desk.office.name
        where = outward.position(vehicle, command.lat, command.lon, desk.at, own)
        tellings = told(case, where)
    return Decision(vehicles=(vehicle.model_copy(update=place),), told=tellings)


def put_in_service(command: c.PutInService, desk: Desk) -> Decision:
    vehicle = desk.records.vehicle(command.vehicle)
    vehicle = vehicle or Vehicle(id=command.vehicle, station=command.station)
    if vehicle.case is not None and not command.in_service:
        raise c.Refused(f"{vehicle.id} is on a mission", "/vehicle", "report it free first")
    changed = {"station": command.station, "in_service": command.in_service}
    return Decision(vehicles=(vehicle.model_copy(update=changed),))
