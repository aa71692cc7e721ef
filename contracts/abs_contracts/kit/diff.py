"""What changed between two shapes: rule and case of the table, and where.

Pure. Whether a change may pass is the policy's business; what a rule does is the table's.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from abs_contracts.kit import patterns
from abs_contracts.kit import shape as s
from abs_contracts.kit.rules import Direction, Verdict, verdict
from abs_contracts.kit.shape import Field, Shape, pointer

Path = tuple[str, ...]
T = TypeVar("T", bound=Shape)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change: a rule, the case of it, and where.

    `path` goes through the shape, see `shape.depths`. `detail` tells two changes of
    one rule at one place apart. `old` and `new` are what each version says there.
    """

    rule: str
    case: str = ""
    path: Path = ()
    detail: str = ""
    old: str = ""
    new: str = ""

    @property
    def pointer(self) -> str:
        """Where, as a JSON pointer into the message; `*` stands for every item."""
        return pointer(self.path, "/data")

    def verdict(self, direction: Direction) -> Verdict:
        """What the table says of it in this direction."""
        return verdict(self.rule, self.case, direction)


def diff(old: Shape, new: Shape, *, closed: bool) -> list[Change]:
    """Every change from old to new; `closed`: readers refuse what they do not know."""
    return list(_Walk(closed).shape(old, new, ()))


