"""What may change of which message: directions that must hold, by kind.

- Events have one sender and many readers that upgrade in any order: both directions,
  against every published version of the major.
- So have replies of the block protocol, which any block may ask for.
- Commands, requests, and what is private to a block, are read by whoever serves them,
  and from the log for ever: the new version reads every older one.
"""

from collections.abc import Mapping

from abs_contracts.catalogue import Kind
from abs_contracts.kit.rules import Direction

BOTH = frozenset(Direction)
BACKWARD = frozenset({Direction.BACKWARD})

DEMANDED: Mapping[Kind, frozenset[Direction]] = {
    Kind.EVENT: BOTH,
    Kind.COMMAND: BACKWARD,
    Kind.PRIVATE: BACKWARD,
    Kind.REQUEST: BACKWARD,
    Kind.REPLY: BOTH,
}
NAMES: Mapping[Kind, str] = {
    Kind.EVENT: "FULL_TRANSITIVE",
    Kind.COMMAND: "BACKWARD_TRANSITIVE",
    Kind.PRIVATE: "BACKWARD_TRANSITIVE",
    Kind.REQUEST: "BACKWARD_TRANSITIVE",
    Kind.REPLY: "FULL_TRANSITIVE",
}

OPEN = frozenset({Kind.EVENT, Kind.REPLY})
"""Whose readers ignore what they do not know."""

BARE = frozenset({Kind.PRIVATE, Kind.REQUEST, Kind.REPLY})
"""What travels without an envelope of its own."""
