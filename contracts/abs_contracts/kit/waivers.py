"""Breaks that are let through on purpose: each with a reason, and until a day.

A file `waivers.toml` beside the history. A waiver names what a report shows of the
change: its fingerprint. It works up to and including the day `expires`.
"""

import datetime as dt
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from abs_contracts.codec import located
from abs_contracts.kit.findings import Finding, Severity, finding
from abs_contracts.refusal import Refused

FILE = "waivers.toml"


class Waiver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One finding that does not count, why, and until when."""

    fingerprint: Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]
    reason: Annotated[str, Meta(min_length=10, max_length=400)]
    expires: dt.date


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    waiver: tuple[Waiver, ...] = ()


def read(path: Path) -> tuple[Waiver, ...]:
    """The waivers in this file; none where it is absent. Raises Refused."""
    if not path.is_file():
        return ()
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File).waiver
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        what, where = (
            located(error) if isinstance(error, msgspec.ValidationError) else (str(error), "")
        )
        raise Refused(
            rule="CONTRACT-022",
            what=what,
            where=f"{path.name}{where}",
            fix="write [[waiver]] with fingerprint, reason and expires (a day)",
        ) from None


def waive(
    findings: Sequence[Finding], waivers: Sequence[Waiver], today: dt.date
) -> Iterator[Finding]:
    """The findings, with those waived that a waiver in force names."""
    by_print = {waiver.fingerprint: waiver for waiver in waivers}
    for each in findings:
        waiver = by_print.get(each.fingerprint)
        counts = each.severity in {Severity.BREAK, Severity.UNDECIDED}
        if waiver is None or not counts or waiver.expires < today:
            yield each
        else:
            reason = f"until {waiver.expires}: {waiver.reason}"
            yield msgspec.structs.replace(each, waived=reason)
    present = {each.fingerprint for each in findings}
    for waiver in waivers:
        if waiver.expires < today:
            yield _about(waiver, "WAIVER_EXPIRED", f"it expired on {waiver.expires}")
        elif waiver.fingerprint not in present:
            yield _about(waiver, "WAIVER_UNUSED", "nothing has this fingerprint")


def _about(waiver: Waiver, rule: str, what: str) -> Finding:
    return finding(
        rule,
        waiver.fingerprint,
        severity=Severity.WARNING,
        what=f"{what} ({waiver.reason})",
        pointer=FILE,
    )
