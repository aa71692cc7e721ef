"""The system stands alone: nothing in it knows the Adaptief Basis Systeem."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import standalone_ambulance

PACKAGE = Path(standalone_ambulance.__file__).parent
HERE = Path(__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return {name.partition(".")[0] for name in found}


def test_no_module_or_test_imports_anything_of_it() -> None:
    assert len(MODULES) > 10
    everything = set().union(*(_imported(path) for path in [*MODULES, *HERE.glob("*.py")]))
    assert [name for name in everything if name.startswith("abs_")] == []


def test_it_asks_for_no_distribution_of_it() -> None:
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert [each for each in project["dependencies"] if each.startswith("abs-")] == []


def test_it_runs_where_nothing_of_it_can_be_imported() -> None:
    """Whatever a dependency drags in is seen too."""
    names = [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in MODULES
        if path.stem not in ("__main__", "__init__")
    ]
    code = (
        "import importlib, sys\n"
        f"for name in {names}: importlib.import_module(name)\n"
        "sys.exit(sorted(n for n in sys.modules if n.startswith('abs_')) or 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_the_core_is_pure() -> None:
    """No clock, no chance, no files, no network in what a simulation uses."""
    flat = ["commands", "deciding", "model", "outward", "pictures", "post", "records", "station"]
    pure = [*(PACKAGE / f"{name}.py" for name in flat)]
    for package in ("desk", "inward", "profile"):
        pure += sorted((PACKAGE / package).glob("*.py"))
    effects = [
        "asyncio",
        "httpx",
        "os",
        "pathlib",
        "random",
        "secrets",
        "socket",
        "sqlite3",
        "time",
        "uuid",
    ]
    for path in pure:
        assert _imported(path) & {*effects} == set(), path.name
        assert ".now(" not in path.read_text("utf-8"), path.name
