"""Random streams by key: what one party draws never depends on what another one drew.

One shared generator would couple the parties: a draw more for one of them changes
all that the others do afterwards.
"""

import random
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

_MASK = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15


def number(seed: int, *key: object) -> int:
    """64 bits out of seed and key, and of nothing else."""
    text = f"{seed}/{'/'.join(map(str, key))}"
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def stream(seed: int, *key: object) -> random.Random:
    """A generator of its own for this key."""
    return random.Random(number(seed, *key))


def mixed(base: int, index: int) -> int:
    """64 bits for each index beyond a base: a stream that can be entered anywhere."""
    z = (base + (index + 1) * _GOLDEN) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def moments(draw: random.Random, count: int, start: float, end: float) -> Iterator[float]:
    """So many moments between two, in order."""
    yield from sorted(draw.uniform(start, end) for _ in range(count))


def some(draw: random.Random, items: Sequence[T], least: int, most: int) -> list[T]:
    """Between `least` and `most` different ones of the items, in the order drawn."""
    most = min(most, len(items))
    return draw.sample(items, draw.randint(min(least, most), most))
