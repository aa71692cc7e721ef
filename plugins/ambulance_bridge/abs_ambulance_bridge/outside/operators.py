"""The operators of the standalone system, simulated: they do there what a desk of a story does."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

import msgspec
from abs_contracts.refusal import Refused

from abs_ambulance_bridge.hub_sante.translation.ids import incident_of
from abs_ambulance_bridge.hub_sante.translation.ids import unit_of as core_unit
from abs_ambulance_bridge.outside.crews import Crews, timing
from abs_ambulance_bridge.outside.equal import differences
from abs_ambulance_bridge.outside.fleet import HELICOPTER, nearest, stations, unit_of, vehicle_of
from abs_ambulance_bridge.outside.process import LOOK_SECONDS, PATIENCE, Case, Standalone
from abs_ambulance_bridge.outside.ways import STEPS, UNKNOWN_EVENT, event_of, ways
from abs_core.sdk import Deed, Errand, Seen, Stand, Way

NUMBER = "+31600000112"
"""The caller's number: a case outside has one, and a story need not say it."""
NOT_SAID = {"code": UNKNOWN_EVENT, "label": "Not said yet"}
ENTRAPPED = "Beknel/Bedel/Insluit: Ja"
"""The line for which operators send the helicopter too: our own assumption."""

Data = Mapping[str, object]


