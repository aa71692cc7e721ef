"""The checks of an incident's values against the code lists."""

from collections.abc import Collection

from abs_contracts import codelists
from abs_contracts.messages.values import Classification, Discipline, Escalation
from abs_contracts.protocol import Warned
from abs_contracts.refusal import Refused


def check_classification(
    value: Classification, added: Collection[tuple[str, ...]]
) -> tuple[Warned, ...]:
    """The row must exist in the table version that the core serves (LMC), or be a region's own."""
    if value.table != codelists.LMC.version:
        raise Refused(
            rule="CODELIST-001",
            what=f"classification table {value.table} is not in force",
            where="/data/classification/table",
            fix=f"classify by table {codelists.LMC.version}",
        )
    if codelists.LMC.has(value.mc1, value.mc2, value.mc3):
        return ()
    name = "/".join(class_path(value))
    if class_path(value) in added:
        return (Warned(rule="CODELIST-101", what=f"{name} is a class of this region alone"),)
    raise Refused(
        rule="CODELIST-002",
        what=f"there is no class {name}",
        where="/data/classification",
        fix="use a row of the table: mc2 must belong to mc1, mc3 to mc2",
    )


def class_path(value: Classification) -> tuple[str, ...]:
    """The levels that the class has, mc1 first."""
    return tuple(level for level in (value.mc1, value.mc2, value.mc3) if level is not None)


def check_characteristic(name: str, values: tuple[str, ...]) -> None:
    """The name must be a shared one, and the values of its type."""
    row = codelists.CHARACTERISTICS.get(name)
    if row is None:
        raise Refused(
            rule="CODELIST-003",
            what=f"there is no characteristic {name!r}",
            where="/data/name",
            fix=f"use a name of code list characteristics {codelists.CHARACTERISTICS.version}",
        )
    if row.owner is not None:
        raise Refused(
            rule="CODELIST-004",
            what=f"{name!r} belongs to {row.owner} alone",
            where="/data/name",
            fix=f"keep it in the {row.owner} block, in its own contracts",
        )
    problem = row.problem(values)
    if problem is not None:
        raise Refused(
            rule="CODELIST-005",
            what=f"{name}: {problem}",
            where="/data/values",
            fix="give values of the type that the code list says",
        )


def check_priority(discipline: Discipline, priority: str) -> None:
    if not codelists.PRIORITIES.has(discipline, priority):
        raise Refused(
            rule="CODELIST-006",
            what=f"{priority!r} is not a priority of {discipline}",
            where="/data/priority",
            fix=f"use one of code list priorities {codelists.PRIORITIES.version}",
        )


def check_escalation(value: Escalation, standing: str | None, by: str, whose: Discipline) -> None:
    """The level must exist, and `by` be a role that may decide it for a party of `whose`.

    A step down is decided by who may decide the higher of the two levels.
    """
    if not codelists.ESCALATION.has(value.scale, value.level):
        raise Refused(
            rule="CODELIST-007",
            what=f"there is no level {value.level!r} on scale {value.scale!r}",
            where="/data/escalation",
            fix=f"use a scale and level of code list escalation {codelists.ESCALATION.version}",
        )
    scale = codelists.ESCALATION.get(value.scale)
    assert scale is not None  # it has the level
    if scale.owner not in (None, whose):
        raise Refused(
            rule="INCIDENT-022",
            what=f"{scale.text} is the scale of {scale.owner}",
            where="/data/escalation/scale",
            fix=f"ask a party of {scale.owner}",
        )
    levels = [
        codelists.ESCALATION.level(value.scale, code) for code in (value.level, standing or "")
    ]
    rank = max(level.rank for level in levels if level)
    able = [decider.role for decider in scale.deciders if decider.up_to >= rank]
    if scale.deciders and by not in able:
        raise Refused(
            rule="INCIDENT-022",
            what=f"{by or 'nobody'} does not decide {scale.text} {rank}",
            where="/data/decided_by",
            fix=f"name who decided it: {', '.join(able)}",
        )
