"""XML of the profile to and from the JSON tree, led by the shapes of the types.

A document with a DOCTYPE is refused as it begins, so there are no entities and nothing
is ever fetched. The order of elements is not judged; ours are written in the order of
the publisher's schema. Where the profile leaves an object open, XML has no types:
there every value is text, except inside a quoted envelope.
"""

import decimal
import re
from collections.abc import Iterable, Iterator
from xml.parsers import expat
from xml.sax.saxutils import escape

from abs_ambulance_bridge.hub_sante.catalogue import BY_ROOT, NAMESPACE
from abs_ambulance_bridge.hub_sante.envelope import Envelope, Header, faulty
from abs_ambulance_bridge.hub_sante.shape import (
    Many,
    Member,
    Numeric,
    Object,
    Open,
    Shape,
    Text,
    Truth,
    shape_of,
)
from abs_ambulance_bridge.profile import Issue
from abs_ambulance_bridge.tree import Tree

MAX_DEPTH = 64
DE = "urn:oasis:names:tc:emergency:EDXL:DE:2.0"
CISU = "urn:emergency:cisu:3.0"
_IGNORED = ("http://www.w3.org/1999/xlink", "http://www.w3.org/2001/XMLSchema-instance")
_WHOLE = re.compile(r"[+-]?[0-9]+\Z")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Element:
    """An element while it is read: its own name without the namespace, text, children."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.odd: dict[str, str] = {}  # attributes that the profile does not have
        self.text = ""
        self.children: list[Element] = []


# -- reading ------------------------------------------------------------------


def read(raw: bytes) -> Element:
    """Bytes as elements. Raises Faulty (102) for what is not XML, and for a DOCTYPE."""
    reader = expat.ParserCreate(namespace_separator=" ")
    top = Element("")
    stack = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > MAX_DEPTH:
            raise faulty(102, Issue(where="", what=f"is nested deeper than {MAX_DEPTH}"))
        element = Element(name.rpartition(" ")[2])
        element.odd = {
            key.rpartition(" ")[2]: value
            for key, value in attributes.items()
            if key.rpartition(" ")[0] not in _IGNORED
        }
        stack[-1].children.append(element)
        stack.append(element)

    def text(data: str) -> None:
        stack[-1].text += data

    def doctype(*_: object) -> None:
        raise faulty(102, Issue(where="", what="has a DOCTYPE: entities are never resolved"))

    reader.buffer_text = True
    reader.StartElementHandler = start
    reader.EndElementHandler = lambda _name: stack.pop()
    reader.CharacterDataHandler = text
    reader.StartDoctypeDeclHandler = doctype
    try:
        reader.Parse(raw, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise faulty(102, Issue(where="", what=f"is not XML: {error}")) from None
    return top.children[0]


def tree_of(element: Element, shape: Shape) -> Tree:
    """An element as JSON of this shape; what does not fit stays as it is, to be judged."""
    match shape:
        case Numeric() | Truth() | Text() if not element.children and not element.odd:
            return _scalar(element.text, shape)
        case Object(members=members) if not element.text.strip():
            return _grouped(element, members)
        case Open():
            return _grouped(element, _QUOTED.members) if element.children else _loose(element)
    return _loose(element)


def _grouped(element: Element, members: dict[str, Member]) -> dict[str, Tree]:
    found: dict[str, list[Element]] = {}
    for child in element.children:
        found.setdefault(child.name, []).append(child)
    tree: dict[str, Tree] = {f"@{name}": value for name, value in element.odd.items()}
    for name, several in found.items():
        member = members.get(name)
        shape = member.shape if member else _root(name)
        if isinstance(shape, Many):
            tree[name] = [tree_of(each, shape.item) for each in several]
        else:
            trees = [tree_of(each, shape) for each in several]
            tree[name] = trees[0] if len(trees) == 1 else trees
    return tree


def _root(name: str) -> Shape:
    """The shape of an element that no member is declared for: a message, or anything."""
    known = BY_ROOT.get(name)
    return shape_of(known.content) if known else Open()


def _loose(element: Element) -> Tree:
    """An element of unknown shape: text, or an object of its children."""
    if not element.children and not element.odd:
        return element.text
    tree = _grouped(element, {})
    return {**tree, "#text": element.text} if element.text.strip() else tree


def _scalar(text: str, shape: Shape) -> Tree:
    trimmed = text.strip()
    match shape:
        case Truth() if trimmed in ("true", "1", "false", "0"):
            return trimmed in ("true", "1")
        case Numeric() if _WHOLE.match(trimmed) and len(trimmed) < 400:
            return int(trimmed)
        case Numeric(whole=False) if _DECIMAL.match(trimmed):
            return float(trimmed)
    return text


# -- the envelope -------------------------------------------------------------

_MESSAGE = Object({**shape_of(Header).members}, closed=False)
_QUOTED = shape_of(Envelope)
"""A quoted envelope is read by this shape as far as it goes."""


def envelope_tree(element: Element) -> dict[str, Tree]:
    """An `edxlDistribution` as the JSON envelope, which nests its content otherwise."""
    plain = Element(element.name)
    plain.odd = element.odd
    plain.children = [each for each in element.children if each.name != "content"]
    tree = _grouped(plain, _QUOTED.members)
    contents = [each for each in element.children if each.name == "content"]
    objects = [each for content in contents for each in content.children]
    if contents:
        tree["content"] = [_content(each) for each in objects]
    return tree


def _content(here: Element) -> Tree:
    """A `contentObject` with one message in it; any other is left empty, to be judged so."""
    for name in ("contentXML", "embeddedXMLContent", "message"):
        if [each.name for each in here.children] != [name]:
            return {}
        here = here.children[0]
    return {"jsonContent": {"embeddedJsonContent": {"message": tree_of(here, _MESSAGE)}}}


# -- writing ------------------------------------------------------------------


def write(root: str, tree: dict[str, Tree]) -> bytes:
    """Content as a document of its own."""
    kind = BY_ROOT[root]
    body = _element(root, tree, shape_of(kind.content), f' xmlns="{kind.namespace}"')
    return _document(body)


def write_envelope(tree: dict[str, Tree]) -> bytes:
    """An envelope with the message in it."""
    outer = {name: value for name, value in tree.items() if name != "content"}
    parts = [*_members(outer, _QUOTED)]
    content = tree["content"]
    assert isinstance(content, list)
    for each in content:
        parts.append(_written_content(each))
    link = 'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:type="extended"'
    return _document(f'<edxlDistribution xmlns="{DE}" {link}>{"".join(parts)}</edxlDistribution>')


def _written_content(content: Tree) -> str:
    message = content
    for name in ("jsonContent", "embeddedJsonContent", "message"):
        assert isinstance(message, dict)
        message = message[name]
    assert isinstance(message, dict)
    body = "".join(_members(message, _MESSAGE))
    link = 'xlink:type="resource"'
    return (
        f"<content {link}><contentObject {link}><contentXML><embeddedXMLContent>"
        f'<message xmlns="{CISU}">{body}</message>'
        "</embeddedXMLContent></contentXML></contentObject></content>"
    )


def _document(body: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n{body}\n'.encode()


def _members(tree: dict[str, Tree], shape: Object) -> Iterator[str]:
    named = [name for name in shape.members if name in tree]
    for name in [*named, *(name for name in tree if name not in shape.members)]:
        member = shape.members.get(name)
        if member is not None:
            yield _element(name, tree[name], member.shape)
        elif name in BY_ROOT:
            kind = BY_ROOT[name]
            space = f' xmlns="{kind.namespace}"'
            yield _element(name, tree[name], shape_of(kind.content), space)
        else:
            yield _element(name, tree[name], Open())


def _element(name: str, value: Tree, shape: Shape, space: str = "") -> str:
    if isinstance(value, list):
        item = shape.item if isinstance(shape, Many) else Open()
        return "".join(_element(name, each, item, space) for each in value)
    if not _NAME.match(name):
        raise faulty(600, Issue(where="", what=f"{name!r} cannot be the name of an element"))
    if isinstance(value, dict):
        inner: Iterable[str] = _members(value, shape if isinstance(shape, Object) else _QUOTED)
        return f"<{name}{space}>{''.join(inner)}</{name}>"
    return f"<{name}{space}>{_text(value)}</{name}>"


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")


def _text(value: Tree) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return format(decimal.Decimal(repr(value)), "f")
        case None:
            return ""
    text = str(value)
    if odd := _FORBIDDEN.search(text):
        raise faulty(600, Issue(where="", what=f"XML cannot hold the character {odd[0]!r}"))
    return escape(text, {"\r": "&#13;"})


__all__ = ["NAMESPACE", "Element", "envelope_tree", "read", "tree_of", "write", "write_envelope"]