class _Walk:
    """Walks two shapes side by side."""

    def __init__(self, closed: bool) -> None:
        self._closed = closed

    def shape(self, old: Shape, new: Shape, at: Path) -> Iterator[Change]:
        if old == new:
            return
        if isinstance(old, s.Opaque) or isinstance(new, s.Opaque):
            yield from self._opaque(old, new, at)
            return
        old, new = _comparable(old, new)
        yield from _meaning(old, new, at)
        if old.notes != new.notes:
            yield Change(rule="DOC_CHANGED", path=at, old=_notes(old), new=_notes(new))
        takes_null = any(isinstance(each, s.Null | s.Anything) for each in (old, new))
        if old.nullable != new.nullable and not takes_null:
            rule = "NULL_ADDED" if new.nullable else "NULL_REMOVED"
            yield Change(rule=rule, path=at, old=_null(old), new=_null(new))
        if type(old) is type(new):
            yield from self._alike(old, new, at)
        else:
            yield from _retyped(old, new, at)

    def _alike(self, old: Shape, new: Shape, at: Path) -> Iterator[Change]:
        match old, new:
            case s.Record(), s.Record():
                yield from self._record(old, new, at)
            case s.Items(), s.Items():
                yield from _bounds(old, new, at, least=("least",), most=("most",))
                yield from self.shape(old.item, new.item, (*at, "*"))
            case s.Mapped(), s.Mapped():
                if old.key != new.key:
                    yield Change(rule="UNDECIDED", path=at, old="its names", new="other names")
                yield from _bounds(old, new, at, least=("least",), most=("most",))
                yield from self.shape(old.item, new.item, (*at, "*"))
            case s.OneOf(), s.OneOf():
                yield from self._union(old, new, at)
            case s.Choice(), s.Choice():
                yield from self._choice(old, new, at)
            case s.Text(), s.Text():
                yield from _bounds(old, new, at, least=("least",), most=("most",))
                yield from _pattern(old.pattern, new.pattern, at)
            case s.Integer() | s.Number(), s.Integer() | s.Number():
                yield from _bounds(old, new, at, least=("low", "above"), most=("high", "below"))

    def _opaque(self, old: Shape, new: Shape, at: Path) -> Iterator[Change]:
        texts = {"old": _said(old), "new": _said(new)}
        untagged = any(
            isinstance(each, s.Opaque) and each.text == s.UNTAGGED for each in (old, new)
        )
        yield Change(rule="UNTAGGED_UNION" if untagged else "UNDECIDED", path=at, **texts)

    # -- records -----------------------------------------------------------------

    def _record(self, old: s.Record, new: s.Record, at: Path) -> Iterator[Change]:
        for name in sorted(new.fields.keys() - old.fields.keys()):
            yield from self._added(old, new.fields[name], (*at, name))
        for name in sorted(old.fields.keys() - new.fields.keys()):
            yield _removed(old.fields[name], name in new.tombstones, (*at, name))
        for name in sorted(old.tombstones.keys() - new.tombstones.keys() - new.fields.keys()):
            yield _erased(old.tombstones[name], at, name)
        for name in sorted(old.fields.keys() & new.fields.keys()):
            yield from _kept(old.fields[name], new.fields[name], (*at, name))
            yield from self.shape(old.fields[name].shape, new.fields[name].shape, (*at, name))

    def _added(self, old: s.Record, field: Field, at: Path) -> Iterator[Change]:
        name = at[-1]
        rule = "FIELD_ADDED_REQUIRED" if field.required else "FIELD_ADDED_OPTIONAL"
        # A closed reader that knows the name as taken away reads past it.
        closed = self._closed and name not in old.tombstones
        case = "a closed reader" if closed else "an open reader"
        yield Change(rule=rule, case=case, path=at, new=_said(field.shape))
        if name in old.tombstones:
            reason = old.tombstones[name]
            yield Change(rule="TOMBSTONE_REUSED", path=at, old=reason, new=_said(field.shape))
        if field.critical:
            yield Change(rule="CRITICAL_ADDED", case="a new field", path=at)

    # -- enums and unions ----------------------------------------------------------

    def _choice(self, old: s.Choice, new: s.Choice, at: Path) -> Iterator[Change]:
        reads_on = old.fallback is not None and not self._closed
        for value in sorted(set(new.values) - set(old.values)):
            case = "an open enum" if reads_on else "a closed enum"
            yield Change(rule="ENUM_VALUE_ADDED", case=case, path=at, detail=value, new=value)
            if value in old.tombstones:
                reason = old.tombstones[value]
                yield Change(rule="TOMBSTONE_REUSED", path=at, detail=value, old=reason, new=value)
        reads_on = new.fallback is not None and not self._closed
        for value in sorted(set(old.values) - set(new.values)):
            case = "an open enum" if reads_on else "a closed enum"
            yield Change(
                rule="ENUM_VALUE_REMOVED", case=case, path=at, detail=value, old=value,
                new=new.fallback or "",
            )  # fmt: skip
        for value in sorted(old.tombstones.keys() - new.tombstones.keys() - set(new.values)):
            yield _erased(old.tombstones[value], at, value)
        yield from self._openness("ENUM_OPENNESS_CHANGED", old.fallback, new.fallback, at)

    def _union(self, old: s.OneOf, new: s.OneOf, at: Path) -> Iterator[Change]:
        if old.tag_field != new.tag_field:
            texts = {"old": f"tagged by {old.tag_field}", "new": f"tagged by {new.tag_field}"}
            yield Change(rule="TYPE_CHANGED", path=at, **texts)
            return
        reads_on = old.fallback is not None and not self._closed
        for tag in sorted(new.arms.keys() - old.arms.keys()):
            case = "an open union" if reads_on else "a closed union"
            yield Change(rule="UNION_ARM_ADDED", case=case, path=at, detail=tag, new=tag)
        reads_on = new.fallback is not None and not self._closed
        for tag in sorted(old.arms.keys() - new.arms.keys()):
            case = "an open union" if reads_on else "a closed union"
            yield Change(
                rule="UNION_ARM_REMOVED", case=case, path=at, detail=tag, old=tag,
                new=new.fallback or "",
            )  # fmt: skip
        yield from self._openness("UNION_OPENNESS_CHANGED", old.fallback, new.fallback, at)
        for tag in sorted(old.arms.keys() & new.arms.keys()):
            yield from self.shape(old.arms[tag], new.arms[tag], (*at, f"<{tag}>"))

    def _openness(self, rule: str, old: str | None, new: str | None, at: Path) -> Iterator[Change]:
        if (old is None) == (new is None):
            if old != new:
                yield Change(rule="DOC_CHANGED", path=at, old=f"else {old}", new=f"else {new}")
            return
        case = "of a command" if self._closed else "opened" if old is None else "closed"
        texts = [f"open, else {each}" if each is not None else "closed" for each in (old, new)]
        yield Change(rule=rule, case=case, path=at, old=texts[0], new=texts[1])


