"""The proposal table: `data/proposals.toml`, by priority, class, characteristic and code."""

from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Annotated

import msgspec
from abs_contracts.codelists import ESCALATION
from abs_contracts.messages.values import Classification
from abs_contracts.refusal import Refused
from abs_contracts.scalars import Count, Name
from msgspec import Meta

from abs_ambulance.incident import SCALE, Incident
from abs_ambulance.values import Priority

Wanted = Mapping[str, Annotated[int, Meta(ge=1, le=60)]]


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a priority or a code asks for."""

    wanted: Wanted


class Extra(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wanted beyond that when all that the row names holds."""

    wanted: Wanted
    why: Name
    path: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=3)] | None = msgspec.field(
        name="class", default=None
    )
    characteristic: Name | None = None
    value: Name | None = None
    least: Count | None = None

    def holds(self, incident: Incident) -> bool:
        if self.path and _path(incident.classification)[: len(self.path)] != self.path:
            return False
        if self.characteristic is None:
            return True
        values = incident.characteristics.get(self.characteristic, ())
        if self.least is None:
            return self.value in values
        return any(value.isdigit() and int(value) >= self.least for value in values)


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    fills: Mapping[str, tuple[Name, ...]]
    clock: tuple[Name, ...]
    priorities: Mapping[Priority, Row]
    extra: tuple[Extra, ...]
    codes: Mapping[str, Row]

    def wanted(
        self, incident: Incident, priority: Priority, code: str | None
    ) -> Iterator[tuple[str, Wanted]]:
        """Every row that holds, with what it is there for; of one kind the highest counts."""
        yield priority, self.priorities[priority].wanted
        for row in self.extra:
            if row.holds(incident):
                yield row.why, row.wanted
        if code is not None:
            yield code, self.codes[check_code(code)].wanted

    def filled_by(self, kind: str) -> tuple[str, ...]:
        """The kinds of unit that can fill a wanted kind, best first."""
        return self.fills.get(kind, (kind,))


def check_code(code: str) -> str:
    """The code itself. Raises Refused for one that scale ops-ambu does not have."""
    if not ESCALATION.has(SCALE, code):
        scale = ESCALATION.get(SCALE)
        known = ", ".join(level.code for level in scale.levels) if scale else "none"
        raise Refused(
            rule="AMBU-003",
            what=f"there is no code {code!r}",
            where="/code",
            fix=f"use one of {known}",
        )
    return code


def _path(classification: Classification | None) -> tuple[str, ...]:
    if classification is None:
        return ()
    levels = (classification.mc1, classification.mc2, classification.mc3)
    return tuple(level for level in levels if level)


def load_table() -> Table:
    """The table that this distribution carries."""
    data = resources.files("abs_ambulance").joinpath("data/proposals.toml").read_bytes()
    return msgspec.toml.decode(data, type=Table)
