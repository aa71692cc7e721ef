"""The verdict table by rows of data: old, new, the changes that are seen, both verdicts."""

import datetime as dt
import enum
from typing import Annotated, Any, ClassVar, NamedTuple

import msgspec
import pytest
from abs_contracts.catalogue import Contract, Kind, Sender, Sight
from abs_contracts.channels import Channel, Delivery
from abs_contracts.evolving import OpenEnum
from abs_contracts.kit.compare import channel_changes, compare
from abs_contracts.kit.diff import Change, diff
from abs_contracts.kit.findings import Severity
from abs_contracts.kit.rules import TABLE, Direction, Nature, Verdict, worst
from abs_contracts.kit.shape import of_type
from abs_contracts.kit.versions import of_contract
from msgspec import UNSET, Meta, UnsetType

OK, BREAK, UNDECIDED = Verdict.OK, Verdict.BREAK, Verdict.UNDECIDED
GONE = {"x": "nobody used it, since 1.1"}


class Row(NamedTuple):
    """`changes` in the order of the report; verdicts for an open and for a closed reader."""

    id: str
    old: type
    new: type
    changes: tuple[str, ...]
    backward: Verdict
    forward: Verdict
    closed_backward: Verdict | None = None
    closed_forward: Verdict | None = None


def message(**fields: Any) -> type[msgspec.Struct]:
    """A message with a field `k` and these, each a type or a type with its default."""
    rows = [(n, *(f if isinstance(f, tuple) else (f,))) for n, f in fields.items() if n[0] != "_"]
    options = {"kw_only": True, "frozen": True, "omit_defaults": fields.get("_omit", True)}
    namespace = {"__tombstones__": fields.get("_gone", {})}
    return msgspec.defstruct("Message", [("k", int), *rows], namespace=namespace, **options)


def text(**bounds: Any) -> Any:
    return Annotated[str, Meta(**bounds)]


def number(**extra: str) -> Any:
    return Annotated[float, Meta(extra=extra)]


class Closed(enum.StrEnum):
    A = "a"


class ClosedMore(enum.StrEnum):
    A = "a"
    B = "b"


class Opened(OpenEnum):
    A = "a"
    UNKNOWN = "unknown"


class OpenedMore(OpenEnum):
    A = "a"
    B = "b"
    UNKNOWN = "unknown"


class Buried(enum.StrEnum):
    A = "a"
    __tombstones__: ClassVar[dict[str, str]] = {"b": "since 1.1"}


class Left(msgspec.Struct, tag_field="kind", tag="left"):
    n: int


class Right(msgspec.Struct, tag_field="kind", tag="right"):
    n: int


class Renamed(msgspec.Struct, tag_field="kind", tag="rechts"):
    n: int


class Else(msgspec.Struct, tag_field="kind", tag="else"):
    __fallback__: ClassVar[bool] = True


CRITICAL = Annotated[int, Meta(extra={"critical": True})]

