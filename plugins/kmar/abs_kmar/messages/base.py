"""What every private message of this block is."""

import msgspec


class Private(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message of this block alone."""
