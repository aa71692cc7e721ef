"""The operators of the standalone system, simulated: they do there what a desk of a story does."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from abs_ambulance_bridge.outside import cases, vehicles
from abs_ambulance_bridge.outside.crews import Crews, timing
from abs_ambulance_bridge.outside.equal import differences
from abs_ambulance_bridge.outside.fleet import stations, vehicle_of
from abs_ambulance_bridge.outside.office import Job, Office
from abs_ambulance_bridge.outside.process import Standalone
from abs_ambulance_bridge.outside.ways import ways
from abs_core.sdk import Deed, Errand, Seen, Stand, Way


class Operators:
    """One standalone ambulance system at work, for one party of a room."""

    def __init__(self, stand: Stand) -> None:
        """Raises Refused when the standalone system is not installed."""
        self._stand = stand
        name, partner = f"nl.rav.{stand.party}", f"nl.meldkamer.{stand.room}"
        self._system = Standalone(stand.folder, name, partner)
        self._system.prepare()
        self._crews = Crews(self._system, timing(stand.options, stand.minute))
        self._office = Office(self._system, self._crews, stand.room)
        self._named: set[str] = set()

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
            self._named.update(vehicles.units_in(errand.data))
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

    async def take(self, errand: Errand, incident: str | None, data: Mapping[str, object]) -> Deed:
        """Once the room has answered all that came of it."""
        if self._crews.refused is not None:
            raise self._crews.refused
        job = Job(about=errand.about or "", incident=incident or "", data=data)
        deed = await WORK[errand.type](self._office, job)
        await self._system.settled()
        return deed

    async def kept(self) -> bytes:
        return await self._system.raw_cases()

    def differences(self, inside: Seen, outside: Seen, away: Collection[str]) -> Sequence[str]:
        return differences(inside, outside, away)


WORK: Mapping[str, Callable[[Office, Job], Awaitable[Deed]]] = {
    "incident.open": cases.open_case,
    "incident.add_call": cases.add_call,
    "incident.locate": cases.locate,
    "incident.classify": cases.classify,
    "incident.prioritise": cases.prioritise,
    "incident.add_note": cases.add_note,
    "incident.attach_party": cases.ask_fire,
    "incident.close_for_party": cases.close,
    "incident.assign_unit": vehicles.dispatch,
    "incident.release_unit": vehicles.stand_down,
    "unit.register": vehicles.register,
    "unit.report_status": vehicles.report,
    "ambulance.proposal": vehicles.propose,
    "ambulance.dispatch": vehicles.dispatch,
    "ambulance.direct_dispatch": vehicles.dispatch_early,
    "ambulance.accelerated_dispatch": vehicles.dispatch_early,
    "ambulance.stand_down": vehicles.stand_down,
    "ambulance.state_triage": cases.state_triage,
    "ambulance.record_patient": cases.record_patient,
    "ambulance.choose_hospital": vehicles.choose_hospital,
    "ambulance.request_helicopter": vehicles.request_helicopter,
    "ambulance.cancel_helicopter": vehicles.cancel_helicopter,
}
"""What is done outside, by the type of the errand."""
