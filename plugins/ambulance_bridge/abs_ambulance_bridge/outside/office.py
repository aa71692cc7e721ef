"""What every operator outside has: the system, its crews, and calls that are no case yet."""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from abs_contracts.refusal import Refused

from abs_ambulance_bridge.hub_sante.translation.ids import incident_of
from abs_ambulance_bridge.outside.crews import Crews
from abs_ambulance_bridge.outside.process import LOOK_SECONDS, PATIENCE, Case, Standalone


class Job(NamedTuple):
    """An errand at the moment it is done: the incident by its core id, data without references."""

    about: str
    incident: str
    data: Mapping[str, object]


class Call(NamedTuple):
    """A call that is taken, before its place is said."""

    is_exercise: bool
    said: str = ""


class Office:
    """One standalone ambulance system at work for one room."""

    def __init__(self, system: Standalone, crews: Crews, room: str) -> None:
        self.system = system
        self.crews = crews
        self.room = room
        self.calls: dict[str, Call] = {}

    async def case(self, job: Job) -> Case:
        """The case of this incident, once the room has told of it. Raises Refused."""
        for _ in range(round(PATIENCE / LOOK_SECONDS)):
            for case in await self.system.cases():
                if incident_of(case.id, self.room) == job.incident:
                    return case
            await asyncio.sleep(LOOK_SECONDS)
        raise Refused(
            rule="BRIDGE-012",
            what=f"the system outside has not been told of incident {job.incident}",
            where=self.system.name,
            fix="let the party be attached and the place be known before it does something",
        )
