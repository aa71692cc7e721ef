"""Police data: kept, read and given by who may, with a record of each."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import NoteAudience
from abs_contracts.protocol import Accepted, Rejected, Reply, Unknown
from abs_contracts.refusal import Refusal, Refused
from abs_kmar.messages import records as rec
from abs_kmar.messages.records import Data

from abs_core.sdk import Effect, Note, Order, OwnLines, Respond, Settled

SECRET = "driver known for violence"


def orders(effects: Sequence[Effect]) -> list[Order]:
    return [effect for effect in effects if isinstance(effect, Order)]


def note(effects: Sequence[Effect]) -> Any:
    (only,) = [effect.payload for effect in effects if isinstance(effect, Note)]
    return only


def response(effects: Sequence[Effect]) -> Any:
    (only,) = [effect.payload for effect in effects if isinstance(effect, Respond)]
    return only


def lines(talk: Any) -> list[str]:
    return [line.text for line in talk.ask(OwnLines(incident="i-1")).lines]


@pytest.fixture
def airport(talk: Any) -> Any:
    """An incident that KMar leads; ambulance takes part, and there is a warning."""
    talk.opened("i-1", "Veiligheid en openbare orde", "Beveiliging luchtvaart")
    talk.attached("i-1", "ambulance")
    talk.warning = talk.kept("i-1", "warning", SECRET)
    return talk


def consult(*kinds: Data) -> rec.Consult:
    return rec.Consult(incident="i-1", kinds=kinds, reason="aanrijden")


def give(talk: Any, **other: Any) -> rec.Release:
    asked = rec.Release(
        incident="i-1",
        records=(talk.warning,),
        ground="19",
        purpose="veiligheid van de ploeg",
        recipients=("ambulance",),
    )
    return msgspec.structs.replace(asked, **other)


# -- keeping and reading -----------------------------------------------------------------


def test_what_is_kept_says_who_by_which_authorisation_and_for_which_purpose(talk: Any) -> None:
    talk.opened("i-1")
    asked = rec.Keep(incident="i-1", data=Data.WANTED, basis="13", text=SECRET)
    kept = note(talk.request(asked))
    assert isinstance(kept, rec.Kept)
    assert (kept.record.data, kept.record.basis, kept.record.text) == (Data.WANTED, "13", SECRET)
    assert (kept.by.actor, kept.by.role) == ("desk-1", "dispatcher")
    assert kept.by.authorisation == "kmar-dispatcher"


def test_data_are_kept_for_an_incident_that_is_known_and_that_may_be_closed(talk: Any) -> None:
    talk.opened("i-1")
    talk.feed("i-1", inc.IncidentClosed())
    assert talk.kept("i-1", "warning", SECRET)
    with pytest.raises(Refused, match=r"^KMAR-001"):
        talk.kept("i-9", "warning", SECRET)


def test_a_reading_is_recorded_with_who_why_and_which_records(airport: Any) -> None:
    talk = airport
    effects = talk.request(consult(Data.WARNING, Data.SUSPECT))
    (read,) = response(effects).records
    assert read.text == SECRET
    kept = note(effects)
    assert isinstance(kept, rec.Consulted)
    assert (kept.records, kept.reason) == ((talk.warning,), "aanrijden")
    assert (kept.by.actor, kept.by.role, kept.by.at) == ("desk-1", "dispatcher", effects_at(talk))
    assert orders(effects) == []


def effects_at(talk: Any) -> dt.datetime:
    """The time of the newest request."""
    return max(entry.at for entry in talk.entries)


def test_a_reading_that_finds_nothing_is_recorded_too(airport: Any) -> None:
    effects = airport.request(consult(Data.SUSPECT))
    assert response(effects) == rec.Records()
    assert note(effects).records == ()


def test_a_reader_sees_only_what_was_kept_for_a_purpose_that_it_is_authorised_for(
    airport: Any,
) -> None:
    airport.kept("i-1", "warning", "list of wanted persons", basis="13")
    seen = {
        role: len(response(airport.request(consult(Data.WARNING), role)).records)
        for role in ("intake", "dispatcher")
    }
    assert seen == {"intake": 1, "dispatcher": 2}


def test_the_own_lines_say_that_data_were_read_and_never_what_they_are(airport: Any) -> None:
    airport.request(consult(Data.WARNING))
    airport.request(give(airport))
    told = lines(airport)
    assert [line.split(":")[0] for line in told] == [
        "police data kept",
        "police data read",
        "release on Wpg 19",
    ]
    assert SECRET not in repr(airport.ask(OwnLines(incident="i-1")))


def test_data_of_the_daily_task_are_free_for_a_year_and_out_of_use_after_five(talk: Any) -> None:
    talk.opened("i-1")
    talk.attached("i-1", "fire")
    warning = talk.kept("i-1", "warning", "armed")
    wanted = talk.kept("i-1", "wanted", "listed", basis="13")

    def readable() -> set[str]:
        found = response(talk.request(consult(Data.WARNING, Data.WANTED))).records
        return {each.record for each in found}

    assert readable() == {warning, wanted}
    talk.pass_by(days=365)
    assert readable() == {wanted}
    with pytest.raises(Refused, match=r"^KMAR-016"):
        talk.request(old(warning))
    talk.pass_by(days=4 * 365)
    assert readable() == set()
    with pytest.raises(Refused, match=r"^KMAR-008"):
        talk.request(old(wanted))
    talk.kept("i-1", "warning", "another")
    assert wanted not in talk.state.register.records


def old(record: str) -> rec.Release:
    return rec.Release(
        incident="i-1", records=(record,), ground="19", purpose="hulp", recipients=("fire",)
    )


# -- giving to others -----------------------------------------------------------------------


def test_a_release_is_recorded_and_really_given_to_the_named(airport: Any) -> None:
    effects = airport.request(give(airport))
    (order,) = orders(effects)
    assert isinstance(order.payload, inc.AddNote)
    assert (order.payload.audience, order.payload.named) == (NoteAudience.NAMED, ("ambulance",))
    assert SECRET in order.payload.text
    released = note(effects)
    assert isinstance(released, rec.Released)
    assert released.given == order.payload.text
    assert (released.ground, released.purpose) == ("19", "veiligheid van de ploeg")
    assert (released.kinds, released.recipients) == ((Data.WARNING,), ("ambulance",))
    assert (released.by.actor, released.by.authorisation) == ("desk-1", "kmar-dispatcher")
    assert response(effects) == rec.ReleaseOrdered(release=released.release)


def test_no_line_of_a_release_is_a_parser_term(airport: Any) -> None:
    kept = airport.kept("i-1", "suspect", "-signalement persoon lang\n\n- jas")
    asked = give(airport, records=(kept,), purpose="hulp\n-grip 1")
    (order,) = orders(airport.request(asked))
    assert not any(line.startswith("-") for line in order.payload.text.splitlines())
    assert "-signalement persoon lang" in order.payload.text


@pytest.mark.parametrize(
    ("reply", "given", "line"),
    [
        (Accepted(command="c", after=1), True, "the release was given"),
        (
            Rejected(
                command="c",
                refusal=Refusal(rule="INCIDENT-003", what="closed", where="/subject", fix="reopen"),
            ),
            False,
            "the release was NOT given: INCIDENT-003: closed",
        ),
        (Unknown(command="c", what="no answer"), None, None),
    ],
)
def test_what_the_core_answers_belongs_to_the_record_and_unknown_is_no_answer(
    airport: Any, reply: Reply, given: bool | None, line: str | None
) -> None:
    (order,) = orders(airport.request(give(airport)))
    airport.take(Settled("s-1", airport.now, order.key, reply))
    (kept,) = airport.state.register.releases.values()
    assert kept.given is given
    assert (line in lines(airport)) is (line is not None)


def test_what_became_of_another_order_is_no_matter_of_a_release(airport: Any) -> None:
    airport.request(give(airport))
    reply = Accepted(command="c", after=1)
    assert airport.take(Settled("s-1", airport.now, "assign-x", reply)) == []


def test_old_releases_leave_the_register_oldest_first(
    airport: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abs_kmar.register.RELEASES", 2)
    keys = [orders(airport.request(give(airport)))[0].key for _ in range(3)]
    kept = [f"release-{id_}" for id_ in airport.state.register.releases]
    assert kept == keys[1:]


# -- handing over -----------------------------------------------------------------------------


def test_a_hand_over_attaches_gives_the_data_and_then_the_lead(airport: Any) -> None:
    asked = rec.HandOver(
        incident="i-1", to="police", reason="buiten het terrein", records=(airport.warning,)
    )
    effects = airport.request(asked, "OvD-KMar")
    attach, given, lead = (order.payload for order in orders(effects))
    assert attach == inc.AttachParty(party="police")
    assert isinstance(given, inc.AddNote)
    assert given.named == ("police",)
    assert lead == inc.TransferLead(to="police")
    released, handed = (e.payload for e in effects if isinstance(e, Note))
    assert isinstance(released, rec.Released)
    assert released.ground == "15"
    assert handed == response(effects)
    assert (handed.to, handed.release) == ("police", released.release)
    assert lines(airport)[-1] == "handed over to police: buiten het terrein"


def test_a_hand_over_without_data_to_one_who_takes_part_gives_the_lead_alone(
    airport: Any,
) -> None:
    asked = rec.HandOver(incident="i-1", to="ambulance", reason="zorg")
    effects = airport.request(asked)
    assert [order.payload for order in orders(effects)] == [inc.TransferLead(to="ambulance")]
    assert response(effects).release is None


def test_kmar_hands_over_no_lead_that_they_do_not_have(airport: Any) -> None:
    airport.feed("i-1", inc.LeadTransferred(previous="kmar", lead="police"))
    for to in ("ambulance", "police"):
        with pytest.raises(Refused, match=r"^KMAR-015"):
            airport.request(rec.HandOver(incident="i-1", to=to, reason="zorg"))
    airport.feed("i-1", inc.LeadTransferred(previous="police", lead="kmar"))
    with pytest.raises(Refused, match=r"^KMAR-015"):
        airport.request(rec.HandOver(incident="i-1", to="kmar", reason="zorg"))


# -- refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "role", "asked"),
    [
        ("KMAR-003", "cleaner", consult(Data.WARNING)),
        ("KMAR-003", "cleaner", rec.Keep(incident="i-1", data=Data.SUSPECT, text="x")),
        ("KMAR-003", "cleaner", rec.HandOver(incident="i-1", to="police", reason="x")),
        ("KMAR-004", "dispatcher", consult(Data.WARNING, Data.TACTICS)),
        ("KMAR-004", "intake", consult(Data.SUSPECT)),
        ("KMAR-004", "intake", rec.Keep(incident="i-1", data=Data.DOCUMENT, text="x")),
        (
            "KMAR-004",
            "intake",
            rec.Keep(incident="i-1", data=Data.SUSPECT, basis="13", text="x"),
        ),
    ],
)
def test_who_is_not_authorised_gets_nothing_and_it_changes_nothing(
    airport: Any, rule: str, role: str, asked: msgspec.Struct
) -> None:
    before = airport.state
    with pytest.raises(Refused, match=f"^{rule}"):
        airport.request(asked, role)
    assert airport.state == before


@pytest.mark.parametrize(
    ("rule", "role", "other"),
    [
        ("KMAR-008", "dispatcher", {"records": ("nothing",)}),
        ("KMAR-009", "dispatcher", {"ground": "99"}),
        ("KMAR-010", "OvD-KMar", {"ground": "16"}),
        ("KMAR-010", "dispatcher", {"recipients": ("fire", "museum")}),
        ("KMAR-012", "dispatcher", {"recipients": ("police",)}),
        ("KMAR-013", "OvD-KMar", {"ground": "20", "recipients": ("airport",)}),
        ("KMAR-004", "intake", {}),
        ("KMAR-004", "dispatcher", {"ground": "20", "recipients": ("airport",), "decision": "b-1"}),
    ],
)
def test_a_release_that_the_act_does_not_allow_is_refused(
    airport: Any, rule: str, role: str, other: dict[str, Any]
) -> None:
    airport.attached("i-1", "fire", "museum", "airport")
    with pytest.raises(Refused, match=f"^{rule}"):
        airport.request(give(airport, **other), role)


def test_a_structural_release_names_its_decision(airport: Any) -> None:
    airport.attached("i-1", "airport")
    asked = give(airport, ground="20", recipients=("airport",), decision="besluit 1")
    assert note(airport.request(asked, "OvD-KMar")).decision == "besluit 1"


def test_tactics_go_out_on_no_ground_but_to_who_is_authorised_by_another_controller(
    airport: Any,
) -> None:
    tactics = airport.kept("i-1", "tactics", "team on its way")
    with pytest.raises(Refused, match=r"^KMAR-011"):
        airport.request(give(airport, records=(tactics,)), "OvD-KMar")
    airport.attached("i-1", "police")
    asked = give(airport, records=(tactics,), ground="15", recipients=("police",))
    assert orders(airport.request(asked, "OvD-KMar"))


def test_a_record_of_another_incident_is_not_given_here(airport: Any) -> None:
    airport.opened("i-2")
    elsewhere = airport.kept("i-2", "warning", "elsewhere")
    with pytest.raises(Refused, match=r"^KMAR-008"):
        airport.request(give(airport, records=(elsewhere,)))


def test_a_release_that_no_note_can_hold_is_refused(airport: Any) -> None:
    long = tuple(airport.kept("i-1", "warning", "x" * 1000) for _ in range(4))
    with pytest.raises(Refused, match=r"^KMAR-014"):
        airport.request(give(airport, records=long))
    assert orders(airport.request(give(airport, records=long[:3])))