# -- fields ---------------------------------------------------------------------


def _removed(field: Field, tombstoned: bool, at: Path) -> Change:
    rule = "FIELD_REMOVED_REQUIRED" if field.required else "FIELD_REMOVED_OPTIONAL"
    case = "with a tombstone" if tombstoned else "without a tombstone"
    if field.critical:
        case = "it must be understood"
    return Change(rule=rule, case=case, path=at, old=_said(field.shape), new="nothing")


def _erased(reason: str, at: Path, name: str) -> Change:
    return Change(
        rule="TOMBSTONE_ERASED", path=at, detail=name, old=f"{name} is gone: {reason}",
        new=f"{name} is free to mean something else",
    )  # fmt: skip


def _kept(old: Field, new: Field, at: Path) -> Iterator[Change]:
    if new.required and not old.required:
        always = "old senders always write it" if old.written else "old senders may leave it out"
        yield Change(rule="FIELD_MADE_REQUIRED", case=always, path=at, old=_default(old))
    elif old.required and not new.required:
        always = "new senders always write it" if new.written else "new senders may leave it out"
        yield Change(rule="FIELD_MADE_OPTIONAL", case=always, path=at, new=_default(new))
    elif not old.required and old.default != new.default:
        yield Change(rule="DEFAULT_CHANGED", path=at, old=_default(old), new=_default(new))
    if new.critical and not old.critical:
        readings = {"old": "may be ignored", "new": "must be understood"}
        yield Change(rule="CRITICAL_ADDED", case="a field that was there", path=at, **readings)
    elif old.critical and not new.critical:
        yield Change(rule="CRITICAL_REMOVED", path=at)


def _default(field: Field) -> str:
    return "absent" if field.default is None else field.default


# -- values ---------------------------------------------------------------------

_MEANINGS = {
    "unit": "UNIT_CHANGED",
    "crs": "CRS_CHANGED",
    "clock": "CLOCK_CHANGED",
    "codelist": "CODELIST_CHANGED",
}


def _meaning(old: Shape, new: Shape, at: Path) -> Iterator[Change]:
    for name, rule in _MEANINGS.items():
        one, other = old.meaning.get(name, "not said"), new.meaning.get(name, "not said")
        if one != other:
            yield Change(rule=rule, path=at, old=f"{name} {one}", new=f"{name} {other}")


def _comparable(old: Shape, new: Shape) -> tuple[Shape, Shape]:
    """A single tagged record beside a union is a union of one arm."""
    return _as_union(old, new), _as_union(new, old)


def _as_union(one: Shape, other: Shape) -> Shape:
    if not isinstance(one, s.Record) or not isinstance(other, s.OneOf):
        return one
    tag = one.fields.get(other.tag_field)
    if tag is None or not isinstance(tag.shape, s.Choice) or len(tag.shape.values) != 1:
        return one
    rest = {name: field for name, field in one.fields.items() if name != other.tag_field}
    arm = msgspec.structs.replace(one, fields=rest, nullable=False)
    return s.OneOf(
        tag_field=other.tag_field, arms={tag.shape.values[0]: arm}, nullable=one.nullable
    )


def _retyped(old: Shape, new: Shape, at: Path) -> Iterator[Change]:
    texts = {"old": _said(old), "new": _said(new)}
    if _within(old, new):
        yield Change(rule="TYPE_WIDENED", path=at, **texts)
    elif _within(new, old):
        yield Change(rule="TYPE_NARROWED", path=at, **texts)
    else:
        yield Change(rule="TYPE_CHANGED", path=at, **texts)
        return
    match old, new:
        case (s.Integer(), s.Number()) | (s.Number(), s.Integer()):
            yield from _bounds(old, new, at, least=("low", "above"), most=("high", "below"))


