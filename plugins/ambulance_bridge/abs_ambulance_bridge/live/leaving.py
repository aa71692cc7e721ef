"""Incidents that both sides have closed: a day later the bridge forgets them."""

import datetime as dt

from abs_contracts.messages import incident as m

from abs_ambulance_bridge.live.state import Case
from abs_ambulance_bridge.live.turn import Turn

TIMER = "forget"
AFTER = dt.timedelta(days=1)
"""How long after the last thing that was said of it; our own choice."""


def look(turn: Turn) -> None:
    """Let those that were touched and are closed leave in a day, unless somebody speaks."""
    for incident in turn.touched:
        case = turn.case(incident)
        if case is not None and _is_over(turn, case):
            turn.wake(f"{TIMER} {incident}", turn.at + AFTER)


def woken(turn: Turn, incident: str) -> None:
    case = turn.case(incident)
    if case is not None and _is_over(turn, case):
        serving = {unit: of for unit, of in turn.state.serving.items() if of != incident}
        turn.change(serving=serving)
        turn.forget(incident)


def _is_over(turn: Turn, case: Case) -> bool:
    """Closed on both sides, and nothing of it is under way on either."""
    closed_there = case.heard.get("course") == m.CloseForParty.__name__
    under_way = case.work or case.expected or case.incident in turn.state.unsent
    return (
        closed_there
        and not under_way
        and _is_closed_here(turn, case)
        and not any(told.incident == case.incident for told in turn.state.told.values())
    )


def _is_closed_here(turn: Turn, case: Case) -> bool:
    parts = (e.payload for e in case.events if isinstance(e.payload, m.IncidentClosedForParty))
    return any(part.party == turn.party for part in parts)
