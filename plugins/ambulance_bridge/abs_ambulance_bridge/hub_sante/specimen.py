"""A complete message of each type, made from its shape: every field, every list with two items.

For trying a translation without anybody's files. Texts are `text-1`, `text-2` and so on,
so that each can be found again, and so are ids; a code is the first of its list.
"""

import itertools
from collections.abc import Iterator
from typing import Any, get_args

from abs_ambulance_bridge.hub_sante import scalars
from abs_ambulance_bridge.hub_sante.catalogue import BY_NAME
from abs_ambulance_bridge.hub_sante.scalars import lists
from abs_ambulance_bridge.hub_sante.shape import (
    Many,
    Numeric,
    Object,
    Open,
    Shape,
    Text,
    shape_of,
)
from abs_ambulance_bridge.tree import Tree


def _pattern(annotated: Any) -> str:
    """The pattern of one of the profile's scalar types."""
    return str(get_args(annotated)[1].pattern)


FORMS = {
    _pattern(scalars.DateTime): "2026-01-01T12:00:00+01:00",
    _pattern(scalars.AnyDateTime): "2026-01-01T12:00:00+01:00",
    _pattern(scalars.Date): "2026-01-01",
    _pattern(scalars.CaseId): "nl.health.rav.case-{n}",
    _pattern(scalars.OwnerId): "nl.health.rav.owner-{n}",
    _pattern(scalars.ResourceId): "nl.health.rav.resource.unit-{n}",
    _pattern(scalars.RequestId): "nl.health.rav.request.request-{n}",
    _pattern(scalars.PatientId): "nl.health.rav.patient.patient-{n}",
    _pattern(scalars.MedicalNoteId): "nl.health.rav.medicalNote.note-{n}",
    _pattern(scalars.RiskCode): "R01",
    _pattern(scalars.EventCode): "C02.05.02",
    _pattern(scalars.PlaceCode): "L04.02.00",
    _pattern(scalars.MotiveCode): "M03.02",
    _pattern(scalars.DiagnosisCode): "Z00",
    _pattern(scalars.PlaceNumber): "123456789",
    _pattern(scalars.CityCode): "12345",
    _pattern(scalars.PhoneNumber): "+31700000000",
    _pattern(scalars.PractitionerId): "810000000000",
    _pattern(scalars.Age): "P50Y",
}
"""A text of each form, by its pattern; `{n}` is a number of its own."""
CODES = {
    "contact-type": "TEL",
    "emsi-context-msgtype": "ALERT",
    "emsi-context-seclass": "UNCLAS",
}
"""Codes with which more of the message matters than with the first of their list."""


def specimen(kind: str) -> dict[str, Tree]:
    """The content of a complete message of this type."""
    tree = _value(shape_of(BY_NAME[kind].content), itertools.count(1))
    assert isinstance(tree, dict)
    return tree


def _value(shape: Shape, numbers: Iterator[int]) -> Tree:
    match shape:
        case Object(members=members):
            return {name: _value(member.shape, numbers) for name, member in members.items()}
        case Many(item=item):
            return [_value(item, numbers), _value(item, numbers)]
        case Open():
            return {"anything": f"text-{next(numbers)}"}
    return scalar(shape, next(numbers))


def scalar(shape: Shape, number: int) -> Tree:
    """A value of a shape without members."""
    match shape:
        case Text(codes=str() as codes):
            return CODES.get(codes) or lists()[codes][0]
        case Text(pattern=None):
            return f"text-{number}"
        case Text(pattern=pattern) if pattern is not None:
            return FORMS[pattern.pattern].format(n=number)
        case Numeric(whole=whole):
            return 7 if whole else 7.5
    return True


def places(shape: Shape, where: str = "") -> Iterator[tuple[str, Shape]]:
    """Every place of a type where a scalar or an open object stands, `*` for an index."""
    match shape:
        case Object(members=members):
            for name, member in members.items():
                yield from places(member.shape, f"{where}/{name}")
        case Many(item=item):
            yield from places(item, f"{where}/*")
        case _:
            yield where, shape
