"""What fire keeps of an incident, in lines for its own people."""

from abs_core.sdk import OwnLine, OwnLinesTold
from abs_fire import contracts as fire
from abs_fire.state import Incident, State


def own_lines(incident: Incident, state: State) -> OwnLinesTold:
    """A line for everything that was kept of this incident, in order of time."""
    return OwnLinesTold(
        lines=tuple(
            OwnLine(
                at=kept.at,
                text=_line(kept.event, state),
                actor=getattr(kept.event, "actor", None),
                role=getattr(kept.event, "role", None),
            )
            for kept in incident.kept
        )
    )


def _line(event: fire.Remembered, state: State) -> str:
    match event:
        case fire.Decided():
            return _decided(event, state)
        case fire.ResponseRecorded():
            return _response(event, state)
        case fire.LevelOrdered():
            return f"level {event.level} ordered"
        case fire.Relief():
            return f"{_names((event.by,), state)} goes to relieve {_names((event.unit,), state)}"
        case fire.Warned():
            return _warned(event, state)
        case fire.NotOrdered():
            return f"REFUSED by the core: {event.order}: {event.what} ({event.rule})"


def _decided(event: fire.Decided, state: State) -> str:
    sent = f"sent {_names(event.taken, state)} at level {event.level}"
    if set(event.taken) != set(event.proposed):
        sent += f"; proposed was {_names(event.proposed, state) or 'nothing'}"
    if event.short:
        sent += f"; short of {', '.join(f'{need.count} {need.kind}' for need in event.short)}"
    return sent


def _response(event: fire.ResponseRecorded, state: State) -> str:
    took = f"first fire unit {_names((event.unit,), state)} after {_clock(event.seconds)}"
    judged = "no norm" if event.norm is None else f"norm {event.norm} min ({event.object})"
    if event.met is not None:
        judged += ": met" if event.met else ": NOT MET"
    if not event.within_longest:
        judged += "; later than any norm allows"
    why = [*event.delay, *([event.motive] if event.motive else [])]
    return f"{took}, {judged}{'; ' + ', '.join(why) if why else ''}"


def _warned(event: fire.Warned, state: State) -> str:
    said = event.warning
    about = f": {', '.join(said.hazards)}" if said.hazards else ""
    wait = f"; wait at {said.staging}" if said.staging else ""
    told = f"told {_names(event.units, state)}: scene {said.scene}, says {said.party}"
    return f"{told}{about}{wait}"


def _names(units: tuple[str, ...], state: State) -> str:
    return ", ".join(
        f"{known.kind} {known.call_sign}" if (known := state.units.get(unit)) else unit
        for unit in units
    )


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"
