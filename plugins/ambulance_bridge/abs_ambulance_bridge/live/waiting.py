"""Messages of several incidents about one vehicle wait for each other.

It is released there before it is assigned here, in the order in which the other side
said so, though every incident has a queue of its own.
"""

from collections.abc import Iterator

from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from msgspec.structs import replace

from abs_ambulance_bridge.live.state import Work
from abs_ambulance_bridge.live.turn import Turn
from abs_ambulance_bridge.profile import Said


def in_turn(turn: Turn, incident: str, work: Work) -> Work:
    """The message, behind those before it that are about its vehicles."""
    units = tuple(dict.fromkeys(_units(work.commands)))
    if not units:
        return work
    queues = turn.state.queues
    turn.change(queues={**queues, **{u: (*queues.get(u, ()), incident) for u in units}})
    return replace(work, units=units)


def is_free(turn: Turn, incident: str, work: Work) -> bool:
    """Whether it is its turn."""
    return all(turn.state.queues[unit][0] == incident for unit in work.units)


def done(turn: Turn, incident: str, work: Work) -> tuple[str, ...]:
    """The message makes way; the incidents whose turn it is now."""
    if not work.units:
        return ()
    queues, following = dict(turn.state.queues), dict[str, None]()
    for unit in work.units:
        left = list(queues.pop(unit))
        left.remove(incident)
        if left:
            queues[unit] = tuple(left)
            following[left[0]] = None
    turn.change(queues=queues)
    return tuple(each for each in following if each != incident)


def _units(commands: tuple[Said, ...]) -> Iterator[str]:
    for each in commands:
        match each.payload:
            case m.AssignUnit(unit=unit) | m.ReleaseUnit(unit=unit):
                yield unit
            case u.RegisterUnit() | u.ReportStatus():
                yield each.subject
