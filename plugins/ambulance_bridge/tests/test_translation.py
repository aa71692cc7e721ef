"""What becomes of what: the cases that a person would ask about."""

import datetime as dt
from collections.abc import Sequence

import msgspec
import pytest
from abs_ambulance_bridge.hub_sante.catalogue import BY_NAME
from abs_ambulance_bridge.hub_sante.codemap import codemap
from abs_ambulance_bridge.hub_sante.envelope import MESSAGE, Sending, enveloped
from abs_ambulance_bridge.hub_sante.hub import ROUTES, HubSante
from abs_ambulance_bridge.hub_sante.reading import parse
from abs_ambulance_bridge.hub_sante.specimen import specimen
from abs_ambulance_bridge.hub_sante.translation.cases import classification_of
from abs_ambulance_bridge.hub_sante.translation.ids import case_of, incident_of
from abs_ambulance_bridge.profile import Keep, Message, Said, Setting
from abs_ambulance_bridge.told import told
from abs_ambulance_bridge.tree import Tree, replaced
from abs_contracts import codelists
from abs_contracts.catalogue import CORE
from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import (
    Caller,
    CallSource,
    Classification,
    Discipline,
    Hazard,
    Location,
    NoteAudience,
    Point,
    Scene,
)

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


def said(hub: HubSante, setting: Setting, kind: str, **changes: Tree) -> list[msgspec.Struct]:
    """The payloads of the commands of a complete message with these values in it."""
    message = Message(kind=kind, content=changed(kind, **changes))
    return [each.payload for each in hub.to_core(message, setting).commands]


def changed(kind: str, **changes: Tree) -> dict[str, Tree]:
    content: Tree = specimen(kind)
    for where, value in changes.items():
        content = replaced(content, "/" + where.replace("__", "/"), value)
    assert isinstance(content, dict)
    return content


def only(payloads: Sequence[msgspec.Struct], kind: type) -> list[msgspec.Struct]:
    return [each for each in payloads if isinstance(each, kind)]


# -- incidents --------------------------------------------------------------------


def test_an_incident_that_the_core_opened_keeps_its_id() -> None:
    case = case_of("inc-1", "dh", {})
    assert case == "nl.meldkamer.dh.inc-1"
    assert incident_of(case, "dh") == "inc-1"
    assert incident_of(case, "rt") != "inc-1"  # another room's is another's


def test_unknown_risk_codes_leave_the_known_ones_and_themselves_alone(
    hub: HubSante, setting: Setting
) -> None:
    risks: Tree = [{"code": code, "label": f"about {code}"} for code in ("R01", "R99", "R12")]
    (stated,) = only(said(hub, setting, "RC-EDA", qualification__riskThreat=risks), m.StateSafety)
    assert stated == m.StateSafety(
        scene=Scene.UNKNOWN,
        hazards=(Hazard.OTHER,),
        advice="R01 about R01\nR99 about R99\nR12 about R12",
    )


def test_a_class_falls_back_by_prefix_and_the_code_itself_stays_in_the_log_book(
    hub: HubSante, setting: Setting
) -> None:
    event: Tree = {"code": "C02.08.77", "label": "Nobody knows"}
    payloads = said(hub, setting, "RC-EDA", qualification__whatsHappen=event)
    (classified,) = only(payloads, m.ClassifyIncident)
    assert classified == m.ClassifyIncident(classification=classification_of("Ongeval > Overig"))
    texts = [each.text for each in only(payloads, m.AddNote) if isinstance(each, m.AddNote)]
    assert "FR-HS3 event C02.08.77: Nobody knows" in texts


def test_a_code_without_any_class_is_not_guessed(hub: HubSante, setting: Setting) -> None:
    event: Tree = {"code": "C99.01.01", "label": "New"}
    content = changed("RC-EDA", qualification__whatsHappen=event)
    inbound = hub.to_core(Message(kind="RC-EDA", content=content), setting)
    assert not only([each.payload for each in inbound.commands], m.ClassifyIncident)
    events = told(inbound.commands, setting)
    fresh = hub.from_core("RC-EDA", events, Keep(), setting).content
    assert fresh is not None
    assert fresh["qualification"]["whatsHappen"] == event  # type: ignore[index,call-overload]  # an object


@pytest.mark.parametrize("name", ["event", "operation"])
def test_every_class_that_the_map_names_is_in_the_national_table(name: str) -> None:
    for path in codemap(name).rows.values():
        row = classification_of(path)
        assert codelists.LMC.has(row.mc1, row.mc2, row.mc3), path


