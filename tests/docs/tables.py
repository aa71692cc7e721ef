"""The tables in docs/ that the code decides: rows from the types, meanings from here.

Where a table needs words that the code does not hold, they stand in a mapping by
name: a name that the code has and the mapping lacks, or the other way round, is
an error.
"""

import configparser
import inspect
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import msgspec
from abs_contracts import codelists, protocol
from abs_contracts.catalogue import COMMANDS, EVENTS, Contract, Sight
from abs_contracts.envelope import Envelope

from abs_core.config import Config, PartyConfig
from abs_core.sdk import Effect, Entry

ROOT = Path(__file__).parents[2]

SEEN_BY = {
    Sight.ATTACHED: "the parties attached to the incident",
    Sight.CHOSEN: "the attached parties that its writer chose",
    Sight.UNIT: "the unit's party, and the attached parties of the incident it serves",
    Sight.ROOM: "every party of the room",
    Sight.STUB: "parties that are not attached; made for the feed, never in the log",
    Sight.CORE: "nobody: it stays inside the core",
}

ATTRIBUTES = {
    "specversion": "always `1.0`",
    "id": "made by the sender for a command; derived from the command for an event",
    "source": "where it was made, for example `/rooms/dh/core`",
    "type": "`abs.<name>.v<major>`",
    "subject": "the id of the incident, unit or party that it is about",
    "time": "when it occurred",
    "recordedtime": "when the core wrote it; set by the core",
    "correlationid": "the story it belongs to, handed on from message to message",
    "causationid": "the id of the message that caused it; in an event, the command",
    "traceparent": "W3C trace context, handed on",
    "authtype": "`user`, `service_account` or `system`",
    "authid": "the actor; required in a command",
    "party": "the party of the actor; in an event set by the core",
    "role": "the role that the actor acts in; required in a command",
    "datacontenttype": "`application/json`, may be left out",
    "data": "the payload, as its contract says",
}

TRAFFIC = {
    "commands": ("the party's desk or block", "the core, one subscription a party", "command"),
    "queries": ("the party's desk or block", "the core", "`StoryQuery`"),
    "hello": ("the party's block", "the core", "`Hello`"),
    "beats": ("the party's block", "every core process", "`Beat`"),
    "questions": ("the party's desk", "the party's block", "`Question`"),
    "desk": ("the party's desk", "the party's block", "`DeskRequest`"),
    "drain": ("who runs the block", "that generation of the block", "nothing"),
    "operator": ("who runs the room", "the core", "command, `StoryQuery` or nothing"),
    "feed": ("the core alone", "the party's block, by its consumer", "event"),
    "journal": ("the party's block alone", "the party's block", "page of the journal"),
    "dead_letters": ("the party's block alone", "who maintains the block", "dead letter"),
}

ANSWERS = {
    "commands": "`Accepted`, `Rejected` or `Unknown`",
    "queries": "`Story`, `Rejected` or `Unknown`",
    "hello": "`Welcome`, `Rejected` or `Unknown`",
    "questions": "`Answer` or `Rejected`",
    "desk": "`Taken` or `Rejected`",
    "drain": "`{}`, once it is done",
    "operator": "a reply, `Story` or `RoomStatus`; or `Rejected` or `Unknown`",
}

SETTINGS = {
    "room": "the room's id, of code list rooms",
    "data": "folder for the server's store, logs, tokens and `run.json`",
    "port": "the broker's port on 127.0.0.1; 0 takes a free one",
    "cores": "core processes side by side",
    "max_file_store": "limit of the broker's store in bytes; 0 for none",
    "parties": "the parties of the room, by id; the default is four parties, fire with its block",
}

PARTY_SETTINGS = {
    "discipline": "police, fire, ambulance, kmar or partner",
    "name": "what a person calls the party",
    "block": "the installed block of the party; leave it out for none",
    "options": "the block's own options, text to text",
}


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
    def sender(contract: Contract) -> str:
        party = contract.name.startswith("party.")
        return "the operator, or the core" if party else "a party's desk or block"

    return table(["command", "version", "payload", "who sends it"], _messages(COMMANDS, sender))


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


def _field_names(cls: Any) -> Sequence[str]:
    names: Sequence[str] = getattr(cls, "__struct_fields__", None) or getattr(cls, "_fields", ())
    return names


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


TABLES: Mapping[str, Callable[[], str]] = {
    each.__name__: each
    for each in (
        events,
        commands,
        envelope,
        code_lists,
        rules,
        subjects,
        wire,
        entries,
        effects,
        layers,
        settings,
        party_settings,
    )
}
