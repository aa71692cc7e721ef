"""The outcome of a scenario as one document, for programs."""

from collections.abc import Iterable, Mapping

import msgspec

from abs_core.scenario.checks import Finding, check
from abs_core.scenario.figures import PartyFigures, figures
from abs_core.scenario.recording import Received, Recording, Result, Told


class StepReport(msgspec.Struct, frozen=True, kw_only=True):
    """One step: who, what, how it came out, and what each party received because of it.

    `at` in story seconds, as it really went; `ms` from asking to the answer.
    """

    at: float
    party: str
    role: str
    say: str | None
    result: Result
    ms: float
    rule: str | None
    command: str | None
    received: Mapping[str, Received]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`ok` when every check holds. `incidents` are the ids by the names of the file."""

    scenario: str
    ok: bool
    incidents: Mapping[str, str]
    steps: tuple[StepReport, ...]
    parties: Mapping[str, PartyFigures]
    checks: tuple[Finding, ...]


def report(name: str, recording: Recording, told: Iterable[Told]) -> Report:
    """The report on a scenario of this name, as it was recorded and told."""
    findings = check(recording)
    return Report(
        scenario=name,
        ok=all(finding.ok for finding in findings),
        incidents=recording.incidents,
        steps=tuple(row for each in told if (row := _row(recording, each))),
        parties=figures(recording),
        checks=findings,
    )


def _row(recording: Recording, told: Told) -> StepReport | None:
    """The row of a step; None for what others than the desks wrote."""
    if told.step is None or told.outcome is None:
        return None
    desk, refusal = recording.scenario.desks[told.step.by], told.outcome.refusal
    return StepReport(
        at=round(told.at, 1),
        party=desk.party,
        role=desk.role,
        say=told.step.say,
        result=told.outcome.result,
        ms=round(told.outcome.seconds * 1000, 3),
        rule=refusal.rule if refusal else None,
        command=told.outcome.command,
        received=told.received,
    )
