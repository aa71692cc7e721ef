"""The fold: messages in order of time to incidents and what became of each message.

Pure: the same messages make the same steps with the same ids, in every run. The clock is
the messages' own: what no page says (releases, closings) follows when a later message
shows that its time has come.
"""

import datetime as dt
import heapq
import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from abs_contracts.messages.values import Discipline

from abs_core.pager import decisions
from abs_core.pager.grammar import read
from abs_core.pager.lexicon import folded, is_place
from abs_core.pager.location import key
from abs_core.pager.matching import Index, Match, Open
from abs_core.pager.outcomes import Inferred, Outcome, Taken
from abs_core.pager.page import Kind, Message, Page
from abs_core.pager.steps import Step, derived

SOON = dt.timedelta(minutes=10)
"""The same words in one region within so long are the same message again."""
SPOKEN = (Kind.CONTACT, Kind.SERVICE, Kind.STAFFING)
"""What changes an incident only when it names one and sends units to it."""
HEARD = 400
"""So many messages back a broken-off one is looked for."""
AGAIN = dt.timedelta(hours=2)
"""A unit that is paged for the same incident after so long had left it (own assumption)."""
RUNGS = {"": 0, "klein": 0, "middel": 1, "groot": 2, "zeer-groot": 3}
_OUTCOME = {
    Kind.EXERCISE: Outcome.EXERCISE,
    Kind.TEST: Outcome.TEST,
    Kind.FUNCTION: Outcome.FUNCTION,
    Kind.STAFFING: Outcome.STAFFING,
    Kind.CONTACT: Outcome.CONTACT,
    Kind.SERVICE: Outcome.SERVICE,
    Kind.UNKNOWN: Outcome.UNKNOWN,
    Kind.CANCELLATION: Outcome.CANCELLED,
    Kind.STAND_DOWN: Outcome.STOOD_DOWN,
    Kind.INCIDENT: Outcome.UNKNOWN,
}


class Result(NamedTuple):
    """What one message led to: its outcome, what to do in a room, and what was inferred."""

    taken: Taken
    steps: tuple[Step, ...]
    inferred: tuple[Inferred, ...]


class _Heard(NamedTuple):
    at: dt.datetime
    region: str
    text: str


