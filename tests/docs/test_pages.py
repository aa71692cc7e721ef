"""What the pages name exists: links, paths, modules, rules, messages, what enforces a decision."""

import ast
import functools
import importlib
import inspect
import re
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from abs_contracts import protocol
from abs_contracts.catalogue import CORE

from tests.docs.generate import BLOCK, pages, written
from tests.docs.tables import ROOT
from tests.docs.words import TRAFFIC

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="docs/ is not here")

DECISIONS = sorted(ROOT.glob("docs/adr/0*.md"))
each_page = pytest.mark.parametrize("page", pages(), ids=lambda p: str(p.relative_to(ROOT)))


def words(page: Path) -> list[str]:
    """What stands in backticks in the running text."""
    return re.findall(r"`([^`\n]+)`", BLOCK.sub("", written(page)))


# -- links and names ----------------------------------------------------------


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", BLOCK.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@each_page
def test_a_link_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", BLOCK.sub("", page.read_text("utf-8"))):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@each_page
def test_a_path_or_module_that_is_named_exists(page: Path) -> None:
    top = {path.name for path in ROOT.iterdir()}
    for word in words(page):
        if re.fullmatch(r"[\w.-]+/[\w./-]*", word) and word.split("/")[0] in top:
            assert (ROOT / word).exists(), word
        if re.fullmatch(r"abs_\w+(\.\w+)+", word):
            assert is_name(word), word


def is_name(dotted: str) -> bool:
    """Whether this is a module of ours, or a name in one."""
    module, _, name = dotted.rpartition(".")
    try:
        return find_spec(dotted) is not None or hasattr(importlib.import_module(module), name)
    except ModuleNotFoundError:
        return hasattr(importlib.import_module(module), name)


@functools.cache
def names_of_ours() -> set[str]:
    """Every class, function and constant that our packages define, and what they import."""
    packages = [*ROOT.glob("abs_core"), *ROOT.glob("contracts/abs_*"), *ROOT.glob("*/*/abs_*")]
    return {
        name
        for package in packages
        for path in package.rglob("*.py")
        for name in re.findall(r"\b[A-Z]\w+", path.read_text("utf-8"))
    }


@each_page
def test_a_type_that_is_named_exists(page: Path) -> None:
    types = {word for word in words(page) if re.fullmatch(r"([A-Z][a-z]+){1,4}", word)}
    assert types <= names_of_ours()


@each_page
def test_a_rule_that_is_named_is_registered(page: Path) -> None:
    known = {
        rule
        for path in ROOT.glob("**/abs_*/rules.toml")
        if ".venv" not in path.parts
        for rule in tomllib.loads(path.read_text("utf-8"))
    }
    named = set(re.findall(r"\b[A-Z]{3,}-[0-9]{3}\b", written(page)))
    assert named - {"SHA-256"} <= known


@each_page
def test_a_message_or_subject_that_is_named_has_the_right_form(page: Path) -> None:
    forms = {getattr(protocol, n)(*["x"] * _arity(n)).split(".")[0]: n for n in TRAFFIC}
    messages = {contract.name for contract in CORE.values()}
    for word in words(page):
        kind, dot, rest = word.partition(".")
        if not dot or not re.fullmatch(r"[\w<>*.-]+", word):
            continue
        if kind in forms and "." in rest:
            assert word.count(".") == _arity(forms[kind]), word
        elif kind in ("incident", "unit", "party") and rest.islower() and "<" not in rest:
            assert word in messages, word


def _arity(function: str) -> int:
    return len(inspect.signature(getattr(protocol, function)).parameters)


def test_the_map_names_every_page() -> None:
    for folder in ("docs", "docs/adr"):
        index = (ROOT / folder / "index.md").read_text("utf-8")
        for page in (ROOT / folder).glob("*.md"):
            assert page.name == "index.md" or f"({page.name})" in index, page.name


# -- decisions ----------------------------------------------------------------


def enforcers(page: Path) -> Iterator[str]:
    last = page.read_text("utf-8").rstrip().split("\n\n")[-1]
    assert last.startswith("**Enforced by:** ")
    yield from re.findall(r"`([^`]+)`", last)


@pytest.mark.parametrize("page", DECISIONS, ids=lambda p: p.stem)
def test_a_decision_is_enforced_by_what_exists(page: Path) -> None:
    contracts = re.findall(
        r"^\[importlinter:contract:(\w+)\]", (ROOT / ".importlinter").read_text(), re.M
    )
    found = list(enforcers(page))
    assert found
    for name in found:
        file, _, test = name.partition("::")
        if name in contracts:
            continue
        assert (ROOT / file).is_file(), name
        assert not test or test in defined(ROOT / file), name


def defined(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
