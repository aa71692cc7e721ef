"""What a check found: one row each, and what they come to together."""

import enum
import hashlib
from collections.abc import Iterable

import msgspec

from abs_contracts.kit import rules
from abs_contracts.kit.rules import TABLE, Direction, Verdict
from abs_contracts.kit.witness import Witness

EXIT_OK, EXIT_BREAK, EXIT_UNDECIDED = 0, 1, 2


class Severity(enum.StrEnum):
    """What a finding means for the one who asks."""

    BREAK = "break"
    UNDECIDED = "undecided"
    WARNING = "warning"
    INFO = "info"


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change in one direction; or in none, where nothing breaks.

    `blocks`: the installed blocks that it would hit. `waived`: the reason of a waiver.
    `fingerprint`: the same for the same change, whatever the versions and the words.
    """

    rule: str
    title: str
    message: str
    pointer: str
    severity: Severity
    what: str
    remedy: str
    page: str
    fingerprint: str
    direction: Direction | None = None
    old: str = ""
    new: str = ""
    blocks: tuple[str, ...] = ()
    witness: Witness | None = None
    waived: str | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was found about these contracts, and how much was looked at."""

    subject: str
    compared: int
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of what is not waived."""
        counted = {each.severity for each in self.findings if each.waived is None}
        if Severity.BREAK in counted:
            return Verdict.BREAK
        return Verdict.UNDECIDED if Severity.UNDECIDED in counted else Verdict.OK

    @property
    def exit_code(self) -> int:
        """0 nothing breaks, 1 something breaks, 2 nobody can say."""
        codes = {Verdict.OK: EXIT_OK, Verdict.BREAK: EXIT_BREAK}
        return codes.get(self.verdict, EXIT_UNDECIDED)


def finding(
    rule: str,
    message: str,
    *,
    severity: Severity,
    what: str = "",
    pointer: str = "",
    detail: str = "",
    direction: Direction | None = None,
    old: str = "",
    new: str = "",
    blocks: Iterable[str] = (),
    witness: Witness | None = None,
) -> Finding:
    """A finding with what its rule says, and its fingerprint."""
    row = TABLE[rule]
    identity = "|".join([rule, message, pointer, detail, direction or ""])
    return Finding(
        rule=rule,
        title=row.title,
        message=message,
        pointer=pointer,
        severity=severity,
        what=what or f"{row.title}: {old or 'nothing'} → {new or 'nothing'}",
        remedy=row.remedy,
        page=rules.page(rule),
        fingerprint=hashlib.sha256(identity.encode()).hexdigest()[:16],
        direction=direction,
        old=old,
        new=new,
        blocks=tuple(blocks),
        witness=witness,
    )