class Reconstruction:
    """The state of the fold. `source` names the file: ids derive from it and the line."""

    def __init__(self, source: str, default: Discipline = Discipline.FIRE) -> None:
        self._source = source
        self._default = default
        self._index = Index()
        self._ends: list[tuple[dt.datetime, str]] = []
        self._serving: dict[str, str] = {}
        self._sent: dict[str, dt.datetime] = {}
        self._heard: deque[_Heard] = deque(maxlen=HEARD)
        self._ended: dict[tuple[str, tuple[str, str]], tuple[dt.datetime, str]] = {}
        self._now = dt.datetime.min.replace(tzinfo=dt.UTC)
        self._inferred: list[Inferred] = []

    @property
    def open(self) -> tuple[Open, ...]:
        """The incidents that no rule has closed yet."""
        return tuple(self._index.open.values())

    def take(self, message: Message) -> Result:
        """Take in the next message; those before it in time should have been taken in."""
        self._inferred = []
        self._now = max(self._now, message.at)
        steps = list(self._closings(self._now))
        page = read(message.text, message.discipline)
        taken = self._settle(message, page, steps)
        self._heard.append(_Heard(message.at, message.region, folded(message.text)))
        return Result(taken, tuple(steps), tuple(self._inferred))

    # -- one message --------------------------------------------------------------

    def _settle(self, message: Message, page: Page, steps: list[Step]) -> Taken:
        discipline = page.discipline or self._default
        if page.kind in (Kind.TEST, Kind.EXERCISE, Kind.FUNCTION):
            return _taken(message, _OUTCOME[page.kind])
        match = self._match(message, page, discipline)
        if page.kind is Kind.UNKNOWN and not match:
            return self._unknown(message, page)
        if repeat := self._repeated(message, page, match):
            return repeat
        if page.kind is Kind.CANCELLATION:
            return self._cancel(message, page, match, steps)
        if page.kind is Kind.STAND_DOWN:
            return self._stand_down(message, page, match, discipline, steps)
        return self._dispatch(message, page, match, discipline, steps)

    def _repeated(self, message: Message, page: Page, match: Match | None) -> Taken | None:
        if match and folded(message.text) in match.incident.texts:
            match.incident.last = max(match.incident.last, message.at)
            return _taken(message, Outcome.REPEAT, "same-text", match.incident.id)
        if page.kind in SPOKEN and self._again(message):
            return _taken(message, Outcome.REPEAT, "same-words-soon", match and match.incident.id)
        return None

    def _dispatch(
        self,
        message: Message,
        page: Page,
        match: Match | None,
        discipline: Discipline,
        steps: list[Step],
    ) -> Taken:
        """A page about an incident that is open, or that it opens; or only words about one."""
        if page.kind in SPOKEN and not (match and page.units):
            return _taken(message, _OUTCOME[page.kind], *_found(match))
        if match:
            return self._change(message, page, match, discipline, steps)
        return self._open(message, page, discipline, steps)

    def _match(self, message: Message, page: Page, discipline: Discipline) -> Match | None:
        found = self._index.find(page, message.region, message.at, discipline)
        bare = not (page.lmc or is_place(page.place.place))
        if found is None and page.kind is Kind.CANCELLATION and bare:
            return self._index.bare(message.region, message.at)
        return found

    def _unknown(self, message: Message, page: Page) -> Taken:
        text = folded(message.text)
        whole = re.sub(r"\W+$", "", text)
        for heard in reversed(self._heard):
            near = heard.region == message.region and message.at - heard.at <= SOON
            if near and len(whole) >= 4 and whole in heard.text:
                return _taken(message, Outcome.REPEAT, "part-of-a-message")
        return Taken(
            line=message.line,
            at=message.at,
            text=message.text,
            outcome=Outcome.UNKNOWN,
            rule="by-its-words",
            reason=page.reason,
            where=page.where,
        )

    def _again(self, message: Message) -> bool:
        text = folded(message.text)
        return any(
            heard.text == text and heard.region == message.region
            for heard in reversed(self._heard)
            if message.at - heard.at <= SOON
        )

    # -- incidents ------------------------------------------------------------------

    def _open(
        self, message: Message, page: Page, discipline: Discipline, steps: list[Step]
    ) -> Taken:
        id_ = derived(self._source, message.line, message.text)
        incident = Open(
            id=id_,
            line=message.line,
            at=message.at,
            last=message.at,
            region=message.region,
            lead=discipline,
            parties=[discipline],
            talkgroup=page.talkgroup,
            lmc=page.lmc,
            place=page.place,
            key=key(page.place),
            number=page.number,
            priority=page.priority,
            texts={folded(message.text)},
            marks=_told(page),
        )
        self._index.add(incident)
        heapq.heappush(self._ends, (message.at + incident.quiet, id_))
        steps += decisions.opening(incident, page, message)
        _, changes = self._raise(incident, page, message, steps)
        self._send(incident, page, message, discipline, steps)
        return _taken(message, Outcome.OPENED, "new", id_, tuple(changes))

    def _change(
        self,
        message: Message,
        page: Page,
        match: Match,
        discipline: Discipline,
        steps: list[Step],
    ) -> Taken:
        incident = match.incident
        incident.last = max(incident.last, message.at)
        incident.texts.add(folded(message.text))
        incident.pages += 1
        attached: list[str] = []
        if discipline not in incident.parties:
            steps.append(decisions.attach(incident, discipline, message))
            incident.parties.append(discipline)
            attached = [f"attached {discipline.value}"]
        steps.append(decisions.note(incident, discipline, message))
        outcome, changes = self._raise(incident, page, message, steps)
        sent = self._send(incident, page, message, discipline, steps)
        if sent:
            changes.append(f"units {', '.join(sent)}")
            outcome = outcome or Outcome.UNITS
        if match.rule == "alike-street" and len(page.place.street) > len(incident.place.street):
            self._index.move(incident, page.place)
            steps.append(decisions.locate(incident, message))
            changes.append(f"place {page.place.street}")
        if decisions.sharper(incident.lmc, page.lmc):
            incident.lmc = page.lmc
            steps.append(decisions.classify(incident, message))
            changes.append(f"class {'/'.join(page.lmc)}")
        if decisions.more_urgent(page.priority, incident.priority, discipline, incident.lead):
            changes.append(f"priority {incident.priority} to {page.priority}")
            incident.priority = page.priority
            steps.append(decisions.prioritise(incident, message))
        new = _told(page) - incident.marks
        incident.marks |= new
        told = changes or attached or new or page.rest
        outcome = outcome or (Outcome.DETAILS if told else Outcome.REPEAT)
        return _taken(message, outcome, match.rule, incident.id, (*attached, *changes))

    def _raise(
        self, incident: Open, page: Page, message: Message, steps: list[Step]
    ) -> tuple[Outcome | None, list[str]]:
        """GRIP and operational levels: what the page says otherwise than it stands."""
        outcomes: list[Outcome] = []
        changes: list[str] = []
        if page.grip and int(page.grip) != incident.grip:
            up = int(page.grip) > incident.grip
            outcomes.append(Outcome.GRIP_UP if up else Outcome.GRIP_DOWN)
            changes.append(f"GRIP {incident.grip} to {page.grip}")
            before = str(incident.grip)
            incident.grip = int(page.grip)
            steps.append(decisions.escalate(incident, "grip", page.grip, before, message))
        for level in page.levels:
            before = incident.levels.get(level.scale, "")
            if decisions.owner(level.scale, incident.lead) not in incident.parties:
                continue  # said by a party whose scale it is not
            if level.scale == "ops-ambu":
                if level.level == before:
                    continue
                outcomes.append(Outcome.SCALED_UP)
            elif RUNGS[level.level] > RUNGS[before]:
                outcomes.append(Outcome.SCALED_UP)
            elif page.down and RUNGS[level.level] < RUNGS[before]:
                outcomes.append(Outcome.SCALED_DOWN)
            else:
                continue  # a page with an older level is late, not a decision to scale down
            changes.append(f"{level.scale} {level.level}")
            incident.levels[level.scale] = level.level
            steps.append(decisions.escalate(incident, level.scale, level.level, before, message))
        incident.big = (
            incident.big
            or incident.grip > 0
            or any(RUNGS.get(level, 0) >= 2 for level in incident.levels.values())
        )
        return (min(outcomes, key=list(Outcome).index) if outcomes else None), changes

    def _send(
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
                self._release(incident, unit.id, "sent-again", message.at, steps)
        new = [unit for unit in units if unit.id not in incident.units]
        if new:
            steps += decisions.ask(incident, new, message, discipline, steps)
        for unit in new:
            if (other := self._serving.get(unit.id)) and other in self._index.open:
                self._release(self._index.open[other], unit.id, "sent-elsewhere", message.at, steps)
            incident.units[unit.id] = discipline
            self._serving[unit.id] = incident.id
            self._sent[unit.id] = message.at
            steps += decisions.assign(incident, unit, message, discipline)
        return [unit.call_sign for unit in new]

    # -- endings ----------------------------------------------------------------------

    def _cancel(
        self, message: Message, page: Page, match: Match | None, steps: list[Step]
    ) -> Taken:
        if match is None:
            again = self._ended.get((message.region, key(page.place)))
            if again and message.at - again[0] <= dt.timedelta(hours=1):
                return _taken(message, Outcome.REPEAT, "cancelled-already", again[1])
            return _taken(message, Outcome.CANCELLED, "nothing-open-there")
        incident = match.incident
        named = {unit.id for unit in decisions.units(page.units, incident.lead)}
        steps.append(decisions.note(incident, incident.lead, message))
        if named and set(incident.units) - named:
            for unit in sorted(named & set(incident.units)):
                self._release(incident, unit, "cancelled", message.at, steps)
            return _taken(message, Outcome.CANCELLED, match.rule, incident.id, ("part of it",))
        self._close(incident, "cancelled", message.at, steps)
        self._ended[message.region, incident.key] = (message.at, incident.id)
        while len(self._ended) > HEARD:
            del self._ended[next(iter(self._ended))]
        return _taken(message, Outcome.CANCELLED, match.rule, incident.id, ("closed",))

    def _stand_down(
        self,
        message: Message,
        page: Page,
        match: Match | None,
        discipline: Discipline,
        steps: list[Step],
    ) -> Taken:
        changes = []
        where = match.incident.id if match else None
        for unit in decisions.units(page.units, discipline):
            serving = self._index.open.get(self._serving.get(unit.id, ""))
            if serving and (match is None or serving is match.incident):
                self._release(serving, unit.id, "stood-down", message.at, steps)
                changes.append(f"released {unit.call_sign}")
                where = serving.id
        if match:
            attached = discipline in match.incident.parties
            by = discipline if attached else match.incident.lead
            steps.append(decisions.note(match.incident, by, message))
        rule = match.rule if match else "by-call-sign"
        return _taken(message, Outcome.STOOD_DOWN, rule, where, tuple(changes))

    def _release(
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

    def _close(self, incident: Open, rule: str, at: dt.datetime, steps: list[Step]) -> None:
        for unit in list(incident.units):
            self._release(incident, unit, rule, at, steps)
        steps += decisions.closing(incident, at)
        self._index.remove(incident)
        self._inferred.append(Inferred(at=at, incident=incident.id, what="closed", rule=rule))

    def _closings(self, now: dt.datetime) -> Iterator[Step]:
        """Close what has been quiet for as long as its size allows."""
        while self._ends and self._ends[0][0] <= now:
            _, id_ = heapq.heappop(self._ends)
            incident = self._index.open.get(id_)
            if incident is None:
                continue
            due = incident.last + incident.quiet
            if due > now:
                heapq.heappush(self._ends, (due, id_))
                continue
            steps: list[Step] = []
            self._close(incident, "quiet", due, steps)
            yield from steps


def _taken(
    message: Message,
    outcome: Outcome,
    rule: str = "",
    incident: str | None = None,
    changes: tuple[str, ...] = (),
) -> Taken:
    return Taken(
        line=message.line,
        at=message.at,
        text=message.text,
        outcome=outcome,
        rule=rule or "by-its-words",
        incident=incident,
        changes=changes,
    )


def _told(page: Page) -> set[str]:
    """What a page says of an incident beside its place and its units."""
    return {mark.value for mark in page.marks} | {"/".join(page.lmc)} - {""}


def _found(match: Match | None) -> tuple[str, str | None]:
    return (match.rule, match.incident.id) if match else ("", None)
