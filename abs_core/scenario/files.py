"""Scenario files: found in the package or by path, read strictly, refused with a pointer."""

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import yaml
from abs_contracts.refusal import Refusal, Refused

from abs_core.scenario.document import Document
from abs_core.scenario.mistakes import examined
from abs_core.scenario.model import Scenario
from abs_core.scenario.shape import Mistake

SUFFIX = ".yaml"


def names() -> tuple[str, ...]:
    """The scenarios that the package carries."""
    found = (file.name for file in _folder().iterdir())
    return tuple(sorted(n.removesuffix(SUFFIX) for n in found if n.endswith(SUFFIX)))


def read(name: str) -> Scenario:
    """The scenario of this name, or in this file. Raises Refused with its first mistake."""
    return parse(*_text(name))


def parse(text: str, file: str) -> Scenario:
    """The scenario in this YAML. Raises Refused with its first mistake."""
    scenario, wrong = examined_text(text, file)
    if scenario is not None and not wrong:
        return scenario
    first = wrong[0]
    more = f" (and {len(wrong) - 1} more: abs scenario check)" if wrong[1:] else ""
    raise Refused(rule=first.rule, what=f"{first.what}{more}", where=first.where, fix=first.fix)


def mistakes(name: str) -> tuple[Refusal, ...]:
    """Everything that is wrong with the scenario of this name or in this file, top down."""
    return examined_text(*_text(name))[1]


def examined_text(text: str, file: str) -> tuple[Scenario | None, tuple[Refusal, ...]]:
    """The scenario in this YAML as far as it can be read, and all that is wrong with it."""
    try:
        document = Document(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        what = f"is not YAML: {' '.join(str(error).split())}"
        place = file if line is None else f"{file}:{line + 1}"
        return None, (_refusal(Mistake("SCENARIO-002", what, ""), place),)
    scenario, wrong = examined(document.data)
    doubles = [Mistake("SCENARIO-003", "it stands there twice", each) for each in document.doubles]
    placed = [(document.line(each.pointer), each) for each in (*doubles, *wrong)]
    placed.sort(key=lambda pair: pair[0] or 0)
    return scenario, tuple(
        _refusal(each, f"{file}:{line}" if line else file) for line, each in placed
    )


def _refusal(mistake: Mistake, place: str) -> Refusal:
    where = f"{place}: {mistake.pointer}" if mistake.pointer else place
    fix = mistake.fix or _FIXES[mistake.rule]
    return Refusal(rule=mistake.rule, what=mistake.what, where=where, fix=fix)


# -- finding ----------------------------------------------------------------------


def _text(name: str) -> tuple[str, str]:
    """The text, and what to call its file. Raises Refused."""
    file = _find(name)
    try:
        return file.read_text("utf-8"), file.name
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(
            rule="SCENARIO-001",
            what=f"cannot be read: {error}",
            where=name,
            fix="give the path of a readable scenario file in UTF-8",
        ) from None


def _folder() -> Traversable:
    return resources.files("abs_core.scenario") / "files"


def _find(name: str) -> Traversable:
    path = Path(name)
    if path.suffix in (SUFFIX, ".yml") and path.is_file():
        return path
    if name in names():
        return _folder() / f"{name}{SUFFIX}"
    raise Refused(
        rule="SCENARIO-001",
        what=f"there is no scenario {name!r}",
        where=name,
        fix=f"name a .yaml file, or one of: {', '.join(names())}",
    )


_FIXES = {
    "SCENARIO-002": "mend the YAML at that line",
    "SCENARIO-003": "write it as docs/scenarios.md says; an editor shows it with the JSON schema",
    "SCENARIO-004": "name something that the file, or the catalogue, has",
    "SCENARIO-005": "put it in the order of the story's times",
    "SCENARIO-006": "give the message's data as its schema says",
    "SCENARIO-008": "say under `sees` what the party saw of the incident; "
    "nothing at all is {nothing_else: true}",
}