ROWS = [
    Row("nothing", message(x=int), message(x=int), (), OK, OK),
    Row("optional added", message(), message(x=(int, 1)), ("FIELD_ADDED_OPTIONAL",), OK, OK, OK, BREAK),
    Row("required added", message(), message(x=int), ("FIELD_ADDED_REQUIRED",), BREAK, OK, BREAK, BREAK),
    Row("optional buried", message(x=(int, 1)), message(_gone=GONE), ("FIELD_REMOVED_OPTIONAL",), OK, OK),
    Row("optional removed", message(x=(int, 1)), message(), ("FIELD_REMOVED_OPTIONAL",), BREAK, OK),
    Row("required buried", message(x=int), message(_gone=GONE), ("FIELD_REMOVED_REQUIRED",), OK, BREAK),
    Row("required removed", message(x=int), message(), ("FIELD_REMOVED_REQUIRED",), BREAK, BREAK),
    Row("renamed", message(x=int), message(y=int), ("FIELD_ADDED_REQUIRED", "FIELD_REMOVED_REQUIRED"), BREAK, BREAK),
    Row("default dropped", message(x=(int, 1)), message(x=int), ("FIELD_MADE_REQUIRED",), BREAK, OK),
    Row("default dropped, always written", message(x=(int, 1), _omit=False), message(x=int, _omit=False), ("FIELD_MADE_REQUIRED",), OK, OK),
    Row("default added", message(x=int), message(x=(int, 1)), ("FIELD_MADE_OPTIONAL",), OK, BREAK),
    Row("default added, always written", message(x=int, _omit=False), message(x=(int, 1), _omit=False), ("FIELD_MADE_OPTIONAL",), OK, OK),
    Row("default changed", message(x=(int, 1)), message(x=(int, 2)), ("DEFAULT_CHANGED",), BREAK, BREAK),
    Row("absent is not null", message(x=(int | UnsetType | None, UNSET)), message(x=(int | None, None)), ("DEFAULT_CHANGED",), BREAK, BREAK),
    Row("null added", message(x=int), message(x=int | None), ("NULL_ADDED",), OK, BREAK),
    Row("null removed", message(x=int | None), message(x=int), ("NULL_REMOVED",), BREAK, OK),
    Row("value added, closed", message(x=Closed), message(x=ClosedMore), ("ENUM_VALUE_ADDED",), OK, BREAK),
    Row("value added, open", message(x=Opened), message(x=OpenedMore), ("ENUM_VALUE_ADDED",), OK, OK, OK, BREAK),
    Row("value removed, closed", message(x=ClosedMore), message(x=Closed), ("ENUM_VALUE_REMOVED",), BREAK, OK),
    Row("value removed, open", message(x=OpenedMore), message(x=Opened), ("ENUM_VALUE_REMOVED",), BREAK, OK),
    Row("enum opened", message(x=Closed), message(x=Opened), ("ENUM_OPENNESS_CHANGED",), OK, BREAK, OK, OK),
    Row("enum closed", message(x=Opened), message(x=Closed), ("ENUM_OPENNESS_CHANGED",), BREAK, OK, OK, OK),
    Row("value back from the dead", message(x=Buried), message(x=ClosedMore), ("ENUM_VALUE_ADDED", "TOMBSTONE_REUSED"), BREAK, BREAK),
    Row("value's tombstone erased", message(x=Buried), message(x=Closed), ("TOMBSTONE_ERASED",), BREAK, BREAK),
    Row("arm added, closed", message(x=Left | Right), message(x=Left | Right | Renamed), ("UNION_ARM_ADDED",), OK, BREAK),
    Row("arm removed", message(x=Left | Right | Renamed), message(x=Left | Right), ("UNION_ARM_REMOVED",), BREAK, OK),
    Row("arm added, open", message(x=Left | Else), message(x=Left | Right | Else), ("UNION_ARM_ADDED",), OK, OK, OK, BREAK),
    Row("tag renamed", message(x=Left | Right), message(x=Left | Renamed), ("UNION_ARM_ADDED", "UNION_ARM_REMOVED"), BREAK, BREAK),
    Row("a union of one", message(x=Left), message(x=Left | Right), ("UNION_ARM_ADDED",), OK, BREAK),
    Row("tags lost", message(x=int), message(x=int | str), ("UNTAGGED_UNION",), BREAK, BREAK),
    Row("int to float", message(x=int), message(x=float), ("TYPE_WIDENED",), OK, BREAK),
    Row("float to int", message(x=float), message(x=int), ("TYPE_NARROWED",), BREAK, OK),
    Row("enum to text", message(x=Closed), message(x=text(max_length=9)), ("TYPE_WIDENED",), OK, BREAK),
    Row("text to int", message(x=str), message(x=int), ("TYPE_CHANGED",), BREAK, BREAK),
    Row("longer", message(x=text(max_length=9)), message(x=text(max_length=10)), ("CONSTRAINT_LOOSENED",), OK, BREAK),
    Row("shorter", message(x=text(max_length=9)), message(x=text(max_length=8)), ("CONSTRAINT_TIGHTENED",), BREAK, OK),
    Row("moved", message(x=Annotated[int, Meta(ge=0, le=9)]), message(x=Annotated[int, Meta(ge=1, le=10)]), ("CONSTRAINT_TIGHTENED", "CONSTRAINT_LOOSENED"), BREAK, BREAK),
    Row("itself excluded", message(x=Annotated[float, Meta(ge=0)]), message(x=Annotated[float, Meta(gt=0)]), ("CONSTRAINT_TIGHTENED",), BREAK, OK),
    Row("more items", message(x=Annotated[tuple[int, ...], Meta(max_length=3)]), message(x=Annotated[tuple[int, ...], Meta(max_length=4)]), ("CONSTRAINT_LOOSENED",), OK, BREAK),
    Row("pattern added", message(x=str), message(x=text(pattern="^[a-z]+$")), ("CONSTRAINT_TIGHTENED",), BREAK, OK),
    Row("pattern changed", message(x=text(pattern="^[a-z]+$")), message(x=text(pattern="^[a-f]+$")), ("PATTERN_CHANGED",), BREAK, BREAK),
    Row("pattern in other words", message(x=text(pattern="^a{2}$")), message(x=text(pattern=r"\Aaa\Z")), ("PATTERN_CHANGED",), OK, OK),
    Row("back from the dead", message(_gone=GONE), message(x=(int, 1)), ("FIELD_ADDED_OPTIONAL", "TOMBSTONE_REUSED"), BREAK, BREAK),
    Row("tombstone erased", message(_gone=GONE), message(), ("TOMBSTONE_ERASED",), BREAK, BREAK),
    Row("must be understood", message(), message(x=(CRITICAL, 1)), ("FIELD_ADDED_OPTIONAL", "CRITICAL_ADDED"), OK, BREAK),
    Row("may be ignored again", message(x=(CRITICAL, 1)), message(x=(int, 1)), ("CRITICAL_REMOVED",), OK, OK),
    Row("buried, but must be understood", message(x=(CRITICAL, 1)), message(_gone=GONE), ("FIELD_REMOVED_OPTIONAL",), BREAK, OK),
    Row("unit", message(x=number(unit="m")), message(x=number(unit="ft")), ("UNIT_CHANGED",), BREAK, BREAK),
    Row("reference system", message(x=number(crs="EPSG:4326")), message(x=number(crs="EPSG:28992")), ("CRS_CHANGED",), BREAK, BREAK),
    Row("clock", message(x=number(clock="occurred")), message(x=number(clock="recorded")), ("CLOCK_CHANGED",), BREAK, BREAK),
    Row("code list", message(x=number(codelist="lmc")), message(x=number(codelist="statuses")), ("CODELIST_CHANGED",), BREAK, BREAK),
    Row("words", message(x=text(description="one")), message(x=text(description="other")), ("DOC_CHANGED",), OK, OK),
    Row("outside the subset", message(x=int), message(x=set[int]), ("UNDECIDED",), UNDECIDED, UNDECIDED),
    Row("a time without offset", message(x=Annotated[dt.datetime, Meta(tz=True)]), message(x=dt.datetime), ("UNDECIDED",), UNDECIDED, UNDECIDED),
]  # fmt: skip


