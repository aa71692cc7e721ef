"""What `abs demo` shows: the story as it happens, what each party got, the checks."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec
from abs_contracts.codec import Message
from abs_contracts.messages.unit import UnitRegistered
from rich.console import Console
from rich.table import Table
from rich.text import Text

from abs_core.cli.sentences import printable
from abs_core.cli.story import sentence
from abs_core.scenario.model import Scenario, Step
from abs_core.scenario.recording import Outcome, Received, Result, Told
from abs_core.sdk import Where

COLUMNS = 80
DERIVED = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
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


def told(story: Scenario, told: Told, signs: Mapping[str, str]) -> Table | Text:
    """One moment: when, who and what; under it the outcome and who received what.

    `signs` are the call signs of units whose ids say nothing to a person.
    """
    when = _clock(told.at)
    if told.chapter is not None:
        return Text(f"\n{when[:5]} {told.chapter.title}", style="bold underline")
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=8, no_wrap=True)
    grid.add_column(ratio=1)
    if told.step is None or told.outcome is None:
        grid.add_row(Text(when, style="dim"), _by_others(told, signs))
        return grid
    desk = story.desks[told.step.by]
    who = f"{desk.party}, {desk.role}"
    if told.step.say is None and told.entries and told.outcome.way is None:
        grid.add_row(Text(when, style="dim"), _line(f"· {who}  ", desk.party, told, signs))
        return grid
    said = (who, f"bold {colour(desk.party)}"), f"  {told.step.say or _asked(told.step)}"
    grid.add_row(Text(when, style="dim"), Text.assemble(*said))
    grid.add_row("", _outcome(told, told.outcome, signs))
    return grid


def _asked(step: Step) -> str:
    """What a step without words of its own asks for."""
    return step.do.command.partition(".")[2].replace("_", " ") if step.do else ""


def _clock(at: float) -> str:
    """The time of day."""
    whole = int(at)
    return f"{whole // 3600 % 24:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def _by_others(told: Told, signs: Mapping[str, str]) -> Text:
    """What a block or the core wrote, in one line."""
    party = told.entries[0].events[0].envelope.party or ""
    return _line(f"· {party} block  " if party else "· core  ", party, told, signs)


def _line(who: str, party: str, told: Told, signs: Mapping[str, str]) -> Text:
    said = "; ".join(together(_sentences(told, signs)))
    return Text.assemble((who, f"dim {colour(party)}"), (f"{said} ", "dim"), _receivers(told))


def _sentences(told: Told, signs: Mapping[str, str]) -> list[str]:
    return [_said(event, signs) for entry in told.entries for event in entry.events]


def _said(event: Message[msgspec.Struct], signs: Mapping[str, str]) -> str:
    text = sentence(event)
    for unit, sign in signs.items():
        text = text.replace(unit, sign)
    return text


def call_signs(told: Told) -> dict[str, str]:
    """Those of units with an id that was derived, as far as these records tell them."""
    return {
        event.envelope.subject: event.payload.call_sign
        for entry in told.entries
        for event in entry.events
        if isinstance(event.payload, UnitRegistered) and DERIVED.match(event.envelope.subject)
    }


def _besides(told: Told, signs: Mapping[str, str]) -> str:
    """What a command led to beside what its step says: in a few words, many alike counted."""
    events = [event for entry in told.entries for event in entry.events][1:]
    kinds = Counter(event.contract.name for event in events)
    words = {
        event.contract.name: _said(event, signs)
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


def _outcome(told: Told, outcome: Outcome, signs: Mapping[str, str]) -> Text:
    if outcome.way is not None and outcome.way.where is not Where.OUTSIDE:
        why = Text(f"{_ELSEWHERE[outcome.way.where]} ({outcome.way.why}) ", style="yellow")
        return why if outcome.result is Result.LEFT_OUT else why.append(_came(told, outcome, signs))
    return _came(told, outcome, signs)


_ELSEWHERE = {
    Where.ROOM: "not outside, but by its desk in the room",
    Where.NOWHERE: "- left out",
}


def _came(told: Told, outcome: Outcome, signs: Mapping[str, str]) -> Text:
    ms = f"{outcome.seconds * 1000:.0f} ms"
    match outcome.result:
        case Result.ACCEPTED if told.step and told.step.do and told.step.do.nothing_new:
            return Text.assemble(("✓ ", "green"), f"{ms}, known already: nothing new for anybody")
        case Result.ACCEPTED:
            more = _short(_besides(told, signs))
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
            return _outside(told, f"{ms}, outside: {', '.join(outcome.did)}", signs)
    seen = outcome.result is Result.ARRIVED
    return Text("✓ seen in its feed", "green") if seen else Text(f"✗ {outcome.result}", "bold red")


def _outside(told: Told, did: str, signs: Mapping[str, str]) -> Text:
    """What operators did outside, and what came of it in the room."""
    shown = Text.assemble(("✓ ", "green"), did)
    if not told.entries:
        return shown.append("; nobody in the room hears of it")
    said = "; ".join(together(_sentences(told, signs)))
    return shown.append(f"; in the room: {said} ").append(_receivers(told))


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
    return Text(f"{party} ({detail})" if detail else party, style=colour(party))


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


def colour(party: str) -> str:
    return COLOURS.get(party, "default")
