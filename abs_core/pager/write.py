"""The write side: the text that would be paged for an assignment, by the grammar that reads.

Text only: nothing is sent. What the grammar would not read back as the same page is
refused, so that a page never says something else than was decided.
"""

from collections.abc import Mapping, Sequence

from abs_contracts import codelists
from abs_contracts.messages.values import Classification, Discipline, Location
from abs_contracts.refusal import Refused

from abs_core.pager.grammar import read
from abs_core.pager.lexicon import form_of
from abs_core.pager.page import Kind, Level, Mark, Page, Place
from abs_core.pager.vehicles import as_sent

KINDS = {
    "Oefening": Kind.EXERCISE,
    "Herbez./Kazern.": Kind.STAFFING,
    "VWS": Kind.STAFFING,
    "Afgebroken inzet": Kind.CANCELLATION,
}
"""Classes by which a page is no dispatch of an incident."""
LONGEST = 240
"""Characters of one page (own assumption; pagers cut off what is longer)."""


def write(page: Page) -> str:
    """The text of the page. Raises Refused for one that would be read otherwise."""
    text = _care(page) if page.discipline is Discipline.AMBULANCE else _dispatch(page)
    if len(text) > LONGEST:
        raise _unwritable(page, f"it takes {len(text)} characters, and {LONGEST} are sent")
    back = read(text)
    if back != page:
        differ = [
            name for name in page.__struct_fields__ if getattr(back, name) != getattr(page, name)
        ]
        raise _unwritable(page, f"it would be read otherwise: {', '.join(differ)}")
    return text


def assignment(
    classification: Classification,
    location: Location,
    call_signs: Sequence[str],
    *,
    priority: str,
    discipline: Discipline = Discipline.FIRE,
    talkgroup: str = "",
    levels: Mapping[str, str] | None = None,
    ride: str = "",
) -> Page:
    """The page for these units: what a desk decided, as pagers say it.

    `levels` by scale, as they stand; `ride` is the number of an ambulance's ride.
    """
    said = Place(
        object=location.access or "",
        street=location.street or "",
        road=location.road or "",
        place=location.place or location.municipality,
    )
    units = tuple(as_sent(sign) for sign in call_signs)
    if discipline is Discipline.AMBULANCE:
        return Page(discipline=discipline, priority=priority, place=said, units=units, number=ride)
    path = tuple(p for p in (classification.mc1, classification.mc2, classification.mc3) if p)
    standing = dict(levels or {})
    grip = standing.pop("grip", "")
    marks = [Mark(name="GRIP", value=grip)] if grip else []
    marks += [
        Mark(name=_scale(scale), value=_level(scale, level)) for scale, level in standing.items()
    ]
    return Page(
        kind=KINDS.get(path[-1], Kind.INCIDENT),
        discipline=discipline,
        priority=priority,
        talkgroup=talkgroup,
        form=form_of(path),
        lmc=path,
        marks=tuple(marks),
        levels=tuple(Level(scale=scale, level=level) for scale, level in standing.items()),
        grip=grip,
        place=said,
        units=units,
    )


def _scale(scale: str) -> str:
    row = codelists.ESCALATION.get(scale)
    return row.text if row else scale


def _level(scale: str, level: str) -> str:
    row = codelists.ESCALATION.level(scale, level)
    return row.text.lower() if row else level


def _dispatch(page: Page) -> str:
    joint = page.talkgroup.startswith("B")
    parts = [
        f"P {page.priority}" if page.priority else "",
        page.talkgroup if joint else "",
        page.form,
        f"({page.talkgroup})" if page.talkgroup and not joint else "",
        *(_mark(mark) for mark in page.marks),
        *_where(page.place),
        *page.units,
        page.rest,
    ]
    return " ".join(part for part in parts if part)


def _care(page: Page) -> str:
    ambulance = f"AMBU {page.units[0]}" if page.units else ""
    ride = f"bon {page.number}" if page.number else ""
    parts = [page.priority, ambulance, *_where(page.place), ride, *map(_mark, page.marks)]
    return " ".join(part for part in parts if part)


def _where(place: Place) -> tuple[str, ...]:
    return place.object, place.street, place.road, place.postcode, place.place


def _mark(mark: Mark) -> str:
    return f"({mark.name}: {mark.value})" if mark.name else f"({mark.value})"


def _unwritable(page: Page, why: str) -> Refused:
    where = " ".join(_where(page.place)).strip()
    return Refused(
        rule="PAGER-008",
        what=f"no page can say this: {why}",
        where=where or "/place",
        fix="say the place in fewer or plainer words, or page the units in two parts",
    )
