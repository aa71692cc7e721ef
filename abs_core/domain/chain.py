"""The hash chain of one subject of the log: each record vouches for all before it."""

import hashlib

GENESIS = ""


def link(previous: str, data: bytes) -> str:
    """The chain value after `data`, as 64 hex digits; `previous` is "" for the first."""
    return hashlib.sha256(previous.encode() + data).hexdigest()
