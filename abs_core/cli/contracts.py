"""`abs contracts`: what may change in a contract, and what would break by it.

OF is `core`, an installed block, a module or a Python file with CONTRACTS.
"""

import datetime as dt
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from abs_contracts.catalogue import Kind
from abs_contracts.kit import history, publication, references, report, waivers
from abs_contracts.kit.check import check as checked
from abs_contracts.kit.check import lint_report
from abs_contracts.kit.findings import Report, Severity, finding
from abs_contracts.kit.history import History
from abs_contracts.kit.policy import NAMES
from abs_contracts.kit.publication import Publication
from abs_contracts.kit.registered import installed
from abs_contracts.kit.report import Format
from abs_contracts.kit.rules import TABLE
from abs_contracts.refusal import Refused
from rich.progress import track
from rich.table import Table
from rich.text import Text

from abs_core.cli import revisions, screen
from abs_core.cli.options import Json

contracts = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

Of = Annotated[
    list[str] | None,
    typer.Argument(help="Whose contracts: core, a block, a module, a file. Default: all here."),
]
Form = Annotated[Format, typer.Option("--format", help="How to report.")]
Output = Annotated[Path | None, typer.Option(help="Write the report there.")]
Today = Annotated[
    dt.datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="The day to judge waivers and sunsets by."),
]
Block = Annotated[str, typer.Argument(metavar="OF", help="core, a block, a module or a file.")]


@contracts.command()
def lint(of: Of = None, form: Form = Format.TEXT, output: Output = None) -> None:
    """Check definitions on their own: inside the subset, bounded, annotated."""
    publications, failed = _found(of)
    _ended([*(lint_report(each.subject()) for each in publications), *failed], form, output)


@contracts.command()
def check(
    of: Of = None,
    against: Annotated[
        str | None, typer.Option(metavar="REF", help="Compare with the history at a git revision.")
    ] = None,
    release: Annotated[
        bool, typer.Option("--release", help="Also refuse what is not frozen: for a release.")
    ] = False,
    today: Today = None,
    form: Form = Format.TEXT,
    output: Output = None,
) -> None:
    """Check definitions against everything that was published. 0 ok, 1 break, 2 undecided."""
    registered, day = installed(), _day(today)
    publications, reports = _found(of)
    for each, before in zip(publications, _before(publications, against), strict=True):
        found = checked(
            each.subject(),
            today=day,
            registered=registered,
            waivers=waivers.read(each.folder.parent / waivers.FILE),
            before=before,
        )
        reports.append(_released(found) if release else found)
    _ended(reports, form, output)


@contracts.command()
def freeze(
    of: Block = publication.SHARED,
    anew: Annotated[
        bool,
        typer.Option("--anew", help="Forget the history first: only before the first release."),
    ] = False,
    today: Today = None,
) -> None:
    """Publish today's definitions: immutable from then on. Refuses what breaks."""
    found = publication.find(of)
    if anew:
        history.discard(found.folder)
    kept = waivers.read(found.folder.parent / waivers.FILE)
    subject = found.subject()
    judged = checked(subject, today=_day(today), registered=installed(), waivers=kept)
    if judged.exit_code:
        _ended([judged], Format.TEXT, None)
    added = history.append(found.folder, subject.versions)
    console = screen.console()
    console.print(f"{found.name}: {len(added)} frozen in {found.folder}")
    for name in added if not anew else []:
        console.print(f"  {name}")


@contracts.command("list")
def list_(of: Of = None, json: Json = False) -> None:
    """List the contracts: kind, version, published versions, policy, who uses them."""
    registered = installed()
    rows = []
    for each in _found(of)[0]:
        subject = each.subject()
        for version in subject.versions:
            rows.append(
                {
                    "message": version.name,
                    "kind": str(version.kind),
                    "version": version.version,
                    "published": [old.version for old in subject.history.of(version.name)],
                    "policy": NAMES[version.kind],
                    "blocks": list(registered.of(version)),
                }
            )
    if json:
        screen.document(rows)
        return
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold cyan")
    for column in ("MESSAGE", "KIND", "VERSION", "PUBLISHED", "POLICY", "BLOCKS"):
        grid.add_column(column, no_wrap=column != "BLOCKS")
    for row in rows:
        grid.add_row(*(", ".join(c) if isinstance(c, list) else str(c) for c in row.values()))
    screen.console().print(grid)


@contracts.command()
def show(
    reference: Annotated[
        str, typer.Argument(metavar="MESSAGE", help="incident.opened, or incident.opened@1.0.")
    ],
) -> None:
    """Show one message as one JSON document: channel, both schemas, samples."""
    for version in references.resolve(reference).values():
        screen.document(version)


