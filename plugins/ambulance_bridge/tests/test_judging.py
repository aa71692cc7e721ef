"""Our judge beside the publisher's own schemas: the same verdict at the same places."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from abs_ambulance_bridge.hub_sante.catalogue import BY_NAME, TYPES
from abs_ambulance_bridge.hub_sante.envelope import Sending, enveloped
from abs_ambulance_bridge.hub_sante.judge import issues
from abs_ambulance_bridge.hub_sante.reading import parse
from abs_ambulance_bridge.hub_sante.shape import shape_of
from abs_ambulance_bridge.hub_sante.specimen import specimen
from abs_ambulance_bridge.profile import Faulty
from abs_ambulance_bridge.tree import Tree, escaped, path, replaced
from jsonschema import Draft7Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

CATASTROPHIC = re.compile(r"\^\(\[a-zA-Z0-9_-\]\+\\\.\?\)\{4,(\d+)\}\$")
LINEAR = r"^(?=(\.?[A-Za-z0-9_-]){4})[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){0,%d}\.?$"
each_type = pytest.mark.parametrize("kind", [each.name for each in TYPES])

checker = FormatChecker(formats=())


@checker.checks("date-time", raises=ValueError)
def _is_time(value: object) -> bool:
    """RFC 3339, by the standard library and its letter T and offset."""
    if isinstance(value, str):
        at = dt.datetime.fromisoformat(value.upper())
        return at.tzinfo is not None and value[10:11] in "Tt"
    return True


@pytest.fixture(scope="session")
def schemas(published: Path) -> Mapping[str, Any]:
    """The published schemas, without the pattern that no backtracking engine can take."""
    found = {}
    for file in sorted(published.glob("json-schema/*.schema.json")):
        schema = json.loads(file.read_text("utf-8"), object_hook=_linear)
        schema.pop("$id", None)
        found[file.name.removesuffix(".schema.json")] = schema
    return found


def _linear(node: dict[str, Any]) -> dict[str, Any]:
    pattern = node.get("pattern")
    if isinstance(pattern, str) and (found := CATASTROPHIC.fullmatch(pattern)):
        node["pattern"] = LINEAR % (int(found[1]) - 1)
    return node


def theirs(validator: Draft7Validator, content: Tree) -> set[str]:
    """Where the publisher's schema has something to say, as we point to it."""
    return {where for error in validator.iter_errors(content) for where in _where(error)}


def _where(error: Any) -> Iterator[str]:
    base = "".join(f"/{escaped(str(step))}" for step in error.absolute_path)
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        yield from (f"{base}/{escaped(name)}" for name in missing)
    elif error.validator == "additionalProperties":
        extra = error.instance.keys() - error.schema["properties"].keys()
        yield from (f"{base}/{escaped(name)}" for name in extra)
    else:
        yield base


def ours(kind: str, content: Tree) -> set[str]:
    """What `parse` refuses, by the issues that it gives."""
    root = BY_NAME[kind].root
    try:
        parse(msgspec.json.encode({root: content}))
    except Faulty as fault:
        return {issue.where.removeprefix(f"/{root}") for issue in fault.issues}
    return set()


def changed(tree: Tree) -> Iterator[Tree]:
    """The tree with one thing wrong with it, everywhere in turn."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield {k: v for k, v in tree.items() if k != name}
            yield from ({**tree, name: other} for other in changed(value))
        yield {**tree, "notInTheProfile": "x"}
        yield []
    elif isinstance(tree, list):
        yield from ([], [*tree, *tree], {})
        yield from ([other, *tree[1:]] for other in changed(tree[0]))
    else:
        yield from (None, 7.5, "2026-02-30T12:00:00+01:00")


def examples(published: Path, kind: str) -> Iterator[Tree]:
    for file in sorted(published.glob(f"examples/{kind}/*.json")):
        yield json.loads(file.read_text("utf-8"))[BY_NAME[kind].root]


@each_type
def test_the_same_verdict_and_the_same_places(
    published: Path, schemas: Mapping[str, Any], kind: str
) -> None:
    validator = Draft7Validator(schemas[kind], format_checker=checker)
    given = [specimen(kind), *examples(published, kind)]
    for content in given:
        assert ours(kind, content) == theirs(validator, content) == set()
    for content in (each for whole in given[:2] for each in changed(whole)):
        assert ours(kind, content) == theirs(validator, content), content


@pytest.mark.parametrize("value", [7, 7.5, True, "", "???", "0", [], {}, None, "2026-02-29"])
@each_type
def test_the_same_verdict_on_any_kind_of_value(
    schemas: Mapping[str, Any], kind: str, value: Tree
) -> None:
    """At the top of a type, where every kind of member stands for those below."""
    validator = Draft7Validator(schemas[kind], format_checker=checker)
    content = specimen(kind)
    for name in content:
        other = {**content, name: value}
        assert ours(kind, other) == theirs(validator, other), other


@each_type
def test_the_decoder_and_the_judge_agree(kind: str) -> None:
    """Two readings of one type: msgspec's, which is fast, and ours, which says why."""
    shape, content = shape_of(BY_NAME[kind].content), BY_NAME[kind].content
    for tree in (specimen(kind), *changed(specimen(kind))):
        try:
            msgspec.convert(tree, content)
            takes = True
        except msgspec.ValidationError:
            takes = False
        assert takes == (not [*issues(tree, shape)]), tree


