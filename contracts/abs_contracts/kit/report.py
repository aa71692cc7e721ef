"""Reports for people and machines: text, JSON, JUnit, GitHub annotations, Markdown."""

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal
from xml.etree import ElementTree

import msgspec

from abs_contracts.kit.findings import Finding, Report, Severity
from abs_contracts.kit.rules import Verdict

FORMAT: Literal["urn:abs:schema:kit.report:1.0"] = "urn:abs:schema:kit.report:1.0"
_COUNTS = (Severity.BREAK, Severity.UNDECIDED)


class Format(enum.StrEnum):
    """The forms that a report can have."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    GITHUB = "github"
    MARKDOWN = "markdown"


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON report; its schema is `document_schema`."""

    format: Literal["urn:abs:schema:kit.report:1.0"]
    verdict: Verdict
    exit_code: int
    reports: tuple[Report, ...]


def rendered(reports: Sequence[Report], form: Format) -> str:
    """The reports in this form, with a line end."""
    return _FORMS[form](reports)


def exit_code(reports: Sequence[Report]) -> int:
    """0 nothing breaks, 1 something breaks, 2 nobody can say."""
    codes = {report.exit_code for report in reports}
    return 1 if 1 in codes else max(codes, default=0)


def document_schema() -> dict[str, object]:
    """JSON Schema of the JSON report."""
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "$id": FORMAT, **msgspec.json.schema(Document)}


def text(reports: Sequence[Report]) -> str:
    """For a person: what breaks first, each with its proof and how to mend it."""
    return "\n".join(line for report in reports for line in _text(report)) + "\n"


def _text(report: Report) -> Iterator[str]:
    for each in report.findings:
        waived = " (waived)" if each.waived is not None else ""
        where = f"{each.message} {each.pointer}".rstrip()
        yield f"{each.severity.upper()}{waived}  {each.rule}  {where}"
        yield from (f"    {name:<11}{said}" for name, said in _details(each) if said)
    counts = dict.fromkeys(Severity, 0)
    for each in report.findings:
        counts[each.severity] += each.waived is None
    told = ", ".join(f"{number} {severity}" for severity, number in counts.items() if number)
    yield f"{report.subject}: {report.compared} looked at, {told or 'nothing changed'}"


def _details(each: Finding) -> Iterator[tuple[str, str]]:
    yield "what", each.what
    yield "direction", each.direction or ""
    yield "hits", ", ".join(each.blocks)
    if each.witness is not None:
        yield "message", each.witness.data
        if each.witness.refusal is not None:
            no = each.witness.refusal
            yield "refused", f"{no.rule} at {no.where or '/'}: {no.what}"
        if each.witness.readings is not None:
            old, new = each.witness.readings
            yield "read as", f"{old} by the old version, {new} by the new one"
    if each.severity is not Severity.INFO:
        yield "to mend", each.remedy
        yield "more", f"{each.page}  [{each.fingerprint}]"
    yield "waived", each.waived or ""


def _json(reports: Sequence[Report]) -> str:
    whole = Document(
        format=FORMAT,
        verdict=_verdict(reports),
        exit_code=exit_code(reports),
        reports=tuple(reports),
    )
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"


def _verdict(reports: Sequence[Report]) -> Verdict:
    return {0: Verdict.OK, 1: Verdict.BREAK}.get(exit_code(reports), Verdict.UNDECIDED)


def _junit(reports: Sequence[Report]) -> str:
    root = ElementTree.Element("testsuites", name="abs contracts")
    for report in reports:
        suite = ElementTree.SubElement(root, "testsuite", name=report.subject)
        suite.set("tests", str(max(len(report.findings), 1)))
        suite.set("failures", str(sum(map(_fails, report.findings))))
        for each in report.findings:
            _case(suite, each)
        if not report.findings:
            _named(suite, report.subject, "nothing changed")
    ElementTree.indent(root)
    whole = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{whole}\n'


def _case(suite: ElementTree.Element, each: Finding) -> None:
    case = _named(suite, each.message, f"{each.rule} {each.pointer}".strip())
    if _fails(each):
        failure = ElementTree.SubElement(case, "failure", type=each.rule, message=each.what)
        failure.text = "\n".join(f"{name}: {what}" for name, what in _details(each) if what)
    elif each.waived is not None:
        ElementTree.SubElement(case, "skipped", message=each.waived)


def _named(suite: ElementTree.Element, classname: str, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", classname=classname, name=name)


def _github(reports: Sequence[Report]) -> str:
    levels = {Severity.BREAK: "error", Severity.UNDECIDED: "error", Severity.WARNING: "warning"}
    lines = []
    for each in (found for report in reports for found in report.findings):
        level = "notice" if each.waived is not None else levels.get(each.severity, "notice")
        title = _escaped(f"{each.rule} {each.message}{each.pointer}", ":,")
        said = "\n".join(f"{name}: {what}" for name, what in _details(each) if what)
        lines.append(f"::{level} title={title}::{_escaped(said)}\n")
    return "".join(lines)


def _escaped(said: str, more: str = "") -> str:
    """As GitHub wants workflow commands: percent-encoded line ends and separators."""
    for character in "%\r\n" + more:
        said = said.replace(character, f"%{ord(character):02X}")
    return said


def _markdown(reports: Sequence[Report]) -> str:
    lines: list[str] = []
    for report in reports:
        lines += [f"### {report.subject}: {report.verdict}", ""]
        if not report.findings:
            lines += [f"{report.compared} looked at, nothing changed.", ""]
            continue
        lines += ["| severity | rule | where | what | hits | witness |", "|---" * 6 + "|"]
        lines += [f"| {' | '.join(map(_cell, _row(each)))} |" for each in report.findings]
        lines += [""]
    return "\n".join(lines)


def _row(each: Finding) -> tuple[str, ...]:
    waived = f" (waived {each.waived})" if each.waived is not None else ""
    return (
        each.severity + waived,
        f"[{each.rule}]({each.page})",
        f"`{each.message}{each.pointer}`",
        f"{each.what}{f' ({each.direction})' if each.direction else ''}",
        ", ".join(each.blocks),
        f"`{each.witness.data}`" if each.witness is not None else "",
    )


def _cell(said: str) -> str:
    return said.replace("|", "\\|").replace("\n", " ")


def _fails(each: Finding) -> bool:
    return each.severity in _COUNTS and each.waived is None


_FORMS: Mapping[Format, Callable[[Sequence[Report]], str]] = {
    Format.TEXT: text,
    Format.JSON: _json,
    Format.JUNIT: _junit,
    Format.GITHUB: _github,
    Format.MARKDOWN: _markdown,
}
