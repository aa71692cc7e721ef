"""`abs bridge`: what the ambulance bridge does from the command line."""

import enum
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused

from abs_ambulance_bridge.check import Finding, Report, Values, check
from abs_ambulance_bridge.hub_sante.hub import HubSante
from abs_ambulance_bridge.profile import Profile, Setting
from abs_ambulance_bridge.tiny.profile import Tiny

bridge = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

PROFILES: dict[str, type[Profile]] = {"fr-hs3": HubSante, "tiny": Tiny}
NOT_GOOD = 1


class Choice(enum.StrEnum):
    """The profiles by name."""

    FR_HS3 = "fr-hs3"
    TINY = "tiny"


@bridge.callback()
def _group() -> None:
    """Keeps `check` a command of its own, whatever stands beside it."""


@bridge.command("check")
def check_(
    folder: Annotated[Path, typer.Argument(help="A folder of messages, JSON and XML; or one.")],
    json: Annotated[
        bool, typer.Option("--json", help="One JSON document, with everything.")
    ] = False,
    profile: Annotated[Choice, typer.Option(help="The format they are in.")] = Choice.FR_HS3,
    room: Annotated[str, typer.Option(help="The room that they are translated for.")] = "dh",
) -> None:
    """Read, judge and translate every message of a folder, to the core and back.

    Ends with 0 when every one is valid and comes back as it was or with declared
    losses, and with 1 when one is refused or something is not as it should be.
    """
    setting = Setting(room=room, party="ambulance", parties={d.value: d for d in Discipline})
    chosen = PROFILES[profile]()
    report = check(_files(folder, chosen), chosen, setting)
    if json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    else:
        typer.echo("\n".join(_lines(report)))
    raise typer.Exit(0 if all(each.good for each in report.findings) else NOT_GOOD)


def _files(folder: Path, profile: Profile) -> Iterator[tuple[str, bytes]]:
    if not folder.exists():
        raise Refused(
            rule="BRIDGE-001",
            what="there is no such file or folder",
            where=str(folder),
            fix="name a folder of messages, or one message",
        )
    suffixes = tuple(profile.media.values())
    found = [folder] if folder.is_file() else sorted(folder.rglob("*"))
    base = folder.parent if folder.is_file() else folder
    chosen = [each for each in found if each.is_file() and each.suffix in suffixes]
    if not chosen:
        raise Refused(
            rule="BRIDGE-002",
            what="there is no message in it",
            where=str(folder),
            fix=f"messages are files that end in {' or '.join(suffixes)}",
        )
    for each in chosen:
        yield each.relative_to(base).as_posix(), each.read_bytes()


def _lines(report: Report) -> Iterator[str]:
    for each in report.findings:
        yield from _finding(each)
    t = report.totals
    yield ""
    yield f"profile {report.profile}: {t.files} files, {t.valid} valid, {t.refused} refused"
    yield f"  {t.mapped} mapped, {t.private} private; {t.deterministic} the same twice"
    yield f"  {t.exact} of {t.valid} come back as they were"
    yield f"  leaf values: {_values(t.values)}"
    yield from (f"    {kind:10} {_values(each)}" for kind, each in t.by_kind.items())
    yield f"  losses undeclared: {t.undeclared}; canaries across: {t.crossed} of {t.canaries}"
    for reason, count in t.losses.items():
        yield f"  {count:5} {reason}"


def _values(v: Values) -> str:
    kept = f"{v.named} with the id map, {v.restored} with the kept message"
    return f"{v.leaves}; {v.carried} by the core alone, {kept}"


def _finding(each: Finding) -> Iterator[str]:
    if each.refusal is not None:
        yield f"✗ {each.file}  {each.refusal.code} {each.refusal.title}"
        yield from (f"    {issue.path}: {issue.what}" for issue in each.refusal.issues)
        return
    mark = "✓" if each.good else "✗"
    what = (
        f"{each.carried} of {each.leaves} carried" if each.commands else "nothing to tell the core"
    )
    yield f"{mark} {each.file}  {each.kind} {each.handling}  {what}"
    yield from (f"    {defect}" for defect in each.defects)
