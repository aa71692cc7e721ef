"""A check as a whole: history, dates, removal, samples, waivers, lint."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec
import pytest
from abs_contracts.catalogue import Contract, Kind, Sight
from abs_contracts.channels import Deprecation
from abs_contracts.evolving import OpenEnum
from abs_contracts.kit import history, samples, waivers
from abs_contracts.kit.check import Subject, check
from abs_contracts.kit.findings import Report, Severity
from abs_contracts.kit.lint import lint
from abs_contracts.kit.publication import find, shared
from abs_contracts.kit.registered import Registered
from abs_contracts.kit.versions import Golden, of_contract
from abs_contracts.manifest import Manifest, MessageNeed
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused
from msgspec import Meta

TODAY = dt.date(2026, 6, 1)
Short = Annotated[str, Meta(max_length=9)]
READER = Manifest(
    block="fire", distribution="abs-fire", version="1.0", discipline=Discipline.FIRE, core=1,
    consumes=(MessageNeed(type="thing.done", versions=">=1.0,<3"),),
)  # fmt: skip
NOBODY, FIRE = Registered([]), Registered([READER])


class Done(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    what: Short
    level: int = 0


class DoneLater(Done, frozen=True, kw_only=True, omit_defaults=True):
    by: Short | None = None


class DoneWrong(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    what: int
    level: int = 0


def contract(payload: type[msgspec.Struct] = Done, **given: Any) -> Contract:
    named = {"name": "thing.done", "kind": Kind.EVENT, "sight": Sight.ATTACHED, **given}
    return Contract(payload=payload, **named)


def golden(of: Contract) -> tuple[Golden, ...]:
    return tuple(
        Golden(
            case=each.case,
            text=each.raw.decode(),
            rule=each.expected.rule if each.expected else None,
            where=each.expected.where if each.expected else None,
        )
        for each in samples.of(of)
    )


def publish(folder: Path, *contracts: Contract) -> list[str]:
    return history.append(folder, [of_contract(each, golden(each)) for each in contracts])


def judged(
    folder: Path, *contracts: Contract, registered: Registered = NOBODY, **given: Any
) -> Report:
    subject = Subject(
        name="things",
        contracts={each.type: each for each in contracts},
        versions=tuple(of_contract(each, golden(each)) for each in contracts),
        history=history.read(folder),
    )
    return check(subject, today=TODAY, registered=registered, **given)


def rules(report: Report, *severities: Severity) -> list[str]:
    wanted = severities or (Severity.BREAK, Severity.UNDECIDED, Severity.WARNING)
    return sorted({each.rule for each in report.findings if each.severity in wanted})


# -- history --------------------------------------------------------------------


def test_what_is_published_and_unchanged_passes(tmp_path: Path) -> None:
    assert publish(tmp_path, contract()) == ["thing.done/1.0"]
    report = judged(tmp_path, contract())
    assert (report.exit_code, report.compared, report.findings) == (0, 1, ())


def test_freezing_twice_writes_nothing(tmp_path: Path) -> None:
    publish(tmp_path, contract())
    assert publish(tmp_path, contract()) == []


def test_a_published_version_is_never_written_again(tmp_path: Path) -> None:
    publish(tmp_path, contract())
    with pytest.raises(Refused, match="CONTRACT-021"):
        publish(tmp_path, contract(DoneLater))
    assert publish(tmp_path, contract(DoneLater, minor=1)) == ["thing.done/1.1"]


@pytest.mark.parametrize("damage", ["edited", "gone", "added"])
def test_a_history_that_is_not_what_its_index_says_is_a_break(tmp_path: Path, damage: str) -> None:
    publish(tmp_path, contract(), contract(DoneLater, minor=1))
    file = tmp_path / "thing.done" / "1.0.json"
    if damage == "edited":
        file.write_bytes(file.read_bytes().replace(b'"maxLength": 9', b'"maxLength": 8'))
    elif damage == "gone":
        file.unlink()
    else:
        (tmp_path / "thing.done" / "1.2.json").write_bytes(file.read_bytes())
    assert "VERSION_REUSED" in rules(judged(tmp_path, contract(DoneLater, minor=1)))


def test_an_earlier_revision_still_counts_when_its_files_are_gone(tmp_path: Path) -> None:
    publish(tmp_path / "then", contract())
    then = history.read(tmp_path / "then")
    publish(tmp_path / "now", contract(DoneWrong))
    report = judged(tmp_path / "now", contract(DoneWrong), before=then)
    assert rules(report, Severity.BREAK) == ["MAJOR_NOT_BUMPED", "TYPE_CHANGED", "VERSION_REUSED"]


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thing.done").mkdir()
    (tmp_path / "thing.done" / "1.0.json").write_text("{}")
    with pytest.raises(Refused, match="CONTRACT-020"):
        history.read(tmp_path)
    with pytest.raises(Refused, match="CONTRACT-020"):
        history.of_files({}, b"[")


def test_our_own_contracts_hold_and_so_do_the_private_ones_of_a_block() -> None:
    for publication in (shared(), find("fire")):
        subject = publication.subject()
        report = check(subject, today=TODAY, registered=NOBODY)
        assert report.exit_code == 0, report.findings
        assert report.compared >= len(subject.versions)


# -- versions and dates -----------------------------------------------------------


def test_a_minor_that_breaks_nothing_waits_to_be_frozen(tmp_path: Path) -> None:
    publish(tmp_path, contract())
    report = judged(tmp_path, contract(DoneLater, minor=1))
    assert (report.exit_code, rules(report)) == (0, ["NOT_FROZEN"])


def test_every_version_of_the_major_counts_not_the_last_alone(tmp_path: Path) -> None:
    class Without(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
        what: Short
        __tombstones__: ClassVar[dict[str, str]] = {"level": "since 1.1"}

    class Back(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
        what: Short
        level: Short = ""

    publish(tmp_path, contract())
    publish(tmp_path, contract(Without, minor=1))
    report = judged(tmp_path, contract(Back, minor=2))
    assert rules(report, Severity.BREAK) == [
        "DEFAULT_CHANGED",
        "MAJOR_NOT_BUMPED",
        "TOMBSTONE_REUSED",
        "TYPE_CHANGED",
    ]


def test_a_new_major_may_break_and_must(tmp_path: Path) -> None:
    publish(tmp_path, contract())
    both = judged(tmp_path, contract(), contract(DoneWrong, major=2))
    assert both.exit_code == 0
    vain = judged(tmp_path, contract(), contract(Done, major=2))
    assert rules(vain, Severity.BREAK) == ["MAJOR_BUMPED_IN_VAIN"]


SOON = Deprecation(since=dt.date(2025, 6, 1), sunset=dt.date(2026, 1, 1))


def test_a_message_goes_after_its_sunset_when_nobody_reads_it(tmp_path: Path) -> None:
    publish(tmp_path, contract(deprecation=SOON))
    assert judged(tmp_path).exit_code == 0
    read = judged(tmp_path, registered=FIRE)
    assert rules(read) == ["MESSAGE_REMOVED"]
    assert read.findings[0].blocks == ("fire",)
    witness = read.findings[0].witness
    assert witness is not None
    assert witness.refusal is not None
    assert witness.refusal.rule == "CONTRACT-004"


def test_a_message_does_not_go_before_its_sunset(tmp_path: Path) -> None:
    end = msgspec.structs.replace(SOON, sunset=TODAY)
    publish(tmp_path, contract(deprecation=end))
    assert rules(judged(tmp_path)) == ["MESSAGE_REMOVED"]


@pytest.mark.parametrize("now", [None, msgspec.structs.replace(SOON, sunset=dt.date(2025, 12, 31))])
def test_a_sunset_never_moves_earlier(tmp_path: Path, now: Deprecation | None) -> None:
    publish(tmp_path, contract(deprecation=SOON))
    assert rules(judged(tmp_path, contract(deprecation=now)), Severity.BREAK) == ["SUNSET_EARLIER"]


def test_who_reads_a_deprecated_message_is_told(tmp_path: Path) -> None:
    publish(tmp_path, contract())
    report = judged(tmp_path, contract(deprecation=SOON), registered=FIRE)
    assert rules(report) == ["DEPRECATED", "NOT_FROZEN"]
    assert report.exit_code == 0


def test_a_sunset_is_180_days_away_and_its_replacement_exists() -> None:
    end = Deprecation(since=TODAY, sunset=TODAY + dt.timedelta(179), replacement="abs.no.such.v1")
    found = lint(contract(deprecation=end))
    assert [each.rule for each in found] == ["LINT_DEPRECATION", "LINT_DEPRECATION"]
    fine = Deprecation(
        since=TODAY, sunset=TODAY + dt.timedelta(180), replacement="abs.thing.done.v2"
    )
    assert lint(contract(deprecation=fine), {"abs.thing.done.v2": contract(major=2)}) == []


# -- samples ----------------------------------------------------------------------


def test_a_sample_that_the_decoder_no_longer_takes_is_a_break(tmp_path: Path) -> None:
    bad = Golden(case="typical", text='{"specversion":"1.0"}')
    history.append(tmp_path, [of_contract(contract(), (bad,))])
    report = judged(tmp_path, contract())
    assert rules(report, Severity.BREAK) == ["SAMPLE_REFUSED"]


def test_an_invalid_sample_that_is_taken_is_a_break(tmp_path: Path) -> None:
    (minimal, *_) = golden(contract())
    wrong = msgspec.structs.replace(minimal, case="invalid-x", rule="CONTRACT-003", where="/data")
    history.append(tmp_path, [of_contract(contract(), (wrong,))])
    assert "SAMPLE_REFUSED" in rules(judged(tmp_path, contract()))


# -- waivers ----------------------------------------------------------------------


def waived(folder: Path, expires: str) -> Report:
    publish(folder, contract())
    prints = [
        each.fingerprint
        for each in judged(folder, contract(DoneWrong)).findings
        if each.severity is Severity.BREAK and each.rule != "MAJOR_NOT_BUMPED"
    ]
    file = folder / waivers.FILE
    file.write_text(
        "".join(
            f'[[waiver]]\nfingerprint = "{each}"\nreason = "nobody has it yet"\nexpires = {expires}\n'
            for each in prints
        )
    )
    return judged(folder, contract(DoneWrong), waivers=waivers.read(file))


def test_a_waiver_works_up_to_its_last_day(tmp_path: Path) -> None:
    report = waived(tmp_path, str(TODAY))
    assert report.exit_code == 0
    assert {each.waived for each in report.findings if each.severity is Severity.BREAK} == {
        f"until {TODAY}: nobody has it yet"
    }


def test_an_expired_waiver_waives_nothing_and_says_so(tmp_path: Path) -> None:
    report = waived(tmp_path, "2026-05-31")
    assert report.exit_code == 1
    assert "WAIVER_EXPIRED" in rules(report)


def test_a_waiver_of_nothing_is_told(tmp_path: Path) -> None:
    publish(tmp_path, contract())
    idle = waivers.Waiver(fingerprint="0" * 16, reason="long forgotten", expires=TODAY)
    report = judged(tmp_path, contract(), waivers=(idle,))
    assert (report.exit_code, rules(report)) == (0, ["WAIVER_UNUSED"])


@pytest.mark.parametrize(
    "text",
    ["[[waiver]", '[[waiver]]\nfingerprint = "0123456789abcdef"\nexpires = 2026-01-01\n', "x = 1"],
)
def test_a_waiver_without_a_reason_or_a_day_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "w.toml").write_text(text)
    with pytest.raises(Refused, match="CONTRACT-022"):
        waivers.read(tmp_path / "w.toml")


# -- lint -------------------------------------------------------------------------


class NoFallback(OpenEnum):
    A = "a"


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        (int | str, "LINT_UNTAGGED_UNION"),
        (set[str], "LINT_SUBSET"),
        (dict[str, int], "LINT_UNBOUNDED"),
        (dt.datetime, "LINT_SUBSET"),
        (str, "LINT_UNBOUNDED"),
        (tuple[int, ...], "LINT_UNBOUNDED"),
        (Annotated[str, Meta(pattern="^[a-z]+$")], "LINT_UNBOUNDED"),
        (Annotated[str, Meta(pattern="[a-z]{1,9}")], "LINT_PATTERN"),
        (Annotated[str, Meta(pattern=r"^\d{1,9}$")], "LINT_PATTERN"),
        (Annotated[str, Meta(pattern=r"^([a-z]+-?){4,10}$", max_length=99)], "LINT_PATTERN"),
        (Annotated[int, Meta(extra={"units": "m"})], "LINT_ANNOTATION"),
        (NoFallback, "LINT_OPEN_ENUM"),
    ],
)
def test_what_a_definition_should_not_say(field: Any, rule: str) -> None:
    payload = msgspec.defstruct("Payload", [("x", field)])
    (remark,) = lint(contract(payload))
    assert (remark.rule, remark.pointer) == (rule, "/data/x")


def test_a_name_that_is_buried_or_odd_is_seen() -> None:
    space = {"__tombstones__": {"x": "since 1.1"}}
    payload = msgspec.defstruct("Payload", [("x", int), ("camelCase", int)], namespace=space)
    assert [each.rule for each in lint(contract(payload))] == ["LINT_NAME", "LINT_TOMBSTONE"]


def test_a_lint_error_fails_a_check(tmp_path: Path) -> None:
    payload = msgspec.defstruct("Payload", [("x", str)])
    assert rules(judged(tmp_path, contract(payload)), Severity.BREAK) == ["LINT_UNBOUNDED"]
