"""What a replay was: counts, incidents with their timelines, and what was not understood."""

import datetime as dt
import re
from collections import Counter

from abs_core.pager.adviser import Advice
from abs_core.pager.outcomes import CHANGES, Inferred, Outcome, Taken
from abs_core.pager.page import Value
from abs_core.pager.reconstruct import Result
from abs_core.pager.steps import Do

HEAD = re.compile(r"^P\s?\d\s+(?:B[A-Z]{2}-\S+\s+)?|\((?:INCI|Inzet)[^)]*\)\s?|(?:\s\d{6})+$")
"""What a title does without: priority, talkgroup, what was asked for, call signs."""
KEPT = 500
"""So many of the messages that were not understood, and of the differences, are kept."""
BIGGEST = 60
"""So many incidents are told in full."""
RECENT = 20_000
"""So many incidents at the most have their timelines held; the smallest go first."""


class Line(Value, frozen=True, kw_only=True):
    """One line of an incident's timeline: a page, or what was inferred by a rule."""

    at: dt.datetime
    text: str
    outcome: str
    rule: str
    changes: tuple[str, ...] = ()


class Story:
    """One incident, as far as its pages told it."""

    def __init__(self, id_: str, at: dt.datetime, title: str) -> None:
        self.id = id_
        self.at = at
        self.title = title
        self.lines: list[Line] = []
        self.units: dict[str, None] = {}
        self.grip = 0
        self.level = ""

    @property
    def weight(self) -> tuple[int, int, int]:
        rungs = ("", "klein", "middel", "groot", "zeer-groot")
        return self.grip, rungs.index(self.level) if self.level in rungs else 0, len(self.units)


class Difference(Value, frozen=True, kw_only=True):
    """A page beside the block's proposal for it."""

    line: int
    at: dt.datetime
    incident: str
    advice: Advice


class Recorder:
    """Takes in every result of the fold, and every advice."""

    def __init__(self) -> None:
        self.outcomes: Counter[Outcome] = Counter(dict.fromkeys(Outcome, 0))
        self.rules: Counter[str] = Counter()
        self.inferred: Counter[str] = Counter()
        self.hours: dict[dt.datetime, Counter[Outcome]] = {}
        self.stories: dict[str, Story] = {}
        self.unknown: list[Taken] = []
        self.verdicts: Counter[str] = Counter()
        self.differences: list[Difference] = []
        self.units: set[str] = set()

    @property
    def read(self) -> int:
        return sum(self.outcomes.values())

    @property
    def changed(self) -> int:
        return sum(self.outcomes[outcome] for outcome in CHANGES)

    def take(self, result: Result) -> None:
        taken = result.taken
        self.outcomes[taken.outcome] += 1
        self.rules[taken.rule] += 1
        hour = taken.at.replace(minute=0, second=0, microsecond=0)
        self.hours.setdefault(hour, Counter())[taken.outcome] += 1
        if taken.outcome is Outcome.UNKNOWN and len(self.unknown) < KEPT:
            self.unknown.append(taken)
        for inferred in result.inferred:
            self.inferred[f"{inferred.what.split()[0]}: {inferred.rule}"] += 1
            self._infer(inferred)
        if taken.incident:
            self._tell(taken)
        for step in result.steps:
            if isinstance(step, Do) and step.unit:
                self.units.add(step.unit)
                if story := self.stories.get(step.subject):
                    story.units[step.unit] = None

    def advised(self, difference: Difference) -> None:
        verdict = difference.advice.verdict
        self.verdicts[verdict] += 1
        if verdict not in ("same", "none") and len(self.differences) < KEPT:
            self.differences.append(difference)

    def biggest(self) -> list[Story]:
        """The incidents that took most: by GRIP, level and units; in order of time."""
        most = sorted(self.stories.values(), key=lambda story: story.weight, reverse=True)
        return sorted(most[:BIGGEST], key=lambda story: (story.at, story.id))

    def _tell(self, taken: Taken) -> None:
        assert taken.incident is not None
        story = self.stories.get(taken.incident)
        if story is None:
            if len(self.stories) >= RECENT:
                self._forget()
            story = self.stories[taken.incident] = Story(
                taken.incident, taken.at, HEAD.sub("", taken.text)
            )
        story.lines.append(
            Line(
                at=taken.at,
                text=taken.text,
                outcome=taken.outcome.value,
                rule=taken.rule,
                changes=taken.changes,
            )
        )
        for change in taken.changes:
            what, _, value = change.rpartition(" ")
            if what.startswith("GRIP"):
                story.grip = max(story.grip, int(value))
            elif what.startswith("ops-"):
                story.level = value

    def _infer(self, inferred: Inferred) -> None:
        story = self.stories.get(inferred.incident)
        if story and (inferred.what == "closed" or inferred.rule != "quiet"):
            line = Line(at=inferred.at, text=inferred.what, outcome="inferred", rule=inferred.rule)
            story.lines.append(line)

    def _forget(self) -> None:
        smallest = sorted(self.stories.values(), key=lambda story: story.weight)
        for story in smallest[: RECENT // 2]:
            del self.stories[story.id]
