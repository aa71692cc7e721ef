"""Telling what happened in a run: its steps, and why what happened to an incident did."""

from collections.abc import Iterator

from abs_core.sim.checks.history import history
from abs_core.sim.run import Played
from abs_core.sim.trace import Event, Trace
from abs_core.sim.world import ROOM

CAUSES = 6
"""So many causes back are told of one step."""


def steps(trace: Trace, until: int) -> Iterator[str]:
    """The steps up to a number, each with the one that caused it."""
    for number, event in enumerate(trace.events[: until + 1]):
        yield line(number, event)


def line(number: int, event: Event) -> str:
    """One step."""
    if not event.link.count(">"):
        fate = ""
    elif not event.delays:
        fate = "  lost"
    else:
        late = ", ".join(f"{1000 * delay:.1f} ms" for delay in event.delays if delay > 0)
        fate = f"  {late or 'at once'}" + ("  twice" if len(event.delays) > 1 else "")
    return f"{number:7}  {event.at:10.6f}  because of {event.cause:<7} {event.link}{fate}"


def explanation(played: Played, incident: str) -> Iterator[str]:
    """What stands in the log of an incident, and the chain of causes of every step about it."""
    evidence, trace = played.evidence, played.trace
    subject = f"inc.{ROOM}.{incident}"
    for entry in history(evidence.log if evidence else ()):
        if entry.about == incident:
            by = entry.event.get("party", "the core")
            yield f"record {entry.seq}: {entry.name} by {by} (command {entry.command})"
            yield f"    {entry.raw.decode()}"
    events = trace.events
    for number, event in enumerate(events):
        if event.link.endswith(f":{subject}") and ">LOG_" in event.link:
            yield ""
            yield line(number, event)
            for cause in list(trace.because(number))[:CAUSES]:
                yield f"    {line(cause, events[cause])}"
