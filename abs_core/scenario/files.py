"""Scenario files: found in the package or by path, read strictly, refused with a pointer."""

from collections.abc import Collection
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec
import yaml
from abs_contracts.catalogue import CORE, Catalogue, Kind
from abs_contracts.codec import decode_as, encode, located
from abs_contracts.refusal import Refused

from abs_core.scenario.model import Do, Scenario, Step
from abs_core.scenario.references import filled, references

SUFFIX = ".yaml"
SAMPLE_TIME = "2026-01-01T00:00:00Z"
BUILT_IN = ("now", "id")


def names() -> tuple[str, ...]:
    """The scenarios that the package carries."""
    found = (file.name for file in _folder().iterdir())
    return tuple(sorted(n.removesuffix(SUFFIX) for n in found if n.endswith(SUFFIX)))


def read(name: str) -> Scenario:
    """The scenario of this name, or in this file. Raises Refused (SCENARIO-001 to 006)."""
    file = _find(name)
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _refused("SCENARIO-001", f"cannot be read: {error}", name) from None
    return parse(text, file.name)


def parse(text: str, file: str) -> Scenario:
    """The scenario in this YAML. Raises Refused with file and pointer."""
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: no such date
        what = f"is not YAML: {' '.join(str(error).split())}"
        raise _refused("SCENARIO-002", what, file) from None
    try:
        scenario = msgspec.convert(data, Scenario)
    except msgspec.ValidationError as error:
        what, where = located(error)
        raise _refused("SCENARIO-003", what, file, where) from None
    _check(scenario, file)
    return scenario


def contract_type(name: str, catalogue: Catalogue = CORE) -> str | None:
    """The newest message type of this name, if the catalogue has one."""
    found = [c for c in catalogue.values() if c.name == name]
    return max(found, key=lambda c: (c.major, c.minor)).type if found else None


# -- checks ---------------------------------------------------------------------


def _check(scenario: Scenario, file: str) -> None:
    for party, part in scenario.parties.items():
        for reference in sorted(references(part.options)):
            _known(reference, ("minute",), file, f"/parties/{party}/options", "name")
    for alias, desk in scenario.desks.items():
        _known(desk.party, scenario.parties, file, f"/desks/{alias}/party", "party")
    kept: set[str] = set()
    before = 0.0
    for index, step in enumerate(scenario.steps):
        where = f"/steps/{index}"
        _known(step.by, scenario.desks, file, f"{where}/by", "desk")
        if step.at < before:
            what = f"{step.at:g} is earlier than the step before ({before:g})"
            raise _refused("SCENARIO-005", what, file, f"{where}/at")
        before = step.at
        _check_step(scenario, step, kept, file, where)
    for alias, sees in scenario.sees.items():
        _known(alias, scenario.incidents, file, f"/sees/{alias}", "incident")
        for party, seen in sees.items():
            where = f"/sees/{alias}/{party}"
            _known(party, scenario.parties, file, where, "party")
            for name in (*seen.must, *seen.must_not):
                _message(name, Kind.EVENT, file, where)
    for party in scenario.never:
        _known(party, scenario.parties, file, f"/never/{party}", "party")


def _check_step(scenario: Scenario, step: Step, kept: set[str], file: str, where: str) -> None:
    parts = {"do": step.do, "ask": step.ask, "request": step.request, "wait": step.wait}
    given = [name for name, part in parts.items() if part is not None]
    if len(given) != 1:
        what = f"a step does one thing, this one {' and '.join(given) or 'nothing'}"
        raise _refused("SCENARIO-003", what, file, where)
    if step.do:
        _check_do(scenario, step.do, file, f"{where}/do")
    if step.wait:
        _known(step.wait.party, scenario.parties, file, f"{where}/wait/party", "party")
        if step.wait.about:
            _known(step.wait.about, scenario.incidents, file, f"{where}/wait/about", "incident")
        _message(step.wait.type, Kind.EVENT, file, f"{where}/wait/type")
    for name, consult in (("ask", step.ask), ("request", step.request)):
        if consult is None:
            continue
        if scenario.parties[scenario.desks[step.by].party].block is None:
            what = f"{scenario.desks[step.by].party} has no block to {name}"
            raise _refused("SCENARIO-004", what, file, f"{where}/{name}")
        for reference in sorted(references(consult.data)):
            known = {*scenario.incidents, *kept, *BUILT_IN}
            _known(reference, known, file, f"{where}/{name}/data", "name")
        if consult.keep:
            kept.add(consult.keep)


def _check_do(scenario: Scenario, do: Do, file: str, where: str) -> None:
    message_type = _message(do.command, Kind.COMMAND, file, f"{where}/command")
    if do.command.startswith("incident."):
        _known(do.about, scenario.incidents, file, f"{where}/about", "incident")
    samples = {"now": SAMPLE_TIME, "id": "x", **dict.fromkeys(scenario.incidents, "x")}
    for reference in sorted(references(do.data)):
        _known(reference, samples, file, f"{where}/data", "name")
    try:
        data = encode(filled(do.data, samples))
        decode_as(data, CORE[message_type].payload, pointer=f"{where}/data")
    except Refused as no:
        raise _refused("SCENARIO-006", no.refusal.what, file, no.refusal.where) from None


def _message(name: str, kind: Kind, file: str, where: str) -> str:
    message_type = contract_type(name)
    if message_type is None or CORE[message_type].kind is not kind:
        raise _refused("SCENARIO-004", f"the catalogue has no {kind} {name}", file, where)
    return message_type


def _known(name: str, among: Collection[str], file: str, where: str, what: str) -> None:
    if name not in among:
        choices = ", ".join(sorted(among)) or "nothing yet"
        raise _refused(
            "SCENARIO-004", f"no {what} is called {name!r}; there is: {choices}", file, where
        )


# -- finding ----------------------------------------------------------------------


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
    "SCENARIO-001": "give the path of a readable scenario file in UTF-8",
    "SCENARIO-002": "mend the YAML at that line",
    "SCENARIO-003": "write it as the Scenario type says; unknown fields are refused",
    "SCENARIO-004": "name something that the file, or the catalogue, has",
    "SCENARIO-005": "put the steps in the order of their story seconds",
    "SCENARIO-006": "give the command's data as its schema says",
}


def _refused(rule: str, what: str, file: str, where: str = "") -> Refused:
    place = f"{file}: {where}" if where else file
    return Refused(rule=rule, what=what, where=place, fix=_FIXES[rule])