# -- envelopes ----------------------------------------------------------------

HEADER: dict[str, Tree] = {
    "messageId": "nl.health.rav_1",
    "sender": {"name": "rav", "URI": "hubex:nl.health.rav"},
    "sentAt": "2026-01-01T12:00:00+01:00",
    "kind": "Report",
    "status": "Actual",
    "recipient": [{"name": "dh", "URI": "hubex:nl.meldkamer.dh"}],
}


def envelope(message: Tree) -> dict[str, Tree]:
    sending = Sending(
        sender="nl.health.rav",
        recipient="nl.meldkamer.dh",
        id="1",
        kind="Report",
        at=dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC),
        life=dt.timedelta(hours=1),
    )
    place = "/content/0/jsonContent/embeddedJsonContent/message"
    tree = replaced(enveloped("reference", {}, sending), place, message)
    assert isinstance(tree, dict)
    return tree


@pytest.fixture(scope="session")
def whole(schemas: Mapping[str, Any]) -> Draft7Validator:
    resources = [
        (f"{name}.schema.json", Resource.from_contents(schema, default_specification=DRAFT7))
        for name, schema in schemas.items()
    ]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft7Validator(schemas["EDXL-DE-full"], registry=registry, format_checker=checker)


@each_type
def test_the_same_verdict_on_envelopes(whole: Draft7Validator, kind: str) -> None:
    """Of whatever is wrong with envelope or header; the content has its own test."""
    root, content = BY_NAME[kind].root, specimen(kind)
    assert parse(msgspec.json.encode(envelope({**HEADER, root: content}))).kind == kind
    wrong = [
        envelope({**each, root: content}) for each in changed(HEADER) if isinstance(each, dict)
    ]
    wrong += [each for each in changed(envelope(HEADER)) if isinstance(each, dict)]
    for tree in wrong:
        try:
            parse(msgspec.json.encode(tree))
            takes = True
        except Faulty:
            takes = False
        assert takes == whole.is_valid(tree), tree


def expected(text: str) -> set[str]:
    """The places that the publisher's error text names, of envelope and header."""
    header = re.search(r"Issues found on the (\$\S+) header", text)
    places = re.findall(r"^ - ([^:]+):", text, re.MULTILINE)
    content = re.findall(r" content: \n(?: - .*\n)*", text)
    inside = set(re.findall(r"^ - ([^:]+):", "".join(content), re.MULTILINE))
    return {
        place if place.startswith("$") else f"{header[1]}.{place}" if header else place
        for place in places
        if place not in inside
    }


def test_failing_envelopes_are_refused_where_the_publisher_says(published: Path) -> None:
    files = [*published.glob("failing/EDXL-DE/*.json")]
    assert files
    for file in files:
        with pytest.raises(Faulty) as refused:
            parse(file.read_bytes())
        found = {path(issue.where) for issue in refused.value.issues}
        said = file.with_name(file.name + ".errors").read_text("utf-8")
        if named := expected(said):
            assert found == named, file.name
        else:
            assert any(place.endswith("embeddedJsonContent") for place in found), file.name


def test_the_publishers_own_test_types_are_unknown(published: Path) -> None:
    for file in published.glob("failing/TECHNICAL*/*.[jx]*"):
        if file.suffix in (".json", ".xml"):
            with pytest.raises(Faulty) as refused:
                parse(file.read_bytes())
            assert refused.value.code == 301, file.name


def test_an_issue_deep_in_a_list_is_pointed_to() -> None:
    tree = {"createCase": replaced(specimen("RC-EDA"), "/newAlert/1/caller/type", "NOBODY")}
    with pytest.raises(Faulty) as refused:
        parse(msgspec.json.encode(tree))
    (issue,) = refused.value.issues
    assert issue.where == "/createCase/newAlert/1/caller/type"
    assert path(issue.where) == "$.createCase.newAlert[1].caller.type"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", 102),
        (b"{", 102),
        (b"\xff\xfe", 102),
        (b"[" * 5000, 102),
        (b"[]", 300),
        (b"{}", 301),
        (b'{"technical": {}}', 301),
        (b'{"one": 1, "two": 2}', 301),
    ],
)
def test_what_is_no_message_has_a_code(raw: bytes, code: int) -> None:
    with pytest.raises(Faulty) as refused:
        parse(raw)
    assert refused.value.code == code


def test_two_messages_in_one_envelope_are_refused() -> None:
    both = {**HEADER, "reference": specimen("RC-REF"), "error": specimen("RS-ERROR")}
    with pytest.raises(Faulty) as refused:
        parse(msgspec.json.encode(envelope(both)))
    assert refused.value.issues[0].where == "/content/0/jsonContent/embeddedJsonContent"
    assert refused.value.message_id == "nl.health.rav_1"


def test_a_field_beside_the_message_is_open_as_in_the_model(whole: Draft7Validator) -> None:
    tree = envelope({**HEADER, "reference": specimen("RC-REF"), "more": 1})
    assert whole.is_valid(tree)
    assert parse(msgspec.json.encode(tree)).kind == "RC-REF"
