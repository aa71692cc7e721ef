"""What `abs demo` shows: the story as it happens, what each party got, the checks."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from abs_core.cli.sentences import printable
from abs_core.cli.story import sentence
from abs_core.scenario.figures import Spread
from abs_core.scenario.model import Scenario, Step
from abs_core.scenario.recording import Outcome, Received, Result, Told
from abs_core.scenario.report import Report
from abs_core.sdk import Where

COLUMNS = 80
SHOWN = 5
"""Differences of one party that are shown; all are in --json."""
LONG = 60
"""Characters of a text beside what a step says of itself, after which it is shortened."""
BRIDGED = "simulated operators do what its desks do, and a bridge joins it to the room."
COLOURS = {"fire": "red", "police": "blue", "ambulance": "yellow", "kmar": "cyan"}


def console() -> Console:
    """Standard output, in 80 columns where there is no terminal to measure."""
    plain = Console(highlight=False)
    return plain if plain.is_terminal else Console(width=COLUMNS, highlight=False)


def header(story: Scenario, outside: Mapping[str, str]) -> Text:
    """What this is, that nothing of it is real, and what stands outside, by party."""
    return Text.assemble(
        (story.title, "bold"), f": {story.summary}\n",
        ("Simulated desks, units and radio; nothing reaches a real alert or vehicle.", "yellow"),
        *(f"\n{party} is outside: {title}; {BRIDGED}" for party, title in outside.items()),
    )  # fmt: skip


def ready(story: Scenario, seconds: float, rate: float) -> Text:
    """What was started, how fast, and how fast the story goes."""
    blocks = [f"{part.block} block" for part in story.parties.values() if part.block]
    parts = ", ".join(["broker", "core", *blocks])
    pace = f"A second here is {rate:g} s of the story."
    end = "" if story.chapters else "\n"
    return Text(f"Ready in {seconds:.1f} s: {parts}. {pace}{end}", style="dim")


def told(story: Scenario, told: Told) -> Table | Text:
    """One moment: when, who and what; under it the outcome and who received what."""
    when = _clock(told.at)
    if told.chapter is not None:
        return Text(f"\n{when[:5]} {told.chapter.title}", style="bold underline")
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=8, no_wrap=True)
    grid.add_column(ratio=1)
    if told.step is None or told.outcome is None:
        grid.add_row(Text(when, style="dim"), _by_others(told))
        return grid
    desk = story.desks[told.step.by]
    who = f"{desk.party}, {desk.role}"
    if told.step.say is None and told.entries and not told.outcome.did:
        grid.add_row(Text(when, style="dim"), _line(f"· {who}  ", desk.party, told))
        return grid
    said = (who, f"bold {_colour(desk.party)}"), f"  {told.step.say or _asked(told.step)}"
    grid.add_row(Text(when, style="dim"), Text.assemble(*said))
    grid.add_row("", _outcome(told, told.outcome))
    return grid


def _asked(step: Step) -> str:
    """What a step without words of its own asks for."""
    return step.do.command.partition(".")[2].replace("_", " ") if step.do else ""


def _clock(at: float) -> str:
    """The time of day."""
    whole = int(at)
    return f"{whole // 3600 % 24:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def _by_others(told: Told) -> Text:
    """What a block or the core wrote, in one line."""
    party = told.entries[0].events[0].envelope.party or ""
    return _line(f"· {party} block  " if party else "· core  ", party, told)


def _line(who: str, party: str, told: Told) -> Text:
    said = "; ".join(together(_sentences(told)))
    return Text.assemble((who, f"dim {_colour(party)}"), (f"{said} ", "dim"), _receivers(told))


def _sentences(told: Told) -> list[str]:
    return [sentence(event) for entry in told.entries for event in entry.events]


def _besides(told: Told) -> str:
    """What a command led to beside what its step says: in a few words, many alike counted."""
    events = [event for entry in told.entries for event in entry.events][1:]
    kinds = Counter(event.contract.name for event in events)
    words = {
        event.contract.name: sentence(event)
        if kinds[event.contract.name] == 1
        else f"{kinds[event.contract.name]} times {event.contract.name.partition('.')[2]}"
        for event in events
    }
    return "; ".join(words.values()).replace("_", " ")


def together(sentences: Iterable[str]) -> list[str]:
    """Sentences that end alike in one: `a, b of fire: Ter plaatse`."""
    heads: dict[str, list[str]] = {}
    for each in sentences:
        head, of, tail = each.partition(" of ")
        heads.setdefault(f"{of}{tail}" if of else each, []).append(head)
    return [
        f"{', '.join(sorted(many))}{tail}" if tail.startswith(" of ") else tail
        for tail, many in heads.items()
    ]


def _outcome(told: Told, outcome: Outcome) -> Text:
    if outcome.way is not None and outcome.way.where is not Where.OUTSIDE:
        why = Text(f"{_ELSEWHERE[outcome.way.where]} ({outcome.way.why}) ", style="yellow")
        return why if outcome.result is Result.LEFT_OUT else why.append(_came(told, outcome))
    return _came(told, outcome)


_ELSEWHERE = {
    Where.ROOM: "not outside, but by its desk in the room",
    Where.NOWHERE: "- left out",
}


def _came(told: Told, outcome: Outcome) -> Text:
    ms = f"{outcome.seconds * 1000:.0f} ms"
    match outcome.result:
        case Result.ACCEPTED if told.step and told.step.do and told.step.do.nothing_new:
            return Text.assemble(("✓ ", "green"), f"{ms}, known already: nothing new for anybody")
        case Result.ACCEPTED:
            more = _short(_besides(told))
            warned = "".join(f" (warning: {each.what})" for each in outcome.warnings)
            led_to = f"{ms}{more and ', and '}{more}{warned} "
            return Text.assemble(("✓ ", "green"), led_to, _receivers(told))
        case Result.REFUSED if outcome.refusal:
            no = outcome.refusal
            return Text.assemble((f"✗ refused, {no.rule}: ", "bold red"), f"{no.what}; {no.fix}")
        case Result.ANSWERED:
            answer = _plain(outcome.answer)
            return Text.assemble(("✓ ", "green"), f"{ms}, the block{answer and ': '}{answer}")
        case Result.OUTSIDE:
            did = f"{ms}, outside: {', '.join(outcome.did)} "
            said = "; ".join(together(_sentences(told)))
            shown = Text.assemble(("✓ ", "green"), did)
            return shown.append(f"→ {said} ").append(_receivers(told)) if said else shown
        case Result.ARRIVED:
            return Text("✓ seen in its feed", style="green")
    return Text(f"✗ {outcome.result}", style="bold red")


def _receivers(told: Told) -> Text:
    """Who received it; how many messages, where that is more than what happened."""
    if not told.received:
        return Text("→ nobody", style="dim")
    events = sum(len(entry.events) for entry in told.entries)
    who = (_receiver(party, got, events) for party, got in told.received.items())
    return Text("→ ").append(Text(" · ").join(who))


def _receiver(party: str, got: Received, events: int) -> Text:
    many = f"{got.whole} messages" if got.whole > events else ""
    detail = ", ".join(each for each in (many, "stub" if got.stubs else "") if each)
    return Text(f"{party} ({detail})" if detail else party, style=_colour(party))


def _plain(value: object) -> str:
    """A block's answer in one line, whatever the block is; long texts shortened."""
    if isinstance(value, dict):
        rows = (f"{key} {_plain(each)}" for key, each in value.items() if key != "incident")
        return "; ".join(rows)
    if isinstance(value, list):
        return ", ".join(_row(each) for each in value)
    return _short(printable(str(value)))


