"""Which open incident a page is about, by named rules; the first that fits decides.

Windows and degrees are our own assumptions, chosen on pages of 2019 and 2020.
"""

import datetime as dt
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import NamedTuple

import msgspec
from abs_contracts.messages.values import Discipline

from abs_core.pager.lexicon import place_name
from abs_core.pager.location import key, plain
from abs_core.pager.page import Page, Place

JOIN = dt.timedelta(minutes=30)
"""So long after its last page an incident takes a page with another talkgroup or discipline."""
BARE = dt.timedelta(minutes=10)
"""So long after its last page a cancellation without a place can mean an incident."""
ALIKE = 0.84
QUIET = {"": dt.timedelta(hours=2), "middel": dt.timedelta(hours=4)}
QUIET_BIG = dt.timedelta(hours=24)
"""An incident without pages for so long is over; the big ones have reliefs for days."""
PLANNED = ("B1", "B2", "C2")


class Open(msgspec.Struct, kw_only=True):
    """An incident that is open: what its pages said so far."""

    id: str
    line: int
    at: dt.datetime
    last: dt.datetime
    region: str
    lead: Discipline
    parties: list[Discipline]
    talkgroup: str
    lmc: tuple[str, ...]
    place: Place
    key: tuple[str, str]
    number: str
    priority: str
    levels: dict[str, str] = {}
    grip: int = 0
    big: bool = False
    units: dict[str, Discipline] = {}
    texts: set[str] = set()
    pages: int = 1

    @property
    def quiet(self) -> dt.timedelta:
        if self.big:
            return QUIET_BIG
        return QUIET["middel" if "middel" in self.levels.values() else ""]


class Match(NamedTuple):
    incident: Open
    rule: str


class Index:
    """The open incidents, to be found by street, number, place and region."""

    def __init__(self) -> None:
        self.open: dict[str, Open] = {}
        self._streets: dict[str, dict[str, None]] = {}
        self._numbers: dict[str, str] = {}
        self._groups: dict[str, dict[str, None]] = {}
        self._newest: dict[str, str] = {}

    def add(self, incident: Open) -> None:
        self.open[incident.id] = incident
        self._streets.setdefault(incident.key[0], {})[incident.id] = None
        self._groups.setdefault(incident.talkgroup, {})[incident.id] = None
        if incident.number:
            self._numbers[incident.number] = incident.id
        self.touched(incident)

    def touched(self, incident: Open) -> None:
        self._newest[incident.region] = incident.id

    def remove(self, incident: Open) -> None:
        del self.open[incident.id]
        for index, name in ((self._streets, incident.key[0]), (self._groups, incident.talkgroup)):
            index[name].pop(incident.id)
            if not index[name]:
                del index[name]
        if self._numbers.get(incident.number) == incident.id:
            del self._numbers[incident.number]

    def find(
        self, page: Page, region: str, at: dt.datetime, discipline: Discipline
    ) -> Match | None:
        """The incident that the page is about, and the rule that says so."""
        if page.number and (found := self._numbers.get(page.number)):
            if region in ("", self.open[found].region):
                return Match(self.open[found], "same-number")
        where = key(page.place)
        near = self._near(where[0], region) if where[0] else []
        for incident in near:
            if rule := _same_place(incident, page, where, at, discipline):
                return Match(incident, rule)
        if page.talkgroup and where[0]:
            return self._alike(page, where, region, at)
        return self._relieved(page, where, region) if page.relief else None

    def bare(self, region: str, at: dt.datetime) -> Match | None:
        """What a cancellation without a place is about: the newest page of the region."""
        incident = self.open.get(self._newest.get(region, ""))
        if incident is None or at - incident.last > BARE:
            return None
        return Match(incident, "newest-page")

    def _near(self, street: str, region: str) -> list[Open]:
        """Newest first."""
        ids = self._streets.get(street, {})
        return [self.open[i] for i in reversed(ids) if self.open[i].region == region]

    def _alike(
        self, page: Page, where: tuple[str, str], region: str, at: dt.datetime
    ) -> Match | None:
        """A damaged repeat: the same talkgroup a moment ago, and nearly the same street."""
        for id_ in reversed(self._groups.get(page.talkgroup, {})):
            incident = self.open[id_]
            if incident.region != region or at - incident.last > JOIN:
                continue
            if page.lmc and incident.lmc and page.lmc[0] != incident.lmc[0]:
                continue
            if _ratio("".join(where), "".join(incident.key)) > ALIKE:
                return Match(incident, "alike-place")
        return self._relieved(page, where, region) if page.relief else None

    def _relieved(self, page: Page, where: tuple[str, str], region: str) -> Match | None:
        """The only big incident in the place that a relief is asked for."""
        towns = {plain(place_name(page.place.place)), where[0], where[1]} - {""}
        big = [i for i in self._big(region) if i.key[1] in towns]
        if len(big) == 1:
            return Match(big[0], "relief-in-place")
        return None

    def _big(self, region: str) -> Iterable[Open]:
        return (i for i in self.open.values() if i.big and i.region == region)


def _same_place(
    incident: Open, page: Page, where: tuple[str, str], at: dt.datetime, discipline: Discipline
) -> str:
    """The rule by which a page with this street is about the incident; empty for none."""
    if where[1] and incident.key[1] and where[1] != incident.key[1]:
        return ""
    if page.priority in PLANNED or incident.priority in PLANNED:
        return ""
    soon = at - incident.last <= JOIN
    if page.number and incident.number and not soon:
        return ""
    if discipline not in incident.parties:
        return "other-discipline" if soon and discipline is not Discipline.POLICE else ""
    if not (where[1] and incident.key[1]):
        return "same-street" if soon else ""
    if page.talkgroup == incident.talkgroup:
        return "same-place" if soon or page.talkgroup or incident.big else _again(page)
    if not page.talkgroup or not incident.talkgroup:
        return "same-place" if soon or incident.big else _again(page)
    related = not page.lmc or not incident.lmc or page.lmc[0] == incident.lmc[0]
    return "same-place-other-group" if soon and related else ""


def _again(page: Page) -> str:
    """A cancellation or a relief means an incident long after its last page, too."""
    return "same-place" if page.relief or page.kind in ("cancellation", "stand_down") else ""


def _ratio(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() > ALIKE else 0.0
