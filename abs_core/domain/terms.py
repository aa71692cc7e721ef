"""Parser terms: lines of a note that begin with `-`, as centralists are used to type them.

`-grip 1` sets a level, `-aantal gewonden 3` a characteristic, `-brgb01` a class by
its code (facts 1.2 and 1.4). The line stays in the note, whatever comes of it.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from abs_contracts import codelists
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import Classification, Escalation
from abs_contracts.protocol import Warned


class Term(NamedTuple):
    """One line: the command that it stands for, or why it is text alone."""

    line: str
    command: msgspec.Struct | None
    warning: Warned | None = None


def terms(text: str) -> Iterator[Term]:
    """The terms of a note, in order."""
    for line in text.splitlines():
        said = line.strip()
        if len(said) > 1 and said.startswith("-") and said[1] != " ":
            yield _characteristic(said) or _class(said)


def _characteristic(line: str) -> Term | None:
    found = codelists.CHARACTERISTICS.termed(line)
    if found is None:
        return None
    row, value = found
    if not value:
        return Term(line, None, _warn(line, f"{row.name} needs a value"))
    level = next(
        ((s.code, x.code) for s in codelists.ESCALATION if s.text == row.name
         for x in s.levels if x.text == value),
        None,
    )  # fmt: skip
    if level is not None:
        escalation = Escalation(scale=level[0], level=level[1])
        return Term(line, m.ChangeEscalation(escalation=escalation))
    return Term(line, m.SetCharacteristic(name=row.name, values=(value,)))


def _class(line: str) -> Term:
    rows = codelists.LMC.coded(line[1:].casefold())
    if len(rows) != 1:
        why = f"{len(rows)} classes have this code" if rows else "no term of that name"
        return Term(line, None, _warn(line, why))
    (row,) = rows
    table = codelists.LMC.version
    classification = Classification(table=table, mc1=row.mc1, mc2=row.mc2, mc3=row.mc3)
    return Term(line, m.ClassifyIncident(classification=classification))


def _warn(line: str, why: str) -> Warned:
    return Warned(rule="INCIDENT-101", what=f"{line!r} stays text: {why}")