def _short(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:LONG]}…"


def _row(value: object) -> str:
    """A row of a list: a unit by its kind and call sign, anything else by its values."""
    if isinstance(value, dict) and value.keys() >= {"kind", "call_sign"}:
        return f"{_plain(value['kind'])} {_plain(value['call_sign'])}"
    parts = value.values() if isinstance(value, dict) else (value,)
    return " ".join(dict.fromkeys(_plain(each) for each in parts))


def _colour(party: str) -> str:
    return COLOURS.get(party, "default")


# -- the end -------------------------------------------------------------------


def end(result: Report) -> Iterator[Table | Text]:
    """What each party got, what holds, and what was not done outside: parts with a line between."""
    yield figures(result)
    yield Text("")
    yield checks(result)
    if result.outside:
        yield Text("")
        yield elsewhere(result)
    if result.compared:
        yield Text("")
        yield equality(result)


def beside() -> Text:
    """That it is played once more."""
    return Text("\nThe same with every block inside, to compare …", style="dim")


def elsewhere(result: Report) -> Text:
    """Where the steps of parties were done that have their system outside, and why not there."""
    steps = [step for step in result.steps if step.where is not None]
    counts = Counter(step.where for step in steps)
    head = f"Of {len(steps)} steps outside {counts[Where.OUTSIDE]} were done there"
    shown = Text(f"{head}, {counts[Where.ROOM]} by a desk in the room, ", style="bold")
    shown.append(f"{counts[Where.NOWHERE]} left out", style="bold")
    for where, word in ((Where.ROOM, "in the room"), (Where.NOWHERE, "left out")):
        why = Counter((step.type, step.why) for step in steps if step.where is where)
        for (kind, reason), many in sorted(why.items()):
            times = f" ({many} times)" if many > 1 else ""
            shown.append(f"\n  {word}: {kind}{times}, because {reason}")
    return shown