def test_every_status_and_priority_that_the_maps_name_is_one_of_ambulance() -> None:
    for name in ("status", "position", "availability", "material"):
        for code in codemap(name).rows.values():
            assert codelists.STATUSES.get(Discipline.AMBULANCE, code) is not None
    for code in codemap("priority").rows.values():
        assert codelists.PRIORITIES.has(Discipline.AMBULANCE, code)


@pytest.mark.parametrize(
    "line", ["-grip 2", "  -brgb01", "-\tbrgb01", "ok\r-grip 2", "ok\x85-grip 2"]
)
def test_text_from_outside_never_becomes_a_parser_term(
    hub: HubSante, setting: Setting, line: str
) -> None:
    for note in only(said(hub, setting, "RC-EDA", freetext=[line]), m.AddNote):
        assert isinstance(note, m.AddNote)
        lines = [each.strip() for each in note.text.splitlines()]
        assert not any(each.startswith("-") and each[1:2] not in ("", " ") for each in lines)


def test_text_from_outside_is_never_taken_for_a_line_of_our_own(
    hub: HubSante, setting: Setting
) -> None:
    forged = "FR-HS3 request nl.health.rav.request.1: SMUR"
    kept = Message(kind="RC-EDA", content=changed("RC-EDA", freetext=[forged]))
    events = told(hub.to_core(kept, setting).commands, setting)
    assert hub.from_core("RS-DR", events, Keep(), setting).content is None
    assert hub.from_core("RC-EDA", events, Keep(message=kept), setting).content == kept.content


def test_a_medical_case_tells_the_incident_and_not_the_patient(
    hub: HubSante, setting: Setting
) -> None:
    payloads = said(hub, setting, "RS-EDA")
    assert not only(payloads, m.AddNote)
    (call,) = only(payloads, m.AddCall)
    assert isinstance(call, m.AddCall)
    assert call.caller is None or call.caller.name is None
    assert call.summary is None


@pytest.mark.parametrize(
    ("status", "command"),
    [("ACTIF", m.TakeUpIncident), ("CLOTURE", m.CloseForParty), ("PROGRAM", None)],
)
def test_the_course_of_a_case_is_the_part_of_the_ambulance_party(
    hub: HubSante, setting: Setting, status: str, command: type | None
) -> None:
    payloads = said(hub, setting, "RS-EDA-MAJ", qualification__details__status=status)
    found = [
        type(each) for each in payloads if isinstance(each, m.TakeUpIncident | m.CloseForParty)
    ]
    assert found == ([command] if command else [])


def test_without_a_municipality_there_is_no_place_for_the_core(
    hub: HubSante, setting: Setting
) -> None:
    content = changed("RC-EDA", location__city={"inseeCode": "12345"})
    inbound = hub.to_core(Message(kind="RC-EDA", content=content), setting)
    assert not only([each.payload for each in inbound.commands], m.LocateIncident)
    assert "/location/detailedAddress/number" in [loss.where for loss in inbound.losses]


# -- envelopes decide ----------------------------------------------------------------


def sent(kind: str, distribution: str = "Report", *, exercise: bool = False) -> Message:
    sending = Sending(
        sender="nl.health.rav",
        recipient="nl.meldkamer.dh",
        id="1",
        kind=distribution,
        at=NOON,
        life=dt.timedelta(hours=1),
        exercise=exercise,
    )
    return parse(msgspec.json.encode(enveloped(BY_NAME[kind].root, specimen(kind), sending)))


def test_an_exercise_is_opened_as_one(hub: HubSante, setting: Setting) -> None:
    first = hub.to_core(sent("RC-EDA", exercise=True), setting).commands[0]
    assert first.payload == m.OpenIncident(source=CallSource.PARTNER, exercise=True)


def test_an_update_opens_nothing_and_is_of_when_it_was_sent(
    hub: HubSante, setting: Setting
) -> None:
    commands = hub.to_core(sent("RC-EDA", "Update"), setting).commands
    assert not only([each.payload for each in commands], m.OpenIncident)
    (located,) = [each for each in commands if isinstance(each.payload, m.LocateIncident)]
    assert located.at == NOON


@pytest.mark.parametrize("kind", ["RC-EDA", "RS-EDA"])
def test_a_cancelled_case_closes_the_part_of_the_party(
    hub: HubSante, setting: Setting, kind: str
) -> None:
    commands = hub.to_core(sent(kind, "Cancel"), setting).commands
    assert [each.payload for each in commands] == [m.CloseForParty()]


