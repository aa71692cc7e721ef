"""Printing: for a person in the width there is, for a program one JSON document."""

import sys
from collections.abc import Collection

import msgspec
from rich.console import Console

PIPED = 120
"""Columns where there is no terminal to measure."""


def console() -> Console:
    """Standard output; colours only on a terminal, and not when NO_COLOR is set."""
    plain = Console()
    return plain if plain.is_terminal else Console(width=PIPED)


def document(value: object, *, pretty: bool = True) -> None:
    """One JSON document on standard output; `pretty` False: in one line, at once."""
    raw = msgspec.json.encode(value)
    sys.stdout.write((msgspec.json.format(raw) if pretty else raw).decode() + "\n")
    sys.stdout.flush()


def shortened(ids: Collection[str], least: int = 8) -> dict[str, str]:
    """Each id's shortest prefix that names no other of them."""
    ordered = sorted(ids)
    neighbours = zip(["", *ordered], ordered, [*ordered[1:], ""], strict=False)
    return {
        own: own[: max(least, _shared(before, own) + 1, _shared(own, after) + 1)]
        for before, own, after in neighbours
    }


def _shared(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
