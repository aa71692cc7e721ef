"""Bytes to a judged message, JSON or XML, with its envelope or content alone."""

import msgspec

from abs_ambulance_bridge.hub_sante import xml
from abs_ambulance_bridge.hub_sante.catalogue import BY_NAME, BY_ROOT, HEADERLESS, NOT_OURS, Type
from abs_ambulance_bridge.hub_sante.envelope import MESSAGE, Envelope, Header, faulty
from abs_ambulance_bridge.hub_sante.judge import issues
from abs_ambulance_bridge.hub_sante.shape import Object, Shape, shape_of
from abs_ambulance_bridge.profile import Faulty, Issue, Message
from abs_ambulance_bridge.tree import Tree

_decoder = msgspec.json.Decoder()
_ENVELOPE = shape_of(Envelope)
_HEADER = Object({**shape_of(Header).members}, closed=False)
_OF_ENVELOPE = frozenset(_ENVELOPE.members)


def parse(raw: bytes) -> Message:
    """Raises Faulty: 102 unreadable, 300 invalid, 301 not a type of ours."""
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        element = xml.read(raw)
        if element.name == "edxlDistribution":
            return _enveloped(xml.envelope_tree(element), "xml")
        known = _known(element.name, "")
        return _alone(known, xml.tree_of(element, shape_of(known.content)), "xml")
    tree = _json(raw)
    if not isinstance(tree, dict):
        raise faulty(300, Issue(where="", what="is not an object"))
    if len(tree) == 1 and (root := next(iter(tree))) not in _OF_ENVELOPE:
        return _alone(_known(root, ""), tree[root], "json")
    if tree.keys() & _OF_ENVELOPE:
        return _enveloped(tree, "json")
    raise _no_type("", tree)


def is_valid(kind: str, content: Tree) -> bool:
    """Whether this is content of the type as the publisher judges it."""
    return not _content_issues(BY_NAME[kind], content, "")


def write(message: Message, media: str) -> bytes:
    """The whole of the message; raises Faulty (600) for what XML cannot hold."""
    root = BY_NAME[message.kind].root
    if media == "json":
        return msgspec.json.encode(message.around or {root: message.content})
    if message.around is not None:
        return xml.write_envelope(message.around)
    return xml.write(root, message.content)


def _json(raw: bytes) -> Tree:
    try:
        tree: Tree = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise faulty(102, Issue(where="", what=f"is not JSON: {error}")) from None
    return tree


def _known(root: str, where: str) -> Type:
    known = BY_ROOT.get(root)
    if known is None:
        raise faulty(301, Issue(where=f"{where}/{root}", what="is not a type of message known"))
    return known


def _no_type(where: str, tree: dict[str, Tree], message_id: str | None = None) -> Faulty:
    """No root, or one that is no business message, or more than one."""
    foreign = [name for name in tree if name in NOT_OURS]
    place = f"{where}/{foreign[0]}" if foreign else where
    what = "is not a type of message known" if foreign else "has no message of a known type"
    return faulty(301, Issue(where=place, what=what), message_id=message_id)


def _alone(kind: Type, content: Tree, media: str) -> Message:
    wrong = _content_issues(kind, content, "")
    if wrong or not isinstance(content, dict):
        raise faulty(300, *wrong)
    return Message(kind=kind.name, content=content, media=media)


def _content_issues(kind: Type, content: Tree, where: str) -> list[Issue]:
    return _issues(content, kind.content, shape_of(kind.content), f"{where}/{kind.root}")


def _issues(value: Tree, of: type[msgspec.Struct], shape: Shape, where: str) -> list[Issue]:
    """None when the decoder takes it; else all issues, each with its pointer."""
    try:
        msgspec.convert(value, of)
    except msgspec.ValidationError:
        return [*issues(value, shape, where)]
    return []


def _enveloped(tree: dict[str, Tree], media: str) -> Message:
    """The publisher's order: envelope, header, content; all issues of the three."""
    of = tree.get("distributionID")
    of = of if isinstance(of, str) else None
    wrong = _issues(tree, Envelope, _ENVELOPE, "")
    message = _message(tree)
    if message is None:
        raise faulty(300, *wrong, message_id=of)
    roots = [name for name in message if name in BY_ROOT or name in NOT_OURS]
    if len(roots) > 1:
        where = MESSAGE.removesuffix("/message")
        what = f"must be valid as one type of message, and has {len(roots)}"
        raise faulty(300, *wrong, Issue(where=where, what=what), message_id=of)
    if not HEADERLESS.intersection(roots):
        wrong += _issues(message, Header, _HEADER, MESSAGE)
    kind = BY_ROOT.get(roots[0]) if roots else None
    if kind is not None:
        wrong += _content_issues(kind, message[kind.root], MESSAGE)
    if wrong:
        raise faulty(300, *wrong, message_id=of)
    content = message[kind.root] if kind else None
    if kind is None or not isinstance(content, dict):
        raise _no_type(MESSAGE, message, of)
    return Message(kind=kind.name, content=content, around=tree, media=media)


def _message(tree: Tree) -> dict[str, Tree] | None:
    """The first message of an envelope, however wrong the rest of it is."""
    here = tree
    for step in ("content", 0, "jsonContent", "embeddedJsonContent", "message"):
        if isinstance(step, int):
            here = here[step] if isinstance(here, list) and len(here) > step else None
        else:
            here = here.get(step) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else None