def test_a_system_message_is_about_no_incident(hub: HubSante, setting: Setting) -> None:
    message = sent("RC-EDA")
    system = replaced(message.around, f"{MESSAGE}/status", "System")
    parsed = parse(msgspec.json.encode(system))
    assert hub.to_core(parsed, setting).commands == ()


@pytest.mark.parametrize(
    ("place", "value"),
    [("CONTEXT__SECLASS", "SECRET"), ("CONTEXT__MODE", "TEST"), ("CONTEXT__MSGTYPE", "ACK")],
)
def test_operations_that_are_secret_or_about_nothing_stay_outside(
    hub: HubSante, setting: Setting, place: str, value: str
) -> None:
    assert said(hub, setting, "EMSI", **{place: value}) == []


# -- vehicles, requests ------------------------------------------------------------------


def test_a_vehicle_of_fire_is_for_fire_to_tell(hub: HubSante, setting: Setting) -> None:
    payloads = said(hub, setting, "RS-RI", resource__0__vehicleType="SIS.VSAV")
    registered = only(payloads, u.RegisterUnit)
    assert len(registered) == 1
    content = changed("RS-RI", resource__0__vehicleType="SIS.VSAV")
    kept = Message(kind="RS-RI", content=content)
    events = told(hub.to_core(kept, setting).commands, setting)
    assert hub.from_core("RS-RI", events, Keep(message=kept), setting).content == content


def test_a_cancelled_vehicle_is_released(hub: HubSante, setting: Setting) -> None:
    payloads = said(hub, setting, "RS-SR", state__status="ANNULE")
    assert [type(each) for each in payloads] == [u.ReportStatus, m.ReleaseUnit]


@pytest.mark.parametrize(
    ("purpose", "audience", "attached"),
    [("RELEVE", NoteAudience.NAMED, ["fire"]), ("CUMP", NoteAudience.OWN, [])],
)
def test_what_fire_is_asked_for_fire_may_read(
    hub: HubSante, setting: Setting, purpose: str, audience: NoteAudience, attached: list[str]
) -> None:
    content = {**changed("RS-DR", request__purpose=purpose)}
    del content["status"]
    inbound = hub.to_core(Message(kind="RS-DR", content=content), setting)
    payloads = [each.payload for each in inbound.commands]
    assert [p.party for p in payloads if isinstance(p, m.AttachParty)] == attached
    (note,) = only(payloads, m.AddNote)
    assert isinstance(note, m.AddNote)
    assert (note.audience, list(note.named)) == (audience, attached)


# -- going out ------------------------------------------------------------------------------


def story(*payloads: msgspec.Struct) -> tuple[Said, ...]:
    minutes = (NOON + dt.timedelta(minutes=n) for n in range(len(payloads)))
    return tuple(
        Said(subject="inc-1", payload=p, at=at) for p, at in zip(payloads, minutes, strict=True)
    )


STORY = story(
    m.IncidentOpened(room="dh", lead="fire", source=CallSource.EMERGENCY),
    m.IncidentLocated(
        location=Location(
            municipality="Zoetermeer",
            street="Voorbeeldstraat",
            number="12",
            road="A12 Re 11,0",
            point=Point(lat=52.0575, lon=4.4931),
            access="achterzijde, poort 3",
        )
    ),
    m.IncidentClassified(
        classification=Classification(table="1.0", mc1="Ongeval", mc2="Overig", mc3="Letsel")
    ),
    m.CallAdded(
        call="call-1",
        source=CallSource.EMERGENCY,
        received=NOON,
        caller=Caller(number="0700000000", name="the caller"),
    ),
    m.NoteAdded(party="fire", text="smoke from the first floor", audience=NoteAudience.ALL),
    m.UnitAssigned(unit="fire-1", party="fire", call_sign="15-0131", kind="TS-6"),
    m.UnitAssigned(unit="pol-1", party="police", call_sign="DH 1", kind="noodhulp"),
)


