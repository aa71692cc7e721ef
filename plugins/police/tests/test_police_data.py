"""Police data: kept, read and given by who may, with a record of each."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from abs_contracts.codelists import CHARACTERISTICS
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Discipline, NoteAudience
from abs_contracts.protocol import Accepted, Rejected, Reply, Unknown
from abs_contracts.refusal import Refusal, Refused
from abs_police import custody
from abs_police.authority import load_authority
from abs_police.characteristics import KINDS
from abs_police.messages import records as rec
from abs_police.messages.records import Data

from abs_core.sdk import Effect, Note, Order, OwnLines, Requested, Respond, Settled

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
def stabbing(talk: Any) -> Any:
    """A stabbing that police lead; ambulance takes part, and there is a warning."""
    talk.opened("i-1", "Veiligheid en openbare orde", "Geweld", "Steekpartij")
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
    asked = rec.Keep(incident="i-1", data=Data.WANTED, basis="13", text=SECRET, key="X-1")
    kept = note(talk.request(asked))
    assert isinstance(kept, rec.Kept)
    assert (kept.record.data, kept.record.basis, kept.record.text) == (Data.WANTED, "13", SECRET)
    assert (kept.by.actor, kept.by.role) == ("desk-1", "dispatcher")
    assert kept.by.authorisation == "pol-dispatcher"


def test_data_are_kept_for_an_incident_that_is_known_and_that_may_be_closed(talk: Any) -> None:
    talk.opened("i-1")
    talk.feed("i-1", inc.IncidentClosed())
    assert talk.kept("i-1", "warning", SECRET)
    with pytest.raises(Refused, match=r"^POLICE-001"):
        talk.kept("i-9", "warning", SECRET)


def test_a_reading_is_recorded_with_who_why_and_which_records(stabbing: Any) -> None:
    talk = stabbing
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


def test_a_reading_that_finds_nothing_is_recorded_too(stabbing: Any) -> None:
    effects = stabbing.request(consult(Data.SUSPECT))
    assert response(effects) == rec.Records()
    assert note(effects).records == ()


def test_a_reader_sees_only_what_was_kept_for_a_purpose_that_it_is_authorised_for(
    stabbing: Any,
) -> None:
    stabbing.kept("i-1", "warning", "list of wanted persons", basis="13")
    seen = {
        role: len(response(stabbing.request(consult(Data.WARNING), role)).records)
        for role in ("intake", "dispatcher")
    }
    assert seen == {"intake": 1, "dispatcher": 2}


def test_the_own_lines_say_that_data_were_read_and_never_what_they_are(stabbing: Any) -> None:
    stabbing.request(consult(Data.WARNING))
    stabbing.request(give(stabbing))
    told = lines(stabbing)
    assert [line.split(":")[0] for line in told] == [
        "police data kept",
        "police data read",
        "release on Wpg 19",
    ]
    assert SECRET not in repr(stabbing.ask(OwnLines(incident="i-1")))


def test_data_of_the_daily_task_are_free_for_a_year_then_hit_or_no_hit_then_out_of_use(
    talk: Any,
) -> None:
    talk.opened("i-1")
    talk.attached("i-1", "fire")
    plate = talk.kept("i-1", "plate", "dark car", key="XX-000-X")
    wanted = talk.kept("i-1", "wanted", "listed", basis="13", key="YY-000-Y")

    def state() -> tuple[set[str], bool]:
        found = response(talk.request(consult(Data.PLATE, Data.WANTED))).records
        hit = response(talk.request(rec.Compare(key="xx000x", reason="staande gehouden")))
        return {each.record for each in found}, hit.hit

    assert state() == ({plate, wanted}, True)
    talk.pass_by(days=365)
    assert state() == ({wanted}, True)
    with pytest.raises(Refused, match=r"^POLICE-017"):
        talk.request(old(plate))
    talk.pass_by(days=4 * 365)
    assert state() == (set(), False)
    with pytest.raises(Refused, match=r"^POLICE-009"):
        talk.request(old(wanted))
    talk.kept("i-1", "plate", "another")
    assert wanted not in talk.state.register.records


def old(record: str) -> rec.Release:
    return rec.Release(
        incident="i-1", records=(record,), ground="19", purpose="hulp", recipients=("fire",)
    )


def test_a_comparison_is_recorded_and_tells_only_hit_or_no_hit(stabbing: Any) -> None:
    stabbing.kept("i-1", "plate", "dark car", key="XX-000-X")
    effects = stabbing.request(rec.Compare(key="XX 000 X", reason="staande gehouden"))
    assert response(effects) == rec.Hit(hit=True)
    assert (note(effects).key, len(note(effects).records)) == ("XX 000 X", 1)
    miss = stabbing.request(rec.Compare(key="ZZ-000-Z", reason="staande gehouden"))
    assert response(miss) == rec.Hit(hit=False)


def test_a_characteristic_of_police_alone_is_kept_as_police_data(talk: Any) -> None:
    talk.opened("i-1")
    effects = talk.request(
        rec.Characterise(incident="i-1", name="Soort ANPR", values=("A86",)), "OVD-OC"
    )
    assert orders(effects) == []
    record = note(effects).record
    assert (record.data, record.text) == (Data.ANPR, "Soort ANPR: A86")


def test_every_characteristic_that_police_own_has_its_kind_of_data() -> None:
    owned = {row.name for row in CHARACTERISTICS if row.owner is Discipline.POLICE}
    assert owned == set(KINDS)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Kenteken", ("XX-000-X",)),  # shared
        ("Bloeding", ("Ja",)),  # ambulance's
        ("Geheim", ("x",)),  # of no list
        ("Heterdaad", ("Misschien",)),
        ("Inzet Pol recherche", ("x" * 120,)),
    ],
)
def test_police_019_what_is_no_characteristic_of_police_alone(
    talk: Any, name: str, values: tuple[str, ...]
) -> None:
    talk.opened("i-1")
    with pytest.raises(Refused, match=r"^POLICE-019"):
        talk.request(rec.Characterise(incident="i-1", name=name, values=values), "OVD-OC")


def test_a_comparison_meets_only_what_was_kept_for_a_purpose_of_the_authorisation(
    talk: Any, tmp_path: Path
) -> None:
    file = tmp_path / "authorisations.toml"
    file.write_text(
        '[[authorisations]]\nid = "a"\nrole = "dispatcher"\nbasis = ["8"]\ncompare = true\n'
    )
    talk.opened("i-1")
    talk.kept("i-1", "wanted", "listed", basis="13", key="YY-000-Y")
    entry = Requested("r-1", talk.now, rec.Hit(hit=False), "desk-1", "dispatcher")
    asked = rec.Compare(key="YY-000-Y", reason="staande gehouden")
    authority = load_authority({"authorisations": str(file)})
    effects = custody.asked(talk.state.register, authority, entry, asked)
    assert response(effects) == rec.Hit(hit=False)
    assert response(talk.request(asked)) == rec.Hit(hit=True)


# -- giving to others -----------------------------------------------------------------------


def test_a_release_is_recorded_and_really_given_to_the_named(stabbing: Any) -> None:
    effects = stabbing.request(give(stabbing))
    (order,) = orders(effects)
    assert isinstance(order.payload, inc.AddNote)
    assert (order.payload.audience, order.payload.named) == (NoteAudience.NAMED, ("ambulance",))
    assert SECRET in order.payload.text
    released = note(effects)
    assert isinstance(released, rec.Released)
    assert released.given == order.payload.text
    assert (released.ground, released.purpose) == ("19", "veiligheid van de ploeg")
    assert (released.kinds, released.recipients) == ((Data.WARNING,), ("ambulance",))
    assert (released.by.actor, released.by.authorisation) == ("desk-1", "pol-dispatcher")
    assert response(effects) == rec.ReleaseOrdered(release=released.release)


def test_no_line_of_a_release_is_a_parser_term(stabbing: Any) -> None:
    kept = stabbing.kept("i-1", "suspect", "-signalement persoon lang\n\n- jas")
    asked = give(stabbing, records=(kept,), purpose="hulp\n-grip 1")
    (order,) = orders(stabbing.request(asked))
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
    stabbing: Any, reply: Reply, given: bool | None, line: str | None
) -> None:
    (order,) = orders(stabbing.request(give(stabbing)))
    stabbing.take(Settled("s-1", stabbing.now, order.key, reply))
    (kept,) = stabbing.state.register.releases.values()
    assert kept.given is given
    assert (line in lines(stabbing)) is (line is not None)


def test_what_became_of_another_order_is_no_matter_of_a_release(stabbing: Any) -> None:
    stabbing.request(give(stabbing))
    reply = Accepted(command="c", after=1)
    assert stabbing.take(Settled("s-1", stabbing.now, "assign-x", reply)) == []


def test_a_plate_that_rescue_needs_becomes_a_characteristic_by_a_release(stabbing: Any) -> None:
    plate = stabbing.kept("i-1", "plate", "dark car, seen before", key="XX-000-X")
    asked = rec.SharePlate(incident="i-1", record=plate, ground="19", purpose="redding")
    effects = stabbing.request(asked)
    (order,) = orders(effects)
    assert order.payload == inc.SetCharacteristic(name="Kenteken", values=("XX-000-X",))
    released = note(effects)
    assert (released.recipients, released.shared) == (("ambulance",), True)
    assert released.given == "XX-000-X"


def test_old_releases_leave_the_register_oldest_first(
    stabbing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abs_police.register.RELEASES", 2)
    keys = [orders(stabbing.request(give(stabbing)))[0].key for _ in range(3)]
    kept = [f"release-{id_}" for id_ in stabbing.state.register.releases]
    assert kept == keys[1:]


# -- handing over -----------------------------------------------------------------------------


def test_a_hand_over_attaches_gives_the_data_and_then_the_lead(stabbing: Any) -> None:
    asked = rec.HandOver(
        incident="i-1", to="kmar", reason="op de luchthaven", records=(stabbing.warning,)
    )
    effects = stabbing.request(asked, "OpCo")
    attach, given, lead = (order.payload for order in orders(effects))
    assert attach == inc.AttachParty(party="kmar")
    assert isinstance(given, inc.AddNote)
    assert given.named == ("kmar",)
    assert lead == inc.TransferLead(to="kmar")
    released, handed = (e.payload for e in effects if isinstance(e, Note))
    assert isinstance(released, rec.Released)
    assert released.ground == "15"
    assert handed == response(effects)
    assert (handed.to, handed.release) == ("kmar", released.release)
    assert lines(stabbing)[-1] == "handed over to kmar: op de luchthaven"


def test_a_hand_over_without_data_to_one_who_takes_part_gives_the_lead_alone(
    stabbing: Any,
) -> None:
    asked = rec.HandOver(incident="i-1", to="ambulance", reason="zorg")
    effects = stabbing.request(asked)
    assert [order.payload for order in orders(effects)] == [inc.TransferLead(to="ambulance")]
    assert response(effects).release is None


def test_police_hand_over_no_lead_that_they_do_not_have(stabbing: Any) -> None:
    stabbing.feed("i-1", inc.LeadTransferred(previous="police", lead="kmar"))
    for to in ("ambulance", "kmar"):
        with pytest.raises(Refused, match=r"^POLICE-016"):
            stabbing.request(rec.HandOver(incident="i-1", to=to, reason="zorg"))
    stabbing.feed("i-1", inc.LeadTransferred(previous="kmar", lead="police"))
    with pytest.raises(Refused, match=r"^POLICE-016"):
        stabbing.request(rec.HandOver(incident="i-1", to="police", reason="zorg"))


# -- refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "role", "asked"),
    [
        ("POLICE-003", "cleaner", consult(Data.WARNING)),
        ("POLICE-003", "cleaner", rec.Keep(incident="i-1", data=Data.SUSPECT, text="x")),
        ("POLICE-003", "cleaner", rec.Compare(key="XX", reason="x")),
        ("POLICE-003", "cleaner", rec.HandOver(incident="i-1", to="kmar", reason="x")),
        ("POLICE-008", "dispatcher", consult(Data.WARNING, Data.TACTICS)),
        ("POLICE-008", "intake", consult(Data.SUSPECT)),
        ("POLICE-008", "intake", rec.Compare(key="XX", reason="x")),
        ("POLICE-008", "intake", rec.Keep(incident="i-1", data=Data.ANPR, text="x")),
        (
            "POLICE-008",
            "intake",
            rec.Keep(incident="i-1", data=Data.SUSPECT, basis="13", text="x"),
        ),
    ],
)
def test_who_is_not_authorised_gets_nothing_and_it_changes_nothing(
    stabbing: Any, rule: str, role: str, asked: msgspec.Struct
) -> None:
    before = stabbing.state
    with pytest.raises(Refused, match=f"^{rule}"):
        stabbing.request(asked, role)
    assert stabbing.state == before


@pytest.mark.parametrize(
    ("rule", "role", "other"),
    [
        ("POLICE-009", "dispatcher", {"records": ("nothing",)}),
        ("POLICE-010", "dispatcher", {"ground": "99"}),
        ("POLICE-011", "OpCo", {"ground": "16"}),
        ("POLICE-011", "dispatcher", {"recipients": ("fire", "museum")}),
        ("POLICE-013", "dispatcher", {"recipients": ("kmar",)}),
        ("POLICE-014", "OVD-OC", {"ground": "20", "recipients": ("rws",)}),
        ("POLICE-008", "intake", {}),
        ("POLICE-008", "dispatcher", {"ground": "20", "recipients": ("rws",), "decision": "b-1"}),
    ],
)
def test_a_release_that_the_act_does_not_allow_is_refused(
    stabbing: Any, rule: str, role: str, other: dict[str, Any]
) -> None:
    stabbing.attached("i-1", "fire", "museum", "rws")
    with pytest.raises(Refused, match=f"^{rule}"):
        stabbing.request(give(stabbing, **other), role)


def test_a_structural_release_names_its_decision(stabbing: Any) -> None:
    stabbing.attached("i-1", "rws")
    asked = give(stabbing, ground="20", recipients=("rws",), decision="besluit 1")
    assert note(stabbing.request(asked, "OVD-OC")).decision == "besluit 1"


def test_tactics_go_out_on_no_ground_but_to_who_is_authorised_by_another_controller(
    stabbing: Any,
) -> None:
    tactics = stabbing.kept("i-1", "tactics", "team on its way")
    with pytest.raises(Refused, match=r"^POLICE-012"):
        stabbing.request(give(stabbing, records=(tactics,)), "OVD-OC")
    stabbing.attached("i-1", "kmar")
    asked = give(stabbing, records=(tactics,), ground="15", recipients=("kmar",))
    assert orders(stabbing.request(asked, "OVD-OC"))


def test_a_record_of_another_incident_is_not_given_here(stabbing: Any) -> None:
    stabbing.opened("i-2")
    elsewhere = stabbing.kept("i-2", "warning", "elsewhere")
    with pytest.raises(Refused, match=r"^POLICE-009"):
        stabbing.request(give(stabbing, records=(elsewhere,)))


def test_a_release_that_no_note_can_hold_is_refused(stabbing: Any) -> None:
    long = tuple(stabbing.kept("i-1", "warning", "x" * 1000) for _ in range(4))
    with pytest.raises(Refused, match=r"^POLICE-015"):
        stabbing.request(give(stabbing, records=long))
    assert orders(stabbing.request(give(stabbing, records=long[:3])))


def test_only_a_plate_is_shared_as_a_plate_and_only_with_somebody(stabbing: Any) -> None:
    bare = stabbing.kept("i-1", "plate", "number unknown")
    for record in (stabbing.warning, bare):
        with pytest.raises(Refused, match=r"^POLICE-018"):
            stabbing.request(
                rec.SharePlate(incident="i-1", record=record, ground="19", purpose="redding")
            )
    stabbing.opened("i-2")
    alone = stabbing.kept("i-2", "plate", "dark car", key="XX-000-X")
    with pytest.raises(Refused, match=r"^POLICE-013"):
        stabbing.request(
            rec.SharePlate(incident="i-2", record=alone, ground="19", purpose="redding")
        )
