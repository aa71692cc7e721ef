"""What a value of the outside has to be to fit a field of the core, and the times of both."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from abs_ambulance_bridge.profile import Said
from abs_ambulance_bridge.tree import Tree

T = TypeVar("T")

NAME = 120
CODE = 64
TEXT = 4000
"""The lengths that the core's contracts allow."""


def given(value: T | UnsetType) -> T | None:
    """The value, or None when the message leaves it out."""
    return None if value is UNSET else value


def fitting(value: str | UnsetType | None, most: int = NAME, least: int = 1) -> str | None:
    """The text if the core's field can hold it as it is."""
    if value is None or isinstance(value, UnsetType) or not least <= len(value) <= most:
        return None
    return value


FORM = "FR-HS3 "
"""What a line of the bridge's own begins with, by which it is read back."""


def line_safe(text: str) -> str:
    """A note's text in which no line is a parser term: those begin with `-` and a letter.

    What the outside writes is text; it never sets a class, a level or a characteristic,
    and is never taken for a line of the bridge's own.
    """
    safe = "".join(_no_term(line) for line in text.splitlines(keepends=True))
    return f" {safe}" if safe.startswith(FORM) else safe


def _no_term(line: str) -> str:
    start = line.lstrip()
    is_term = start.startswith("-") and start[1:2] not in ("", " ")
    return line.replace("-", "- ", 1) if is_term else line


def moment(text: str | UnsetType | None) -> dt.datetime | None:
    """A time of the profile, which always has an offset; None outside the core's 1900 to 2999."""
    at = dt.datetime.fromisoformat(text) if isinstance(text, str) else None
    return at if at is not None and 1900 <= at.year < 3000 else None


def stamp(at: dt.datetime) -> str:
    """A time as the profile writes it: to the second, with an offset; UTC is `-00:00`."""
    text = at.isoformat(timespec="seconds")
    return f"{text[:-6]}-00:00" if text.endswith("+00:00") else text


def filled(tree: dict[str, Tree]) -> dict[str, Tree]:
    """Without the fields that have nothing to say."""
    return {name: value for name, value in tree.items() if value not in (None, {}, [])}


def about(subject: str, at: dt.datetime | None) -> Callable[[msgspec.Struct], Said]:
    """Says payloads about one aggregate at one moment."""
    return lambda payload: Said(subject=subject, payload=payload, at=at)


def joined(parts: Iterable[tuple[str, str]], most: int) -> str | None:
    """`floor: 3; code: 5678`: what has several parts, in the one line that the core has for it.

    A part that could not be told apart again, or that does not fit any more, is left out.
    """
    line = ""
    for word, text in parts:
        longer = f"{line}; {word}: {text}" if line else f"{word}: {text}"
        if text and ";" not in text and text.strip() == text and len(longer) <= most:
            line = longer
    return line or None


def taken_apart(line: str | None, words: Collection[str]) -> dict[str, str]:
    """The parts of a line of ours; none of a line in somebody's own words."""
    pairs = [part.partition(": ") for part in (line or "").split("; ")]
    ours = all(word in words and colon for word, colon, _ in pairs)
    return {word: text for word, _, text in pairs} if ours else {}