@contracts.command()
def diff(
    old: Annotated[str, typer.Argument(help="A message, a version, a type, a file or a folder.")],
    new: Annotated[str, typer.Argument(help="Likewise.")],
    kind: Annotated[
        Kind, typer.Option(help="Of a type or schema that does not say: how it is read.")
    ] = Kind.EVENT,
    form: Form = Format.TEXT,
    output: Output = None,
) -> None:
    """Compare two versions: what breaks, in which direction, whom it hits, with proof.

    OLD and NEW: incident.opened, incident.opened@1.0, file.py:Struct,
    package.module:Struct, file.py, schema.json, or the folder of a history.
    """
    sides = references.resolve(old, kind), references.resolve(new, kind)
    _ended([references.diff(*sides, installed())], form, output)


@contracts.command()
def rule(name: Annotated[str, typer.Argument(help="The id of a rule.")]) -> None:
    """Explain a rule: why it breaks, and how to mend it."""
    found = TABLE.get(name.upper())
    if found is None:
        raise Refused(
            rule="CONTRACT-023",
            what=f"there is no rule {name}",
            where=name,
            fix=f"name one of: {', '.join(TABLE)}",
        )
    console = screen.console()
    console.print(Text(name.upper(), style="bold"), found.title)
    console.print(found.why)
    for case, (backward, forward) in found.cases.items():
        console.print(f"  {case or 'always'}: new reads old {backward}, old reads new {forward}")
    console.print(f"To mend: {found.remedy}")


@contracts.command("report-schema")
def report_schema() -> None:
    """Print the JSON Schema of `--format json`."""
    screen.document(report.document_schema())


@contracts.command()
def prove(
    examples: Annotated[int, typer.Option(help="Random contracts for each operator.")] = 10,
) -> None:
    """Try the table on random contracts against the real decoders; 1 where they disagree."""
    try:
        oracle = import_module("abs_contracts.kit.oracle")
        mutations = import_module("abs_contracts.kit.mutations")
    except ModuleNotFoundError as error:
        raise Refused(
            rule="CLI-022",
            what=f"this needs {error.name}, a tool of tests",
            where="abs contracts prove",
            fix="install it: pip install hypothesis",
        ) from None
    tally = oracle.Tally()
    for operator in track(mutations.OPERATORS, "Changing random contracts", transient=True):
        oracle.prove(operator, examples, tally)
    console = screen.console()
    console.print(oracle.told(tally), highlight=False)
    for line in tally.disagreements:
        console.print(line, style="red")
    raise typer.Exit(1 if tally.disagreements else 0)


def _found(names: list[str] | None) -> tuple[list[Publication], list[Report]]:
    """The contracts; and a report of each block whose own cannot be imported any more."""
    if names:
        return list(map(publication.find, names)), []
    found, failed = [], []
    for name in publication.names():
        try:
            found.append(publication.find(name))
        except Refused as refused:
            failed.append(_undecided(name, refused.refusal.what))
    return found, failed


def _undecided(name: str, what: str) -> Report:
    row = finding("UNDECIDED", name, severity=Severity.UNDECIDED, what=what, blocks=[name])
    return Report(subject=name, compared=0, findings=(row,))


def _before(publications: list[Publication], revision: str | None) -> list[History | None]:
    """The histories at a revision; a block that is newer than it had none."""
    if revision is None:
        return [None] * len(publications)
    found = [revisions.at(revision, each.folder) for each in publications]
    if not any(found):
        raise Refused(
            rule="CONTRACT-020",
            what=f"{revision} holds no history of {', '.join(p.name for p in publications)}",
            where=revision,
            fix="name a revision after the first freeze",
        )
    return found


def _day(today: dt.datetime | None) -> dt.date:
    return (today or dt.datetime.now(dt.UTC)).date()


def _released(found: Report) -> Report:
    """For a release, what is not frozen is a break."""
    strict = tuple(
        msgspec.structs.replace(each, severity=Severity.BREAK)
        if each.rule == "NOT_FROZEN"
        else each
        for each in found.findings
    )
    return msgspec.structs.replace(found, findings=strict)


_STYLES = {"BREAK": "bold red", "UNDECIDED": "bold magenta", "WARNING": "yellow", "INFO": "dim"}


def _ended(reports: list[Report], form: Format, output: Path | None) -> None:
    """Show the reports, and end with their exit code."""
    said = report.rendered(reports, form)
    if output is not None:
        output.write_text(said, "utf-8")
    elif form is Format.TEXT:
        console = screen.console()
        for line in said.splitlines():
            console.print(Text(line, style=_STYLES.get(line.split(" ")[0], "")), soft_wrap=True)
    else:
        sys.stdout.write(said)
    raise typer.Exit(report.exit_code(reports))
