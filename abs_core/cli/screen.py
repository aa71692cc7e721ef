"""Printing: for a person in the width there is, for a program one JSON document."""

import itertools
import os
import sys
from collections.abc import Collection

import msgspec
from rich.console import Console

PIPED = 120
"""Columns where there is no terminal to measure."""

WHOLE = 16
LEAST = 6
"""Characters: up to so many an id is shown whole, and of its end at least so many."""


def console() -> Console:
    """Standard output; colours only on a terminal, and not when NO_COLOR is set."""
    plain = Console()
    return plain if plain.is_terminal or "COLUMNS" in os.environ else Console(width=PIPED)


def document(value: object, *, pretty: bool = True) -> None:
    """One JSON document on standard output; `pretty` False: in one line, at once."""
    raw = msgspec.json.encode(value)
    sys.stdout.write((msgspec.json.format(raw) if pretty else raw).decode() + "\n")
    sys.stdout.flush()


def shortened(ids: Collection[str]) -> dict[str, str]:
    """A name to show for each id: a short id whole, of a long one the shortest own end.

    The end, because ids that are ordered by time begin alike.
    """
    turned = sorted(each[::-1] for each in ids)
    neighbours = zip(["", *turned], turned, [*turned[1:], ""], strict=False)
    return {
        own[::-1]: own[: max(LEAST, _shared(before, own) + 1, _shared(own, after) + 1)][::-1]
        if len(own) > WHOLE
        else own[::-1]
        for before, own, after in neighbours
    }


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
