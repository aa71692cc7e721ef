"""Golden samples of one version, read by the real decoder of another."""

from collections.abc import Iterator

import msgspec

from abs_contracts.catalogue import Catalogue, Contract, Kind
from abs_contracts.codec import decode_as, decode_command, decode_event
from abs_contracts.kit.policy import BARE, OPEN
from abs_contracts.kit.readers import struct_of
from abs_contracts.kit.rules import Direction
from abs_contracts.kit.versions import Version
from abs_contracts.kit.witness import Witness
from abs_contracts.refusal import Refused

Failure = tuple[Direction, str, str]
"""Who reads whom, the sample's case, and what is wrong."""


def replay(old: Version, new: Version) -> Iterator[Failure]:
    """Valid samples that the other version refuses; if nothing changed, invalid ones it takes."""
    for direction, writer, reader in (
        (Direction.BACKWARD, old, new),
        (Direction.FORWARD, new, old),
    ):
        if not writer.samples:
            continue
        alike = (writer.emit, writer.accept) == (reader.emit, reader.accept)
        try:
            known = _catalogue(reader)
        except TypeError:
            continue  # outside the subset, which the lint says
        for sample in writer.samples:
            said = _said(sample.text, reader, known)
            if sample.rule is None and said is not None:
                yield direction, sample.case, f"is refused: {said}"
            elif sample.rule is not None and alike and said != f"{sample.rule} {sample.where}":
                wanted = f"{sample.rule} at {sample.where or '/'}"
                yield direction, sample.case, f"should meet {wanted}, and meets {said}"


def orphaned(version: Version) -> Witness | None:
    """A message of a type that is gone, and what a reader without the type says to it."""
    text = next((each.text for each in version.samples if each.case == "minimal"), None)
    if text is None or version.kind in BARE:
        return None
    decode = decode_command if version.kind is Kind.COMMAND else decode_event
    try:
        decode(text.encode(), Catalogue([]))
    except Refused as refused:
        return Witness(data=text, refusal=refused.refusal)
    return None


def _catalogue(version: Version) -> Catalogue:
    payload = struct_of(version.shape())
    return Catalogue(
        [Contract(name=version.name, payload=payload, kind=version.kind, major=version.major)]
    )


def _said(text: str, reader: Version, known: Catalogue) -> str | None:
    """Rule and pointer of the refusal; None where it is read."""
    try:
        if reader.kind in BARE:
            decode_as(text.encode(), known[reader.type].payload, closed=reader.kind not in OPEN)
        elif reader.kind is Kind.COMMAND:
            decode_command(text.encode(), known)
        else:
            decode_event(text.encode(), known)
    except Refused as refused:
        return f"{refused.refusal.rule} {refused.refusal.where}"
    except msgspec.MsgspecError as error:
        return str(error)
    return None
