"""The checks: what must hold after every run, each stated apart from the code it judges.

They read the log, the feeds and the journals as JSON. None of them asks a decider, a
view or a bookkeeping of the core what it thinks.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from abs_core.sim.checks import commands, effects, lifecycle, sight
from abs_core.sim.checks.history import History, history

if TYPE_CHECKING:
    from abs_core.sim.evidence import Evidence
    from abs_core.sim.trace import Trace

Check = Callable[["Evidence", History], "list[str]"]

CHECKS: Mapping[str, Check] = {
    "nothing unexpected": lambda evidence, _history: list(evidence.unexpected),
    "processes": effects.processes,
    "lifecycle": lifecycle.check,
    "acknowledged": commands.acknowledged,
    "answered": commands.answered,
    "generations": commands.generations,
    "feeds": sight.check,
    "effects": effects.once,
    "order": effects.order,
    "journal first": effects.journal_first,
    "both sides": lambda evidence, _history: list(evidence.apart),
}
MOST = 5
"""Violations of one check that are told; the rest is counted."""


def judge(evidence: "Evidence") -> list[str]:
    """What does not hold, in words; nothing if all is well."""
    told = history(evidence.log)
    found: list[str] = []
    for name, check in CHECKS.items():
        wrong = check(evidence, told)
        found += [f"{name}: {what}" for what in wrong[:MOST]]
        if len(wrong) > MOST:
            found.append(f"{name}: and {len(wrong) - MOST} more")
    return found


def digest(trace: "Trace", evidence: "Evidence | None") -> str:
    """One hash over what happened and what it left behind."""
    whole = hashlib.sha256(trace.digest.encode())
    if evidence is not None:
        for record in evidence.log:
            whole.update(record.data)
        for feed in evidence.feeds.values():
            for record in feed:
                whole.update(record.data)
        for lines in evidence.journals.values():
            whole.update(msgspec.json.encode([each.line for each in lines]))
    return whole.hexdigest()


def incidents(evidence: "Evidence | None") -> int:
    """How many incidents stand in the log."""
    if evidence is None:
        return 0
    return len({record.subject for record in evidence.log if record.subject.startswith("inc.")})


def rules(evidence: "Evidence | None") -> Mapping[str, int]:
    """By which rules commands were refused, and how often."""
    counts: dict[str, int] = {}
    for said in evidence.said if evidence else ():
        for reply in commands.replies(said):
            rule = reply.get("refusal", {}).get("rule")
            if rule:
                counts[rule] = counts.get(rule, 0) + 1
    return dict(sorted(counts.items()))


__all__ = ["CHECKS", "Sequence", "digest", "incidents", "judge", "rules"]
