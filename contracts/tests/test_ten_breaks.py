"""Ten different breaking changes to contracts in use: each is refused, with the blocks hit."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import pytest
from abs_contracts.catalogue import CORE
from abs_contracts.channels import Channel
from abs_contracts.kit import shape as s
from abs_contracts.kit.check import Subject, check
from abs_contracts.kit.findings import Finding, Severity
from abs_contracts.kit.history import History
from abs_contracts.kit.registered import Registered
from abs_contracts.kit.schemas import accepted, emitted
from abs_contracts.kit.shape import Field, Record
from abs_contracts.kit.values import Path
from abs_contracts.kit.versions import Version, digest, dumped, of_contract
from abs_contracts.manifest import Manifest, MessageNeed
from abs_contracts.messages.values import Discipline

TODAY = dt.date(2026, 1, 1)


def needs(*names: str) -> tuple[MessageNeed, ...]:
    return tuple(MessageNeed(type=name, versions=">=1.0,<2") for name in names)


def manifest(block: str, reads: tuple[str, ...], sends: tuple[str, ...]) -> Manifest:
    return Manifest(
        block=block,
        distribution=f"abs-{block}",
        version="1.0",
        discipline=Discipline.FIRE,
        core=1,
        consumes=needs(*reads),
        produces=needs(*sends),
    )


BLOCKS = Registered(
    [
        manifest("fire", ("incident.opened", "incident.located", "unit.status_changed"), ("unit.report_status",)),
        manifest("police", ("incident.opened", "incident.note_added"), ("incident.add_note",)),
        manifest("bridge", ("incident.located", "incident.classified"), ()),
    ]
)  # fmt: skip


class Break(NamedTuple):
    """`edit` changes the record at `path` of a message in use."""

    message: str
    rule: str
    hits: tuple[str, ...]
    edit: Callable[[Version], Version]


def at(path: Path, edit: Callable[[Any], Any]) -> Callable[[Version], Version]:
    """Edits the shape at a path, and writes both schemas anew."""

    def changed(version: Version) -> Version:
        whole = _edited(version.shape(), path, edit)
        return msgspec.structs.replace(
            version,
            emit=emitted(whole, closed=version.closed),
            accept=accepted(whole, closed=version.closed),
        )

    return changed


def _edited(shape: Any, path: Path, edit: Callable[[Any], Any]) -> Any:
    if not path:
        return edit(shape)
    field = shape.fields[path[0]]
    inner = msgspec.structs.replace(field, shape=_edited(field.shape, path[1:], edit))
    return msgspec.structs.replace(shape, fields={**shape.fields, path[0]: inner})


def without(name: str, **gone: str) -> Callable[[Record], Record]:
    def edit(record: Record) -> Record:
        rest = {each: field for each, field in record.fields.items() if each != name}
        return msgspec.structs.replace(record, fields=rest, tombstones=gone)

    return edit


def having(name: str, field: Field) -> Callable[[Record], Record]:
    return lambda record: msgspec.structs.replace(record, fields={**record.fields, name: field})


def replaced(**fields: Any) -> Callable[[Any], Any]:
    return lambda shape: msgspec.structs.replace(shape, **fields)


REQUIRED = Field(shape=s.Text(most=9), required=True, written=True)
RD = {"unit": "deg", "crs": "EPSG:28992"}

BREAKS = [
    Break("incident.opened", "FIELD_ADDED_REQUIRED", ("fire", "police"), at((), having("mode", REQUIRED))),
    Break("incident.opened", "FIELD_REMOVED_REQUIRED", ("fire", "police"), at((), without("lead", lead="since 1.1"))),
    Break("incident.opened", "DEFAULT_CHANGED", ("fire", "police"), at((), lambda r: having("exercise", msgspec.structs.replace(r.fields["exercise"], default="true"))(r))),
    Break("incident.located", "CRS_CHANGED", ("bridge", "fire"), at(("location", "point", "lat"), replaced(meaning=RD))),
    Break("incident.located", "CONSTRAINT_TIGHTENED", ("bridge", "fire"), at(("location", "municipality"), replaced(most=40))),
    Break("incident.classified", "PATTERN_CHANGED", ("bridge",), at(("classification", "table"), replaced(pattern="^[0-9]{4}$"))),
    Break("incident.note_added", "ENUM_VALUE_ADDED", ("police",), at(("audience",), lambda c: replaced(values=(*c.values, "regional"))(c))),
    Break("unit.status_changed", "TYPE_CHANGED", ("fire",), at(("since",), lambda _: s.Integer(low=0, meaning={"clock": "occurred"}))),
    Break("incident.add_note", "FIELD_MADE_REQUIRED", ("police",), at((), lambda r: having("named", msgspec.structs.replace(r.fields["named"], required=True, written=True, default=None))(r))),
    Break("unit.report_status", "SUBJECT_CHANGED", ("fire",), replaced(channel=Channel(subject="status.{room}"))),
]  # fmt: skip


def published() -> History:
    files = {f"{v.name}/{v.version}": dumped(v) for v in map(of_contract, CORE.values())}
    return History(files, {key: digest(raw) for key, raw in files.items()})


def found(change: Break | None) -> tuple[int, tuple[Finding, ...]]:
    versions = tuple(
        change.edit(version) if change and version.name == change.message else version
        for version in map(of_contract, CORE.values())
    )
    subject = Subject(name="core", contracts={}, versions=versions, history=published())
    report = check(subject, today=TODAY, registered=BLOCKS)
    return report.exit_code, report.findings


def test_nothing_changed_and_nothing_is_refused() -> None:
    assert found(None) == (0, ())


@pytest.mark.parametrize("change", BREAKS, ids=lambda each: f"{each.message} {each.rule}")
def test_a_breaking_change_is_refused_and_names_the_blocks_it_hits(change: Break) -> None:
    code, findings = found(change)
    assert code == 1
    broken = [each for each in findings if each.severity is Severity.BREAK]
    assert {each.message for each in broken} == {f"abs.{change.message}.v1"}
    assert {each.rule for each in broken} == {change.rule, "MAJOR_NOT_BUMPED"}
    for each in broken:
        assert each.blocks == change.hits
    witnesses = [each.witness for each in broken if each.rule == change.rule]
    assert all(witness is not None for witness in witnesses)


def test_the_ten_are_different() -> None:
    assert len({change.rule for change in BREAKS}) == len(BREAKS) == 10