def test_an_incident_of_the_core_is_a_valid_case_for_every_service(
    hub: HubSante, setting: Setting
) -> None:
    content = hub.from_core("RC-EDA", STORY, Keep(), setting).content
    assert content is not None
    assert parse(msgspec.json.encode({"createCase": content})).content == content
    assert content["caseId"] == "nl.meldkamer.dh.inc-1"
    assert content["qualification"] == {
        "whatsHappen": {"code": "C02.08.00", "label": "Ongeval / Overig / Letsel"}
    }
    place = content["location"]
    assert isinstance(place, dict)
    assert place["detailedAddress"] == {
        "complete": "12 Voorbeeldstraat",
        "number": "12",
        "wayName": {"complete": "Voorbeeldstraat"},
    }
    assert place["freetext"] == "achterzijde, poort 3"


def test_engaged_vehicles_go_out_by_what_the_profile_knows(hub: HubSante, setting: Setting) -> None:
    outbound = hub.from_core("RC-RI", STORY, Keep(), setting)
    assert outbound.content is not None
    resources = outbound.content["resource"]
    assert isinstance(resources, list)
    assert [row["vehicleType"] for row in resources] == ["SIS"]  # type: ignore[index,call-overload]  # an object
    assert "incident.unit_assigned/kind" in [loss.where for loss in outbound.losses]


def test_what_cannot_be_written_yet_makes_no_message(hub: HubSante, setting: Setting) -> None:
    assert hub.from_core("RC-EDA", STORY[:1], Keep(), setting).content is None
    assert hub.from_core("RC-RI", STORY[:4], Keep(), setting).content is None


def test_what_the_core_changed_goes_over_the_original_and_the_rest_stands(
    hub: HubSante, setting: Setting
) -> None:
    kept = Message(kind="RC-EDA", content=specimen("RC-EDA"))
    events = told(hub.to_core(kept, setting).commands, setting)
    moved = m.IncidentLocated(location=Location(municipality="Delft", street="Markt"))
    later = Said(subject=events[0].subject, payload=moved, at=NOON)
    content = hub.from_core("RC-EDA", (*events, later), Keep(message=kept), setting).content
    assert content is not None
    place, before = content["location"], specimen("RC-EDA")["location"]
    assert isinstance(place, dict)
    assert isinstance(before, dict)
    assert place["city"] == {**before["city"], "name": "Delft"}  # type: ignore[dict-item]  # an object
    assert place["locID"] == before["locID"]
    assert content["additionalInformation"] == specimen("RC-EDA")["additionalInformation"]


def test_a_class_that_the_core_changed_is_not_told_by_the_old_code(
    hub: HubSante, setting: Setting
) -> None:
    kept = Message(kind="RC-EDA", content=specimen("RC-EDA"))
    events = told(hub.to_core(kept, setting).commands, setting)
    now = m.IncidentClassified(classification=Classification(table="1.0", mc1="Brand"))
    later = Said(subject=events[0].subject, payload=now, at=NOON)
    content = hub.from_core("RC-EDA", (*events, later), Keep(message=kept), setting).content
    assert content is not None
    assert content["qualification"]["whatsHappen"] == {"code": "C00.00.00", "label": "Brand"}  # type: ignore[index,call-overload]  # an object


def test_a_status_from_the_core_comes_behind_those_that_were_there(
    hub: HubSante, setting: Setting
) -> None:
    kept = Message(kind="RS-RI", content=specimen("RS-RI"))
    events = told(hub.to_core(kept, setting).commands, setting)
    unit = next(each.subject for each in events if isinstance(each.payload, u.UnitRegistered))
    since = NOON + dt.timedelta(hours=1)
    arrived = u.UnitStatusChanged(
        party="ambulance",
        status="tp",
        source="manual",
        since=since,
        incident=events[1].subject,  # type: ignore[arg-type]  # the wire's own word
    )
    after = (*events, Said(subject=unit, payload=arrived, at=since))
    content = hub.from_core("RS-RI", after, Keep(message=kept), setting).content
    assert content is not None
    first = content["resource"][0]  # type: ignore[index,call-overload]  # a list
    original = specimen("RS-RI")["resource"][0]  # type: ignore[index,call-overload]  # a list
    assert first["state"][:-1] == original["state"]  # type: ignore[index,call-overload]  # an object
    assert first["state"][-1]["status"] == "ARRIVEE"  # type: ignore[index,call-overload]  # an object


