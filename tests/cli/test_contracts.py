"""`abs contracts`: exit codes, forms, references, a revision, a release, a vendor's module."""

import json
import subprocess
from pathlib import Path

import pytest
from abs_contracts.kit import report
from abs_contracts.refusal import Refused
from typer.testing import CliRunner, Result

from abs_core.cli import contracts as commands
from abs_core.cli import revisions

TYPES = """
import msgspec
from typing import Annotated
from msgspec import Meta
from abs_contracts.catalogue import Contract, Kind, Sight

class Old(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    name: Annotated[str, Meta(max_length=9)]

class Wider(Old, frozen=True, kw_only=True, omit_defaults=True):
    level: int = 0

class Wrong(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    name: int

class Outside(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    name: set[str]

CONTRACTS = (Contract(name="mine.thing", payload=Old, kind=Kind.PRIVATE, sight=Sight.BLOCK),)
"""


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(TYPES)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(commands.contracts, [str(each) for each in arguments])


@pytest.mark.parametrize(("new", "code"), [("Old", 0), ("Wider", 0), ("Wrong", 1), ("Outside", 2)])
def test_diff_ends_with_what_it_found(module: Path, new: str, code: int) -> None:
    assert run("diff", f"{module}:Old", f"{module}:{new}").exit_code == code


def test_a_kind_decides_how_a_type_is_read(module: Path) -> None:
    sides = ("diff", f"{module}:Old", f"{module}:Wider", "--format", "json")
    whole = json.loads(run(*sides, "--kind", "command").stdout)
    (found,) = [f for f in whole["reports"][0]["findings"] if f["rule"] == "FIELD_ADDED_OPTIONAL"]
    assert (found["direction"], found["severity"]) == ("old reads new", "info")
    assert "level" in found["witness"]["data"]


def test_schemas_of_anybody_are_compared(tmp_path: Path) -> None:
    for name, kind in (("a", "integer"), ("b", "number")):
        schema = {"type": "object", "properties": {"x": {"type": kind}}, "required": ["x"]}
        (tmp_path / f"{name}.json").write_text(json.dumps(schema))
    found = run("diff", tmp_path / "a.json", tmp_path / "b.json")
    assert found.exit_code == 1
    assert "TYPE_WIDENED" in found.stdout
    (tmp_path / "c.json").write_text("[")
    with pytest.raises(Refused, match="CONTRACT-023"):
        CliRunner().invoke(
            commands.contracts, ["diff", str(tmp_path / "c.json"), "core"], catch_exceptions=False
        )


def test_a_vendors_module_is_linted_frozen_and_checked(module: Path) -> None:
    assert run("lint", module).exit_code == 0
    assert run("check", module, "--release").exit_code == 1  # nothing is frozen yet
    assert run("freeze", module).exit_code == 0
    assert (module.parent / "history/mine.thing/1.0.json").is_file()
    assert run("check", module, "--release").exit_code == 0
    module.write_text(TYPES.replace("payload=Old", "payload=Wrong"))
    broken = run("check", module)
    assert broken.exit_code == 1
    assert "TYPE_CHANGED  abs.mine.thing.v1 /data/name" in broken.stdout
    assert run("freeze", module).exit_code == 1
    assert run("freeze", module, "--anew").exit_code == 0
    assert run("check", module, "--release").exit_code == 0


def test_check_against_a_revision_sees_what_was_rewritten(module: Path) -> None:
    folder = module.parent
    git = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    assert run("freeze", module).exit_code == 0
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "--quiet", "-m", "first"], check=True)
    assert run("check", module, "--against", "HEAD").exit_code == 0
    module.write_text(TYPES.replace("payload=Old", "payload=Wrong"))
    assert run("freeze", module, "--anew").exit_code == 0
    assert run("check", module).exit_code == 0  # the history was started again …
    found = run("check", module, "--against", "HEAD")  # … and git remembers
    assert found.exit_code == 1
    assert "VERSION_REUSED" in found.stdout


def test_a_revision_that_git_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no git checkout"):
        revisions.at("HEAD", tmp_path / "history")
    subprocess.run(["git", "-C", str(tmp_path), "init", "--quiet"], check=True)
    with pytest.raises(Refused, match="no revision v9"):
        revisions.at("v9", tmp_path / "history")


@pytest.mark.parametrize("form", report.Format)
def test_every_form_can_be_written_to_a_file(module: Path, form: report.Format) -> None:
    there = module.parent / "report"
    said = run("diff", f"{module}:Old", f"{module}:Wrong", "--format", form, "--output", there)
    assert said.exit_code == 1
    assert "TYPE_CHANGED" in there.read_text("utf-8")


def test_list_show_and_rule_tell() -> None:
    listed = json.loads(run("list", "core", "--json").stdout)
    (row,) = [row for row in listed if row["message"] == "incident.opened"]
    assert row["policy"] == "FULL_TRANSITIVE"
    assert row["published"] == ["1.0"]
    shown = json.loads(run("show", "incident.opened@1.0").stdout)
    assert shown["name"] == "incident.opened"
    assert "omes back" not in run("rule", "null_added").stdout
    assert "Absent is not null." in run("rule", "null_added").stdout


def test_the_schema_of_the_report_is_printed() -> None:
    said = json.loads(run("report-schema").stdout)
    assert said == json.loads(json.dumps(report.document_schema()))


def test_prove_says_its_figures() -> None:
    said = run("prove", "--examples", "1")
    assert said.exit_code == 0
    assert "disagreements: 0" in said.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("rule", "NO_SUCH_RULE"),
        ("check", "no_such_module"),
        ("diff", "incident.opened@9.9", "incident.opened"),
        ("diff", "abs_contracts.catalogue:NOTHING", "incident.opened"),
        ("show", "msgspec"),
    ],
)
def test_what_is_not_there_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="CONTRACT-023"):
        CliRunner().invoke(commands.contracts, list(arguments), catch_exceptions=False)
