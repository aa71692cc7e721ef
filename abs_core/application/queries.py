"""Queries: the core folds the log on demand; there is no second store of state."""

from abs_contracts import protocol
from abs_contracts.refusal import Refused
from msgspec import Raw

from abs_core.application.chains import Chains
from abs_core.application.health import Health
from abs_core.application.log import RoomLog
from abs_core.application.projection import Projection, incident_events
from abs_core.application.registry import Registry
from abs_core.domain.view import (
    Dossier,
    advance,
    concerns,
    unit_party,
    view,
    view_elsewhere,
)

_ALL = 2**63


class Queries:
    """Answers about one room."""

    def __init__(
        self,
        log: RoomLog,
        registry: Registry,
        projection: Projection,
        health: Health,
        chains: Chains,
    ) -> None:
        self._log = log
        self._registry = registry
        self._projection = projection
        self._health = health
        self._chains = chains

    async def story(self, query: protocol.StoryQuery) -> protocol.Story:
        """An incident's story, whole or as one party sees it. Raises Refused or Unknown."""
        events = await incident_events(self._log, query.incident, before=_ALL)
        await self._registry.refresh()
        party, disciplines = query.party, self._registry.disciplines
        if party is not None and party not in disciplines:
            raise Refused(
                rule="PARTY-001",
                what="this room has no such party",
                where="/party",
                fix=f"name one of: {', '.join(sorted(disciplines))}",
            )
        messages: list[bytes] = []
        dossier = Dossier()
        for event in events:
            if not concerns(dossier, event):
                continue
            before, dossier = dossier, advance(dossier, event)
            if party is None:
                messages.append(event.raw)
            elif unit_party(event) == party:
                messages.extend(view_elsewhere(event, party))
            else:
                messages.extend(view(before, dossier, event, party, disciplines))
        if not messages:
            raise Refused(
                rule="INCIDENT-001",
                what="there is no such incident to see",
                where="/incident",
                fix="`abs status` lists the open ones",
            )
        return protocol.Story(incident=query.incident, messages=tuple(Raw(m) for m in messages))

    def status(self) -> protocol.RoomStatus:
        """The room as this core has read it so far."""
        projection = self._projection
        parties = tuple(
            protocol.PartyStatus(
                party=name,
                discipline=str(state.discipline),
                name=state.name,
                generation=state.generation,
                block=state.agreement.block if state.agreement else None,
                degraded=state.degraded,
                feed=projection.position(name),
                read=self._health.beat(name).position,
                pending=self._health.beat(name).pending,
            )
            for name, state in projection.parties.items()
        )
        incidents = tuple(_line(id_, dossier) for id_, dossier in projection.open_incidents.items())
        return protocol.RoomStatus(
            room=self._log.room,
            log=projection.seq,
            parties=parties,
            incidents=incidents,
            broken=tuple(self._chains.broken),
        )


def _line(id_: str, dossier: Dossier) -> protocol.IncidentStatus:
    incident = dossier.incident
    kind, place = incident.classification, incident.location
    levels = (kind.mc1, kind.mc2, kind.mc3) if kind else ()
    where = (place.street, place.number, place.place or place.municipality) if place else ()
    return protocol.IncidentStatus(
        incident=id_,
        lead=incident.lead,
        parties=incident.parties,
        units=len(incident.units),
        title=" / ".join(level for level in levels if level),
        place=" ".join(part for part in where if part),
    )
