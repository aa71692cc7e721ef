"""What operators outside do with vehicles; what the crews do is in `crews.py`."""

from collections.abc import Mapping, Sequence

import msgspec
from abs_contracts.refusal import Refused

from abs_ambulance_bridge.hub_sante.translation.ids import unit_of as core_unit
from abs_ambulance_bridge.outside.fleet import HELICOPTER, nearest, unit_of, vehicle_of
from abs_ambulance_bridge.outside.office import Job, Office
from abs_ambulance_bridge.outside.process import Case
from abs_ambulance_bridge.outside.ways import STEPS
from abs_core.sdk import Deed

ENTRAPPED = "Beknel/Bedel/Insluit: Ja"
"""The line for which operators send the helicopter too: our own assumption."""


async def propose(office: Office, job: Job) -> Deed:
    """An operator looks at the list of vehicles: no proposal is computed outside."""
    case, free = await office.case(job), await _free(office)
    is_covered = any(not vehicle.startswith(HELICOPTER) for vehicle in _there(case))
    crew = None if is_covered else nearest(case.place, free)
    flies = any(note.text == ENTRAPPED for note in case.notes)
    helicopter = nearest(case.place, free, helicopter=True) if flies else None
    chosen = [vehicle for vehicle in (crew, helicopter) if vehicle is not None]
    units = [{"unit": unit_of(vehicle), "call_sign": vehicle} for vehicle in chosen]
    did = f"looks at the vehicles, and chooses {' and '.join(chosen) or 'none'}"
    return Deed(did=[did], answer={"units": units})


# -- sending -------------------------------------------------------------------------------


async def dispatch(office: Office, job: Job) -> Deed:
    return await _send(office, await office.case(job), named(job.data))


async def dispatch_early(office: Office, job: Job) -> Deed:
    """Before triage is done: with A2, or A1 where that is said, unless it stands already."""
    case, urgency = await office.case(job), "A1" if job.data.get("urgent") else "A2"
    first: list[str] = []
    if case.urgency is None or case.urgency > urgency:
        await office.system.do("triage", case=case.id, urgency=urgency)
        first = [f"triage {urgency}"]
    sent = await _send(office, case, named(job.data))
    return msgspec.structs.replace(sent, did=[*first, *sent.did])


async def request_helicopter(office: Office, job: Job) -> Deed:
    case, chosen = await office.case(job), named(job.data)
    near = nearest(case.place, await _free(office), helicopter=True)
    return await _send(office, case, chosen or ([near] if near else []))


async def _send(office: Office, case: Case, vehicles: Sequence[str]) -> Deed:
    for vehicle in vehicles:
        await office.system.do("send_vehicle", case=case.id, vehicle=vehicle)
        office.crews.sent(vehicle, case.id)
    return _about(office, "send_vehicle", vehicles)


async def _free(office: Office) -> list[str]:
    return [v.id for v in await office.system.vehicles() if v.in_service and v.case is None]


# -- under way -----------------------------------------------------------------------------


async def choose_hospital(office: Office, job: Job) -> Deed:
    """The crew is told; it says itself that it leaves, and that it is there."""
    case, (vehicle,) = await office.case(job), named(job.data)
    office.crews.destined(vehicle, case.id, str(job.data["hospital"]))
    return Deed(did=[f"{vehicle} is told where to"])


async def register(office: Office, job: Job) -> Deed:
    vehicle, station = _vehicle(job.about), str(job.data.get("station") or "Elsewhere")
    await office.system.do("put_in_service", vehicle=vehicle, station=station)
    return Deed(did=[f"put_in_service {vehicle}"])


async def report(office: Office, job: Job) -> Deed:
    """A desk writes down what a crew tells it."""
    vehicle, step = _vehicle(job.about), STEPS[str(job.data["status"])]
    known = await office.system.vehicles()
    case = next((each.case for each in known if each.id == vehicle), None)
    if case is not None:
        await office.crews.reported(vehicle, case, step)
    return _about(office, "report", [vehicle], f" {step}")


async def stand_down(office: Office, job: Job) -> Deed:
    """Those that are named, or all."""
    case = await office.case(job)
    return await _call_off(office, case, named(job.data) or _there(case))


async def cancel_helicopter(office: Office, job: Job) -> Deed:
    case = await office.case(job)
    flying = [vehicle for vehicle in _there(case) if vehicle.startswith(HELICOPTER)]
    return await _call_off(office, case, flying)


async def _call_off(office: Office, case: Case, vehicles: Sequence[str]) -> Deed:
    for vehicle in vehicles:
        await office.crews.stand_down(vehicle, case.id)
    return _about(office, "report", vehicles, " free")


def _there(case: Case) -> list[str]:
    return [m.vehicle for m in case.missions if m.step not in ("free", "cancelled")]


def _about(office: Office, did: str, vehicles: Sequence[str], more: str = "") -> Deed:
    units = [core_unit(f"{office.system.name}.resource.{each}") for each in vehicles]
    return Deed(did=[f"{did} {each}{more}" for each in vehicles], units=units)


# -- names ---------------------------------------------------------------------------------


def named(data: Mapping[str, object]) -> list[str]:
    """The vehicles that an errand names, as they are called outside. Raises Refused."""
    return [_vehicle(unit) for unit in units_in(data)]


def units_in(data: Mapping[str, object]) -> list[str]:
    found, unit = data.get("units"), data.get("unit")
    listed = [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
    return [*listed, unit] if isinstance(unit, str) else listed


def _vehicle(unit: str) -> str:
    found = vehicle_of(unit)
    if found is None:
        raise Refused(
            rule="BRIDGE-010",
            what=f"nothing outside is called as {unit}",
            where="/units",
            fix="name a unit as ambulance-15131 or ambulance-lifeliner-1",
        )
    return found
