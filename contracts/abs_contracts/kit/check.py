"""Everything that must hold of contracts before they may be published.

Lint, the history's hashes, each definition against every published version of its
major, golden samples read in both directions, dates, waivers. Pure but for its input.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from abs_contracts.catalogue import CORE, Contract
from abs_contracts.kit import waivers as waiving
from abs_contracts.kit.compare import compare
from abs_contracts.kit.findings import Finding, Report, Severity, finding
from abs_contracts.kit.history import History, key
from abs_contracts.kit.lint import lint
from abs_contracts.kit.policy import BARE
from abs_contracts.kit.registered import Registered
from abs_contracts.kit.replay import orphaned, replay
from abs_contracts.kit.versions import Version, dumped, sunset_passed


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What is checked: today's definitions, and what was published of them."""

    name: str
    contracts: Mapping[str, Contract]
    versions: tuple[Version, ...]
    history: History


def check(
    subject: Subject,
    *,
    today: dt.date,
    registered: Registered,
    waivers: Sequence[waiving.Waiver] = (),
    before: History | None = None,
) -> Report:
    """Judge today's definitions; `before`: the history at an earlier revision."""
    base = subject.history if before is None else subject.history.joined(before)
    found = [*_linted(subject), *_immutable(subject.history, before)]
    compared = 0
    for version in subject.versions:
        published = base.of(version.name)
        compared += len(published)
        found += _version(version, published, registered)
    found += _removed(subject, base, registered, today)
    kept = waiving.waive(_once(found), waivers, today)
    return Report(subject=subject.name, compared=compared, findings=tuple(_summed(list(kept))))


def lint_report(subject: Subject) -> Report:
    """What is wrong with today's definitions on their own."""
    found = tuple(_linted(subject))
    return Report(subject=subject.name, compared=len(subject.contracts), findings=found)


def _linted(subject: Subject) -> Iterator[Finding]:
    for contract in subject.contracts.values():
        for remark in lint(contract, {**CORE, **subject.contracts}):
            if remark.rule == "LINT_UNBOUNDED" and contract.kind in BARE:
                continue  # the limit of a message's size is one of what has an envelope
            yield finding(
                remark.rule,
                contract.type,
                severity=Severity.BREAK,
                pointer=remark.pointer,
                detail=remark.what,
                what=remark.what,
            )


def _immutable(history: History, before: History | None) -> Iterator[Finding]:
    for name in history.damaged():
        yield _reused(name, "its file is not what the index says")
    for name, raw in before.files.items() if before is not None else ():
        if history.files.get(name) != raw:
            gone = "is gone" if name not in history.files else "is not what was published"
            yield _reused(name, f"its file {gone}")


def _reused(name: str, what: str) -> Finding:
    return finding("VERSION_REUSED", name, severity=Severity.BREAK, what=f"{name}: {what}")


def _version(
    version: Version, published: Sequence[Version], registered: Registered
) -> Iterator[Finding]:
    """One definition against all that was published under its name."""
    same = [old for old in published if old.major == version.major]
    earlier = [old for old in published if old.major < version.major]
    # A new major is measured against the end of the one before.
    for old in same or earlier[-1:]:
        blocks = registered.of(old)
        found = compare(old, version, blocks)
        yield from found
        if old.major == version.major:
            yield from _replayed(old, version, found, blocks)
            yield from _dates(old, version, blocks)
    if not published:
        yield finding("MESSAGE_ADDED", version.type, severity=Severity.INFO, new=version.version)
    frozen = next((old for old in same if key(old) == key(version)), None)
    if frozen is None or dumped(frozen) != dumped(version):
        changed = "differs from the published one" if frozen else "is not published"
        yield finding(
            "NOT_FROZEN",
            version.type,
            severity=Severity.WARNING,
            what=f"{version.version} {changed}",
        )


def _replayed(
    old: Version, new: Version, found: Sequence[Finding], blocks: Sequence[str]
) -> Iterator[Finding]:
    """Samples that fail where no change explains it."""
    explained = {each.direction for each in found}
    for direction, case, what in replay(old, new):
        if direction not in explained:
            yield finding(
                "SAMPLE_REFUSED",
                new.type,
                severity=Severity.BREAK,
                what=f"sample {case} of {old.version}: {what}",
                detail=case,
                direction=direction,
                blocks=blocks,
            )


def _dates(old: Version, new: Version, blocks: Sequence[str]) -> Iterator[Finding]:
    before, now = old.deprecation, new.deprecation
    if before is not None and (now is None or now.sunset < before.sunset):
        yield finding(
            "SUNSET_EARLIER",
            new.type,
            severity=Severity.BREAK,
            old=str(before.sunset),
            new=str(now.sunset) if now is not None else "",
            blocks=blocks,
        )
    if now is not None and before is None:
        until = f"served until {now.sunset}, then {now.replacement or 'gone'}"
        severity = Severity.WARNING if blocks else Severity.INFO
        yield finding("DEPRECATED", new.type, severity=severity, what=until, blocks=blocks)


def _removed(
    subject: Subject, base: History, registered: Registered, today: dt.date
) -> Iterator[Finding]:
    """Published messages and majors that no definition is left of."""
    here = {(version.name, version.major) for version in subject.versions}
    last = {(old.name, old.major): old for old in base.versions.values()}
    for place, old in sorted(last.items()):
        if place in here:
            continue
        newest = base.of(*place)[-1]
        blocks = registered.of(newest)
        over = sunset_passed(newest, today) and not blocks
        when = f"sunset {newest.deprecation.sunset}" if newest.deprecation else "no sunset"
        yield finding(
            "MESSAGE_REMOVED",
            old.type,
            severity=Severity.INFO if over else Severity.BREAK,
            what=f"{old.type} is gone; {when}, registered: {', '.join(blocks) or 'nobody'}",
            blocks=blocks,
            witness=orphaned(newest),
        )


def _once(found: Sequence[Finding]) -> list[Finding]:
    """The same change against several published versions counts once, at its worst."""
    order = {each: index for index, each in enumerate(Severity)}
    kept: dict[str, Finding] = {}
    for each in sorted(found, key=lambda one: order[one.severity]):
        kept.setdefault(each.fingerprint, each)
    return sorted(kept.values(), key=lambda one: (order[one.severity], one.message, one.pointer))


def _summed(found: list[Finding]) -> Iterator[Finding]:
    """Without a call for a new major where every break behind it is waived."""
    breaks = {
        each.message
        for each in found
        if each.severity is Severity.BREAK
        and each.waived is None
        and each.rule != "MAJOR_NOT_BUMPED"
    }
    for each in found:
        if each.rule != "MAJOR_NOT_BUMPED" or each.message in breaks:
            yield each
