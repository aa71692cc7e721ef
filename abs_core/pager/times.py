"""When a page was sent: dates as they are written, in Dutch civil time."""

import datetime as dt
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from abs_contracts.refusal import Refused

ZONE = "Europe/Amsterdam"
YEAR_FIRST = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
DAY_FIRST = re.compile(
    r"(\d{1,2})[-/](\d{1,2})[-/](\d{4}|\d{2})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)
CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})(?::(\d{2}))?\b")


def zone() -> ZoneInfo:
    """Dutch civil time. Raises Refused where the machine has no time zones."""
    try:
        return ZoneInfo(ZONE)
    except ZoneInfoNotFoundError:
        raise Refused(
            rule="PAGER-002",
            what=f"this machine has no time zone {ZONE}",
            where="the system's time zone data",
            fix="install it: tzdata, as a package of the system or of Python",
        ) from None


def assumed(line: int, start: dt.datetime) -> dt.datetime:
    return start + dt.timedelta(seconds=line - 1)


def moment(text: str) -> dt.datetime | None:
    """The moment these words say, in Dutch civil time unless they name an offset."""
    if found := YEAR_FIRST.search(text):
        year, month, day, *clock, offset = found.groups()
    elif found := DAY_FIRST.search(text):
        day, month, year, *clock = found.groups()
        offset = None
    else:
        return None
    if clock[0] is None:
        other = CLOCK.search(text)
        if other is None:
            return None
        clock = list(other.groups())
    numbers = [int(part or 0) for part in (year, month, day, *clock)]
    if numbers[0] < 100:
        numbers[0] += 2000
    try:
        if offset:
            return dt.datetime.fromisoformat(
                f"{numbers[0]:04}-{numbers[1]:02}-{numbers[2]:02}"
                f"T{numbers[3]:02}:{numbers[4]:02}:{numbers[5]:02}{offset}"
            )
        year_, month_, day_, hour, minute, second = numbers
        return dt.datetime(year_, month_, day_, hour, minute, second, tzinfo=zone())
    except ValueError:
        return None
