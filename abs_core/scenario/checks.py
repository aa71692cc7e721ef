"""What must hold after a scenario: pure functions over what was recorded.

They stand apart from what they check: the log is read record by record, the
feeds are rendered again, and nothing of the core's own bookkeeping is used.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec
from abs_contracts import protocol
from abs_contracts.codec import decode_event, encode
from abs_contracts.messages.unit import UnitStatusChanged
from abs_contracts.refusal import Refused

from abs_core.application.log import CHAIN, decode
from abs_core.domain.chain import GENESIS, link
from abs_core.domain.unit import Unit, evolve
from abs_core.host.journal import (
    KeptOrder,
    KeptRequest,
    KeptSend,
    KeptSent,
    KeptSettled,
    Line,
)
from abs_core.scenario.model import Scenario, Sees, Step
from abs_core.scenario.recording import Outcome, Recording, Result
from abs_core.scenario.rendering import Rendering


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one check found: how much it looked at, or what is wrong and where to look."""

    name: str
    ok: bool
    detail: str
    where: str = ""


class _Wrong(Exception):  # noqa: N818 - how a check says what it saw
    def __init__(self, what: str, where: str) -> None:
        super().__init__(what)
        self.where = where


def check(recording: Recording) -> tuple[Finding, ...]:
    """All findings, in the order in which a person would look."""
    return tuple(_finding(name, found, recording) for name, found in CHECKS.items())


def _finding(name: str, found: Callable[[Recording], str], recording: Recording) -> Finding:
    try:
        return Finding(name=name, ok=True, detail=found(recording))
    except _Wrong as wrong:
        return Finding(name=name, ok=False, detail=str(wrong), where=wrong.where)
    except Refused as no:  # a record that no core wrote
        what, where = f"a message cannot be read: {no.refusal.what}", no.refusal.where
        return Finding(name=name, ok=False, detail=what, where=where)


# -- the story ------------------------------------------------------------------


def as_written(recording: Recording) -> str:
    """Every step was played and came out as its file says."""
    steps = recording.scenario.steps
    for outcome in recording.outcomes:
        wrong = departure(steps[outcome.step], outcome)
        if wrong:
            raise _Wrong(wrong, f"/steps/{outcome.step}: {steps[outcome.step].say}")
    if len(recording.outcomes) < len(steps):
        raise _Wrong("the story stopped before this step", f"/steps/{len(recording.outcomes)}")
    on_purpose = sum(o.result is Result.REFUSED for o in recording.outcomes)
    left = sum(o.result is Result.LEFT_OUT for o in recording.outcomes)
    done = f"{len(steps)} steps, {on_purpose} of them refused as meant"
    return f"{done}, {left} left out" if left else done


def departure(step: Step, outcome: Outcome) -> str | None:
    """How an outcome differs from what the file says; None when it does not."""
    rule = outcome.refusal.rule if outcome.refusal else None
    if outcome.result is Result.LEFT_OUT:
        return None
    if outcome.result in (Result.UNKNOWN, Result.MISSING):
        return f"the outcome is {outcome.result}"
    if rule != step.refused:
        return f"refused by {outcome.refusal}" if rule else f"not refused by {step.refused}"
    warned = step.do.warned if step.do else None
    if warned and warned not in [warning.rule for warning in outcome.warnings]:
        return f"no warning {warned} came with it"
    return None


def nothing_refused(recording: Recording) -> str:
    """No command of a block was refused, no entry poison, and no request but as meant."""
    meant = _meant(recording.scenario)
    asked = 0
    for party, line in _lines(recording):
        where = f"journal of {party}, entry {line.entry.id}"
        if line.refusal and isinstance(line.entry, KeptRequest) and meant[party, line.refusal.rule]:
            meant[party, line.refusal.rule] -= 1
        elif line.refusal or line.poison:
            raise _Wrong(f"{party} did not take an entry: {line.refusal or line.poison}", where)
        if isinstance(line.entry, KeptSettled):
            asked += 1
            if isinstance(line.entry.reply, protocol.Rejected):
                raise _Wrong(f"a command was refused: {line.entry.reply.refusal}", where)
    return f"{asked} commands of blocks, all accepted"


def _meant(scenario: Scenario) -> Counter[tuple[str, str]]:
    """The refusals of requests that the file wants, by party and rule."""
    return Counter(
        (scenario.desks[step.by].party, step.request.refused)
        for step in scenario.steps
        if step.request and step.request.refused
    )


# -- the log --------------------------------------------------------------------


def once_in_the_log(recording: Recording) -> str:
    """Every accepted command is the cause of the events of exactly one record."""
    causes = Counter(
        cause
        for record in recording.log
        for cause in {event.envelope.causationid for event in decode(record).events}
    )
    accepted = []
    for outcome in recording.outcomes:
        do = recording.scenario.steps[outcome.step].do
        if outcome.result is Result.REFUSED or (do and do.nothing_new):
            if causes[outcome.command or ""]:
                raise _Wrong("it led to something after all", f"/steps/{outcome.step}")
        elif outcome.result is Result.ACCEPTED:
            accepted.append(outcome.command)
    for _, line in _lines(recording):
        if isinstance(line.entry, KeptSettled) and isinstance(line.entry.reply, protocol.Accepted):
            accepted.append(line.entry.reply.command)
    for command in accepted:
        if causes[command or ""] != 1:
            times = causes[command or ""]
            raise _Wrong(f"accepted, and {times} times in the log", f"command {command}")
    return f"{len(accepted)} commands in {len(recording.log)} records"