def _within(one: Shape, other: Shape) -> bool:
    """Whether every value of one type is a value of the other, bounds apart."""
    match one, other:
        case _, s.Anything():
            return True
        case s.Integer(), s.Number():
            return True
        case s.Choice(fallback=None), s.Text():
            return all(_takes(other, value) for value in one.values)
        case s.Moment(), s.Text():
            return other.pattern is None and other.least <= 20 and (other.most or 99) >= 32
        case s.Null(), _:
            return other.nullable
    return False


def _takes(text: s.Text, value: str) -> bool:
    if not text.least <= len(value) <= (len(value) if text.most is None else text.most):
        return False
    if text.pattern is None:
        return True
    try:
        return patterns.takes(text.pattern, value)
    except patterns.Undecidable:
        return False


def _bounds(
    old: Shape, new: Shape, at: Path, *, least: tuple[str, ...], most: tuple[str, ...]
) -> Iterator[Change]:
    for names, sign, word in ((least, 1, "from"), (most, -1, "up to")):
        one, other = _bound(old, names, sign), _bound(new, names, sign)
        if one != other:
            rule = "CONSTRAINT_TIGHTENED" if other > one else "CONSTRAINT_LOOSENED"
            texts = [_spoken(each, sign, word) for each in (one, other)]
            yield Change(rule=rule, path=at, detail=word, old=texts[0], new=texts[1])


Bound = tuple[float, bool]


def _bound(shape: Shape, names: tuple[str, ...], sign: int) -> Bound:
    """The innermost of these bounds, greater where it takes less; True: itself excluded."""
    found: list[Bound] = [(float("-inf"), False)]
    for index, name in enumerate(names):
        value = getattr(shape, name, None)
        # What every integer is bound to says nothing of this one.
        if value is not None and value not in {-s.INT64, s.INT64 - 1}:
            found.append((sign * value, index == 1))
    return max(found)


def _spoken(bound: Bound, sign: int, word: str) -> str:
    if bound[0] == float("-inf"):
        return f"{word} anything"
    return f"{word} {sign * bound[0]:g}" + (", itself excluded" if bound[1] else "")


def _pattern(old: str | None, new: str | None, at: Path) -> Iterator[Change]:
    if old == new:
        return
    texts = {"old": old or "any text", "new": new or "any text"}
    if old is None or new is None:
        rule = "CONSTRAINT_TIGHTENED" if old is None else "CONSTRAINT_LOOSENED"
        yield Change(rule=rule, path=at, detail="pattern", **texts)
        return
    try:
        case = "proven the same" if patterns.same(old, new) else "not the same texts"
    except patterns.Undecidable:
        case = "not the same texts"
    yield Change(rule="PATTERN_CHANGED", case=case, path=at, **texts)


# -- words ----------------------------------------------------------------------

_NAMES: dict[type[Shape], Callable[[Shape], str]] = {
    s.Text: lambda _: "text",
    s.Moment: lambda _: "time",
    s.Integer: lambda _: "integer",
    s.Number: lambda _: "number",
    s.Flag: lambda _: "true or false",
    s.Null: lambda _: "null",
    s.Anything: lambda _: "anything",
    s.Items: lambda each: f"array of {_said(each.item)}" if isinstance(each, s.Items) else "",
    s.Mapped: lambda each: f"names with {_said(each.item)}" if isinstance(each, s.Mapped) else "",
    s.Record: lambda each: f"object {each.notes.get('title', '')}".rstrip(),
    s.OneOf: lambda each: "union" if isinstance(each, s.OneOf) else "",
    s.Choice: lambda each: f"one of {', '.join(each.values)}" if isinstance(each, s.Choice) else "",
    s.Opaque: lambda each: each.text if isinstance(each, s.Opaque) else "",
}


def _said(shape: Shape) -> str:
    return _NAMES[type(shape)](shape) + (" or null" if shape.nullable else "")


def _null(shape: Shape) -> str:
    return "null is allowed" if shape.nullable else "null is refused"


def _notes(shape: Shape) -> str:
    return "; ".join(f"{name}: {text}" for name, text in sorted(shape.notes.items()))
