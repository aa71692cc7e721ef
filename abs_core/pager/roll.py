"""The roll: which unit serves which incident, and by which rule it leaves it."""

import datetime as dt

from abs_contracts.messages.values import Discipline

from abs_core.pager import decisions
from abs_core.pager.matching import Index, Open
from abs_core.pager.outcomes import Inferred
from abs_core.pager.page import Message, Page
from abs_core.pager.steps import Step

AGAIN = dt.timedelta(hours=2)
"""A unit that is paged for the same incident after so long had left it (own assumption)."""


class Roll:
    """Of the open incidents; what it infers is kept until it is taken."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._serving: dict[str, str] = {}
        self._sent: dict[str, dt.datetime] = {}
        self._inferred: list[Inferred] = []

    def inferred(self) -> tuple[Inferred, ...]:
        """What was inferred since this was asked last."""
        taken, self._inferred = tuple(self._inferred), []
        return taken

    def served_by(self, unit: str) -> Open | None:
        """The open incident that the unit serves."""
        return self._index.open.get(self._serving.get(unit, ""))

    def send(
        self,
        incident: Open,
        page: Page,
        message: Message,
        discipline: Discipline,
        steps: list[Step],
    ) -> list[str]:
        """Assign the units that the page sends and the incident does not have yet."""
        units = decisions.units(page.units, discipline)
        for unit in units:
            sent = self._sent.get(unit.id)
            if unit.id in incident.units and sent and message.at - sent > AGAIN:
                self.release(incident, unit.id, "sent-again", message.at, steps)
        new = [unit for unit in units if unit.id not in incident.units]
        if new:
            steps += decisions.ask(incident, new, message, discipline, steps)
        for unit in new:
            if other := self.served_by(unit.id):
                self.release(other, unit.id, "sent-elsewhere", message.at, steps)
            incident.units[unit.id] = discipline
            self._serving[unit.id] = incident.id
            self._sent[unit.id] = message.at
            steps += decisions.assign(incident, unit, message, discipline)
        return [unit.call_sign for unit in new]

    def release(
        self, incident: Open, unit: str, rule: str, at: dt.datetime, steps: list[Step]
    ) -> None:
        discipline = incident.units.pop(unit, None)
        if discipline is None:
            return
        if self._serving.get(unit) == incident.id:
            del self._serving[unit]
        steps.append(decisions.release(incident, unit, discipline, rule, at))
        self._inferred.append(
            Inferred(at=at, incident=incident.id, what=f"released {unit}", rule=rule)
        )

    def close(self, incident: Open, rule: str, at: dt.datetime, steps: list[Step]) -> None:
        for unit in list(incident.units):
            self.release(incident, unit, rule, at, steps)
        steps += decisions.closing(incident, at)
        self._index.remove(incident)
        self._inferred.append(Inferred(at=at, incident=incident.id, what="closed", rule=rule))