class Operators:
    """One standalone ambulance system at work, for one party of a room."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        name, partner = f"nl.rav.{stand.party}", f"nl.meldkamer.{stand.room}"
        self._system = Standalone(stand.folder, name, partner)
        self._system.prepare()
        self._crews = Crews(self._system, timing(stand.options, stand.minute))
        self._named: set[str] = set()
        self._said: dict[str, str] = {}

    @property
    def title(self) -> str:
        return f"a standalone ambulance system, {self._system.name} at {self._system.url}"

    @property
    def options(self) -> Mapping[str, str]:
        parties = ",".join(f"{party}={what}" for party, what in self._stand.parties.items())
        return {
            "url": self._system.url,
            "partner": self._system.name,
            "token_file": str(self._system.token_file.absolute()),
            "poll_seconds": "0.05",
            "parties": parties,
        }

    def ways(self, errands: Sequence[Errand]) -> Sequence[Way]:
        for errand in errands:
            self._named.update(_units(errand.data))
        fire = [party for party, what in self._stand.parties.items() if what == "fire"]
        return ways(errands, fire)

    async def start(self) -> None:
        """Serve it, and put its vehicles in service where they are."""
        await self._system.start()
        known = {v: station.town for station in stations() for v in station.vehicles}
        more = {v: "Elsewhere" for unit in self._named if (v := vehicle_of(unit))}
        for vehicle, town in {**more, **known}.items():
            await self._system.do("put_in_service", vehicle=vehicle, station=town)

    async def stop(self) -> None:
        await self._crews.stop()
        await self._system.stop()

    async def kept(self) -> bytes:
        return await self._system.raw_cases()

    def differences(self, inside: Seen, outside: Seen, away: Collection[str]) -> Sequence[str]:
        return differences(inside, outside, away)

    async def take(self, errand: Errand, incident: str | None, data: Data) -> Deed:
        """Once the room has answered all that came of it."""
        if self._crews.refused is not None:
            raise self._crews.refused
        deed = await WORK[errand.type](self, errand.about or "", incident or "", data)
        await self._system.settled()
        return deed

    # -- cases -------------------------------------------------------------------------

    async def open(self, about: str, _: str, data: Data) -> Deed:
        """A call begins; it is a case once its place is said."""
        if "location" not in data:
            self._said[about] = "exercise" if data.get("exercise") else ""
            return Deed(did=["a call is taken, and written down once its place is known"])
        return await self._take_call(about, data["location"], data)

    async def _take_call(self, about: str, location: object, data: Data) -> Deed:
        event = event_of(data.get("classification")) or NOT_SAID
        done = await self._system.do(
            "take_call",
            number=NUMBER,
            place=_place(location),
            event=event,
            said=self._said.get(about, "") or None,
            exercise=bool(data.get("exercise")),
        )
        assert done.case is not None
        await self._system.do("share", case=done.case, partner=self._system.partner)
        did = ["take_call", "share"]
        if data.get("priority"):
            await self._system.do("triage", case=done.case, urgency=data["priority"])
            did.append(f"triage {data['priority']}")
        self._said.pop(about, None)
        return Deed(did=did, incident=incident_of(done.case, self._stand.room))

    async def add_call(self, about: str, incident: str, data: Data) -> Deed:
        """What a caller says stays outside: as what the call said, or as a line of our own."""
        said = str(data.get("summary") or "a call")
        if about in self._said:
            self._said[about] = said
            return Deed(did=["what the caller says is written down"])
        case = await self._case(incident)
        await self._system.do("add_note", case=case.id, text=said, shared=False)
        return Deed(did=["add_note for our own people"])

    async def locate(self, about: str, incident: str, data: Data) -> Deed:
        if about in self._said:
            return await self._take_call(about, data["location"], {})
        case = await self._case(incident)
        await self._system.do("correct", case=case.id, place=_place(data["location"]))
        return Deed(did=["correct place"])

    async def classify(self, _: str, incident: str, data: Data) -> Deed:
        case = await self._case(incident)
        event = event_of(data["classification"])
        assert event is not None, "its way was found by it"
        await self._system.do("correct", case=case.id, event=event)
        return Deed(did=[f"correct event {event['code']}"])

    async def prioritise(self, _: str, incident: str, data: Data) -> Deed:
        return await self._triage(incident, data["priority"], None)

    async def _triage(self, incident: str, urgency: object, medical: str | None) -> Deed:
        case = await self._case(incident)
        await self._system.do("triage", case=case.id, urgency=urgency, medical=medical)
        return Deed(did=[" ".join(str(w) for w in ("triage", urgency) if w)])

    async def add_note(self, _: str, incident: str, data: Data) -> Deed:
        case, shared = await self._case(incident), data.get("audience") == "all"
        await self._system.do("add_note", case=case.id, text=data["text"], shared=shared)
        return Deed(did=["add_note" if shared else "add_note for our own people"])

    async def attach(self, _: str, incident: str, data: Data) -> Deed:
        case = await self._case(incident)
        partner = self._system.partner
        await self._system.do("ask_help", case=case.id, partner=partner, purpose="SAP")
        return Deed(did=[f"ask_help SAP, which asks {data['party']}"])

    async def close(self, _: str, incident: str, __: Data) -> Deed:
        case = await self._case(incident)
        await self._system.do("close", case=case.id, outcome="done")
        return Deed(did=["close"])

    # -- triage and patients -----------------------------------------------------------------

    async def state_triage(self, about: str, incident: str, data: Data) -> Deed:
        """A triage that comes to nothing calls the vehicles off."""
        if data.get("priority") is None:
            return await self.stand_down(about, incident, {})
        words = [str(data[name]) for name in ("complaint", "crew_note") if data.get(name)]
        return await self._triage(incident, data["priority"], "; ".join(words) or None)

    async def record_patient(self, _: str, incident: str, data: Data) -> Deed:
        found = data.get("characteristics")
        listed = found.items() if isinstance(found, Mapping) else ()
        words = [f"{name}: {', '.join(map(str, values))}" for name, values in listed]
        return await self._triage(incident, None, "; ".join(words) or None)

    # -- vehicles ------------------------------------------------------------------------------

    async def propose(self, _: str, incident: str, __: Data) -> Deed:
        """An operator looks at the list of vehicles: no proposal is computed outside."""
        case, free = await self._case(incident), await self._free()
        there = [m.vehicle for m in case.missions if m.step not in ("free", "cancelled")]
        is_covered = any(not vehicle.startswith(HELICOPTER) for vehicle in there)
        crew = None if is_covered else nearest(case.place, free)
        flies = any(note.text == ENTRAPPED for note in case.notes)
        helicopter = nearest(case.place, free, helicopter=True) if flies else None
        chosen = [vehicle for vehicle in (crew, helicopter) if vehicle is not None]
        units = [{"unit": unit_of(vehicle), "call_sign": vehicle} for vehicle in chosen]
        did = f"looks at the vehicles, and chooses {' and '.join(chosen) or 'none'}"
        return Deed(did=[did], answer={"units": units})

    async def _free(self) -> list[str]:
        return [v.id for v in await self._system.vehicles() if v.in_service and v.case is None]

    async def dispatch(self, _: str, incident: str, data: Data) -> Deed:
        case = await self._case(incident)
        return await self._send(case, [_vehicle(unit) for unit in _units(data)])

    async def _send(self, case: Case, vehicles: Sequence[str]) -> Deed:
        for vehicle in vehicles:
            await self._system.do("send_vehicle", case=case.id, vehicle=vehicle)
            self._crews.sent(vehicle, case.id)
        return self._about("send_vehicle", vehicles)

    def _about(self, did: str, vehicles: Sequence[str], more: str = "") -> Deed:
        units = [core_unit(f"{self._system.name}.resource.{each}") for each in vehicles]
        return Deed(did=[f"{did} {each}{more}" for each in vehicles], units=units)

    async def early(self, about: str, incident: str, data: Data) -> Deed:
        """Before triage is done: with A2, or A1 where that is said, unless it stands already."""
        case = await self._case(incident)
        urgency = "A1" if data.get("urgent") else "A2"
        first: list[str] = []
        if case.urgency is None or case.urgency > urgency:
            await self._system.do("triage", case=case.id, urgency=urgency)
            first = [f"triage {urgency}"]
        sent = await self.dispatch(about, incident, data)
        return msgspec.structs.replace(sent, did=[*first, *sent.did])

    async def assign(self, _: str, incident: str, data: Data) -> Deed:
        return await self._send(await self._case(incident), [_vehicle(str(data["unit"]))])

    async def register(self, about: str, _: str, data: Data) -> Deed:
        vehicle = _vehicle(about)
        station = str(data.get("station") or "Elsewhere")
        await self._system.do("put_in_service", vehicle=vehicle, station=station)
        return Deed(did=[f"put_in_service {vehicle}"])

    async def report(self, about: str, _: str, data: Data) -> Deed:
        vehicle, step = _vehicle(about), STEPS[str(data["status"])]
        known = await self._system.vehicles()
        case = next((each.case for each in known if each.id == vehicle), None)
        if case is not None:
            await self._crews.reported(vehicle, case, step)
        return self._about("report", [vehicle], f" {step}")

    async def helicopter(self, _: str, incident: str, data: Data) -> Deed:
        case = await self._case(incident)
        named = [_vehicle(unit) for unit in _units(data)]
        near = nearest(case.place, await self._free(), helicopter=True)
        return await self._send(case, named or ([near] if near else []))

    async def call_off_helicopter(self, _: str, incident: str, __: Data) -> Deed:
        return await self._call_off(await self._case(incident), helicopter=True)

    async def stand_down(self, _: str, incident: str, data: Data) -> Deed:
        case = await self._case(incident)
        return await self._call_off(case, only=[_vehicle(unit) for unit in _units(data)])

    async def _call_off(
        self, case: Case, *, only: Sequence[str] = (), helicopter: bool = False
    ) -> Deed:
        there = [m.vehicle for m in case.missions if m.step not in ("free", "cancelled")]
        chosen = [v for v in only or there if not helicopter or v.startswith(HELICOPTER)]
        for vehicle in chosen:
            await self._crews.stand_down(vehicle, case.id)
        return self._about("report", chosen, " free")

    async def hospital(self, _: str, incident: str, data: Data) -> Deed:
        """The crew is told; it says itself that it leaves, and that it is there."""
        case, vehicle = await self._case(incident), _vehicle(str(data["unit"]))
        self._crews.destined(vehicle, case.id, str(data["hospital"]))
        return Deed(did=[f"{vehicle} is told where to"])

    async def _case(self, incident: str) -> Case:
        """The case of this incident, once the room has told of it. Raises Refused."""
        for _ in range(round(PATIENCE / LOOK_SECONDS)):
            for case in await self._system.cases():
                if incident_of(case.id, self._stand.room) == incident:
                    return case
            await asyncio.sleep(LOOK_SECONDS)
        raise Refused(
            rule="BRIDGE-012",
            what=f"the system outside has not been told of incident {incident}",
            where=self._system.name,
            fix="let the party be attached and the place be known before it does something",
        )


def _units(data: Data) -> list[str]:
    found = data.get("units")
    listed = [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
    unit = data.get("unit")
    return [*listed, unit] if isinstance(unit, str) else listed


def _vehicle(unit: str) -> str:
    """What it is called outside. Raises Refused."""
    found = vehicle_of(unit)
    if found is None:
        raise Refused(
            rule="BRIDGE-010",
            what=f"nothing outside is called as {unit}",
            where="/units",
            fix="name a unit as ambulance-15131 or ambulance-lifeliner-1",
        )
    return found


def _place(location: object) -> Mapping[str, object]:
    """A place of the core as an operator writes it: street and number are one line."""
    assert isinstance(location, Mapping), "its way was found by it"
    words = [str(location[name]) for name in ("street", "number") if location.get(name)]
    point = location.get("point") or {}
    place = {"address": " ".join(words) or None, "city": location["municipality"], **point}
    return {name: value for name, value in place.items() if value is not None}


WORK: Mapping[str, Callable[[Operators, str, str, Data], Awaitable[Deed]]] = {
    "incident.open": Operators.open,
    "incident.add_call": Operators.add_call,
    "incident.locate": Operators.locate,
    "incident.classify": Operators.classify,
    "incident.prioritise": Operators.prioritise,
    "incident.add_note": Operators.add_note,
    "incident.attach_party": Operators.attach,
    "incident.close_for_party": Operators.close,
    "incident.assign_unit": Operators.assign,
    "incident.release_unit": Operators.stand_down,
    "unit.register": Operators.register,
    "unit.report_status": Operators.report,
    "ambulance.proposal": Operators.propose,
    "ambulance.dispatch": Operators.dispatch,
    "ambulance.direct_dispatch": Operators.early,
    "ambulance.accelerated_dispatch": Operators.early,
    "ambulance.stand_down": Operators.stand_down,
    "ambulance.state_triage": Operators.state_triage,
    "ambulance.record_patient": Operators.record_patient,
    "ambulance.choose_hospital": Operators.hospital,
    "ambulance.request_helicopter": Operators.helicopter,
    "ambulance.cancel_helicopter": Operators.call_off_helicopter,
}
"""What is done outside, by the type of the errand."""
