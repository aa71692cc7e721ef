"""The tables in docs/ that the code decides: rows from the types, meanings from `words.py`."""

import ast
import configparser
import inspect
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import msgspec
from abs_ambulance_bridge.hub_sante.envelope import ERRORS
from abs_ambulance_bridge.hub_sante.translation.rows import ROWS
from abs_ambulance_bridge.hub_sante.translation.table import KINDS
from abs_contracts import codelists, protocol
from abs_contracts.catalogue import COMMANDS, EVENTS, Contract
from abs_contracts.envelope import Envelope
from abs_contracts.kit.rules import TABLE, Nature, Rule, Verdict, page

from abs_core.config import Config, PartyConfig
from abs_core.kpi.definitions import DEFINITIONS
from abs_core.pager.outcomes import ENDINGS, MEANINGS, RULES, Outcome
from abs_core.sdk import Effect, Entry
from tests.docs.words import (
    ANSWERS,
    ATTRIBUTES,
    PARTY_SETTINGS,
    SEEN_BY,
    SENT_BY,
    SETTINGS,
    TRAFFIC,
)

ROOT = Path(__file__).parents[2]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(c) for c in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _same(names: Iterable[str], words: Mapping[str, object], what: str) -> None:
    if odd := set(names) ^ set(words):
        raise KeyError(f"{what}: {', '.join(sorted(odd))} stands in the code or in the words only")


def _summary(documented: object) -> str:
    return (inspect.getdoc(documented) or "").split("\n\n")[0].replace("\n", " ")


# -- contracts ----------------------------------------------------------------


def _messages(contracts: Iterable[Contract], last: Callable[[Contract], str]) -> list[list[str]]:
    return [
        [f"`{c.name}`", f"{c.major}.{c.minor}", f"`{c.payload.__name__}`", last(c)]
        for c in contracts
    ]


def events() -> str:
    rows = _messages(EVENTS, lambda c: SEEN_BY[c.sight])
    return table(["event", "version", "payload", "who sees it"], rows)


def commands() -> str:
    rows = _messages(COMMANDS, lambda c: SENT_BY[c.sender])
    return table(["command", "version", "payload", "who sends it"], rows)


def envelope() -> str:
    fields = msgspec.structs.fields(Envelope)
    _same((f.name for f in fields), ATTRIBUTES, "envelope")
    rows = ([f"`{f.name}`", "yes" if f.required else "", ATTRIBUTES[f.name]] for f in fields)
    return table(["attribute", "required", "meaning"], rows)


def code_lists() -> str:
    rows = ([f"`{name}`", each.version, each.source] for name, each in codelists.LISTS.items())
    return table(["list", "version", "source"], rows)


def rules() -> str:
    """Every registry of rules, each under the package that it belongs to."""
    parts = []
    for path in sorted(ROOT.glob("**/abs_*/rules.toml")):
        place = path.relative_to(ROOT)
        if not any(part.startswith(".") for part in place.parts):
            parts += [f"## {path.parent.name}", f"From `{place}`.", _registry(path)]
    return "\n\n".join(parts)


def _registry(path: Path) -> str:
    rows = []
    for rule, row in tomllib.loads(path.read_text("utf-8")).items():
        retired = " (retired)" if row.get("retired") else ""
        rows.append([rule, row["title"] + retired, row["meaning"]])
    return table(["rule", "title", "meaning"], rows)


def changes() -> str:
    """Every rule of a change to a contract, with a link to its page."""
    rows = []
    for name, rule in TABLE.items():
        both = [
            " / ".join(dict.fromkeys(column)) for column in zip(*rule.cases.values(), strict=True)
        ]
        rows.append([f"[{name}](rules/{name}.md)", rule.title, *(both or ["", ""])])
    return table(["rule", "title", "new reads old", "old reads new"], rows)


def rule_pages() -> Mapping[Path, str]:
    """A page for each rule of a change, by its file."""
    return {ROOT / page(name): _rule_page(name, rule) for name, rule in TABLE.items()}


def _rule_page(name: str, rule: Rule) -> str:
    lines = [f"# {name}", "", f"{rule.title}.", "", f"**Why.** {rule.why}", ""]
    if rule.cases:
        rows = [
            [case or "always", *verdicts, _proof(rule, case)]
            for case, verdicts in rule.cases.items()
        ]
        lines += [table(["case", "new reads old", "old reads new", "proof"], rows), ""]
    lines += [f"**To mend.** {rule.remedy}", "", "All rules: [refusals](../refusals.md)."]
    return "\n".join(lines) + "\n"


def _proof(rule: Rule, case: str) -> str:
    if {*rule.cases[case]} == {Verdict.OK} or rule.kind in {Nature.LIFE, Nature.NOTE}:
        return ""
    if rule.kind is not Nature.SHAPE:
        return "one message, two readings"
    or_else = ", or one with two readings" if case in rule.silent else ""
    return f"a message that the other side refuses{or_else}"


# -- protocol -----------------------------------------------------------------


def _subjects() -> dict[str, str]:
    """Every function of the protocol that makes a subject, with the pattern it makes."""
    made = {}
    for name, function in inspect.getmembers(protocol, inspect.isfunction):
        if function.__module__ != protocol.__name__ or name == "stream":
            continue
        made[name] = function(**{p: f"<{p}>" for p in inspect.signature(function).parameters})
    return made


def subjects() -> str:
    made = _subjects()
    _same(made, TRAFFIC, "traffic")
    rows = [
        [f"`{made[name]}`", f"`{name}()`", *TRAFFIC[name], ANSWERS.get(name, "")]
        for name in TRAFFIC
    ]
    return table(["subject", "in protocol.py", "sent by", "taken by", "carries", "answer"], rows)


