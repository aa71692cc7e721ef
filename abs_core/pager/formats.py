"""One message out of the form it was written down in.

Table rows of web pages; JSON objects and GeoJSON features that hold the message as a
property; lines of multimon-ng (`FLEX|...`) and of PDW; and plain lines, with or without
a time before the text.
"""

import datetime as dt
import enum
import html
import re
from collections.abc import Mapping

import msgspec
from abs_contracts.messages.values import Discipline

from abs_core.pager.page import Message
from abs_core.pager.times import assumed, moment

CELL = re.compile(r"<t[dh]\b([^>]*)>(.*?)</t[dh]\s*>", re.IGNORECASE | re.DOTALL)
FLEX = re.compile(
    r"FLEX\|(?P<time>[^|]*)\|(?P<more>.*)\|(?P<kind>ALN|GPN|NUM|UNK|TON|SEC)\|(?P<text>.*)"
)
OLD_FLEX = re.compile(
    r"FLEX: (?P<time>\S+ \S+) \S+ \S+ \[(?P<caps>[\d ]+)\] (?P<kind>ALN|NUM|UNK|GPN) ?(?P<text>.*)"
)
PDW = re.compile(
    r"(?P<cap>\d{7,9})\s+(?P<clock>\d{2}:\d{2}:\d{2})\s+(?P<date>\d{2}-\d{2}-\d{2,4})\s+"
    r"(?P<mode>(?:FLEX|POCSAG)\S*)\s+(?P<kind>\S+)\s+(?P<rate>\d{3,4})\s+(?P<text>.*)"
)
NOISE = re.compile(
    r"^(?:multimon-ng|Available demod|Enabled demod|Found \d+ device|Using device|Tuned to|Sampling"
    r"|Output at|Oversampling|Exact sample|Buffer size|Allocating|Detached|Tuner |\[R82xx\]"
    r"|POCSAG|FLEX)"
)
TEXT_KEYS = ("pmemessage", "message", "melding", "bericht", "text", "tekst", "msg", "description")
TIME_KEYS = ("pmetimestamp", "timestamp", "datetime", "datumtijd", "time", "date", "datum")
CLOCK_KEYS = ("time", "tijd", "clock")
REGION_KEYS = ("region", "regio", "veiligheidsregio")
SERVICE_KEYS = ("pmedienst", "dienst", "discipline", "service")
SERVICES = {
    "brandweer": Discipline.FIRE,
    "brw": Discipline.FIRE,
    "fire": Discipline.FIRE,
    "b": Discipline.FIRE,
    "ambulance": Discipline.AMBULANCE,
    "ambu": Discipline.AMBULANCE,
    "a": Discipline.AMBULANCE,
    "lifeliner": Discipline.AMBULANCE,
    "traumahelikopter": Discipline.AMBULANCE,
    "politie": Discipline.POLICE,
    "police": Discipline.POLICE,
    "p": Discipline.POLICE,
    "kmar": Discipline.KMAR,
    "knrm": Discipline.PARTNER,
    "kustwacht": Discipline.PARTNER,
    "reddingsbrigade": Discipline.PARTNER,
}


class Format(enum.StrEnum):
    LINES = "lines"
    HTML = "html"
    JSON = "json"


