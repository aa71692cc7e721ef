"""The grammar of pages: a text to what it says, whatever its region, year or discipline.

    [prefix] P <1-5> [talkgroup] [(mark) ...] class [(mark) ...] [object] street place
    [unit ...] [rest]

and the forms beside it: ambulances (`A1 AMBU 17165 ... bon 162473`, `B2 Tilburg rit: 39905`),
police (`1 Ongeval ... ICnum 621372`), the north (`Ongeval/Wegvervoer/Letsel prio 1 Assen
Europaweg-Zuid`) and lifeboats. Nothing is refused: what says neither what nor where is
UNKNOWN, with the reason and where in the text it stops making sense.
"""

import re
from collections.abc import Sequence

from abs_contracts.messages.values import Discipline

from abs_core.pager import levels, notices
from abs_core.pager.head import AHEAD, CARE, POLICE, Head, cleaned, head
from abs_core.pager.lexicon import Found, find_class, row
from abs_core.pager.location import STREET, locate
from abs_core.pager.page import Page, Place
from abs_core.pager.verdict import judged

NEVER_LATER = row(
    "br brand oms dv dier dieren brandweer ongeval letsel gebouw container onwel vws onderzoek"
    " dienstverlening bijstand assistentie lucht persoon geweld water buiten bos industrie"
)
"""Names of classes that say nothing further on in a message: there they are words."""


def read(text: str, discipline: Discipline | None = None) -> Page:
    """What the page says. `discipline` is what the source says of it."""
    clean = cleaned(text)
    parts = head(clean)
    settled = notices.notice(clean)
    addressed = bool(parts.priority or parts.talkgroup or parts.units)
    found, index = _class(parts.words, mend=addressed and settled is None)
    before, words, after = _parts(parts, found, index)
    place = Place() if settled else locate(words, place_first=parts.north)
    page = Page(
        discipline=_discipline(clean, parts, discipline),
        priority=parts.priority,
        talkgroup=parts.talkgroup,
        form=" ".join(parts.words[index : index + found.words]) if found else "",
        lmc=found.path if found else (),
        marks=parts.marks,
        levels=levels.levels(clean, parts),
        grip=grip[1] if (grip := levels.GRIP.search(clean)) else "",
        down=levels.DOWN.search(clean) is not None,
        relief=notices.RELIEF.search(clean) is not None,
        contact=notices.CONTACT.search(clean) is not None,
        place=place,
        units=parts.units,
        masked=parts.masked,
        number=parts.number,
        prefix=before,
        rest=after,
        damaged=bool(found and found.mended),
    )
    return judged(page, clean, parts, settled, text)


def hint(text: str) -> Discipline:
    """Whose page it looks like, cheaply: enough to know which parties a file is about."""
    if CARE.search(text) or re.search(r"\bAMBU \d|\brit:? ?\d|\bbon \d|\s:\s*$", text, re.I):
        return Discipline.AMBULANCE
    if "KNRM" in text:
        return Discipline.PARTNER
    return Discipline.POLICE if "ICnum" in text or POLICE.search(text) else Discipline.FIRE


def _class(words: Sequence[str], *, mend: bool) -> tuple[Found | None, int]:
    """The class, and the word it begins at: first at the start, then further on."""
    if found := find_class(words):
        return found, 0
    for index in range(1, min(AHEAD, len(words))):
        found = find_class(words[index:])
        word = words[index].lower().strip(".:")
        if found and (found.words > 1 or not (word in NEVER_LATER or STREET.fullmatch(word))):
            return found, index
    return find_class(words, mend=mend), 0


def _parts(head: Head, found: Found | None, index: int) -> tuple[str, list[str], str]:
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
        return (
            before,
            text[: clause.start()].split(),
            f"{text[clause.start() :]} {head.after}".strip(),
        )
    return before, left, head.after


def _discipline(clean: str, head: Head, said: Discipline | None) -> Discipline | None:
    """Whose page it is: by a form that is sure, by what the source says, by other signs."""
    care = re.search(r"\bAMBU\b|\brit\b:?\s*\d|\bbon\s\d", clean, re.IGNORECASE)
    if head.care or (care and not re.search(r"\bass\.", clean, re.IGNORECASE)):
        return Discipline.AMBULANCE
    if said is not None:
        return said
    loose = re.search(r"\s:\s*(\d{5})?\s*$", clean) or (head.number and not head.priority)
    signs = (
        (re.search(r"\bKNRM\b|\breddingboot\b", clean, re.IGNORECASE), Discipline.PARTNER),
        (head.police or re.search(r"\bICnum\b", clean), Discipline.POLICE),
        (loose, Discipline.AMBULANCE),
        (head.priority or head.talkgroup or head.units, Discipline.FIRE),
    )
    return next((discipline for sign, discipline in signs if sign), None)
