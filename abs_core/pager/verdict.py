"""The verdict on a page: what sort of message it is, and of an unknown one why."""

import re
from collections.abc import Sequence

from abs_contracts.messages.values import Discipline
from msgspec.structs import replace

from abs_core.pager import notices
from abs_core.pager.head import Head
from abs_core.pager.lexicon import ends_in_place, is_place
from abs_core.pager.location import CODE, STREET
from abs_core.pager.page import Kind, Page, Place

STAFF_CLASSES = (
    ("Dienstverlening", "Brandweer", "Herbez./Kazern."),
    ("Dienstverlening", "Ambulancezorg", "VWS"),
)


def judged(page: Page, clean: str, head: Head, settled: Kind | None, text: str) -> Page:
    kind = settled or _kind(page, clean, head)
    if kind is not Kind.UNKNOWN:
        return replace(page, kind=kind)
    reason, where = _failure(page, clean, text)
    return replace(page, kind=kind, reason=reason, where=where)


def _kind(page: Page, clean: str, head: Head) -> Kind:
    """The first row that holds."""
    dispatch = _is_dispatch(page, head)
    classed = dispatch and bool(page.lmc)
    spoken = f"{page.prefix} {page.rest}" if dispatch and (page.lmc or head.care) else clean
    staffing = notices.STAFFING.search(spoken) and not (classed and page.units)
    stood_down = notices.STAND_DOWN.search(clean) and not (classed and page.priority)
    rows = (
        (notices.EXERCISE.search(clean), Kind.EXERCISE),
        (page.lmc[-1:] == ("Testmelding",), Kind.TEST),
        (notices.CANCEL.search(clean), Kind.CANCELLATION),
        (stood_down, Kind.STAND_DOWN),
        (page.lmc in STAFF_CLASSES, Kind.STAFFING),
        (staffing or (page.relief and not page.units), Kind.STAFFING),
        (dispatch, Kind.INCIDENT),
        (page.contact, Kind.CONTACT),
        (notices.SERVICE.search(clean), Kind.SERVICE),
    )
    found = next((kind for holds, kind in rows if holds), None)
    return found or notices.damaged_notice(clean) or Kind.UNKNOWN


def _is_dispatch(page: Page, head: Head) -> bool:
    """Whether it says enough of what and where to be the dispatch of something."""
    place, addressed = page.place, bool(page.units or page.masked)
    firm = is_place(place.place) or CODE.fullmatch(place.place) is not None
    anchored = bool(page.priority or page.talkgroup)
    if page.lmc:
        return anchored or addressed or place.known
    if page.discipline is Discipline.AMBULANCE:
        return bool(place.known or page.number or addressed) and (firm or not page.contact)
    street = bool(place.street or place.road)
    return (
        (page.discipline is Discipline.POLICE and bool(page.number))
        or (bool(page.grip) and place.known)
        or (bool(page.talkgroup) and (place.known or addressed))
        or (anchored and not page.contact and street and (firm or addressed))
        or _is_address(place, head.words)
    )


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
