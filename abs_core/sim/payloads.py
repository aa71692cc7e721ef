"""Payloads drawn from their types: for messages of which the generator of work knows nothing.

So every block that is installed gets requests of its own, and every new command of the
core is tried, without a line here.
"""

import datetime as dt
import functools
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import inspect


class Payloads:
    """Draws by a random stream; what a field may refer to is known by its name."""

    def __init__(
        self,
        chance: random.Random,
        now: dt.datetime,
        incidents: Sequence[str],
        units: Sequence[str],
        parties: Sequence[str],
    ) -> None:
        self._chance = chance
        self._now = now
        self._incidents = incidents
        self._units = units
        self._parties = parties

    def draw(self, cls: type[msgspec.Struct]) -> msgspec.Struct:
        """An instance: every required field, and half of the others."""
        fields: dict[str, Any] = {}
        for field in _info(cls).fields:
            if field.required or self._chance.random() < 0.5:
                fields[field.name] = self._value(field.type, field.name)
        return cls(**fields)

    def _value(self, kind: inspect.Type, name: str) -> Any:
        match kind:
            case inspect.Metadata():
                return self._value(kind.type, name)
            case inspect.UnionType():
                return self._value(self._chance.choice(kind.types), name)
            case inspect.StructType():
                return self.draw(kind.cls)
            case inspect.VarTupleType() | inspect.ListType():
                count = self._chance.randint(max(1, kind.min_length or 0), 2)
                items = [self._value(kind.item_type, name) for _ in range(count)]
                return tuple(items) if isinstance(kind, inspect.VarTupleType) else items
            case inspect.DictType():
                key = self._value(kind.key_type, name)
                return {key: self._value(kind.value_type, name)}
        scalar = _SCALARS.get(type(kind))
        return scalar(self, kind, name) if scalar else None

    def _string(self, kind: inspect.StrType, name: str) -> str:
        if "incident" in name or name == "to":
            return self._chance.choice([*self._incidents, "none"])
        if "unit" in name:
            return self._chance.choice(self._units)
        if "part" in name:
            return self._chance.choice(self._parties)
        if kind.pattern is not None:
            return f"{self._chance.randint(1, 9)}.0" if "." in kind.pattern else "a1"
        return f"drawn {self._chance.getrandbits(64):016x}"[: kind.max_length or 40]

    def _integer(self, kind: inspect.IntType, _name: str) -> int:
        return self._chance.randint(kind.ge or 0, min(kind.le or 99, 99))

    def _float(self, kind: inspect.FloatType, _name: str) -> float:
        return self._chance.uniform(kind.ge or 0.0, min(kind.le or 99.0, 99.0))


_SCALARS: Mapping[type[inspect.Type], Callable[[Payloads, Any, str], Any]] = {
    inspect.StrType: Payloads._string,
    inspect.IntType: Payloads._integer,
    inspect.FloatType: Payloads._float,
    inspect.EnumType: lambda self, kind, _: self._chance.choice(list(kind.cls)),
    inspect.LiteralType: lambda self, kind, _: self._chance.choice(kind.values),
    inspect.BoolType: lambda self, _kind, _: self._chance.random() < 0.5,
    inspect.DateTimeType: lambda self, _kind, _: self._now,
}


@functools.cache
def _info(cls: type[msgspec.Struct]) -> inspect.StructType:
    info = inspect.type_info(cls)
    assert isinstance(info, inspect.StructType)
    return info
