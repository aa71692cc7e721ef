"""The grammar of pages: a text to what it says, whatever its region, year or discipline.

    [prefix] P <1-5> [talkgroup] [(mark) ...] class [(mark) ...] [object] street place [unit ...] [rest]

and the forms beside it: ambulances (`A1 AMBU 17165 ... bon 162473`, `B2 Tilburg rit: 39905`),
police (`1 Ongeval ... ICnum 621372`), the north (`Ongeval/Wegvervoer/Letsel prio 1 Assen
Europaweg-Zuid`) and lifeboats. Nothing is refused: what says neither what nor where is
UNKNOWN, with the reason and where in the text it stops making sense.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from abs_contracts.messages.values import Discipline
from msgspec.structs import replace

from abs_core.pager import notices
from abs_core.pager.lexicon import Found, ends_in_place, find_class, is_place
from abs_core.pager.location import CODE, STREET, locate
from abs_core.pager.page import Kind, Level, Mark, Page, Place

PRIORITY = re.compile(r"(?<![\w-])P(?:RIO)?\s?:?\s?([1-5])(?![\w,.-]|\s*-\s*\d)", re.IGNORECASE)
CARE = re.compile(r"^\W*(?:SPOED\s+)?([AB][0-2]|C[12])\b")
POLICE = re.compile(r"^([1-5])\s+(?=[A-Z])")
TALKGROUP = re.compile(r"(?<![\w-])(B[A-Z]{2}-(?:[A-Z]{2,3}-)?\d{2,3})(?!\d)")
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
GRIP = re.compile(r"\bGRIP\s*:?\s*([0-5])\b", re.IGNORECASE)
GRIP_DOWN = re.compile(r"\bterug\s+naar\s+GRIP|\bGRIP\b.{0,12}\b(?:opgeheven|ingetrokken)", re.I)
LEVEL = re.compile(
    r"\b(kleine?|middel|grote?|zeer\s+gr(?:oo?te?|\.)?)\s?"
    r"(brand|br|hv|hulpverlening|ibgs|gev\. stof|wo|waterongeval|lvo)\b",
    re.IGNORECASE,
)
OPS = re.compile(r"Ops (Br|HV|IBGS|WO|LVO)$", re.IGNORECASE)
CODE_LEVEL = re.compile(r"\bcode\s?(5|10|20|30|40|50)\b", re.IGNORECASE)
SCALES = {"br": "ops-br", "brand": "ops-br", "hulpverlening": "ops-hv", "gev. stof": "ops-ibgs"}
GLUED = re.compile(
    r"(?<=[!?])(?=\w)|(?<=[a-z])(?=(?:Autom\.|Buitenbrand|Gebouwbrand|Afstemverz|Containerbrand|Brand |Ongeval))"
)
STAFF_CLASS = ("Dienstverlening", "Brandweer", "Herbez./Kazern.")
AMBULANCE_CLASS = ("Dienstverlening", "Ambulancezorg", "VWS")
NEVER_LATER = frozenset(
    "br brand oms dv dier dieren brandweer ongeval letsel gebouw container onwel vws onderzoek"
    " dienstverlening bijstand assistentie lucht persoon geweld water buiten bos industrie".split()
)
AHEAD = 14
"""How many words into a message a class is looked for."""


class _Head(NamedTuple):
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


def read(text: str, discipline: Discipline | None = None) -> Page:
    """What the page says. `discipline` is what the source says of it."""
    clean = cleaned(text)
    head = _led(_head(clean))
    settled = notices.notice(clean)
    found, index = _class(head.words)
    before, words, after = _parts(head, found, index)
    place = Place() if settled else locate(words, place_first=head.north)
    page = Page(
        discipline=_discipline(clean, head, discipline),
        priority=head.priority,
        talkgroup=head.talkgroup,
        form=" ".join(head.words[index : index + found.words]) if found else "",
        lmc=found.path if found else (),
        marks=head.marks,
        levels=_levels(clean, head),
        grip=grip[1] if (grip := GRIP.search(clean)) else "",
        grip_down=GRIP_DOWN.search(clean) is not None,
        relief=notices.RELIEF.search(clean) is not None,
        contact=notices.CONTACT.search(clean) is not None,
        place=place,
        units=head.units,
        masked=head.masked,
        number=head.number,
        prefix=before,
        rest=after,
        damaged=bool(found and found.mended),
    )
    return _judged(page, clean, head, settled, text)


def cleaned(text: str) -> str:
    """Without control characters and glue: what was run together is taken apart."""
    text = re.sub(r"[\x00-\x1f\x7f]+|<[^>]{1,12}>", " ", text)
    return re.sub(r"\s+", " ", GLUED.sub(" ", text)).strip()


def hint(text: str) -> Discipline:
    """Whose page it looks like, cheaply: enough to know which parties a file is about."""
    if CARE.search(text) or re.search(r"\bAMBU \d|\brit:? ?\d|\bbon \d|\s:\s*$", text, re.I):
        return Discipline.AMBULANCE
    if "KNRM" in text:
        return Discipline.PARTNER
    return Discipline.POLICE if "ICnum" in text or POLICE.search(text) else Discipline.FIRE


# -- the parts that have a form of their own ------------------------------------


def _head(clean: str) -> _Head:
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
    return _Head(
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


def _led(head: _Head) -> _Head:
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
    if found and "KNET" not in found[1]:
        return found[1], marks
    return (groups[0] if groups else ""), marks


def _number(work: str, care: bool) -> tuple[str, str]:
    """A ride, bill or incident number, and the text without it."""
    if found := RIDE.search(work):
        return found[1], work[: found.start()] + " " + work[found.end() :]
    if found := re.match(r"\s*(\d{5,6})\s+(?=[A-Z][a-z]+)", work):
        if not care and not UNIT.fullmatch(found[1]):
            return found[1], work[found.end() :]
    if (found := re.fullmatch(r"\s*(\D+?)\s+(\d{4,6})\s*", work)) and is_place(found[1]):
        return found[2], found[1]
    if care and (found := re.search(r"(?<=\s)(\d{4,6})\s*$", work)):
        if len(work[: found.start()].split()) >= 1:
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


def _levels(clean: str, head: _Head) -> tuple[Level, ...]:
    levels: dict[str, str] = {}
    for mark in head.marks:
        if (ops := OPS.fullmatch(mark.name)) and (level := _rung(mark.value)):
            levels[f"ops-{ops[1].lower()}"] = level
    for size, what in LEVEL.findall(clean):
        scale = SCALES.get(what.lower(), f"ops-{what.lower()}")
        scale = "ops-wo" if what.lower() == "waterongeval" else scale
        levels.setdefault(scale, _rung(size))
    if head.care and (code := CODE_LEVEL.search(clean)):
        return (Level(scale="ops-ambu", level=f"code-{code[1]}"),)
    return tuple(Level(scale=scale, level=level) for scale, level in levels.items())


def _rung(word: str) -> str:
    word = word.lower()
    rungs = (("zeer", "zeer-groot"), ("gro", "groot"), ("middel", "middel"), ("klein", "klein"))
    return next((rung for begin, rung in rungs if word.startswith(begin)), "")


# -- class and place ----------------------------------------------------------------


def _class(words: Sequence[str]) -> tuple[Found | None, int]:
    """The class, and the word it begins at: first at the start, then further on."""
    if found := find_class(words):
        return found, 0
    for index in range(1, min(AHEAD, len(words))):
        found = find_class(words[index:])
        if found and (found.words > 1 or words[index].lower().strip(".:") not in NEVER_LATER):
            if not STREET.fullmatch(words[index]) or found.words > 1:
                return found, index
    found = find_class(words, mend=True)
    return found, 0


def _parts(head: _Head, found: Found | None, index: int) -> tuple[str, list[str], str]:
    """What stands before the class, the words about the place, and what follows."""
    words = head.words
    if found is None:
        before, left = head.before, words
    else:
        before = " ".join([head.before, *words[:index]]).strip()
        left = words[index + found.words :]
        if not left and index and not notices.CONTACT.search(before):
            left, before = words[:index], head.before
    text = " ".join(left)
    clause = notices.CLAUSE.search(text)
    if clause:
        return before, text[: clause.start()].split(), f"{text[clause.start() :]} {head.after}".strip()
    return before, left, head.after


def _discipline(clean: str, head: _Head, said: Discipline | None) -> Discipline | None:
    if head.care or re.search(r"\bAMBU\b|\brit\b:?\s*\d|\bbon\s\d", clean, re.IGNORECASE):
        if not re.search(r"\bAss\.", clean):
            return Discipline.AMBULANCE
    if said is not None:
        return said
    if re.search(r"\bKNRM\b|\breddingboot\b", clean, re.IGNORECASE):
        return Discipline.PARTNER
    if head.police or re.search(r"\bICnum\b", clean):
        return Discipline.POLICE
    if re.search(r"\s:\s*(\d{5})?\s*$", clean) or (head.number and not head.priority):
        return Discipline.AMBULANCE
    if head.priority or head.talkgroup or head.units:
        return Discipline.FIRE
    return None


# -- the verdict --------------------------------------------------------------------


def _judged(page: Page, clean: str, head: _Head, settled: Kind | None, text: str) -> Page:
    kind = settled or _kind(page, clean, head)
    if kind is not Kind.UNKNOWN:
        return replace(page, kind=kind)
    reason, where = _failure(page, clean, text)
    return replace(page, kind=kind, reason=reason, where=where)


def _kind(page: Page, clean: str, head: _Head) -> Kind:
    dispatch = _is_dispatch(page, head)
    if notices.EXERCISE.search(clean):
        return Kind.EXERCISE
    if page.lmc[-1:] == ("Testmelding",):
        return Kind.TEST
    if notices.CANCEL.search(clean):
        return Kind.CANCELLATION
    if notices.STAND_DOWN.search(clean) and not (dispatch and page.priority and page.lmc):
        return Kind.STAND_DOWN
    if page.lmc == STAFF_CLASS or page.lmc == AMBULANCE_CLASS:
        return Kind.STAFFING
    spoken = dispatch and (page.lmc or head.care)
    about = f"{page.prefix} {page.rest}" if spoken else clean
    if notices.STAFFING.search(about):
        return Kind.INCIDENT if dispatch and page.units and page.lmc else Kind.STAFFING
    if dispatch:
        return Kind.INCIDENT
    if page.contact:
        return Kind.CONTACT
    if notices.SERVICE.search(clean):
        return Kind.SERVICE
    return notices.damaged_notice(clean) or Kind.UNKNOWN


def _is_dispatch(page: Page, head: _Head) -> bool:
    """Whether it says enough of what and where to be the dispatch of something."""
    place, addressed = page.place, bool(page.units or page.masked)
    firm = is_place(place.place) or CODE.fullmatch(place.place) is not None
    anchored = bool(page.priority or page.talkgroup)
    if page.lmc:
        return anchored or addressed or place.known
    if page.discipline is Discipline.AMBULANCE:
        return bool(place.known or page.number or addressed) and not (page.contact and not firm)
    if page.discipline is Discipline.POLICE and page.number:
        return True
    if page.grip and place.known:
        return True
    if anchored and page.talkgroup:
        return place.known or addressed
    if anchored and not page.contact:
        return bool(place.street or place.road) and (firm or addressed)
    return _is_address(place, head.words)


def _is_address(place: Place, words: Sequence[str]) -> bool:
    """Nothing but a street and a known place, or a place and a number."""
    if not is_place(place.place) or len(words) > 8:
        return False
    ends = ends_in_place(words) or 1
    streets = [word for word in words[:-ends] if word[:1].isupper() or word[:1].isdigit()]
    return bool(streets) and any(STREET.fullmatch(word) for word in streets)


def _failure(page: Page, clean: str, text: str) -> tuple[str, int]:
    """Why it is not understood, and from which character of the text on."""
    end = 0
    for known in (page.priority, page.talkgroup, page.form, *page.units):
        if known and (at := text.find(known)) >= 0:
            end = max(end, at + len(known))
    if not re.search(r"[A-Za-z]{2}", re.sub(r"(?i)prio|p\s?\d", "", clean)):
        return "nothing but a priority or signs", end
    if page.priority or page.talkgroup:
        return "a priority, but neither a class nor a place", end
    if page.place.known:
        return "words that could be a place, but no class, priority or unit", end
    return "no priority, class, place or unit", end
