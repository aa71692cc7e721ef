"""The parts of a page that have a form of their own, whatever stands around them.

Priorities, talkgroups, bracketed marks, call signs, and the numbers of rides and
incidents: found by their form, and taken out before the words are read.
"""

import re
from typing import NamedTuple

from abs_core.pager import notices
from abs_core.pager.lexicon import find_class, is_place
from abs_core.pager.page import Mark

PRIORITY = re.compile(r"(?<![\w-])P(?:RIO)?\s?:?\s?([1-5])(?![\w,.-]|\s*-\s*\d)", re.IGNORECASE)
CARE = re.compile(
    r"^\W*(?:SPOED\s+|directe inzet:?\s*(?:ja|nee)?\s+)?([AB][0-2]|C[12])\b\)?", re.IGNORECASE
)
POLICE = re.compile(r"^([1-5])\s+(?=[A-Z])")
TALKGROUP = re.compile(r"(?<![\w-])(B[A-Z]{2}-(?:[A-Z]{2,3}-)?\d{2,3})(?!\d)", re.IGNORECASE)
INCIDENT_GROUP = re.compile(r"(?:INCI|OEF|INC)-\d+")
MARK = re.compile(r"\(([^()]*)\)")
RIDE = re.compile(r"\b(?:rit|bon|ICnum|ritnr|GMS)\b\.?\s?:?\s*(\d{2,8})", re.IGNORECASE)
AMBULANCE = re.compile(r"\bAMBU\.?\s+(\d{5,6})\b|^\W*(\d{5})(?=\s+(?:rit\b|[A-Z]))", re.IGNORECASE)
DIRECT = re.compile(r"\(?\bDIA:?\s?(?:ja|nee)\b\)?", re.IGNORECASE)
UNIT = re.compile(
    r"(?<![\w-])(?:(?:0[1-9]|1\d|2[0-5])(?:\d{4}|-\d{4}|-\d{2}-\d{3}|\d{5})|13[A-Z]{2,3})(?![\w-])"
)
OLD_UNITS = re.compile(r"(?<=[A-Za-z])(?:\s+\d{4}){2,}\s*$")
"""Call signs without their region, as before the joint rooms."""
MASKED = re.compile(r"(?<![\w-])\d{3}XXX(?:-X+)?|(?<!\w)(?:\d{2}INC|SK\d{2})(?!\w)")
GLUED = re.compile(
    r"(?<=[!?])(?=\w)"
    r"|(?<=[a-z])(?=(?:Autom\.|Buitenbrand|Gebouwbrand|Afstemverz|Containerbrand|Brand |Ongeval))"
)
AHEAD = 14
"""How many words into a message a class is looked for."""


class Head(NamedTuple):
    """What was found by its own form, and the words that are left."""

    priority: str
    care: bool
    police: bool
    north: bool
    talkgroup: str
    marks: tuple[Mark, ...]
    units: tuple[str, ...]
    masked: int
    number: str
    before: str
    words: list[str]
    after: str


def cleaned(text: str) -> str:
    """Without control characters and glue: what was run together is taken apart."""
    text = re.sub(r"[\x00-\x1f\x7f]+|<[^>]{1,12}>", " ", text)
    return re.sub(r"\s+", " ", GLUED.sub(" ", text)).strip()


def head(clean: str) -> Head:
    """The parts with a form of their own, and what is left."""
    return _led(_head(clean))


