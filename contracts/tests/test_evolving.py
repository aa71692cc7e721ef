"""What a definition says of its own evolution, as the codec honours it."""

import datetime as dt
from typing import Annotated, ClassVar

import msgspec
import pytest
from abs_contracts import Catalogue, Contract, Envelope, Kind, Refused, seal
from abs_contracts.codec import decode_command, decode_event
from abs_contracts.evolving import OpenEnum, fallback, pointers, stated
from msgspec import Meta


class Tool(OpenEnum):
    AXE = "axe"
    UNKNOWN = "unknown"


class Foam(msgspec.Struct, tag_field="kind", tag="foam"):
    litres: int


class Other(msgspec.Struct, tag_field="kind", tag="other"):
    __fallback__: ClassVar[bool] = True


class Used(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    tool: Tool
    agents: tuple[Foam | Other, ...] = ()
    __tombstones__: ClassVar[dict[str, str]] = {"weight": "nobody weighed it, since 1.1"}


class UsedLater(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    tool: Tool
    inside: "Inside | None" = None


class Inside(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    only_when: Annotated[str, Meta(extra={"critical": True})] = ""


ENVELOPE = Envelope(
    specversion="1.0", id="m-1", source="/here", type="abs.tool.used.v1", subject="t-1",
    time=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), authid="desk-1", role="dispatcher",
    data=msgspec.Raw(b"{}"),
)  # fmt: skip


def catalogue(kind: Kind, payload: type[msgspec.Struct] = Used) -> Catalogue:
    return Catalogue([Contract(name="tool.used", payload=payload, kind=kind)])


def event(data: str) -> msgspec.Struct:
    raw = msgspec.structs.replace(ENVELOPE, data=msgspec.Raw(data.encode()))
    return decode_event(msgspec.json.encode(raw), catalogue(Kind.EVENT)).payload


def refused(data: str) -> tuple[str, str]:
    raw = msgspec.structs.replace(ENVELOPE, data=msgspec.Raw(data.encode()))
    with pytest.raises(Refused) as no:
        decode_command(msgspec.json.encode(raw), catalogue(Kind.COMMAND))
    return no.value.refusal.rule, no.value.refusal.where


def test_a_reader_of_events_falls_back_on_unknown() -> None:
    assert event('{"tool":"saw"}') == Used(tool=Tool.UNKNOWN)
    with pytest.raises(Refused):
        event('{"tool":7}')


@pytest.mark.parametrize("value", ["saw", "unknown"])
def test_a_command_takes_declared_values_alone(value: str) -> None:
    assert refused(f'{{"tool":"{value}"}}') == ("CONTRACT-003", "/data/tool")


def test_an_unknown_arm_of_an_open_union_is_read_as_its_fallback() -> None:
    data = (
        '{"tool":"axe","agents":[{"kind":"gas","bar":3},{"kind":"foam","litres":2},{"kind":"x"}]}'
    )
    assert event(data) == Used(tool=Tool.AXE, agents=(Other(), Foam(2), Other()))
    assert refused(data) == ("CONTRACT-003", "/data/agents/0/kind")


def test_a_known_arm_that_is_wrong_stays_wrong() -> None:
    with pytest.raises(Refused, match="litres"):
        event('{"tool":"axe","agents":[{"kind":"foam"}]}')


def test_what_was_taken_away_is_read_as_nothing_also_by_a_closed_reader() -> None:
    raw = msgspec.structs.replace(ENVELOPE, data=msgspec.Raw(b'{"tool":"axe","weight":[1,"x"]}'))
    command = decode_command(msgspec.json.encode(raw), catalogue(Kind.COMMAND))
    assert command.payload == Used(tool=Tool.AXE)
    assert refused('{"tool":"axe","height":1}') == ("CONTRACT-005", "/data/height")


def test_a_pointer_is_stated_whatever_stands_in_a_name() -> None:
    found = ["/plain/0/x", "/a name/\r\n", "/~1/~0", "/%20/ü"]
    assert pointers(stated(found)) == found
    assert pointers(stated([])) == []
    assert stated(["/inside/only_when"]) == "/inside/only_when"


def test_who_does_not_know_what_must_be_understood_refuses() -> None:
    later = UsedLater(tool=Tool.AXE, inside=Inside(only_when="safe"))
    raw = seal(ENVELOPE, later)
    assert msgspec.json.decode(raw)["mustunderstand"] == "/inside/only_when"
    assert decode_event(raw, catalogue(Kind.EVENT, UsedLater)).payload == later
    with pytest.raises(Refused) as no:
        decode_event(raw, catalogue(Kind.EVENT))
    assert (no.value.refusal.rule, no.value.refusal.where) == (
        "CONTRACT-008",
        "/data/inside/only_when",
    )


def test_what_is_not_there_need_not_be_understood() -> None:
    raw = seal(ENVELOPE, UsedLater(tool=Tool.AXE))
    assert b"mustunderstand" not in raw
    assert decode_event(raw, catalogue(Kind.EVENT)).payload == Used(tool=Tool.AXE)


def test_a_pointer_that_is_none_is_refused() -> None:
    raw = msgspec.structs.replace(
        ENVELOPE, data=msgspec.Raw(b'{"tool":"axe"}'), mustunderstand="tool"
    )
    with pytest.raises(Refused, match="CONTRACT-008"):
        decode_event(msgspec.json.encode(raw), catalogue(Kind.EVENT))


def test_only_an_enum_that_says_so_is_open() -> None:
    assert fallback(Tool) == "unknown"
    assert fallback(Kind) is None
