"""What must hold of every profile behind the port, for any message that it allows."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pytest
from abs_ambulance_bridge.check import check
from abs_ambulance_bridge.hub_sante.catalogue import BY_NAME, TYPES
from abs_ambulance_bridge.hub_sante.hub import HubSante
from abs_ambulance_bridge.hub_sante.scalars import lists
from abs_ambulance_bridge.hub_sante.shape import (
    Many,
    Numeric,
    Object,
    Open,
    Shape,
    Text,
    Truth,
    shape_of,
)
from abs_ambulance_bridge.hub_sante.specimen import FORMS, specimen
from abs_ambulance_bridge.profile import Faulty, Handling, Keep, Message, Profile, Setting
from abs_ambulance_bridge.tiny.profile import FIELDS, Tiny
from abs_ambulance_bridge.told import told
from abs_ambulance_bridge.tree import Tree
from abs_contracts.catalogue import CORE
from abs_contracts.codec import decode_as
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# -- messages of any kind ---------------------------------------------------------

ODD_TIMES = st.sampled_from(
    ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1899-12-31T23:00:00+00:00"]
)
MINUTES = st.integers(0, 59).map(lambda n: f"2026-01-01T12:{n:02}:00+01:00") | ODD_TIMES
LINES = st.sampled_from(["", "-grip 1", "- no", "a; b: c", "x" * 130, "y" * 4100, "a\n-b\x0b-c"])
WORDS = st.one_of(st.text(max_size=30), LINES)


def values(shape: Shape) -> st.SearchStrategy[Tree]:
    match shape:
        case Object(members=members):
            must = {n: values(m.shape) for n, m in members.items() if m.required}
            may = {n: values(m.shape) for n, m in members.items() if not m.required}
            return st.fixed_dictionaries(must, optional=may)
        case Many(item=item, least=least, most=most):
            return st.lists(values(item), min_size=least, max_size=min(most or 3, 3))
        case Text():
            return texts(shape)
        case Numeric(whole=True):
            return st.integers(-(2**53), 2**53)
    return SCALARS[type(shape)]


SCALARS: dict[type, st.SearchStrategy[Tree]] = {
    Numeric: st.floats(-1000, 1000, allow_nan=False) | st.integers(-200, 200),
    Truth: st.booleans(),
    Open: st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
}


def texts(shape: Text) -> st.SearchStrategy[Tree]:
    if shape.codes is not None:
        return st.sampled_from(lists()[shape.codes])
    if shape.pattern is None:
        return WORDS
    form = FORMS[shape.pattern.pattern]
    if form.startswith("2026-01-01T"):
        return MINUTES
    return st.integers(1, 3).map(lambda n: form.format(n=n))


def messages() -> st.SearchStrategy[tuple[Profile, Message]]:
    hub, tiny = HubSante(), Tiny()
    of_hub = st.sampled_from(TYPES).flatmap(
        lambda kind: values(shape_of(kind.content)).map(
            lambda content: (hub, _message(kind.name, content))
        )
    )
    of_tiny = st.sampled_from(sorted(FIELDS)).flatmap(
        lambda kind: st.fixed_dictionaries(
            {name: MINUTES if name == "at" else st.text(max_size=20) for name in FIELDS[kind]}
        ).map(lambda content: (tiny, _message(kind, content)))
    )
    return st.one_of(of_hub, of_tiny)


def _message(kind: str, content: Tree) -> Message:
    assert isinstance(content, dict)
    return Message(kind=kind, content=content)


# -- the laws -----------------------------------------------------------------------

tried = settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)


@tried
@given(messages())
def test_total_deterministic_nothing_lost_in_silence_and_back_as_it_was(
    setting: Setting, drawn: tuple[Profile, Message]
) -> None:
    profile, message = drawn
    inbound = profile.to_core(message, setting)
    assert inbound.undeclared == ()
    names = {CORE.of(each.payload).name for each in inbound.commands}
    assert names <= set(profile.kinds[message.kind].core)
    for said in inbound.commands:
        raw = msgspec.json.encode(said.payload)
        assert decode_as(raw, type(said.payload)) == said.payload, "the core's codec takes it"
    assert msgspec.json.encode(inbound) == msgspec.json.encode(profile.to_core(message, setting))
    if profile.kinds[message.kind].handling is Handling.PRIVATE:
        assert inbound.commands == ()
        return
    events = told(inbound.commands, setting)
    back = profile.from_core(message.kind, events, Keep(message=message), setting)
    assert back.content == message.content
    assert back == profile.from_core(message.kind, events, Keep(message=message), setting)


@tried
@given(messages())
def test_what_goes_out_is_a_message_that_the_profile_takes(
    setting: Setting, drawn: tuple[Profile, Message]
) -> None:
    profile, message = drawn
    events = told(profile.to_core(message, setting).commands, setting)
    for kind in profile.kinds:
        content = profile.from_core(kind, events, Keep(), setting).content
        if content is not None:
            medium = next(iter(profile.media))
            try:
                raw = profile.write(Message(kind=kind, content=content), medium)
            except Faulty:
                continue  # a telegram cannot hold a semicolon
            assert profile.parse(raw).content == content


@tried
@given(messages(), messages())
def test_any_events_over_any_kept_message_make_a_valid_one_or_none(
    setting: Setting, drawn: tuple[Profile, Message], other: tuple[Profile, Message]
) -> None:
    (profile, kept), (source, message) = drawn, other
    events = told(source.to_core(message, setting).commands, setting)
    content = profile.from_core(kept.kind, events, Keep(message=kept), setting).content
    if content is not None and isinstance(profile, HubSante):
        raw = profile.write(Message(kind=kept.kind, content=content), "json")
        assert profile.parse(raw).content == content


# -- in another process ---------------------------------------------------------------

PROGRAM = """
import sys, msgspec
from abs_contracts.messages.values import Discipline
from abs_ambulance_bridge.check import check
from abs_ambulance_bridge.hub_sante.catalogue import TYPES
from abs_ambulance_bridge.hub_sante.hub import HubSante
from abs_ambulance_bridge.hub_sante.specimen import specimen
from abs_ambulance_bridge.profile import Setting
files = [(t.name + ".json", msgspec.json.encode({t.root: specimen(t.name)})) for t in TYPES]
setting = Setting(room="dh", party="ambulance", parties={d.value: d for d in Discipline})
sys.stdout.buffer.write(msgspec.json.encode(check(files, HubSante(), setting)))
"""


def test_another_process_says_the_same_to_the_byte() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin", "TZ": zone},
        ).stdout
        for seed, zone in (("0", "UTC"), ("1", "Europe/Amsterdam"), ("77", "Asia/Tokyo"))
    }
    assert len(said) == 1
    assert len(said.pop()) > 10_000


# -- figures of the publisher's files -----------------------------------------------------


def files(published: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(published.glob("examples/*/*")):
        yield file.name, file.read_bytes()


def test_the_publishers_examples(published: Path, hub: HubSante, setting: Setting) -> None:
    """Everything comes back; the publisher's own converter keeps 207 of 281 of RC-EDA."""
    report = check(files(published), hub, setting)
    totals = report.totals
    assert totals.valid == totals.deterministic == totals.exact == totals.files > 0
    assert totals.undeclared == totals.crossed == totals.defects == totals.refused == 0
    cases = totals.by_kind["RC-EDA"]
    assert cases.carried + cases.named + cases.restored == cases.leaves
    assert cases.carried > cases.leaves / 2


def test_every_type_is_tried_whole(hub: HubSante, setting: Setting) -> None:
    whole = [(k.name, msgspec.json.encode({k.root: specimen(k.name)})) for k in TYPES]
    report = check(whole, hub, setting)
    assert [each for each in report.findings if not each.good] == []
    assert {each.kind for each in report.findings} == set(BY_NAME)
    assert report.totals.canaries > 500


@pytest.mark.parametrize("profile", [HubSante(), Tiny()], ids=lambda each: each.name)
def test_a_kind_names_the_core_messages_that_it_maps_to(profile: Profile) -> None:
    kinds: Mapping[str, object] = profile.kinds
    assert kinds
    for kind in profile.kinds.values():
        assert (kind.handling is Handling.MAPPED) == bool(kind.core)
