"""The block as three functions: entries in, effects and answers out."""

import datetime as dt

import msgspec
import pytest
from abs_contracts.catalogue import CORE
from abs_contracts.codec import decode_event, seal
from abs_contracts.envelope import Envelope
from abs_contracts.manifest import find_manifest
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Location, NoteAudience
from abs_contracts.negotiate import agree
from abs_contracts.refusal import Refused
from abs_first_block import Counted, HowMany, Remark, State, Watch, abs_block, abs_contracts

from abs_core.sdk import Fed, Order, Requested, Respond, Settings, Started

WATCH = Watch("watch")
AT = dt.datetime(2026, 1, 1, 12, 0, tzinfo=dt.UTC)


def fed(position: int, incident: str, payload: msgspec.Struct) -> Fed:
    envelope = Envelope(
        specversion="1.0",
        id=f"e-{position}",
        source="test",
        type=CORE.of(payload).type,
        subject=incident,
        time=AT,
        data=msgspec.Raw(b"null"),
    )
    return Fed(f"f-{position}", AT, position, decode_event(seal(envelope, payload)))


def located(place: str) -> inc.IncidentLocated:
    return inc.IncidentLocated(location=Location(municipality=place))


def after(*told: tuple[str, msgspec.Struct]) -> State:
    state = WATCH.initial()
    for position, (incident, payload) in enumerate(told, start=1):
        state = WATCH.evolve(state, fed(position, incident, payload))
    return state


def counted(*told: tuple[str, msgspec.Struct]) -> dict[str, int]:
    return WATCH.answer(after(*told), HowMany()).open


def test_it_counts_open_incidents_per_municipality() -> None:
    told = [("i-1", located("Delft")), ("i-2", located("Delft")), ("i-3", located("Zoetermeer"))]
    assert counted(*told) == {"Delft": 2, "Zoetermeer": 1}


def test_an_incident_that_moves_is_counted_once_and_where_it_is_now() -> None:
    assert counted(("i-1", located("Delft")), ("i-1", located("Rijswijk"))) == {"Rijswijk": 1}


@pytest.mark.parametrize("ending", [inc.PartyDetached(party="watch"), inc.IncidentClosed()])
def test_an_incident_that_ends_or_that_it_leaves_no_longer_counts(ending: msgspec.Struct) -> None:
    assert counted(("i-1", located("Delft")), ("i-1", ending)) == {}


def test_another_party_that_leaves_changes_nothing() -> None:
    left = inc.PartyDetached(party="police")
    assert counted(("i-1", located("Delft")), ("i-1", left)) == {"Delft": 1}


def test_without_a_place_nothing_is_counted() -> None:
    assert counted(("i-1", inc.PartyAttached(party="watch"))) == {}


def test_a_remark_becomes_a_note_by_the_one_who_asked() -> None:
    remark = Remark(incident="i-1", text="road closed by us")
    entry = Requested("r-1", AT, remark, "desk-1", "coordinator")
    order, answer = WATCH.react({}, entry)
    assert order == Order(
        key="note",
        subject="i-1",
        payload=inc.AddNote(text="road closed by us", audience=NoteAudience.ALL),
        actor="desk-1",
        role="coordinator",
    )
    assert answer == Respond(key="answer", payload=remark)


def test_the_feed_alone_makes_it_do_nothing() -> None:
    assert WATCH.react({}, fed(1, "i-1", located("Delft"))) == []
    assert WATCH.react({}, Started("s-1", AT, 1)) == []


def test_watch_001_an_unknown_question_is_refused() -> None:
    with pytest.raises(Refused, match=r"^WATCH-001"):
        WATCH.answer({}, Counted(open={}))


def test_the_host_gets_the_block_and_its_messages_from_the_hooks() -> None:
    assert isinstance(abs_block(Settings(room="dh", party="watch")), Watch)
    assert {contract.type for contract in abs_contracts()} == {
        "abs.watch.how_many.v1",
        "abs.watch.counted.v1",
        "abs.watch.remark.v1",
    }


def test_its_manifest_can_be_agreed_to() -> None:
    agreement = agree(find_manifest("watch"), CORE, 1)
    assert agreement.produces == (CORE.of(inc.AddNote).type,)
    assert CORE.of(inc.IncidentLocated).type in agreement.consumes
