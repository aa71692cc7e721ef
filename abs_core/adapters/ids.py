"""Ids: UUIDv7 for real, a counter for tests and simulations."""

import sys

if sys.version_info >= (3, 14):
    from uuid import uuid7
else:
    from uuid_utils import uuid7


class TimeIds:
    """UUIDv7: unique everywhere, ordered by time."""

    def new(self) -> str:
        return str(uuid7())


class SequentialIds:
    """`<prefix>-00000001` and so on: the same in every run."""

    def __init__(self, prefix: str = "id") -> None:
        self._prefix = prefix
        self._count = 0

    def new(self) -> str:
        self._count += 1
        return f"{self._prefix}-{self._count:08d}"
