"""Blocks: every input once and in order, every effect once, and none before its journal."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from abs_core.host.journal import (
    KeptFed,
    KeptOrder,
    KeptSend,
    KeptSent,
    KeptSettled,
    KeptStarted,
    Line,
)
from abs_core.sim.checks.history import History

if TYPE_CHECKING:
    from abs_core.sim.evidence import Evidence

FENCED = ("TRUST-002", "TRUST-005", "HOST-001", "HOST-002")
"""By these a host is told that another process of its block has taken its place."""


def processes(evidence: "Evidence", _told: History) -> list[str]:
    """Nobody ends by himself but a desk that has done its work, or a host that is replaced."""
    newest = _newest(evidence)
    wrong = []
    for ended in evidence.ended:
        kind, _, party = ended.process.partition("-")
        done = kind == "desk" and ended.why == "it was done"
        fenced = kind == "host" and newest.get(party, 0) > 1 and ended.why.startswith(FENCED)
        if not (done or fenced):
            wrong.append(f"{ended.process} ended: {ended.why}")
    return wrong


def _newest(evidence: "Evidence") -> dict[str, int]:
    """The newest generation of each party's block."""
    newest: dict[str, int] = {}
    for token, generation in evidence.generations.items():
        party = token.removeprefix("block-of-").rpartition("-")[0]
        newest[party] = max(newest.get(party, 0), generation)
    return newest


def once(evidence: "Evidence", _told: History) -> list[str]:
    """Each journal has the whole feed once and in order, and each effect one outcome."""
    wrong = []
    for party, journal in evidence.journals.items():
        lines = [each.line for each in journal]
        fed = [line.entry.position for line in lines if isinstance(line.entry, KeptFed)]
        if fed != list(range(1, len(evidence.feeds[party]) + 1)):
            wrong.append(f"the journal of {party} has not every feed message once and in order")
        wrong += [f"poison in {party}: {line.poison}" for line in lines if line.poison]
        wrong += [f"{party}: {what}" for what in _settled(lines)]
        started = Counter(x.entry.generation for x in lines if isinstance(x.entry, KeptStarted))
        wrong += [f"{party} started {g} {n} times" for g, n in started.items() if n > 1]
    wrong += [f"a dead letter: {record.data[:200]!r}" for record in evidence.dead]
    return wrong


def _settled(lines: list[Line]) -> Iterator[str]:
    chosen: Counter[str] = Counter()
    settled: Counter[str] = Counter()
    for line in lines:
        chosen.update(e.id for e in line.effects if isinstance(e, KeptOrder | KeptSend))
        if isinstance(line.entry, KeptSettled | KeptSent):
            settled[line.entry.effect] += 1
    for effect in {**chosen, **settled}:
        if (chosen[effect], settled[effect]) != (1, 1):
            yield f"effect {effect}: chosen {chosen[effect]} times, settled {settled[effect]} times"


def order(evidence: "Evidence", told: History) -> list[str]:
    """What a block ordered about one aggregate stands in the log in that order."""
    at = {(entry.about, entry.command): entry.seq for entry in told}
    wrong = []
    for party, journal in evidence.journals.items():
        last: dict[str, int] = {}
        for effect in (effect for each in journal for effect in each.line.effects):
            if not isinstance(effect, KeptOrder):
                continue
            seq = at.get((effect.subject, effect.id))
            if seq is not None and seq < last.get(effect.subject, 0):
                wrong.append(f"order {effect.id} of {party} overtook one before it")
            last[effect.subject] = max(seq or 0, last.get(effect.subject, 0))
    return wrong


def journal_first(evidence: "Evidence", _told: History) -> list[str]:
    """No command of a block comes in before its journal has it."""
    return list(evidence.hasty)
