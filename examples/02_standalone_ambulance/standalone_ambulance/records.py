"""The port to what is kept, and its adapter in memory.

Deciding reads through `Records` and gives back `Changes`; whoever keeps them writes
all of a `Changes` at once or nothing of it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal, Protocol

from pydantic import Field, JsonValue

from standalone_ambulance.model import Case, Value, Vehicle

State = Literal["waiting", "delivered", "refused", "expired"]


class Letter(Value):
    """A message to a partner, as the outbox keeps it.

    `number` rises over all letters, so it is a partner's cursor too; `answer` is what
    the partner said of it: a step of an RC-REF, or a code and cause of an RS-ERROR.
    """

    number: int
    id: str
    to: str
    type: str
    case: str | None
    expires: datetime
    body: dict[str, JsonValue]
    state: State = "waiting"
    tries: int = 0
    due: datetime
    answer: str | None = None


class Taken(Value):
    """Something that was taken once: a message, or a command with an id; what came of it."""

    id: str
    digest: str
    answer: str


class Changes(Value):
    """What one decision changes, written in one piece."""

    cases: tuple[Case, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    letters: tuple[Letter, ...] = ()
    taken: tuple[Taken, ...] = ()
    counters: dict[str, int] = Field(default={})


class Records(Protocol):
    """All that is kept."""

    def case(self, ident: str) -> Case | None: ...
    def cases(self) -> Iterator[Case]: ...
    def vehicle(self, ident: str) -> Vehicle | None: ...
    def vehicles(self) -> Iterator[Vehicle]: ...
    def taken(self, ident: str) -> Taken | None: ...
    def counter(self, name: str) -> int: ...

    def letter(self, ident: str) -> Letter | None: ...
    def letters(self, to: str, *, after: int, limit: int) -> Sequence[Letter]:
        """The letters to a partner with a higher number, oldest first."""

    def waiting(self, to: str) -> Letter | None:
        """The oldest letter to a partner that it has not had yet."""

    def keep(self, changes: Changes) -> None:
        """All of it or nothing; afterwards it survives a crash of this process."""


class MemoryRecords:
    """Records of a simulation: gone with the process."""

    def __init__(self) -> None:
        self._cases: dict[str, Case] = {}
        self._vehicles: dict[str, Vehicle] = {}
        self._taken: dict[str, Taken] = {}
        self._counters: dict[str, int] = {}
        self._letters: dict[str, Letter] = {}
        self._waiting: dict[str, dict[int, str]] = {}

    def case(self, ident: str) -> Case | None:
        return self._cases.get(ident)

    def cases(self) -> Iterator[Case]:
        return iter(tuple(self._cases.values()))

    def vehicle(self, ident: str) -> Vehicle | None:
        return self._vehicles.get(ident)

    def vehicles(self) -> Iterator[Vehicle]:
        return iter(sorted(self._vehicles.values(), key=lambda each: each.id))

    def taken(self, ident: str) -> Taken | None:
        return self._taken.get(ident)

    def counter(self, name: str) -> int:
        return self._counters.get(name, 0)

    def letter(self, ident: str) -> Letter | None:
        return self._letters.get(ident)

    def letters(self, to: str, *, after: int, limit: int) -> Sequence[Letter]:
        found = [each for each in self._letters.values() if each.to == to and each.number > after]
        return sorted(found, key=lambda each: each.number)[:limit]

    def waiting(self, to: str) -> Letter | None:
        numbers = self._waiting.get(to)
        return self._letters[numbers[min(numbers)]] if numbers else None

    def keep(self, changes: Changes) -> None:
        self._cases |= {each.id: each for each in changes.cases}
        self._vehicles |= {each.id: each for each in changes.vehicles}
        self._taken |= {each.id: each for each in changes.taken}
        self._counters |= changes.counters
        for letter in changes.letters:
            self._letters[letter.id] = letter
            waiting = self._waiting.setdefault(letter.to, {})
            if letter.state == "waiting":
                waiting[letter.number] = letter.id
            else:
                waiting.pop(letter.number, None)
