"""Which open incident a page is about, by named rules; the first that fits decides.

Windows and degrees are our own assumptions, chosen on pages of 2019 and 2020.
"""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from abs_contracts.messages.values import Discipline

from abs_core.pager.lexicon import place_name
from abs_core.pager.location import key, plain
from abs_core.pager.page import Kind, Page, Place

JOIN = dt.timedelta(minutes=30)
"""So long after its last page an incident takes a page with another talkgroup or discipline."""
BARE = dt.timedelta(minutes=10)
"""So long after its first page a cancellation without a place can mean an incident."""
NAME = 6
"""The shortest name of a street, in letters, that is recognised when damaged."""
WRONG = 2
"""Letters that bit errors may have changed in it."""
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
    marks: set[str] = set()
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
        self._newest[incident.region] = incident.id

    def remove(self, incident: Open) -> None:
        del self.open[incident.id]
        for index, name in ((self._streets, incident.key[0]), (self._groups, incident.talkgroup)):
            index[name].pop(incident.id)
            if not index[name]:
                del index[name]
        if self._numbers.get(incident.number) == incident.id:
            del self._numbers[incident.number]

    def move(self, incident: Open, place: Place) -> None:
        """The incident is at another place than was said first."""
        self._streets[incident.key[0]].pop(incident.id)
        incident.place, incident.key = place, key(place)
        self._streets.setdefault(incident.key[0], {})[incident.id] = None

    def find(
        self, page: Page, region: str, at: dt.datetime, discipline: Discipline
    ) -> Match | None:
        """The incident that the page is about, and the rule that says so."""
        numbered = self.open.get(self._numbers.get(page.number, ""))
        if numbered and region in ("", numbered.region):
            return Match(numbered, "same-number")
        where = key(page.place)
        near = self._near(where, region) if where[0] else []
        for incident in near:
            if rule := _same_place(incident, page, where, at, discipline):
                return Match(incident, rule)
        if page.talkgroup and where[0]:
            return self._alike(page, where, region, at)
        return self._relieved(page, where, region) if page.relief else None

    def bare(self, region: str, at: dt.datetime) -> Match | None:
        """What a cancellation without a place is about: what the region just opened."""
        incident = self.open.get(self._newest.get(region, ""))
        if incident is None or incident.big or at - incident.at > BARE:
            return None
        return Match(incident, "just-opened")

    def _near(self, where: tuple[str, str], region: str) -> list[Open]:
        """Those in the street, newest first. A place that is named counts more than the
        region of a page: that is the receiver's, and units go over borders."""
        found = (self.open[id_] for id_ in reversed(self._streets.get(where[0], {})))
        return [each for each in found if where[1] or each.region == region]

    def _alike(
        self, page: Page, where: tuple[str, str], region: str, at: dt.datetime
    ) -> Match | None:
        """A damaged or fuller name of the street, within the same talkgroup and place."""
        for id_ in reversed(self._groups.get(page.talkgroup, {})):
            incident = self.open[id_]
            soon = at - incident.last <= (incident.quiet if incident.big else JOIN)
            if soon and where[1] == incident.key[1] and alike(where[0], incident.key[0]):
                return Match(incident, "alike-street")
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
    towns = {where[1], incident.key[1]} - {""}
    soon = at - incident.last <= JOIN or bool(page.levels or page.grip)
    planned = page.priority in PLANNED or incident.priority in PLANNED
    other_number = bool(page.number and incident.number) and not soon
    if len(towns) > 1 or planned or other_number:
        return ""
    long = page.relief or page.kind in (Kind.CANCELLATION, Kind.STAND_DOWN) or incident.big
    groups = {page.talkgroup, incident.talkgroup} - {""}
    if discipline not in incident.parties:
        rule, holds = "other-discipline", soon and discipline is not Discipline.POLICE
    elif not (where[1] and incident.key[1]):
        rule, holds = "same-street", soon
    elif len(groups) > 1:
        related = not page.lmc or not incident.lmc or page.lmc[0] == incident.lmc[0]
        rule, holds = "same-place-other-group", soon and related
    else:
        both = page.talkgroup != "" and page.talkgroup == incident.talkgroup
        rule, holds = "same-place", soon or long or both
    return rule if holds else ""


def alike(one: str, other: str) -> bool:
    """Whether bit errors can have made the one out of the other, or it is the fuller name.

    Bit errors change letters and not their number.
    """
    short, long = sorted((one, other), key=len)
    if len(short) < NAME:
        return False
    wrong = sum(a != b for a, b in zip(one, other, strict=False))
    return long.endswith(short) or (len(one) == len(other) and wrong <= WRONG)
