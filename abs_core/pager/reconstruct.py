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
from abs_core.pager.roll import Roll
from abs_core.pager.scales import change_levels
from abs_core.pager.steps import Step, derived

SOON = dt.timedelta(minutes=10)
"""The same words in one region within so long are the same message again."""
SPOKEN = (Kind.CONTACT, Kind.SERVICE, Kind.STAFFING)
"""What changes an incident only when it names one and sends units to it."""
HEARD = 400
"""So many messages back a broken-off one is looked for."""
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
        self._roll = Roll(self._index)
        self._heard: deque[_Heard] = deque(maxlen=HEARD)
        self._ended: dict[tuple[str, tuple[str, str]], tuple[dt.datetime, str]] = {}
        self._now = dt.datetime.min.replace(tzinfo=dt.UTC)

    @property
    def open(self) -> tuple[Open, ...]:
        """The incidents that no rule has closed yet."""
        return tuple(self._index.open.values())

    def take(self, message: Message) -> Result:
        """Take in the next message; those before it in time should have been taken in."""
        self._now = max(self._now, message.at)
        steps = list(self._closings(self._now))
        page = read(message.text, message.discipline)
        taken = self._settle(message, page, steps)
        self._heard.append(_Heard(message.at, message.region, folded(message.text)))
        return Result(taken, tuple(steps), self._roll.inferred())

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
        _, changes = change_levels(incident, page, message, steps)
        self._roll.send(incident, page, message, discipline, steps)
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
        outcome, changes = change_levels(incident, page, message, steps)
        sent = self._roll.send(incident, page, message, discipline, steps)
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
                self._roll.release(incident, unit, "cancelled", message.at, steps)
            return _taken(message, Outcome.CANCELLED, match.rule, incident.id, ("part of it",))
        self._roll.close(incident, "cancelled", message.at, steps)
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
            serving = self._roll.served_by(unit.id)
            if serving and (match is None or serving is match.incident):
                self._roll.release(serving, unit.id, "stood-down", message.at, steps)
                changes.append(f"released {unit.call_sign}")
                where = serving.id
        if match:
            attached = discipline in match.incident.parties
            by = discipline if attached else match.incident.lead
            steps.append(decisions.note(match.incident, by, message))
        rule = match.rule if match else "by-call-sign"
        return _taken(message, Outcome.STOOD_DOWN, rule, where, tuple(changes))

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
            self._roll.close(incident, "quiet", due, steps)
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