def test_what_the_core_refused_takes_nothing_away(hub: HubSante, setting: Setting) -> None:
    kept = Message(kind="RC-EDA", content=specimen("RC-EDA"))
    events = told(hub.to_core(kept, setting).commands, setting)
    refused = (m.IncidentClassified, m.CharacteristicSet, m.SafetyStated, m.CallAdded)
    told_of = tuple(each for each in events if not isinstance(each.payload, refused))
    content = hub.from_core("RC-EDA", told_of, Keep(message=kept), setting).content
    assert content is not None
    assert content["initialAlert"] == kept.content["initialAlert"]
    assert content["qualification"]["riskThreat"] == kept.content["qualification"]["riskThreat"]  # type: ignore[index,call-overload]  # objects


def test_a_vehicle_that_was_released_is_not_in_the_snapshot_any_more(
    hub: HubSante, setting: Setting
) -> None:
    kept = Message(kind="RC-RI", content=specimen("RC-RI"))
    events = told(hub.to_core(kept, setting).commands, setting)
    unit = next(each.payload.unit for each in events if isinstance(each.payload, m.UnitAssigned))
    gone = m.UnitReleased(unit=unit, party="ambulance")
    after = (*events, Said(subject=events[1].subject, payload=gone, at=NOON))
    content = hub.from_core("RC-RI", after, Keep(message=kept), setting).content
    assert content is not None
    assert content["resource"] == kept.content["resource"][1:]  # type: ignore[index,call-overload]  # a list


def test_ids_of_earlier_messages_come_back_by_the_id_map(hub: HubSante, setting: Setting) -> None:
    engaged = Message(kind="RS-RI", content=specimen("RS-RI"))
    events = told(hub.to_core(engaged, setting).commands, setting)
    keep = Keep(names=hub.names(engaged, setting))
    content = hub.from_core("RS-SR", events, keep, setting).content
    assert content is not None
    assert content["caseId"] == engaged.content["caseId"]
    resources = engaged.content["resource"]
    assert isinstance(resources, list)
    assert content["resourceId"] in [
        row["resourceId"] for row in resources if isinstance(row, dict)
    ]


@pytest.mark.parametrize("offset", ["-00:00", "+00:00", "+01:00"])
def test_a_time_is_a_moment_whatever_its_offset(
    hub: HubSante, setting: Setting, offset: str
) -> None:
    content = changed("RC-EDA", creation=f"2026-01-01T12:00:00{offset}")
    kept = Message(kind="RC-EDA", content=content)
    inbound = hub.to_core(kept, setting)
    assert "/creation" not in [loss.where for loss in inbound.losses]
    events = told(inbound.commands, setting)
    in_utc = tuple(
        msgspec.structs.replace(each, at=each.at.astimezone(dt.UTC) if each.at else None)
        for each in events
    )
    assert hub.from_core("RC-EDA", in_utc, Keep(message=kept), setting).content == content
    fresh = hub.from_core("RC-EDA", in_utc, Keep(), setting).content
    assert fresh is not None
    assert str(fresh["creation"]).endswith("-00:00")


VARIANTS: dict[str, list[dict[str, Tree]]] = {
    "RC-EDA": [{"initialAlert__reporting": "ATTENTION", "qualification__victims__count": "1"}],
    "RS-EDA": [{"qualification__details__status": each} for each in ("ACTIF", "CLOTURE")],
    "RS-EDA-MAJ": [{"qualification__details__status": each} for each in ("ACTIF", "CLOTURE")],
    "RC-RI": [{"resource__0__state__status": "ANNULE"}],
    "RS-RI": [{"resource__0__state__0__status": "ANNULE"}],
    "RS-SR": [{"state__status": "ANNULE"}],
    "RS-DR": [{"request__purpose": "RELEVE"}],
    "EMSI": [
        {"CONTEXT__MSGTYPE": "CANCEL"},
        {"EVENT__ETYPE__CATEGORY": ["FIR"], "RESOURCE__0__ORG_ID": "nl.health.rav"},
    ],
}


@pytest.mark.parametrize("kind", sorted(ROUTES))
def test_the_table_names_every_command_of_a_type_and_no_other(
    hub: HubSante, setting: Setting, kind: str
) -> None:
    found: set[str] = set()
    for changes in ({}, *VARIANTS.get(kind, [])):
        content = changed(kind, **changes)
        if kind == "RS-DR" and changes:
            del content["status"]
        commands = hub.to_core(Message(kind=kind, content=content), setting).commands
        found |= {CORE.of(each.payload).name for each in commands}
    if kind in ("RC-EDA", "RS-EDA"):
        commands = hub.to_core(sent(kind, "Cancel"), setting).commands
        found |= {CORE.of(each.payload).name for each in commands}
    assert found == set(hub.kinds[kind].core)
