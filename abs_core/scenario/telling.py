"""Telling a story while it happens, to whoever watches."""

import asyncio
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager

from abs_contracts.messages.unit import UnitStatusChanged

from abs_core.application.log import Entry
from abs_core.scenario.clock import StoryClock
from abs_core.scenario.model import Chapter, Step, seconds
from abs_core.scenario.observer import Observer
from abs_core.scenario.recording import Outcome, Received, Result, Told
from abs_core.scenario.rendering import about

ARRIVAL = 5.0
"""Seconds for what was written to reach every feed, before the story goes on without."""

BREATH = 0.06
"""Seconds to gather what belongs together, such as units that arrive side by side."""


class Teller:
    """Tells of chapters, of steps, and of all that was written by others than the desks."""

    def __init__(self, observer: Observer, story: StoryClock, tell: Callable[[Told], None]) -> None:
        self._observer = observer
        self._story = story
        self._tell = tell
        self._told = len(observer.entries)
        self._holds = False
        self._with_step: set[int] = set()

    def chapter(self, chapter: Chapter) -> None:
        """Tell that a chapter begins, after the rest of the one before it."""
        self.rest(self._observer.seq)
        self._tell(Told(at=seconds(chapter.at), chapter=chapter))

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Nothing is told meanwhile: what others write can come of the step that is taken."""
        self._holds = True
        try:
            yield
        finally:
            self._holds = False

    async def step(self, at: float, step: Step, outcome: Outcome) -> None:
        """Tell of a step, with what each party received because of it."""
        entries: tuple[Entry, ...] = ()
        command = outcome.command
        if command and outcome.refusal is None and not (step.do and step.do.nothing_new):
            await self._observer.until(lambda: self._arrived(command), within=ARRIVAL)
            entry = self._observer.record_of(command)
            entries = (entry,) if entry else ()
        if outcome.result is Result.OUTSIDE:
            entries = tuple(self._of(outcome))
            self._with_step.update(entry.seq for entry in entries)
        if step.wait:
            self.rest(self._observer.seq)  # what it waited for comes first
        got = self._received(entries)
        self._tell(Told(at=at, step=step, outcome=outcome, entries=entries, received=got))

    def _of(self, outcome: Outcome) -> Iterator[Entry]:
        """What the party's bridge wrote because of the step: nothing of crews that went on."""
        for entry in self._observer.entries[self._told :]:
            envelope = entry.events[0].envelope
            mine = envelope.party == outcome.party and envelope.authtype != "user"
            if entry.seq in self._with_step:
                continue
            if mine and (entry.kind != "unit" or entry.id in outcome.units):
                yield entry

    async def run(self) -> None:
        """Tell of what others wrote as soon as every feed has it, until cancelled."""
        observer = self._observer
        while True:
            await observer.until(lambda: len(observer.entries) > self._told, within=60.0)
            await asyncio.sleep(BREATH)
            seq = observer.seq
            await observer.reaches(seq, within=ARRIVAL)
            self.rest(seq)

    def rest(self, seq: int) -> None:
        """Tell of what others wrote up to this log sequence and was not told yet."""
        if self._holds:
            return
        alike: dict[Hashable, list[Entry]] = {}
        began: dict[Hashable, float] = {}
        entries = self._observer.entries
        while self._told < len(entries) and entries[self._told].seq <= seq:
            entry, came = entries[self._told], self._observer.log_at[self._told]
            self._told += 1
            if entry.seq in self._with_step:
                continue
            if any(event.envelope.authtype != "user" for event in entry.events):
                alike.setdefault(_kind(entry), []).append(entry)
                began.setdefault(_kind(entry), self._story.when(came))
        for kind, group in alike.items():
            got = self._received(group)
            self._tell(Told(at=began[kind], entries=tuple(group), received=got))

    def _received(self, entries: Sequence[Entry]) -> dict[str, Received]:
        """What each party got because of these, in the order of the parties."""
        whole: Counter[str] = Counter()
        stubs: Counter[str] = Counter()
        for entry in entries:
            for party, got in self._observer.received(entry.seq).items():
                whole[party] += got.whole
                stubs[party] += got.stubs
        return {
            party: Received(whole=whole[party], stubs=stubs[party])
            for party in self._observer.expected
            if whole[party] or stubs[party]
        }

    def _arrived(self, command: str) -> bool:
        entry = self._observer.record_of(command)
        return entry is not None and self._observer.arrived(entry.seq)


def _kind(entry: Entry) -> Hashable:
    """What entries that are told in one line have in common."""
    return tuple(
        (
            event.envelope.party,
            event.contract.name,
            about(entry, event),
            event.payload.status if isinstance(event.payload, UnitStatusChanged) else None,
        )
        for event in entry.events
    )
