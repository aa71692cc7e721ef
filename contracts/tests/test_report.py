"""Reports: five forms of the same findings, and fingerprints that stay."""

import json
from xml.etree import ElementTree

import jsonschema  # type: ignore[import-untyped]  # ships no types
import msgspec
import pytest
from abs_contracts.catalogue import Contract, Kind
from abs_contracts.kit import references, report
from abs_contracts.kit.compare import compare
from abs_contracts.kit.findings import Report, Severity
from abs_contracts.kit.report import Format
from abs_contracts.kit.rules import TABLE
from abs_contracts.kit.versions import of_contract


class Old(msgspec.Struct, frozen=True, kw_only=True):
    a: int
    b: str = "x"


class New(msgspec.Struct, frozen=True, kw_only=True):
    a: float
    c: str


class Set(msgspec.Struct, frozen=True, kw_only=True):
    a: set[int]
    b: str = "x"


def reported(new: type[msgspec.Struct] = New, minor: int = 1) -> Report:
    sides = [
        of_contract(Contract(name="thing.done", payload=payload, kind=Kind.EVENT, minor=number))
        for payload, number in ((Old, 0), (new, minor))
    ]
    return Report(subject="things", compared=1, findings=tuple(compare(*sides, ["fire"])))


REPORT = reported()
EMPTY = Report(subject="things", compared=3, findings=())


def test_json_fits_its_own_schema_and_the_schema_is_valid() -> None:
    schema = report.document_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for each in (REPORT, EMPTY):
        whole = json.loads(report.rendered([each], Format.JSON))
        jsonschema.validate(whole, schema)
        assert (whole["verdict"], whole["exit_code"]) == (each.verdict, each.exit_code)


def test_junit_counts_what_fails() -> None:
    root = ElementTree.fromstring(report.rendered([REPORT, EMPTY], Format.JUNIT))
    first, second = root.findall("testsuite")
    failing = [each for each in REPORT.findings if each.severity is Severity.BREAK]
    assert first.get("failures") == str(len(failing)) == str(len(root.findall(".//failure")))
    assert (second.get("tests"), second.get("failures")) == ("1", "0")


def test_github_annotations_are_one_line_each() -> None:
    lines = report.rendered([REPORT], Format.GITHUB).splitlines()
    assert len(lines) == len(REPORT.findings)
    assert any(line.startswith("::error title=FIELD_ADDED_REQUIRED abs.thing") for line in lines)
    assert all(line.startswith("::") for line in lines)
    assert any("%0Ato mend: " in line for line in lines)


def test_markdown_has_a_row_and_a_link_for_each_finding() -> None:
    said = report.rendered([REPORT], Format.MARKDOWN)
    assert said.startswith("### things: break\n")
    for each in REPORT.findings:
        assert f"[{each.rule}](docs/rules/{each.rule}.md)" in said


def test_text_says_rule_place_direction_blocks_proof_and_remedy() -> None:
    said = report.rendered([REPORT], Format.TEXT)
    for part in (
        "BREAK  FIELD_ADDED_REQUIRED  abs.thing.done.v1 /data/c",
        "direction  new reads old",
        "hits       fire",
        'message    {"a": 0, "b": ""}',
        "refused    CONTRACT-003 at /data: Object missing required field `c`",
        TABLE["FIELD_ADDED_REQUIRED"].remedy,
        "docs/rules/FIELD_ADDED_REQUIRED.md",
    ):
        assert part in said
    assert report.rendered([EMPTY], Format.TEXT) == "things: 3 looked at, nothing changed\n"


def test_a_waived_finding_fails_nowhere() -> None:
    kept = tuple(msgspec.structs.replace(each, waived="until then") for each in REPORT.findings)
    waived = msgspec.structs.replace(REPORT, findings=kept)
    assert waived.exit_code == 0
    assert "::error" not in report.rendered([waived], Format.GITHUB)
    assert "<failure" not in report.rendered([waived], Format.JUNIT)
    assert "(waived)" in report.rendered([waived], Format.TEXT)


def test_fingerprints_differ_and_do_not_depend_on_the_version() -> None:
    prints = [each.fingerprint for each in REPORT.findings]
    assert len(set(prints)) == len(prints)
    assert prints == [each.fingerprint for each in reported(minor=7).findings]


def test_exit_codes_break_before_undecided_before_ok() -> None:
    undecided = reported(Set)
    assert (EMPTY.exit_code, REPORT.exit_code, undecided.exit_code) == (0, 1, 2)
    assert report.exit_code([EMPTY, undecided]) == 2
    assert report.exit_code([EMPTY, undecided, REPORT]) == 1


def test_every_break_has_a_witness() -> None:
    for each in REPORT.findings:
        if each.severity is Severity.BREAK and each.rule != "MAJOR_NOT_BUMPED":
            assert each.witness is not None, each


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("incident.opened", "incident.opened"),
        ("incident.opened@1.0", "incident.opened"),
        ("abs_contracts.messages.incident:IncidentOpened", "IncidentOpened"),
        ("abs_contracts.catalogue:EVENTS", "incident.opened"),
        ("core", "incident.opened"),
        ("protocol.beat", "protocol.beat"),
    ],
)
def test_a_reference_leads_to_versions(reference: str, name: str) -> None:
    assert name in references.resolve(reference)
