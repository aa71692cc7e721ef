"""How long to wait before asking again."""

from collections.abc import Iterator

FIRST = 0.05  # seconds
LONGEST = 5.0  # seconds


def pauses(first: float = FIRST, longest: float = LONGEST) -> Iterator[float]:
    """Seconds to wait before each further try: doubling, bounded, without end."""
    pause = first
    while True:
        yield pause
        pause = min(2 * pause, longest)