def equality(result: Report) -> Text:
    """Whether the others' feeds are those of the same story with every block inside."""
    shown = Text("Beside the same story with every block inside, as docs/bridge.md compares")
    for party, row in result.compared.items():
        if not row.differences:
            counted = f"equal ({row.outside} messages, {row.inside} inside)"
            shown.append("\n✓ ", style="green").append(f"{party}: {counted}")
            continue
        shown.append(f"\n✗ {party}: {len(row.differences)} differences", style="bold red")
        for each in row.differences[:SHOWN]:
            shown.append(f"\n  {printable(each)}")
    return shown


def figures(result: Report) -> Table:
    """What each party received, and how fast."""
    shown = Table(box=None, pad_edge=False, header_style="bold", title_style="bold")
    shown.add_column("What each party got")
    shown.add_column("whole", justify="right")
    shown.add_column("stubs", justify="right")
    shown.add_column("log to feed, ms", justify="right")
    shown.add_column("command to reply, ms", justify="right")
    shown.add_row("", "", "", *[Text("p50    p99    max", style="dim")] * 2)
    for party, row in result.parties.items():
        shown.add_row(
            Text(party, style=_colour(party)),
            str(row.received.whole),
            str(row.received.stubs),
            _spread(row.log_to_feed),
            _spread(row.command_to_reply),
        )
    return shown


def _spread(spread: Spread | None) -> str:
    if spread is None:
        return "-"
    return " ".join(f"{ms:6.1f}" for ms in (spread.p50, spread.p99, spread.max))


def checks(result: Report) -> Text:
    """What holds, and what does not, with what was seen and where to look."""
    lines = []
    for check in result.checks:
        if check.ok:
            lines.append(Text.assemble(("✓ ", "green"), check.name, (f" ({check.detail})", "dim")))
        else:
            seen = f"✗ {check.name}: {check.detail}\n  look at {check.where}"
            lines.append(Text(seen, style="bold red"))
    return Text("\n").join(lines)


def commands(result: Report, chosen: Path | None, again: str) -> Text:
    """What to try now; `again` is the command that played it."""
    if chosen is None:
        rows = {
            f"{again} --data .abs": "the same, and keep what happened",
            "abs incident list --all": "then: the incidents of that room",
            "abs incident show ID --as police": "what one party saw of it",
            "abs up": "the room itself, from that log",
            "abs scenario list": "other stories, or write your own",
        }
        width = max(map(len, rows))
        lines = [f"{command:{width}}  {what}" for command, what in rows.items()]
    else:
        option = "" if chosen == Path(".abs") else f" --data {chosen}"
        first = next(iter(result.incidents.values()), "ID")
        lines = [
            f"abs incident show {first}{option}",
            f"abs incident show {first} --as police{option}",
            f"abs up{option}",
        ]
    return Text("Next:\n" + "\n".join(f"  {line}" for line in lines))
