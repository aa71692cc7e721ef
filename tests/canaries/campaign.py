"""`python -m tests.canaries.campaign --incidents 10000`: no private value reaches a feed.

Prints what each block was told and every leak. Exit code 0: none; 1: leaks.
"""

import argparse
import sys
import time
from collections import Counter

from .night import Night
from .shared import SHARED

A_NIGHT = 25
"""Incidents in one room, before a new one begins."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.canaries.campaign")
    parser.add_argument("--incidents", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    begin, sent, leaks, first = time.monotonic(), Counter[str](), Counter[str](), dict[str, int]()
    done = canaries = told = 0
    while done < args.incidents:
        seed = args.seed + done
        night = Night(seed, SHARED)
        for _ in range(min(A_NIGHT, args.incidents - done)):
            night.incident()
            done += 1
        sent += night.sent
        leaks.update(night.leaks)
        first = {**dict.fromkeys(night.leaks, seed), **first}
        canaries += len(night.allowed)
        told += night.told
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done} of {args.incidents} incidents, {leaks.total()} leaks ")
    took = time.monotonic() - begin
    blocks = Counter(name.partition(".")[0] for name in sent.elements())
    say(f"{done} incidents, {canaries} canaries, {told} messages in feeds, in {took:.0f} s")
    say("private messages: " + ", ".join(f"{b} {n}" for b, n in sorted(blocks.items())))
    for leak, times in leaks.most_common(20):
        say(f"LEAK ({times} times, first in the night of seed {first[leak]}): {leak}")
    say(f"{leaks.total()} leaks")
    return 1 if leaks else 0


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