def verdict(changes: list[Change], direction: Direction) -> Verdict:
    return worst(*(change.verdict(direction) for change in changes))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_of_the_table(row: Row) -> None:
    changes = diff(of_type(row.old), of_type(row.new), closed=False)
    assert tuple(change.rule for change in changes) == row.changes
    assert verdict(changes, Direction.BACKWARD) is row.backward
    assert verdict(changes, Direction.FORWARD) is row.forward


@pytest.mark.parametrize("row", [r for r in ROWS if r.closed_forward], ids=lambda row: row.id)
def test_a_row_that_differs_for_a_closed_reader(row: Row) -> None:
    changes = diff(of_type(row.old), of_type(row.new), closed=True)
    assert verdict(changes, Direction.BACKWARD) is row.closed_backward
    assert verdict(changes, Direction.FORWARD) is row.closed_forward


class Inside(msgspec.Struct, frozen=True, kw_only=True):
    items: tuple[Left, ...]


class InsideLater(msgspec.Struct, frozen=True, kw_only=True):
    items: tuple[Right, ...]


def test_a_change_deep_inside_has_its_pointer() -> None:
    old = message(x=(Inside | None, None), y=dict)
    new = message(x=(InsideLater | None, None), y=dict)
    found = diff(of_type(old), of_type(new), closed=False)
    places = {change.pointer for change in found if change.rule.startswith("ENUM_VALUE")}
    assert places == {"/data/x/items/*/kind"}


CHANNEL = Channel(subject="feed.{room}", delivery=Delivery.AT_LEAST_ONCE)


def version(**changed: Any) -> Any:
    given = {"kind": Kind.EVENT, "sight": Sight.ATTACHED, "channel": CHANNEL, **changed}
    return of_contract(Contract(name="thing.done", payload=message(), **given))


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("SUBJECT_CHANGED", {"channel": Channel(subject="feed.{party}")}),
        ("ORDER_KEY_CHANGED", {"channel": msgspec.structs.replace(CHANNEL, order_key="party")}),
        ("IDEMPOTENCY_KEY_CHANGED", {"channel": msgspec.structs.replace(CHANNEL, idempotency_key="t")}),
        ("DELIVERY_WEAKENED", {"channel": msgspec.structs.replace(CHANNEL, delivery=Delivery.LOSSY)}),
        ("SIGHT_CHANGED", {"sight": Sight.ROOM}),
        ("SENDER_CHANGED", {"sender": Sender.OPERATOR}),
    ],
)  # fmt: skip
def test_a_channel_that_changes_breaks_both_ways_with_two_readings(
    rule: str, changed: dict[str, Any]
) -> None:
    assert [each.rule for each in channel_changes(version(), version(**changed))] == [rule]
    found = [each for each in compare(version(), version(**changed)) if each.rule == rule]
    assert [each.direction for each in found] == list(Direction)
    for each in found:
        assert each.severity is Severity.BREAK
        assert each.witness is not None
        assert each.witness.readings == (each.old, each.new)


def test_a_delivery_that_promises_more_breaks_nothing() -> None:
    weak = version(channel=msgspec.structs.replace(CHANNEL, delivery=Delivery.LOSSY))
    (found,) = compare(weak, version())
    assert (found.rule, found.severity) == ("DELIVERY_STRENGTHENED", Severity.INFO)


def test_every_rule_of_a_change_has_cases_and_is_met_by_a_row() -> None:
    met = {rule for row in ROWS for rule in row.changes}
    kinds = {Nature.SHAPE, Nature.MEANING}
    rules = {name for name, rule in TABLE.items() if rule.kind in kinds}
    assert rules - met == {"UNION_OPENNESS_CHANGED"}  # of the mutations, in test_oracle.py
    for name, rule in TABLE.items():
        assert (rule.kind is Nature.LINT) == (not rule.cases), name
        assert set(rule.silent) <= set(rule.cases), name