def _structs(classes: Iterable[type]) -> str:
    rows = []
    for cls in classes:
        tag = cls.__struct_config__.tag if hasattr(cls, "__struct_config__") else None
        fields = ", ".join(f"`{name}`" for name in _field_names(cls))
        says = _summary(cls) if "__doc__" in vars(cls) and cls.__doc__ else ""
        rows.append([f"`{cls.__name__}`", f"`{tag}`" if tag else "", fields, says])
    with_tags = any(row[1] for row in rows)
    head = ["type", "`outcome`", "fields", "meaning"]
    return table(
        head if with_tags else [head[0], *head[2:]],
        rows if with_tags else [[row[0], *row[2:]] for row in rows],
    )


def _field_names(cls: Any) -> tuple[str, ...]:
    """The fields of a Struct or a NamedTuple."""
    return tuple(getattr(cls, "__struct_fields__", ()) or getattr(cls, "_fields", ()))


def wire() -> str:
    classes = [
        cls
        for cls in vars(protocol).values()
        if isinstance(cls, type) and cls.__module__ == protocol.__name__
    ]
    return _structs(classes)


# -- blocks -------------------------------------------------------------------


def entries() -> str:
    return _structs(get_args(Entry))


def effects() -> str:
    return _structs(get_args(Effect))


# -- layers and configuration ---------------------------------------------------


def layers() -> str:
    """The layers of the packages and of the core, from the import contracts."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    drawn = []
    for contract, title in (("packages", "packages"), ("core", "inside abs_core")):
        rows = config[f"importlinter:contract:{contract}"]["layers"].split("\n")
        drawn += [f"{title}, from the top down", *(f"    {row}" for row in rows if row), ""]
    return "```text\n" + "\n".join(drawn).rstrip() + "\n```"


def settings() -> str:
    _same(Config.model_fields, SETTINGS, "settings")
    rows = []
    for name, field in Config.model_fields.items():
        default = f"`{field.default}`" if name != "parties" else ""
        rows.append([f"`{name}`", f"`ABS_{name.upper()}`", default, SETTINGS[name]])
    return table(["setting", "environment", "default", "meaning"], rows)


def party_settings() -> str:
    _same(PartyConfig.model_fields, PARTY_SETTINGS, "party settings")
    rows = ([f"`{name}`", PARTY_SETTINGS[name]] for name in PartyConfig.model_fields)
    return table(["setting", "meaning"], rows)


# -- the ambulance bridge -------------------------------------------------------


def bridge_types() -> str:
    rows = [
        [
            f"`{kind.name}`",
            kind.title,
            kind.handling.value,
            ", ".join(f"`{name}`" for name in kind.core),
            ", ".join(f"`{place}`" for place in kind.must_keep),
            f"{kind.floor} %" if kind.floor else "",
        ]
        for kind in KINDS.values()
    ]
    head = ["type", "is", "handling", "core messages", "the core must give back", "floor"]
    return table(head, rows)


def bridge_places() -> str:
    """What crosses, per type; every other place of a type stays on the ambulance side."""
    rows = [
        [f"`{name}`", f"`{row.where}`", row.core, row.loss.value]
        for name in KINDS
        for row in ROWS[name]
        if row.core is not None
    ]
    return table(["type", "place", "goes to", "where it does not come back by itself"], rows)


def bridge_errors() -> str:
    return table(["code", "title"], ([str(code), title] for code, title in ERRORS.items()))


# -- what does not hold ---------------------------------------------------------


def gaps() -> str:
    """The tests that are known to fail, each with its reason."""
    rows = []
    for path in sorted([*ROOT.glob("tests/**/test_*.py"), *ROOT.glob("*/**/tests/test_*.py")]):
        place = path.relative_to(ROOT)
        if not any(part.startswith(".") for part in place.parts):
            rows += [[reason, f"`{place}::{test}`"] for test, reason in _expected_failures(path)]
    return table(["what does not hold", "the test"], rows or [["nothing that is known", ""]])


def _expected_failures(path: Path) -> Iterable[tuple[str, str]]:
    for test in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(test, ast.FunctionDef | ast.AsyncFunctionDef):
            for mark in test.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.xfail":
                    reason = next(k.value for k in mark.keywords if k.arg == "reason")
                    yield test.name, ast.literal_eval(reason)


# -- pager traffic ---------------------------------------------------------------


def pager_outcomes() -> str:
    _same(Outcome, MEANINGS, "outcomes")
    return table(["outcome", "meaning"], ([f"`{o.value}`", MEANINGS[o]] for o in Outcome))


def pager_rules() -> str:
    return table(["rule", "the page is about an incident, or what it is, because"], _rules(RULES))


def pager_endings() -> str:
    return table(["rule", "released or closed because"], _rules(ENDINGS))


def _rules(rules: Mapping[str, str]) -> list[list[str]]:
    return [[f"`{rule}`", meaning] for rule, meaning in rules.items()]


# -- the pilots' figures ------------------------------------------------------------


def kpi_definitions() -> str:
    rows = (
        [d.title, d.means, "" if d.within is None else f"{d.within:.0f} s", d.source]
        for d in DEFINITIONS.values()
    )
    return table(["figure", "share", "x, unless told otherwise", "where that comes from"], rows)


TABLES: Mapping[str, Callable[[], str]] = {
    each.__name__: each
    for each in (
        events,
        commands,
        envelope,
        code_lists,
        rules,
        changes,
        subjects,
        wire,
        entries,
        effects,
        layers,
        settings,
        party_settings,
        bridge_types,
        bridge_places,
        bridge_errors,
        gaps,
        pager_outcomes,
        pager_rules,
        pager_endings,
        kpi_definitions,
    )
}
