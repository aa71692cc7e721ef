"""The command line as a whole: what comes out, on which stream, with which code."""

import json
import subprocess
import sys
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest
import typer
from abs_contracts.refusal import Refused

from abs_core.cli import COMMANDS, failures
from abs_core.ports import Unknown, Unreachable

HEAVY = ("nats", "pydantic", "rich.live", "abs_core.supervisor")

Ran = subprocess.CompletedProcess[str]


def abs_(*arguments: str, **environment: str) -> Ran:
    program = "from abs_core.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": "/usr/bin:/bin", **environment},
    )


def test_version() -> None:
    ran = abs_("--version")
    assert (ran.returncode, ran.stdout) == (0, f"abs {metadata.version('abs-core')}\n")


def test_help_names_every_command_and_imports_none() -> None:
    program = (
        "import sys; from abs_core.cli import build\n"
        "try: build(sys.argv[1:])()\n"
        f"finally: print([name for name in {HEAVY} if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, "--help"], capture_output=True, text=True, check=True
    )
    assert all(f" {name} " in ran.stdout for name in COMMANDS if find_spec(f"abs_core.cli.{name}"))
    assert ran.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", [n for n in COMMANDS if find_spec(f"abs_core.cli.{n}")])
def test_a_command_says_of_itself_what_the_help_says_of_it(name: str) -> None:
    command = getattr(import_module(f"abs_core.cli.{name}"), name)
    if not isinstance(command, typer.Typer):
        assert (command.__doc__ or "").splitlines()[0] == COMMANDS[name]


def test_a_typing_error_is_met_with_the_nearest_command() -> None:
    ran = abs_("statsu")
    assert ran.returncode == 2
    assert "status" in ran.stderr


def test_nobody_there_says_how_to_start(tmp_path: Path) -> None:
    ran = abs_("status", "--data", str(tmp_path))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.splitlines() == [
        "refused: CLI-001",
        "what: no room runs on this data folder",
        f"where: {tmp_path}/run.json",
        f"to mend: start one: abs up --data {tmp_path}",
    ]


@pytest.mark.parametrize("content", ['{"room": "dh"}', "not JSON", "RUN"])
def test_a_stale_run_file_is_told_apart(tmp_path: Path, content: str) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    run = {
        "room": "dh",
        "url": "nats://127.0.0.1:1",
        "pid": ended.pid,
        "server": ended.pid,
        "processes": {},
    }
    (tmp_path / "run.json").write_text(json.dumps(run) if content == "RUN" else content)
    ran = abs_("status", "--data", str(tmp_path), "--json")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("refused: CLI-002\n")


def test_a_wrong_configuration_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "abs.toml"
    file.write_text("cores = 0\n")
    ran = abs_("up", "--config", str(file), "--data", str(tmp_path / "data"))
    assert ran.returncode == 2
    assert "/cores" in ran.stderr
    assert not (tmp_path / "data").exists()


def test_block_list_is_one_document_about_every_installed_block() -> None:
    ran = abs_("block", "list", "--json")
    points = metadata.entry_points(group="abs.blocks")
    assert [row["block"] for row in json.loads(ran.stdout)] == sorted({p.name for p in points})


def test_a_block_that_does_not_fit_is_listed_with_its_refusal(tmp_path: Path) -> None:
    package = tmp_path / "abs_later"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('no code of a block may run')\n")
    (package / "manifest.toml").write_text(
        'block = "later"\ndistribution = "abs-later"\nversion = "9.0"\n'
        'discipline = "partner"\ncore = 99\n'
    )
    info = tmp_path / "abs_later-9.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: abs-later\nVersion: 9.0\n")
    (info / "entry_points.txt").write_text("[abs.blocks]\nlater = abs_later\n")
    ran = abs_("block", "list", "--json", PYTHONPATH=str(tmp_path))
    (row,) = (row for row in json.loads(ran.stdout) if row["block"] == "later")
    assert row["refusal"]["rule"] == "CONTRACT-015"
    assert "CONTRACT-015" in abs_("block", "list", PYTHONPATH=str(tmp_path)).stdout


@pytest.mark.parametrize("content", ["", "{}", '{"room": "dh", "token": "s3cret"}'])
def test_no_credentials_are_refused_and_not_shown(tmp_path: Path, content: str) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(content)
    ran = abs_("block", "run", "any", "--url", "nats://127.0.0.1:1", "--credentials", str(file))
    assert ran.returncode == 2
    assert ran.stderr.startswith("refused: CLI-006\n")
    assert "s3cret" not in ran.stderr


# -- failures ------------------------------------------------------------------


REFUSAL = Refused(rule="TEST-001", what="no", where="/x", fix="do [b]not[/b]")


@pytest.mark.parametrize(
    ("error", "code", "first"),
    [
        (REFUSAL, 2, "refused: TEST-001"),
        (ExceptionGroup("tasks", [ExceptionGroup("inner", [REFUSAL])]), 2, "refused: TEST-001"),
        (Unknown("no reply"), 2, "unknown: "),
        (Unreachable("no broker"), 2, "nobody there: "),
        (KeyError("x"), 70, "defect: "),
    ],
)
def test_a_failure_is_said_in_lines_for_a_person(
    error: Exception, code: int, first: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failures.explain(error) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(first)
    assert "to mend: " in err
    assert "Traceback" not in err


def test_a_defect_leaves_its_traceback_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(failures.tempfile, "tempdir", str(tmp_path))
    try:
        msgspec.json.decode(b"x")
    except msgspec.DecodeError as error:
        failures.explain(error, debug=True)
    (file,) = tmp_path.iterdir()
    err = capsys.readouterr().err
    assert f"where: {file}" in err
    assert "Traceback" in file.read_text()
    assert file.read_text() in err
