"""XML: the same message as its JSON twin; no entities, nothing fetched."""

import datetime as dt
import re
from pathlib import Path

import msgspec
import pytest
from abs_ambulance_bridge.hub_sante.catalogue import BY_NAME, TYPES
from abs_ambulance_bridge.hub_sante.envelope import Sending, enveloped
from abs_ambulance_bridge.hub_sante.reading import parse, write
from abs_ambulance_bridge.hub_sante.specimen import specimen
from abs_ambulance_bridge.profile import Faulty, Message
from abs_ambulance_bridge.tree import Tree

each_type = pytest.mark.parametrize("kind", [each.name for each in TYPES])


def refused(raw: bytes) -> Faulty:
    with pytest.raises(Faulty) as caught:
        parse(raw)
    return caught.value


@each_type
def test_there_and_back_is_the_same(kind: str) -> None:
    message = Message(kind=kind, content=specimen(kind))
    raw = write(message, "xml")
    assert parse(raw).content == message.content
    assert write(parse(raw), "xml") == raw


def test_twins_say_the_same_and_are_written_as_the_publisher_writes(published: Path) -> None:
    twins = [*published.glob("examples/*/*.json")]
    assert twins
    for file in twins:
        raw = file.with_suffix(".xml").read_bytes()
        message, twin = parse(file.read_bytes()), parse(raw)
        assert twin.content == message.content, file.name
        assert _plain(write(message, "xml")) == _plain(raw), file.name


def _plain(raw: bytes) -> str:
    """Without the indentation."""
    return re.sub(r">\s+<", "><", raw.decode()).strip()


@pytest.mark.parametrize(
    "text", ["", " two  blanks ", "a\r\nb", "\ttab", "<&>\"'", "]]>", "é€😀", "a\u2028b"]
)
def test_any_text_comes_back_as_it_was(text: str) -> None:
    content: dict[str, Tree] = {"distributionID": text}
    assert parse(write(Message(kind="RC-REF", content=content), "xml")).content == content


@pytest.mark.parametrize("text", ["\x00", "\x0b", "\ufffe", "\ud800"])
def test_what_xml_cannot_hold_is_refused(text: str) -> None:
    message = Message(kind="RC-REF", content={"distributionID": text})
    with pytest.raises(Faulty) as caught:
        write(message, "xml")
    assert caught.value.code == 600


@pytest.mark.parametrize(
    "prologue",
    [
        "<!DOCTYPE reference>",
        '<!DOCTYPE reference SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE reference [<!ENTITY x "y">]>',
        '<!DOCTYPE reference [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE reference [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]>',
        '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
def test_a_doctype_is_refused_before_anything_is_read_of_it(prologue: str) -> None:
    fault = refused(
        f"{prologue}<reference><distributionID>&x;</distributionID></reference>".encode()
    )
    assert fault.code == 102
    assert "DOCTYPE" in fault.issues[0].what


def test_the_published_attack_is_refused(published: Path) -> None:
    fault = refused((published / "failing/EDXL-DE/external-entity.xml").read_bytes())
    assert fault.code == 102
    assert "DOCTYPE" in fault.issues[0].what


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"<", 102),
        (b"<reference>", 102),
        (b"<reference>&x;</reference>", 102),
        (b'<?xml version="1.0" encoding="martian"?><reference/>', 102),
        (b"<a>" * 100 + b"</a>" * 100, 102),
        (b"<technical/>", 301),
        (b"<reference/>", 300),
        (b"<reference>text</reference>", 300),
        (b"<reference><distributionID><b/></distributionID></reference>", 300),
        (b'<reference><distributionID a="1">x</distributionID></reference>', 300),
        (
            b"<reference><distributionID>1</distributionID><distributionID>2</distributionID></reference>",
            300,
        ),
        (b"<reference><distributionID>1</distributionID><refused>maybe</refused></reference>", 300),
    ],
)
def test_what_is_wrong_has_a_code(raw: bytes, code: int) -> None:
    assert refused(raw).code == code


def test_numbers_and_truth_are_read_by_their_type() -> None:
    position = """<geoPositionsUpdate><position>
        <resourceId>nl.health.rav.resource.unit</resourceId>
        <datetime>2026-01-01T12:00:00+01:00</datetime>
        <coord><lat> 52 </lat><lon>4.50</lon><height>1e2</height></coord>
        <engineOn>1</engineOn></position></geoPositionsUpdate>"""
    (row,) = parse(position.encode()).content["position"]  # type: ignore[misc,union-attr]  # a list
    assert row["coord"] == {"lat": 52, "lon": 4.5, "height": 100.0}  # type: ignore[index,call-overload]  # an object
    assert row["engineOn"] is True  # type: ignore[index,call-overload]  # an object


def test_a_quoted_envelope_has_its_types() -> None:
    quoted: dict[str, Tree] = {
        "content": [{"jsonContent": {"embeddedJsonContent": {"message": {"odd": "1"}}}}],
        "descriptor": {"language": "nl"},
    }
    content: dict[str, Tree] = {**specimen("RS-ERROR"), "sourceMessage": quoted}
    assert parse(write(Message(kind="RS-ERROR", content=content), "xml")).content == content


def envelope(kind: str) -> dict[str, Tree]:
    sending = Sending(
        sender="nl.health.rav",
        recipient="nl.meldkamer.dh",
        id="1",
        kind="Report",
        at=dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC),
        life=dt.timedelta(hours=1),
    )
    return enveloped(BY_NAME[kind].root, specimen(kind), sending)


@each_type
def test_an_envelope_comes_back_as_it_was(kind: str) -> None:
    sent = parse(msgspec.json.encode(envelope(kind)))
    back = parse(write(sent, "xml"))
    assert (back.kind, back.content, back.around) == (kind, specimen(kind), envelope(kind))


@pytest.mark.parametrize("part", ["message", "embeddedXMLContent", "contentXML"])
def test_what_stands_twice_in_an_envelope_is_refused_not_dropped(part: str) -> None:
    raw = write(parse(msgspec.json.encode(envelope("RC-REF"))), "xml").decode()
    twice = re.sub(rf"<{part}[ >].*</{part}>", lambda found: found[0] * 2, raw, flags=re.DOTALL)
    assert parse(raw.encode()).kind == "RC-REF"
    assert refused(twice.encode()).code == 300


@pytest.mark.parametrize(
    "content",
    [
        "<content/>",
        "<content><contentObject/></content>",
        "<content><contentObject><contentXML><embeddedXMLContent><message/><message/>"
        "</embeddedXMLContent></contentXML></contentObject></content>",
    ],
)
def test_an_envelope_with_no_one_message_is_refused(content: str) -> None:
    assert refused(f"<edxlDistribution>{content}</edxlDistribution>".encode()).code == 300
