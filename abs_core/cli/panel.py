"""An overview for a person: tables that fit the terminal, or a line for each change."""

import datetime as dt
from collections.abc import Iterator

from abs_contracts.protocol import IncidentStatus, PartyStatus
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from abs_core.cli.overview import Overview, Process
from abs_core.cli.screen import shortened
from abs_core.cli.sentences import printable
from abs_core.cli.story import clock

ROOMY = 100
"""From so many columns on, parties are shown by their full names too."""


def panel(view: Overview, *, width: int, height: int | None = None, hint: str = "") -> Group:
    """The room by layer: incidents, parties and their blocks, core, broker."""
    parties, processes = _parties(view, width), _processes(view)
    downs = [Text(f"{each.name}: {each.why}", "red") for each in view.processes if each.why]
    fixed = 8 + parties.row_count + processes.row_count + 3 * len(downs)
    room_left = None if height is None else max(0, height - fixed)
    parts: list[RenderableType] = [_head(view, hint), Text()]
    if view.status is None:
        parts.append(Text("no core answers: parties and incidents are unknown", style="red"))
    else:
        parts += [_incidents(view, room_left), Text(), parties]
    return Group(*parts, Text(), processes, *downs)


def _head(view: Overview, hint: str) -> Text:
    head = Text(f"room {view.room}", style="bold")
    if view.status is not None:
        head.append(f"   log {view.status.log}", style="not bold")
    head.append(f"   {hint}" if hint else "", style="not bold dim")
    return head


def _grid(*columns: str) -> Table:
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold cyan")
    for column in columns:
        name, _, right = column.partition(">")
        grid.add_column(name, justify="right" if right else "left", no_wrap=True)
    return grid


# -- incidents ------------------------------------------------------------------


def _incidents(view: Overview, rows: int | None) -> RenderableType:
    known = view.status.incidents if view.status else ()
    if not known:
        return Text("no open incidents", style="dim")
    newest = sorted(known, key=lambda each: _opened(view, each), reverse=True)
    # One row of the room that is left says how many do not fit.
    fits = newest if rows is None or len(newest) <= rows else newest[: max(0, rows - 1)]
    names = shortened([each.incident for each in known])
    grid = _grid("OPEN INCIDENT", "SINCE", "UNITS>r", "LEAD, ATTACHED")
    grid.add_column("CLASS, PLACE")  # the one that gives way on a narrow terminal
    for each in fits:
        grid.add_row(
            names[each.incident],
            _since(view, each),
            str(each.units),
            Text(", ".join((each.lead, *(p for p in each.parties if p != each.lead)))),
            Text(about(each), no_wrap=True, overflow="ellipsis"),
        )
    if len(fits) < len(newest):
        grid.add_row(f"and {len(newest) - len(fits)} more")
    return grid


def _opened(view: Overview, incident: IncidentStatus) -> dt.datetime:
    unknown = dt.datetime.max.replace(tzinfo=dt.UTC)  # one that was not asked yet is new
    return view.opened.get(incident.incident, unknown)


def _since(view: Overview, incident: IncidentStatus) -> str:
    opened = view.opened.get(incident.incident)
    return clock(opened) if opened else "?"


def about(incident: IncidentStatus) -> str:
    """What and where, as far as the room knows."""
    return printable(", ".join(part for part in (incident.title, incident.place) if part)) or "-"


# -- parties and their blocks -----------------------------------------------------


def _parties(view: Overview, width: int) -> Table:
    grid = _grid("PARTY", "FEED>r", "BLOCK", "GEN>r", "BEHIND>r", "TO DO>r", "HEALTH", "PROCESS")
    if width >= ROOMY:
        grid.add_column("NAME", no_wrap=True)
    for party in view.status.parties if view.status else ():
        process = view.process(f"block-{party.party}")
        figures = (str(party.generation), str(behind(party)), str(party.pending))
        grid.add_row(
            party.party,
            str(party.feed),
            party.block or "-",
            *(figures if party.generation else ("-", "-", "-")),
            _health(party),
            _state(process) if process else Text("-"),
            *([Text(printable(party.name))] if width >= ROOMY else []),
        )
    return grid


def behind(party: PartyStatus) -> int:
    """How many messages of its feed the party's block has not passed yet."""
    return max(0, party.feed - party.read)


def _health(party: PartyStatus) -> Text:
    if not party.generation:
        return Text("-")
    return Text("DEGRADED", style="bold red") if party.degraded else Text("ok", style="green")


# -- core and broker --------------------------------------------------------------


def _processes(view: Overview) -> Table:
    grid = _grid("LAYER", "PROCESS", "")
    for process in view.processes:
        layer = process.name.partition("-")[0]
        if layer != "block":
            where = view.url if layer == "broker" else ""
            name = "nats-server" if layer == "broker" else process.name
            grid.add_row(layer, name, _state(process) + Text(f"   {where}" if where else ""))
    grid.add_row("runner", "abs", Text(f"pid {view.runner}"))
    return grid


def _state(process: Process) -> Text:
    style = "green" if process.state == "running" else "bold red"
    pid = f" pid {process.pid}" if process.pid else ""
    shown = Text(process.state, style=style) + Text(pid, style="default")
    if process.restarts:
        shown.append(f", {process.restarts} restart{'s' * (process.restarts > 1)}", style="yellow")
    return shown


# -- a line for each change ---------------------------------------------------------


def changes(before: Overview | None, now: Overview) -> Iterator[str]:
    """What a person would want to be told of since the look before, one line each."""
    old = {each.name: each for each in before.processes} if before else {}
    for process in now.processes:
        if process != old.get(process.name):
            why = f": {process.why}" if process.why else ""
            yield f"{process.name}: {_state(process).plain}{why}"
    if now.status is None:
        if before is None or before.status is not None:
            yield "no core answers: parties and incidents are unknown"
        return
    if before is not None and before.status is None:
        yield "the core answers"
    yield from _party_changes(before, now)
    yield from _incident_changes(before, now)


def _party_changes(before: Overview | None, now: Overview) -> Iterator[str]:
    old = {p.party: p for p in before.status.parties} if before and before.status else {}
    for party in now.status.parties if now.status else ():
        was = old.get(party.party)
        if was is None or (was.generation, was.degraded) != (party.generation, party.degraded):
            block = f"block {party.block}, generation {party.generation}, {_health(party).plain}"
            yield f"party {party.party}: {block if party.generation else 'no block'}"


def _incident_changes(before: Overview | None, now: Overview) -> Iterator[str]:
    old = {i.incident: i for i in before.status.incidents} if before and before.status else {}
    new = {i.incident: i for i in now.status.incidents} if now.status else {}
    for id_, incident in new.items():
        if incident != old.get(id_):
            attached = ", ".join(incident.parties)
            yield f"incident {id_}: {about(incident)}; {attached}; {incident.units} units"
    for id_ in old.keys() - new.keys():
        yield f"incident {id_}: closed"
