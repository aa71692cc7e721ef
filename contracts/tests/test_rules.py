"""The registry of refusal rules: every rule that our code names has its meaning there."""

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import abs_contracts
import pytest
from abs_contracts.kit.rules import TABLE

ROOT = Path(__file__).parents[2]
RULES = tomllib.loads((resources.files("abs_contracts") / "rules.toml").read_text("utf-8"))
PACKAGES = [
    ROOT / "contracts/abs_contracts",
    ROOT / "abs_core",
    *ROOT.glob("plugins/*/abs_*"),
    *ROOT.glob("examples/*/abs_*"),
]


def registry(package: Path) -> dict[str, dict[str, str]]:
    """The rules that a package may name: the shared ones, and a block's own beside its code."""
    own = package / "rules.toml"
    return RULES | (tomllib.loads(own.read_text("utf-8")) if own.exists() else {})


CHANGES = set(TABLE)
"""Rules of changes to contracts: not refusals of messages, with a table of their own."""


def named(source: str) -> Iterator[tuple[str, int]]:
    """Every `rule="…"` keyword of a call, with its line; pages have matching rules of their own."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call) or ast.unparse(call.func) == "Taken":
            continue
        for value in (word.value for word in call.keywords if word.arg == "rule"):
            for inner in ast.walk(value):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    yield inner.value, inner.lineno


@pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.name)
def test_every_rule_in_the_code_is_in_the_registry(package: Path) -> None:
    known = registry(package)
    missing = {
        f"{path.relative_to(ROOT)}:{line} {rule}"
        for path in package.rglob("*.py")
        for rule, line in named(path.read_text("utf-8"))
        if rule not in known and rule not in CHANGES
    }
    assert not missing, "add to a rules.toml:\n" + "\n".join(sorted(missing))


def test_every_contract_rule_in_the_registry_is_used_or_retired() -> None:
    package = Path(abs_contracts.__file__).parent
    used = {rule for path in package.rglob("*.py") for rule, _ in named(path.read_text("utf-8"))}
    idle = {rule for rule, row in RULES.items() if rule not in used and not row.get("retired")}
    assert not {rule for rule in idle if rule.startswith("CONTRACT-")}


def test_every_row_has_a_title_of_one_line_and_a_meaning() -> None:
    assert RULES
    for rule, row in (pair for package in PACKAGES for pair in registry(package).items()):
        assert re.fullmatch(r"[A-Z]+-[0-9]{3}", rule)
        assert set(row) <= {"title", "meaning", "retired"}
        assert 0 < len(row["title"]) <= 80
        assert "\n" not in row["title"]
        assert row["meaning"].endswith(".")