def detect(head: bytes) -> Format:
    """The form of a file, by how it begins."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if re.search(rb"<tr[\s>]", head, re.IGNORECASE):
        return Format.HTML
    if start[:1] == b"[" and start[1:].lstrip()[:1] == b"{":
        return Format.JSON
    if start[:1] == b"{":
        whole = _object(start.partition(b"\n")[0])
        return Format.JSON if whole is None or "features" in whole else Format.LINES
    return Format.LINES


def parse(form: Format, raw: bytes, line: int, start: dt.datetime) -> Message | None:
    """The message in these bytes; None where there is none, as in a table's head.

    `start` is when line 1 was sent, for a line that says no time.
    """
    match form:
        case Format.HTML:
            return _row(_text(raw), line, start)
        case Format.JSON:
            return _record(raw, line, start)
        case Format.LINES:
            return _line(_text(raw).strip("\r\n\x00 "), raw, line, start)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


# -- rows, records, lines ---------------------------------------------------------


def _row(row: str, line: int, start: dt.datetime) -> Message | None:
    cells = [(attributes.lower(), _cell(inside)) for attributes, inside in CELL.findall(row)]
    if not cells or re.match(r"<tr[^>]*>\s*<th", row, re.IGNORECASE):
        return None
    values = [value for _, value in cells]
    marked = [value for mark, value in cells if re.search(r"class=[\"']?m(?:d|sg|eld)", mark)]
    others = [v for v in values if not moment(v) and v.lower() not in SERVICES]
    at = moment(" ".join(values[:3]))
    if at is None and not marked:
        return None  # a row of a table about something else
    text = marked[-1] if marked else max(others, key=len, default="")
    regions = [v for mark, v in cells if "reg" in mark]
    return Message(
        line=line,
        at=at or assumed(line, start),
        text=text,
        discipline=next((SERVICES[v.lower()] for v in values if v.lower() in SERVICES), None),
        region=regions[0] if regions else "",
        assumed=at is None,
    )


def _cell(inside: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", inside)).replace("\xa0", " ").strip()


def _object(raw: bytes) -> dict[str, object] | None:
    try:
        return msgspec.json.decode(raw, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _record(raw: bytes, line: int, start: dt.datetime) -> Message | None:
    found = _object(raw)
    if found is None:
        found = _object(_text(raw).encode())
    if found is None:
        return None
    inside = found.get("properties")
    fields = {str(k).lower(): v for k, v in (inside if isinstance(inside, dict) else found).items()}
    text = _first(fields, TEXT_KEYS)
    if not text:
        return None
    when = _first(fields, TIME_KEYS)
    at = moment(when) or moment(f"{when} {_first(fields, CLOCK_KEYS)}") if when else None
    lat, lon = _point(found.get("geometry"))
    return Message(
        line=line,
        at=at or assumed(line, start),
        text=html.unescape(text).strip(),
        discipline=SERVICES.get(_first(fields, SERVICE_KEYS).lower()),
        region=_first(fields, REGION_KEYS),
        lat=lat,
        lon=lon,
        assumed=at is None,
    )


def _first(fields: Mapping[str, object], keys: tuple[str, ...]) -> str:
    return next((str(fields[k]) for k in keys if isinstance(fields.get(k), str | int)), "")


def _point(geometry: object) -> tuple[float | None, float | None]:
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None, None
    match geometry.get("coordinates"):
        case [float() | int() as lon, float() | int() as lat, *_] if -90 <= lat <= 90:
            return float(lat), float(lon)
    return None, None


def _line(text: str, raw: bytes, line: int, start: dt.datetime) -> Message | None:
    if text.startswith("{"):
        return _record(raw, line, start)
    if found := FLEX.match(text):
        caps = tuple(re.findall(r"\b\d{7,9}\b", found["more"].rpartition("|")[2]))
        return _heard(found["time"], found["text"], found["kind"], caps, line, start)
    if found := OLD_FLEX.match(text):
        caps = tuple(found["caps"].split())
        return _heard(found["time"], found["text"], found["kind"], caps, line, start)
    if found := PDW.match(text):
        when = f"{found['date']} {found['clock']}"
        return _heard(when, found["text"], "ALN", (found["cap"],), line, start)
    if NOISE.match(text):
        return None
    return _plain(text, line, start)


def _heard(
    when: str, text: str, kind: str, caps: tuple[str, ...], line: int, start: dt.datetime
) -> Message | None:
    """What a decoder heard; tones and numbers carry no message."""
    if kind in ("UNK", "TON", "NUM", "SEC"):
        return None
    at = moment(when)
    return Message(
        line=line,
        at=at or assumed(line, start),
        text=text.strip(),
        capcodes=caps,
        assumed=at is None,
    )


def _plain(text: str, line: int, start: dt.datetime) -> Message:
    """A line with a time before it, with other fields between, or with the text alone."""
    at, rest = None, text
    led = re.match(r"[\[(]?(\S+[ ,T]+\d{1,2}:\d{2}(?::\d{2})?\S*|\d\S+)[\])]?", text)
    if led and (at := moment(led[0])) is not None:
        rest = text[led.end() :]
    fields = [f.strip() for f in re.split(r"\t|\s\|\s|;|^\s*[|,:-]\s+", rest) if f and f.strip()]
    services = [f for f in fields if f.lower() in SERVICES]
    left = [f for f in fields if f not in services] if at else [rest.strip()]
    return Message(
        line=line,
        at=at or assumed(line, start),
        text=left[-1] if left else "",
        discipline=SERVICES[services[0].lower()] if services else None,
        region=left[0] if len(left) > 1 else "",
        assumed=at is None,
    )
