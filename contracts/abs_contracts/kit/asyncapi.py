"""AsyncAPI 3.0 of the block protocol, and of a block's private contracts.

What a participant in any language has to speak: every subject, every message with its
schema and a golden sample, every answer. Private messages travel in the `data` of a
desk's requests and questions, and in the answers.
Run as a module with a folder to write the files there.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from abs_contracts.catalogue import CORE, Contract, Kind
from abs_contracts.envelope import Envelope
from abs_contracts.kit import publication, schemas
from abs_contracts.kit.block_protocol import EXCHANGES, Exchange, named
from abs_contracts.kit.policy import BARE, OPEN
from abs_contracts.kit.shape import of_type
from abs_contracts.kit.versions import Version

Document = dict[str, object]
_PARAMETERS = {
    "room": "a control room, for example dh",
    "party": "a party of the room",
    "token": "the unguessable part that a desk, or one generation of a block, was given",
    "major": "the contract major of the feed",
    "generation": "which start of the block, counting from 1",
    "verb": "command, story or status",
}


def core(versions: Iterable[Version]) -> Document:
    """The whole block protocol; the versions give the golden samples."""
    samples = {version.type: version for version in versions}
    return _document(
        "Block protocol of the Adaptief Basis Systeem",
        "Feeds, commands, questions, hello, heartbeat and drain of a room.",
        EXCHANGES,
        {exchange.name: dict(_messages(exchange, samples)) for exchange in EXCHANGES},
    )


def private(block: str, contracts: Iterable[Contract], versions: Iterable[Version]) -> Document:
    """What a desk and its own block say to each other, in the `data` of the protocol's messages."""
    samples = {version.type: version for version in versions}
    exchanges = [each for each in EXCHANGES if each.name in {"desk", "questions"}]
    messages = {
        contract.name: _message(contract, contract.payload, samples.get(contract.type))
        for contract in contracts
    }
    return _document(
        f"Private contracts of block {block}",
        "The `data` of its desk's requests and questions, of its answers, and of its journal.",
        exchanges,
        {exchange.name: messages for exchange in exchanges},
        replies=False,
    )


