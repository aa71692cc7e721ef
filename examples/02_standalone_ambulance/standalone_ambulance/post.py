"""Writing letters: who gets which type, under which number, and what it does to the counters."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from standalone_ambulance.model import Case, Telling, Value
from standalone_ambulance.profile import Kind, Sending, enveloped
from standalone_ambulance.profile.contents import ROOTS
from standalone_ambulance.profile.values import Part
from standalone_ambulance.records import Letter, Records

SHARED = frozenset({"RC-EDA", "RC-RI", "GEO-POS"})
HEALTH = frozenset({"RS-EDA", "RS-EDA-MAJ", "RS-RI", "RS-SR", "RS-DR", "RS-RR", "GEO-POS"})
ANSWERS = frozenset({"RC-REF", "RS-ERROR"})
TYPES = {kind: name for name, kind in ROOTS.values()}


class Partner(Value):
    """A system that messages are exchanged with, and the types of ours that it gets.

    Answers to its own messages it always gets.
    """

    name: str
    takes: frozenset[str] = SHARED | HEALTH


class Office(Value):
    """Who this system is, and whom it knows.

    `edition` tells one database from another, so that a new one gives no id a second time.
    """

    name: str
    edition: str
    partners: tuple[Partner, ...]

    def partner(self, name: str) -> Partner | None:
        return next((each for each in self.partners if each.name == name), None)


class Told(NamedTuple):
    """Content for partners, before it is a letter."""

    to: tuple[str, ...]
    content: Part
    kind: Kind = "Update"
    exercise: bool = False


def told(case: Case, *contents: Part, kind: Kind = "Update") -> Iterable[Told]:
    """For everybody that the case is shared with."""
    return [Told(case.partners, content, kind, case.exercise) for content in contents]


def letters(
    office: Office, records: Records, tellings: Iterable[Told], at: datetime
) -> tuple[Letter, ...]:
    """One letter for each partner that takes the type, numbered on from the last."""
    number, written = records.counter("letters"), []
    for telling in tellings:
        kind = TYPES[type(telling.content)]
        for name in telling.to:
            partner = office.partner(name)
            if partner and (kind in partner.takes or kind in ANSWERS):
                number += 1
                written.append(_letter(office, telling, name, number, at))
    return tuple(written)


SAYS = {
    "RC-EDA": ("place", "event"),
    "RS-EDA": ("place", "event", "urgency"),
    "RS-EDA-MAJ": ("urgency",),
}


def remembering(case: Case, written: Iterable[Letter]) -> Case:
    """The case with what these letters tell of it, until they are answered."""
    told = dict(case.told)
    for letter in written:
        if letter.case == case.id and letter.type in SAYS:
            said = {name: getattr(case, name) for name in SAYS[letter.type]}
            told[letter.to] = (*told.get(letter.to, ()), Telling(letter=letter.id, **said))
    return case.model_copy(update={"told": told})


def _letter(office: Office, telling: Told, to: str, number: int, at: datetime) -> Letter:
    how = Sending(
        sender=office.name,
        recipient=to,
        id=f"{office.name}_{office.edition}-{number:08d}",
        kind=telling.kind,
        at=at,
        exercise=telling.exercise,
    )
    return Letter(
        number=number,
        id=how.id,
        to=to,
        type=TYPES[type(telling.content)],
        case=getattr(telling.content, "case_id", None),
        expires=at + how.life,
        body=enveloped(telling.content, how),
        due=at,
    )
