"""Every block of code in the pages is run, loaded or looked up."""

import json
import re
import shlex
import tomllib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest
from abs_contracts import decode_command, protocol
from abs_contracts.kit import waivers
from abs_contracts.manifest import parse_manifest
from typer.testing import CliRunner

from abs_core import cli, config
from tests.docs.generate import BLOCK, pages, written
from tests.docs.tables import ROOT

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="docs/ is not here")
each_page = pytest.mark.parametrize("page", pages(), ids=lambda p: str(p.relative_to(ROOT)))


def blocks(page: Path, language: str) -> list[str]:
    return [body for found, body in BLOCK.findall(written(page)) if found == language]


CODE = re.compile(r"^```python\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE)


@each_page
def test_python_runs_and_says_what_the_page_says(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The blocks of a page run one after the other, in one namespace.

    A text block right behind one is its output, apart from where lines end.
    """
    names: dict[str, object] = {"__name__": "page"}
    for number, (code, output) in enumerate(CODE.findall(written(page)), 1):
        exec(compile(code, f"{page.name}, block {number}", "exec"), names)
        assert capsys.readouterr().out.split() == output.split()


@each_page
def test_toml_is_read_by_what_reads_it(page: Path, tmp_path: Path) -> None:
    for block in blocks(page, "toml"):
        name = block.splitlines()[0].removeprefix("# ")
        READERS[name](block, tmp_path / name)


def _read_config(text: str, path: Path) -> None:
    path.write_text(text, "utf-8")
    assert config.read(path).parties


def _read_waivers(text: str, path: Path) -> None:
    path.write_text(text, "utf-8")
    assert waivers.read(path)


READERS: dict[str, Callable[[str, Path], object]] = {
    "abs.toml": _read_config,
    "manifest.toml": lambda text, _: parse_manifest(text),
    "waivers.toml": _read_waivers,
    "pyproject.toml": lambda text, _: tomllib.loads(text)["project"],
}


@each_page
def test_json_is_a_message(page: Path) -> None:
    for block in blocks(page, "json"):
        if "specversion" in json.loads(block):
            decode_command(block.encode())
        else:
            msgspec.json.decode(block, type=protocol.Reply)


@each_page
def test_a_command_line_exists(page: Path) -> None:
    for block in blocks(page, "console"):
        for line in block.splitlines():
            if line.startswith("$ "):
                check_command(shlex.split(line[2:], comments=True))


def check_command(line: list[str]) -> None:
    match line:
        case ["abs", *arguments]:
            result = CliRunner().invoke(cli.build(arguments), [*arguments, "--help"])
            assert result.exit_code == 0, result.output
        case [".", script]:
            assert script == ".venv/bin/activate"  # made by `make setup`
        case ["make", target]:
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
        case ["python", "-m", "pytest", *paths] | ["pytest", *paths]:
            assert all((ROOT / path).exists() for path in paths if not path.startswith("-"))
        case ["python", script, *_] if script.endswith(".py"):
            assert (ROOT / script).is_file()
        case ["python", "-m", module, *_]:
            assert find_spec(module) is not None
        case ["pip", "install", *arguments]:
            folders = [
                a for a, before in zip(arguments[1:], arguments, strict=False) if before == "-e"
            ]
            assert all((ROOT / folder / "pyproject.toml").is_file() for folder in folders)
        case _:
            raise AssertionError(f"nothing checks {line}")