def _head(clean: str) -> Head:
    care, police = CARE.search(clean), POLICE.search(clean)
    priority = None if care else PRIORITY.search(clean)
    work, before, said, north = clean, "", "", False
    if care:
        said, work = care[1].upper(), clean[care.end() :]
    elif priority:
        said = priority[1]
        before, work = clean[: priority.start()].strip(), clean[priority.end() :]
        north = find_class(before.split()) is not None and "/" in before
        if north or len(before.split()) > AHEAD:
            before, work = "", f"{before} {work}"
        elif UNIT.search(before):
            work = f"{before} {work}"
            before = ""
    elif police and (RIDE.search(clean) or find_class(clean.split()[1:])):
        said, work = police[1], clean[police.end() :]
    marks = tuple(_mark(found) for found in MARK.findall(work) if found.strip())
    group, marks = _talkgroup(clean, marks)
    work = TALKGROUP.sub(" ", MARK.sub(" ", DIRECT.sub(" ", work))).replace("(", " ")
    number, work = _number(work, bool(care))
    units, masked, work, after = _units(work)
    return Head(
        priority=said,
        care=care is not None,
        police=police is not None and not care and not priority and bool(said),
        north=north,
        talkgroup=group,
        marks=tuple(mark for mark in marks if not INCIDENT_GROUP.fullmatch(mark.value)),
        units=units,
        masked=masked,
        number=number,
        before=before.strip(" -!*:"),
        words=work.split(),
        after=after,
    )


def _led(head: Head) -> Head:
    """With a request to call back, where the words begin with one, among what stands before."""
    text = " ".join(head.words)
    led = notices.LEAD.match(text)
    left = text[led.end() :].split() if led and notices.CONTACT.search(led[0]) else []
    if led is None or not left or not (find_class(left) or head.units):
        return head
    return head._replace(words=left, before=f"{head.before} {led[0]}".strip())


def _mark(inside: str) -> Mark:
    name, colon, value = inside.partition(":")
    if colon and name.strip() and value.strip():
        return Mark(name=name.strip(), value=value.strip())
    return Mark(value=inside.strip())


def _talkgroup(clean: str, marks: tuple[Mark, ...]) -> tuple[str, tuple[Mark, ...]]:
    groups = [mark.value for mark in marks if INCIDENT_GROUP.fullmatch(mark.value)]
    found = TALKGROUP.search(clean)
    if found and "KNET" not in found[1].upper():
        return found[1].upper(), marks
    return (groups[0] if groups else ""), marks


def _number(work: str, care: bool) -> tuple[str, str]:
    """A ride, bill or incident number, and the text without it."""
    if found := RIDE.search(work):
        return found[1], work[: found.start()] + " " + work[found.end() :]
    first = None if care else re.match(r"\s*(\d{5,6})\s+(?=[A-Z][a-z]+)", work)
    if first and not UNIT.fullmatch(first[1]):
        return first[1], work[first.end() :]
    if (found := re.fullmatch(r"\s*(\D+?)\s+(\d{4,6})\s*", work)) and is_place(found[1]):
        return found[2], found[1]
    if care and (found := re.search(r"(?<=[^:\s]\s)(\d{4,6})\s*$", work)):
        return found[1], work[: found.start()]
    return "", work


def _units(work: str) -> tuple[tuple[str, ...], int, str, str]:
    """Call signs, how many were hidden, the text before the last of them, and what follows."""
    if found := AMBULANCE.search(work):
        sign = found[1] or found[2]
        rest = work[: found.start()] + " " + work[found.end() :]
        return (sign,), 0, rest, ""
    if found := re.search(r":\s*(\d{5})\s*$", work):
        return (found[1],), 0, work[: found.start()], ""
    spans = [(m.start(), m.end(), m[0]) for m in UNIT.finditer(work)]
    if not spans and (old := OLD_UNITS.search(work)):
        return tuple(old[0].split()), 0, work[: old.start()], ""
    hidden = [(m.start(), m.end(), "") for m in MASKED.finditer(work)]
    both = sorted(spans + hidden)
    if not both:
        return (), 0, work, ""
    units = tuple(dict.fromkeys(sign for *_, sign in both if sign))
    first, last = both[0][0], both[-1][1]
    text = UNIT.sub(" ", MASKED.sub(" ", work))
    if len(work[:first].split()) >= 2:  # they stand at the end: what follows is a remark
        return units, len(hidden), UNIT.sub(" ", MASKED.sub(" ", work[:last])), work[last:].strip()
    return units, len(hidden), text, ""
