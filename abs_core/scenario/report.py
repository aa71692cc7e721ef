"""The outcome of a scenario as one document, for programs."""

from collections.abc import Iterable, Mapping

import msgspec

from abs_core.scenario.checks import Finding, check
from abs_core.scenario.figures import PartyFigures, figures
from abs_core.scenario.model import Step
from abs_core.scenario.recording import Received, Recording, Result, Told
from abs_core.sdk import Where


class StepReport(msgspec.Struct, frozen=True, kw_only=True):
    """One step: who, what, how it came out, and what each party received because of it.

    `at` in story seconds, as it really went; `ms` from asking to the answer. Of a party that
    has its system outside: `where` it was done, `why` not outside, and what they `did` there.
    """

    at: float
    party: str
    role: str
    type: str | None
    say: str | None
    result: Result
    ms: float
    rule: str | None
    command: str | None
    received: Mapping[str, Received]
    where: Where | None = None
    why: str = ""
    did: tuple[str, ...] = ()


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """A party's feed beside that of the same story with every block inside."""

    inside: int
    outside: int
    differences: tuple[str, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`ok` when every check holds, and every feed that was compared is equal.

    `incidents` are the ids by the names of the file. `outside`: what stands outside, by party;
    `compared`: the feeds of the others, when it was asked for.
    """

    scenario: str
    ok: bool
    incidents: Mapping[str, str]
    steps: tuple[StepReport, ...]
    parties: Mapping[str, PartyFigures]
    checks: tuple[Finding, ...]
    outside: Mapping[str, str] = {}
    compared: Mapping[str, Compared] = {}


def report(
    name: str,
    recording: Recording,
    told: Iterable[Told],
    *,
    outside: Mapping[str, str],
    compared: Mapping[str, Compared],
) -> Report:
    """The report on a scenario of this name, as it was recorded and told."""
    findings = check(recording)
    unlike = any(each.differences for each in compared.values())
    return Report(
        scenario=name,
        ok=all(finding.ok for finding in findings) and not unlike,
        incidents=recording.incidents,
        steps=tuple(row for each in told if (row := _row(recording, each))),
        parties=figures(recording),
        checks=findings,
        outside=outside,
        compared=compared,
    )


def _row(recording: Recording, told: Told) -> StepReport | None:
    """The row of a step; None for what others than the desks wrote."""
    if told.step is None or told.outcome is None:
        return None
    desk, refusal = recording.scenario.desks[told.step.by], told.outcome.refusal
    way = told.outcome.way
    return StepReport(
        at=round(told.at, 1),
        party=desk.party,
        role=desk.role,
        type=_type(told.step),
        say=told.step.say,
        result=told.outcome.result,
        ms=round(told.outcome.seconds * 1000, 3),
        rule=refusal.rule if refusal else None,
        command=told.outcome.command,
        received=told.received,
        where=way.where if way else None,
        why=way.why if way else "",
        did=told.outcome.did,
    )


def _type(step: Step) -> str | None:
    """The message that the step sends."""
    consult = step.ask or step.request
    return step.do.command if step.do else consult.type if consult else None
