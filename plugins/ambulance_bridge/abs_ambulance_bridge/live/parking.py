"""Early arrivals: a message that came before what it is about waits, not long and not many."""

import datetime as dt

from abs_ambulance_bridge.live.state import Parked, Work
from abs_ambulance_bridge.live.turn import Turn
from abs_ambulance_bridge.profile import Message

MOST = 200
"""Messages parked at once; our own choice."""
PATIENCE = dt.timedelta(minutes=1)
"""How long a message may wait; our own choice."""
TIMER = "parked"


def park(turn: Turn, needs: tuple[str, ...], incident: str, work: Work, message: Message) -> bool:
    """Whether there was room for it."""
    if len(turn.state.parked) >= MOST:
        return False
    parked = Parked(
        needs=needs, incident=incident, work=work, message=message, until=turn.at + PATIENCE
    )
    turn.change(parked=(*turn.state.parked, parked))
    turn.wake(TIMER, turn.state.parked[0].until)
    return True


def free(turn: Turn) -> list[Parked]:
    """Those whose wait is over because it is there now, in the order in which they came."""
    ready = [each for each in turn.state.parked if all(is_there(turn, need) for need in each.needs)]
    if ready:
        turn.change(parked=tuple(each for each in turn.state.parked if each not in ready))
    return ready


def expired(turn: Turn) -> list[Parked]:
    """Those that have waited long enough; the timer is set for the next."""
    over = [each for each in turn.state.parked if each.until <= turn.at]
    left = tuple(each for each in turn.state.parked if each.until > turn.at)
    turn.change(parked=left)
    if left:
        turn.wake(TIMER, left[0].until)
    return over


def is_there(turn: Turn, needs: str) -> bool:
    what, _, ident = needs.partition(" ")
    return ident in turn.state.units if what == "unit" else turn.case(ident) is not None
