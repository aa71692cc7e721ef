"""What may change of which message: directions that must hold, by kind.

- Events have one sender and many readers that upgrade in any order: both directions,
  against every published version of the major.
- Commands, and what is private to a block, are read by whoever serves them, and from
  the log for ever: the new version reads every older one.
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
}
NAMES: Mapping[Kind, str] = {
    Kind.EVENT: "FULL_TRANSITIVE",
    Kind.COMMAND: "BACKWARD_TRANSITIVE",
    Kind.PRIVATE: "BACKWARD_TRANSITIVE",
}
