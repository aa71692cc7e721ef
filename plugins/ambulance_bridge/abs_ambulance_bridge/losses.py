"""Losses: what does not cross, each with its place, its reason and where it is kept."""

import enum
from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from abs_ambulance_bridge.tree import Tree, alike, general, leaves


class Kept(enum.StrEnum):
    """Where a value is that did not cross."""

    AMBULANCE = "ambulance side"  # the bridge's keep, in the ambulance party's own account
    CORE = "core"  # the log has it; the outside format has no place for it


class Reason(enum.StrEnum):
    """Why a value does not cross."""

    MEDICAL = "medical: it never leaves the ambulance side"
    PERSON = "about a person: it stays with who needs it"
    TEXT = "free text of health services: nobody can say that it is not medical"
    LABEL = "the label of a code: the core's own list has its own words"
    LOCAL = "an identifier of one system: the bridge keeps which core id it stands for"
    NO_FIELD = "the core has no field for it"
    COARSER = "the core's code list is coarser or has no such value"
    FORM = "it does not fit the core's field"
    OTHERS = "about another discipline, which tells the core itself"
    EMPTY = "an empty object or array: it says nothing"
    TRANSPORT = "about a message, not about an incident: settled by the bridge"
    AUDIENCE = "its writer did not choose everybody as reader"
    OUTSIDE = "the outside format has no place for it"


class Loss(msgspec.Struct, frozen=True, kw_only=True):
    """A value that did not cross: `where` is a JSON pointer, into the message for what
    came in, and `<message type>/<field>` for what the core said."""

    where: str
    reason: Reason
    kept: Kept


Reasons = Callable[[str], Reason | None]
"""For a place in the type (pointer with `*` for an index): why a value there may be lost."""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """Leaf values of a message: carried by the core, lost as declared, lost undeclared."""

    carried: int
    losses: tuple[Loss, ...]
    undeclared: tuple[str, ...]


def tally(before: Tree, after: Tree, reasons: Reasons) -> Tally:
    """What `after`, made of the core's events alone, has of the leaves of `before`."""
    carried: int = 0
    losses: list[Loss] = []
    undeclared: list[str] = []
    there = dict(leaves(after))
    for where, value in leaves(before):
        if where in there and alike(value, there[where]):
            carried += 1
        elif reason := Reason.EMPTY if isinstance(value, dict | list) else reasons(general(where)):
            losses.append(Loss(where=where, reason=reason, kept=Kept.AMBULANCE))
        else:
            undeclared.append(where)
    return Tally(carried=carried, losses=tuple(losses), undeclared=tuple(undeclared))


def by_reason(losses: Iterable[Loss]) -> dict[str, int]:
    """How many losses there are of each reason."""
    return dict(sorted(Counter(loss.reason.value for loss in losses).items()))
