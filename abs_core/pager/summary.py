"""The end of a replay in one object, for a program."""

from collections.abc import Mapping

from abs_core.pager.outcomes import Outcome
from abs_core.pager.page import Value
from abs_core.pager.readers import PagerFile
from abs_core.pager.record import Recorder
from abs_core.pager.replay import Driven


class Summary(Value, frozen=True, kw_only=True, omit_defaults=False):
    """`outcomes` sum to `read`; `skipped` are lines that hold no message, such as a table's head.

    `advice` counts the pages that sent units by how the block's proposal compares with them.
    """

    file: str
    read: int
    skipped: int
    outcomes: dict[str, int]
    changed: int
    rules: dict[str, int]
    inferred: dict[str, int]
    incidents: int
    open_at_end: int
    units: int
    advice: dict[str, int]
    commands: Driven
    seconds: float


def summary(
    file: PagerFile, record: Recorder, driven: Driven, *, open_at_end: int, seconds: float
) -> Summary:
    return Summary(
        file=file.name,
        read=record.read,
        skipped=file.skipped,
        outcomes={outcome.value: count for outcome, count in record.outcomes.items()},
        changed=record.changed,
        rules=_sorted(record.rules),
        inferred=_sorted(record.inferred),
        incidents=record.outcomes[Outcome.OPENED],
        open_at_end=open_at_end,
        units=len(record.units),
        advice=_sorted(record.verdicts),
        commands=driven,
        seconds=round(seconds, 2),
    )


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))