def dumped(document: Document) -> bytes:
    """The file: indented JSON with a line end."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _document(
    title: str,
    description: str,
    exchanges: Iterable[Exchange],
    messages: Mapping[str, Mapping[str, Document]],
    *,
    replies: bool = True,
) -> Document:
    channels: Document = {}
    operations: Document = {}
    every: Document = {}
    for exchange in exchanges:
        known = messages[exchange.name]
        every |= known
        sent = [key for key in known if not known[key].get("x-abs-reply")]
        answers = [key for key in known if known[key].get("x-abs-reply")]
        channels[exchange.name] = _channel(exchange, sent)
        operations[exchange.name] = _operation(exchange, sent, answers)
        if answers and replies:
            channels[f"{exchange.name}Reply"] = _inbox(exchange, answers)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": title,
            "version": "1.0.0",
            "description": description,
            "license": {"name": "EUPL-1.2"},
        },
        "defaultContentType": "application/json",
        "servers": {"room": {"host": "127.0.0.1:4222", "protocol": "nats"}},
        "channels": channels,
        "operations": operations,
        "components": {"messages": every},
    }


def _channel(exchange: Exchange, sent: Iterable[str]) -> Document:
    names = [name for name in _PARAMETERS if f"{{{name}}}" in exchange.subject]
    return {
        "address": exchange.subject,
        "summary": exchange.summary,
        "description": f"Sent by: {exchange.sender}. Taken by: {exchange.receiver}.",
        "messages": {key: {"$ref": f"#/components/messages/{key}"} for key in sent},
        **({"parameters": {n: {"description": _PARAMETERS[n]} for n in names}} if names else {}),
        "x-abs-delivery": str(exchange.delivery),
    }


def _inbox(exchange: Exchange, answers: Iterable[str]) -> Document:
    return {
        "address": None,
        "summary": f"Answers to {exchange.name}, on the inbox that the request names.",
        "messages": {key: {"$ref": f"#/components/messages/{key}"} for key in answers},
    }


def _operation(exchange: Exchange, sent: list[str], answers: list[str]) -> Document:
    """As the one who takes part in the room: what it receives, and what it sends."""
    action = "receive" if exchange.receiver == "block" else "send"
    name = exchange.name
    operation: Document = {
        "action": action,
        "channel": {"$ref": f"#/channels/{name}"},
        "summary": exchange.summary,
        "messages": [{"$ref": f"#/channels/{name}/messages/{key}"} for key in sent],
    }
    if answers:
        reply = f"{name}Reply"
        operation["reply"] = {
            "address": {"location": "$message.header#/reply", "description": "the inbox"},
            "channel": {"$ref": f"#/channels/{reply}"},
            "messages": [{"$ref": f"#/channels/{reply}/messages/{key}"} for key in answers],
        }
    return operation


def _messages(exchange: Exchange, samples: Mapping[str, Version]) -> Iterator[tuple[str, Document]]:
    if exchange.carries is not None:
        for contract in CORE.values():
            if contract.kind is exchange.carries:
                version = samples.get(contract.type)
                yield contract.name, _message(contract, contract.payload, version)
    for kind, payloads in ((Kind.REQUEST, exchange.sends), (Kind.REPLY, exchange.replies)):
        for payload in payloads:
            contract = Contract(name=named(payload), payload=payload, kind=kind)
            yield contract.name, _message(contract, payload, samples.get(contract.type))
    if exchange.name == "drain":
        yield "drain", {"name": "drain", "title": "Nothing", "payload": {"type": "object"}}


def _message(
    contract: Contract, payload: type[msgspec.Struct], version: Version | None
) -> Document:
    """One message: its schema as a sender writes it, and its golden samples."""
    data = schemas.emitted(of_type(payload), closed=contract.kind not in OPEN)
    whole = data if contract.kind in BARE else whole_message(contract)
    shown = [
        {"name": sample.case, "payload": msgspec.json.decode(sample.text)}
        for sample in (version.samples if version is not None else ())
        if sample.case in {"minimal", "typical"}
    ]
    return {
        "name": contract.type,
        "title": f"{contract.name} {contract.version}",
        "summary": str(data.get("description", "")).partition("\n")[0] or contract.name,
        "contentType": "application/json",
        "payload": whole,
        **({"examples": shown} if shown else {}),
        **({"x-abs-reply": True} if contract.kind is Kind.REPLY else {}),
        **_deprecated(contract),
    }


def _deprecated(contract: Contract) -> Document:
    end = contract.deprecation
    if end is None:
        return {}
    return {"x-abs-sunset": str(end.sunset), "x-abs-replacement": end.replacement}


def whole_message(contract: Contract, *, sealed: bool = True) -> Document:
    """JSON Schema of a message on the wire: the envelope with this type and this data."""
    closed = contract.kind not in OPEN
    render = schemas.emitted if sealed else schemas.accepted
    envelope = render(of_type(Envelope), closed=closed)
    data = render(of_type(contract.payload), closed=closed)
    properties, required = envelope["properties"], envelope["required"]
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    actor = ["authid", "role"] if contract.kind is Kind.COMMAND else []
    return {
        **envelope,
        "properties": {**properties, "type": {"const": contract.type}, "data": data},
        "required": sorted({*required, *actor}),
    }


def write(folder: Path) -> list[Path]:
    """Write the files of all contracts that are here; returns where."""
    written = []
    for each in publication.everything():
        versions = each.subject().versions
        shared = each.name == publication.SHARED
        document = core(versions) if shared else private(each.name, each.contracts, versions)
        path = folder / f"{each.name}.json"
        path.write_bytes(dumped(document))
        written.append(path)
    return written


if __name__ == "__main__":
    sys.stdout.write("".join(f"{path}\n" for path in write(Path(sys.argv[1]))))
