"""A story's lines: every message has one, and none can do more than be read."""

import datetime as dt

import msgspec
import pytest
from abs_contracts.catalogue import CORE, EVENTS, Contract, Kind
from abs_contracts.codec import Message, encode, seal
from abs_contracts.envelope import Envelope
from abs_contracts.kit.draws import instances
from abs_contracts.kit.examples import OCCURRED, PAYLOADS, RECORDED
from abs_contracts.messages import incident as inc
from abs_contracts.messages import unit
from abs_contracts.messages.values import CallSource
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from abs_core.cli.sentences import fallback
from abs_core.cli.story import lines, person, sentence, table

EXAMPLES = [each for each in PAYLOADS if CORE.of(each).kind is Kind.EVENT]


def envelope(payload: msgspec.Struct, **more: object) -> Envelope:
    fields = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "/rooms/dh/core",
        "type": CORE.of(payload).type,
        "subject": "15-4531",
        "time": OCCURRED,
        "recordedtime": RECORDED,
        "data": msgspec.Raw(b"{}"),
    }
    return Envelope(**{**fields, **more})


def message(payload: msgspec.Struct) -> Message[msgspec.Struct]:
    made = envelope(payload)
    return Message(made, payload, CORE.of(payload), seal(made, payload))


@given(st.sampled_from(EVENTS).flatmap(lambda contract: instances(contract.payload)))
def test_every_event_has_a_line_that_can_only_be_read(payload: msgspec.Struct) -> None:
    said = sentence(message(payload))
    assert said.strip() == said != ""
    assert said.isprintable()


@pytest.mark.parametrize("payload", EXAMPLES, ids=lambda each: type(each).__name__)
def test_no_event_of_the_catalogue_is_left_to_the_fallback(payload: msgspec.Struct) -> None:
    said = sentence(message(payload))
    assert said != fallback(CORE.of(payload).type, msgspec.to_builtins(payload))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (inc.IncidentOpened, "opened in room DH, led by fire: 112 call (exercise)"),
        (inc.EscalationChanged, "escalation GRIP 1 (was 0), decided by OvD-B"),
        (inc.IncidentClassified, "classified as Brand / Gebouw / 01 Woning/Woongebouw"),
        (inc.NoteAdded, 'note for fire, police, released: "Gasfles op het balkon"'),
        (
            inc.SafetyStated,
            "SAFETY, says police: scene unsafe: weapon, aggression; wait at "
            'parkeerplaats zwembad "niet aanrijden voor vrijgave"',
        ),
        (inc.ClockBreached, "clock Commando plaats incident (30 min): NOT MET in time"),
        (unit.EmergencyRaised, "EMERGENCY BUTTON of 15-4531 of fire at 52.05750 4.49310"),
        (inc.UnitAssigned, "TS-6 15-4531 of fire assigned"),
        (inc.IncidentStub, "stub, not attached: Brand, Zoetermeer (exercise, open in room DH)"),
    ],
)
def test_a_line_has_the_facts(kind: type[msgspec.Struct], said: str) -> None:
    payload = next(each for each in EXAMPLES if isinstance(each, kind))
    assert sentence(message(payload)) == said


def test_a_private_message_shows_its_name_and_fields() -> None:
    class Proposed(msgspec.Struct, frozen=True, kw_only=True):
        units: tuple[str, ...]

    contract = Contract(name="fire.proposed", payload=Proposed, kind=Kind.PRIVATE)
    payload = Proposed(units=("15-4531",))
    made = envelope(inc.IncidentClosed(), type=contract.type)
    assert sentence(Message(made, payload, contract, b"")) == (
        'abs.fire.proposed.v1: units=["15-4531"]'
    )


def test_a_message_of_a_later_version_is_shown_as_it_is() -> None:
    raw = encode(envelope(inc.IncidentClosed(), type="abs.incident.merged.v2"))
    told = lines([raw.replace(b'"data":{}', b'"data":{"into":"inc-2"}')])
    assert told[0].text == "abs.incident.merged.v2: into=inc-2"


def test_late_news_says_when_it_happened() -> None:
    payload = inc.IncidentClosed()
    late = envelope(payload, recordedtime=OCCURRED + dt.timedelta(seconds=61))
    on_time, told = lines([seal(envelope(payload), payload), seal(late, payload)])
    assert on_time.text == "closed"
    assert told.text == f"closed (occurred at {OCCURRED.astimezone():%H:%M:%S})"


def test_text_of_a_caller_is_neither_markup_nor_a_second_line() -> None:
    payload = inc.CallAdded(
        call="c-1",
        source=CallSource.EMERGENCY,
        received=OCCURRED,
        summary="[red]rook[/red]\n\x1b[2J10:00:00 police closed",
    )
    said = envelope(payload, party="fire", authid="desk-3", role="centralist")
    (line,) = lines([seal(said, payload)])
    assert person(line) == "centralist (desk-3)"
    console = Console(width=120, color_system=None)
    with console.capture() as captured:
        console.print(table([line], title="incident [b]1[/b]"))
    shown = captured.get()
    assert '112 call: "[red]rook[/red] [2J10:00:00 police closed"' in shown
    assert "incident [b]1[/b]" in shown
    assert "\x1b" not in shown
    assert len(shown.splitlines()) == 3
