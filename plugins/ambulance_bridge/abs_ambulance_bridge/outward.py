"""What of the core's events the outside is not told, and why."""

from collections.abc import Collection, Iterator, Sequence

import msgspec
from abs_contracts.catalogue import CORE
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import NoteAudience

from abs_ambulance_bridge.losses import Kept, Loss, Reason
from abs_ambulance_bridge.profile import Said
from abs_ambulance_bridge.tree import leaves


def untold(events: Sequence[Said], told: Collection[str]) -> tuple[Loss, ...]:
    """Every value of these events in a field that the outside is not told of.

    `told` names the fields that are, as `<event>` or `<event>/<field>`.
    """
    return tuple(
        Loss(where=where, reason=reason, kept=Kept.CORE)
        for said in events
        for where, reason in _untold(said, told)
    )


def _untold(said: Said, told: Collection[str]) -> Iterator[tuple[str, Reason]]:
    name, hidden = CORE.of(said.payload).name, _is_hidden(said.payload)
    heads = tuple(f"{each}/" for each in told)
    for pointer, _ in leaves(msgspec.to_builtins(said.payload)):
        where = f"{name}{pointer}"
        if hidden or not f"{where}/".startswith(heads):
            yield where, Reason.AUDIENCE if hidden else Reason.OUTSIDE


def _is_hidden(payload: msgspec.Struct) -> bool:
    """A note for some; the ambulance party's own lines are no news on its own side."""
    return isinstance(payload, m.NoteAdded) and payload.audience is not NoteAudience.ALL