def chained(recording: Recording) -> str:
    """The hash chain of every subject holds from its first record."""
    chains: dict[str, str] = {}
    for record in recording.log:
        chains[record.subject] = link(chains.get(record.subject, GENESIS), record.data)
        if record.headers.get(CHAIN) != chains[record.subject]:
            raise _Wrong("the hash chain breaks", f"{record.subject} at sequence {record.seq}")
    return f"{len(chains)} subjects"


# -- the feeds ------------------------------------------------------------------


def feeds_are_views(recording: Recording) -> str:
    """Every feed is, byte for byte, the view of the log."""
    rendering = Rendering()
    views: dict[str, list[bytes]] = {party: [] for party in recording.feeds}
    for record in recording.log:
        for shown in rendering.take(decode(record)):
            if shown.party in views:
                views[shown.party].append(shown.data)
    for party, view in views.items():
        feed = recording.feeds[party]
        for number, (is_, should) in enumerate(zip(feed, view, strict=False), 1):
            if is_ != should:
                raise _Wrong(f"the feed of {party} differs from the view", f"feed message {number}")
        if len(feed) != len(view):
            what = f"the feed of {party} has {len(feed)} messages, the view {len(view)}"
            raise _Wrong(what, f"feed message {min(len(feed), len(view)) + 1}")
    return f"{sum(map(len, views.values()))} messages in {len(views)} feeds"


def seen_as_meant(recording: Recording) -> str:
    """Each party saw of each incident what the file says, and not what it forbids."""
    rows = 0
    for alias, by_party in recording.scenario.sees.items():
        for party, sees in by_party.items():
            seen = _seen(recording.feeds[party], recording.incidents[alias])
            wrong = _difference(sees, seen)
            if wrong:
                raise _Wrong(f"{party} {wrong}", f"/sees/{alias}/{party}")
            rows += len(sees.must) + len(sees.must_not) + sees.nothing_else
    return f"{rows} rows of the file"


def _seen(feed: Iterable[bytes], incident: str) -> set[str]:
    """The names of the messages that tell of this incident."""
    messages = [decode_event(data) for data in feed]
    return {
        m.contract.name
        for m in messages
        if m.envelope.subject == incident
        or (isinstance(m.payload, UnitStatusChanged) and m.payload.incident == incident)
    }


def _difference(sees: Sees, seen: set[str]) -> str | None:
    missing = [name for name in sees.must if name not in seen]
    if missing:
        return f"did not see {', '.join(missing)}"
    forbidden = sorted(seen & set(sees.must_not))
    if sees.nothing_else:
        forbidden = sorted(seen - set(sees.must))
    return f"saw {', '.join(forbidden)}" if forbidden else None


def never_seen(recording: Recording) -> str:
    """What was said to some stands in nothing that those got from whom it was kept.

    It was said: it stands in the log, in the journal of the block that keeps it, or outside.
    """
    journals = {party: encode(pages) for party, pages in recording.journals.items()}
    outside = recording.outside.values()
    said = [*(record.data for record in recording.log), *journals.values(), *outside]
    texts = 0
    for party, never in recording.scenario.never.items():
        got = (*recording.feeds[party], journals.get(party, b""))
        for text in never:
            words = encode(text)[1:-1]
            if not any(words in data for data in said):
                raise _Wrong(f"nobody ever said {text!r}", f"/never/{party}")
            if any(words in data for data in got):
                raise _Wrong(f"{party} got to read {text!r}", f"/never/{party}")
            texts += 1
    return f"{texts} texts, by party"


# -- the units ------------------------------------------------------------------


def statuses_merged(recording: Recording) -> str:
    """The statuses of each unit hold in the order of the file, however they came in."""
    told = {unit: Unit() for unit in recording.scenario.units}
    for record in recording.log:
        entry = decode(record)
        if entry.kind == "unit" and entry.id in told:
            for event in entry.events:
                told[entry.id] = evolve(event.payload, told[entry.id])
    for id_, meant in recording.scenario.units.items():
        held = tuple(stay.status for stay in told[id_].stays)
        if held != meant:
            raise _Wrong(f"{id_} held {', '.join(held) or 'no status'}", f"/units/{id_}")
    return f"{len(told)} units of the file"


# -- the blocks -----------------------------------------------------------------


def settled_once(recording: Recording) -> str:
    """Every order and every send of a block was chosen once and has one outcome."""
    chosen: Counter[str] = Counter()
    settled: Counter[str] = Counter()
    for _, line in _lines(recording):
        chosen.update(e.id for e in line.effects if isinstance(e, KeptOrder | KeptSend))
        if isinstance(line.entry, KeptSettled | KeptSent):
            settled[line.entry.effect] += 1
    for effect in {**chosen, **settled}:
        times = chosen[effect], settled[effect]
        if times != (1, 1):
            what = f"chosen {times[0]} times, with {times[1]} outcomes"
            raise _Wrong(what, f"effect {effect} in the journal")
    return f"{len(chosen)} effects"


def _lines(recording: Recording) -> Iterator[tuple[str, Line]]:
    for party, pages in recording.journals.items():
        for page in pages:
            for line in page.lines:
                yield party, line


CHECKS: Mapping[str, Callable[[Recording], str]] = {
    "The story went as written": as_written,
    "No block met a refusal, but as meant": nothing_refused,
    "Every accepted command is in the log once": once_in_the_log,
    "The hash chain of every subject holds": chained,
    "Every feed is the view of the log, byte for byte": feeds_are_views,
    "Each party saw what it must, and no more": seen_as_meant,
    "What was kept from a party, it did not get": never_seen,
    "The statuses of each unit are merged as meant": statuses_merged,
    "Every effect of a block was settled once": settled_once,
}
