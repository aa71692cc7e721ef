"""The lifecycle of incidents, units and parties, against a model of its own."""

from typing import TYPE_CHECKING

import msgspec

from abs_core.sim.checks.history import Entry, History

if TYPE_CHECKING:
    from abs_core.sim.evidence import Evidence

AFTER_CLOSING = ("note_added", "linked", "reopened")


class Incident(msgspec.Struct):
    """What the model knows of an incident."""

    lead: str
    open: bool = True
    tenure: int = 1
    attached: set[str] = set()
    closed: set[str] = set()
    units: dict[str, str] = {}
    level: dict[str, str] = {}
    taken_up: set[str] = set()
    clocks: dict[str, str] = {}  # running, met or breached
    exercise: bool = False


class Model:
    """Takes the log event by event, and says what could not have happened."""

    def __init__(self) -> None:
        self.incidents: dict[str, Incident] = {}
        self.units: dict[str, str] = {}  # to party
        self.generations: dict[str, int] = {}
        self.degraded: dict[str, bool] = {}
        self.wrong: list[str] = []

    def take(self, entry: Entry) -> None:
        family, _, what = entry.name.partition(".")
        problem = {"incident": self._incident, "unit": self._unit, "party": self._party}[family](
            what, entry
        )
        if problem:
            self.wrong.append(f"{entry.name} at {entry.seq} of {entry.about}: {problem}")

    # -- incidents -------------------------------------------------------------

    def _incident(self, what: str, entry: Entry) -> str | None:
        party = entry.event.get("party", "")
        known = self.incidents.get(entry.about)
        if what == "opened":
            self.incidents[entry.about] = Incident(
                lead=party, attached={party}, exercise=entry.data.get("exercise", False)
            )
            return "it was open already" if known else None
        if known is None:
            return "there was no such incident"
        if party not in known.attached and not (what == "clock_breached" and not party):
            return f"{party} was not attached"
        if not known.open and what not in AFTER_CLOSING:
            return "it was closed"
        step = getattr(self, f"_{what}", None)
        problem: str | None = step(known, entry, party) if step else None
        return problem

    def _party_attached(self, known: Incident, entry: Entry, _by: str) -> str | None:
        party = entry.data["party"]
        again = party in known.attached and party not in known.closed
        known.attached.add(party)
        known.closed.discard(party)
        return f"{party} was attached already" if again else None

    def _party_detached(self, known: Incident, entry: Entry, by: str) -> str | None:
        party = entry.data["party"]
        if party not in known.attached or party == known.lead:
            return f"{party} leads, or was not attached"
        if by not in (party, known.lead):
            return f"{by} may not detach {party}"
        if party in known.units.values():
            return f"{party} had units on it"
        known.attached.discard(party)
        known.closed.discard(party)
        known.taken_up.discard(party)
        return None

    def _taken_up(self, known: Incident, entry: Entry, by: str) -> str | None:
        again = by in known.taken_up
        known.taken_up.add(by)
        return "it had it in hand" if again or entry.data["party"] != by else None

    def _safety_stated(self, _known: Incident, entry: Entry, by: str) -> str | None:
        return None if entry.data["party"] == by else "somebody else stated it"

    def _linked(self, known: Incident, entry: Entry, _by: str) -> str | None:
        target = self.incidents.get(entry.data["to"])
        if target is None or entry.data["to"] == entry.about:
            return "there is no such other incident"
        return "an exercise and a real one" if target.exercise != known.exercise else None

    def _clock_started(self, known: Incident, entry: Entry, _by: str) -> str | None:
        again = entry.data["clock"] in known.clocks
        known.clocks[entry.data["clock"]] = "running"
        return "it ran already" if again else None

    def _clock_met(self, known: Incident, entry: Entry, _by: str) -> str | None:
        stood = known.clocks.get(entry.data["clock"])
        known.clocks[entry.data["clock"]] = "met"
        return None if stood in ("running", "breached") else f"it was {stood}"

    def _clock_breached(self, known: Incident, entry: Entry, by: str) -> str | None:
        stood = known.clocks.get(entry.data["clock"])
        known.clocks[entry.data["clock"]] = "breached"
        early = entry.event["time"] < entry.data["due"]
        return f"it was {stood}, said by {by}" if stood != "running" or by or early else None

    def _clock_dropped(self, known: Incident, entry: Entry, _by: str) -> str | None:
        stood = known.clocks.pop(entry.data["clock"], None)
        return None if stood else "there was none"

    def _lead_transferred(self, known: Incident, entry: Entry, by: str) -> str | None:
        before, known.lead = known.lead, entry.data["lead"]
        if by != before or entry.data["previous"] != before:
            return f"{before} led it, and {by} gave it away"
        return None if known.lead in known.attached else f"{known.lead} was not attached"

    def _note_added(self, _known: Incident, entry: Entry, by: str) -> str | None:
        return None if entry.data["party"] == by else "somebody else wrote it"

    def _unit_assigned(self, known: Incident, entry: Entry, by: str) -> str | None:
        unit = entry.data["unit"]
        if self.units.get(unit) != by or entry.data["party"] != by:
            return f"{unit} is not a unit of {by}"
        if unit in known.units:
            return f"{unit} was assigned already"
        known.units[unit] = by
        return None

    def _unit_released(self, known: Incident, entry: Entry, by: str) -> str | None:
        if known.units.pop(entry.data["unit"], None) != by:
            return f"{by} had no such unit on it"
        return None

    def _escalation_changed(self, known: Incident, entry: Entry, _by: str) -> str | None:
        now = entry.data["escalation"]
        before = known.level.get(now["scale"])
        known.level[now["scale"]] = now["level"]
        if entry.data.get("previous") != before:
            return f"it stood at {before}"
        return None

    def _closed_for_party(self, known: Incident, entry: Entry, by: str) -> str | None:
        party = entry.data["party"]
        again = party in known.closed
        known.closed.add(party)
        if party != by or again:
            return f"{party} had closed it, or {by} is another"
        return f"{party} had units on it" if party in known.units.values() else None

    def _closed(self, known: Incident, _entry: Entry, by: str) -> str | None:
        known.open = False
        if by != known.lead:
            return f"{known.lead} leads it, not {by}"
        if known.units:
            return f"units were on it: {sorted(known.units)}"
        still = known.attached - known.closed
        return f"not closed for {sorted(still)}" if still else None

    def _reopened(self, known: Incident, _entry: Entry, _by: str) -> str | None:
        was, known.open, known.closed = known.open, True, set()
        return "it was open" if was else None

    # -- units and parties -----------------------------------------------------

    def _unit(self, what: str, entry: Entry) -> str | None:
        by, owner = entry.event.get("party"), self.units.get(entry.about)
        if what == "registered" and owner is None:
            self.units[entry.about] = entry.data["party"]
            owner = entry.data["party"]
        if owner != by or entry.data["party"] != by:
            return f"it is a unit of {owner}, not of {by}"
        return None

    def _party(self, what: str, entry: Entry) -> str | None:
        party = entry.about
        if what == "block_agreed":
            before = self.generations.get(party, 0)
            self.generations[party] = entry.data["agreement"]["generation"]
            return None if self.generations[party] == before + 1 else f"after {before}"
        if what in ("degraded", "recovered"):
            was, self.degraded[party] = self.degraded.get(party, False), what == "degraded"
            return "nothing changed by it" if was == self.degraded[party] else None
        return None


def check(_evidence: "Evidence", told: History) -> list[str]:
    """Nothing in the log that the lifecycle does not allow."""
    model = Model()
    for entry in told:
        model.take(entry)
    return model.wrong
