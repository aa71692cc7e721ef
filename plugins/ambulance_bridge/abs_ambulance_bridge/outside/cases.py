"""What operators outside do with calls, cases and patients."""

from collections.abc import Mapping

from abs_ambulance_bridge.hub_sante.translation.ids import incident_of
from abs_ambulance_bridge.outside.office import Call, Job, Office
from abs_ambulance_bridge.outside.vehicles import stand_down
from abs_ambulance_bridge.outside.ways import UNKNOWN_EVENT, event_of
from abs_core.sdk import Deed

NUMBER = "+31600000112"
"""The caller's number: a case outside has one, and a story need not say it."""
NOT_SAID = {"code": UNKNOWN_EVENT, "label": "Not said yet"}


# -- calls -------------------------------------------------------------------------------


async def open_case(office: Office, job: Job) -> Deed:
    """A call begins; it is a case once its place is said."""
    office.calls[job.about] = Call(is_exercise=bool(job.data.get("exercise")))
    if "location" in job.data:
        return await _take_call(office, job)
    return Deed(did=["a call is taken, and written down once its place is known"])


async def _take_call(office: Office, job: Job) -> Deed:
    call = office.calls.pop(job.about)
    done = await office.system.do(
        "take_call",
        number=NUMBER,
        place=_place(job.data["location"]),
        event=event_of(job.data.get("classification")) or NOT_SAID,
        said=call.said or None,
        exercise=call.is_exercise,
    )
    assert done.case is not None
    await office.system.do("share", case=done.case, partner=office.system.partner)
    did, urgency = ["take_call", "share"], job.data.get("priority")
    if urgency:
        await office.system.do("triage", case=done.case, urgency=urgency)
        did.append(f"triage {urgency}")
    return Deed(did=did, incident=incident_of(done.case, office.room))


async def add_call(office: Office, job: Job) -> Deed:
    """What a caller says stays outside: as what the call said, or as a line of their own."""
    said, call = str(job.data.get("summary") or "a call"), office.calls.get(job.about)
    if call is not None:
        office.calls[job.about] = call._replace(said=said)
        return Deed(did=["what the caller says is written down"])
    case = await office.case(job)
    await office.system.do("add_note", case=case.id, text=said, shared=False)
    return Deed(did=["add_note for our own people"])


async def locate(office: Office, job: Job) -> Deed:
    if job.about in office.calls:
        return await _take_call(office, job)
    case = await office.case(job)
    await office.system.do("correct", case=case.id, place=_place(job.data["location"]))
    return Deed(did=["correct place"])


def _place(location: object) -> Mapping[str, object]:
    """A place of the core as an operator writes it: street and number are one line."""
    assert isinstance(location, Mapping), "its way was found by it"
    words = [str(location[name]) for name in ("street", "number") if location.get(name)]
    point = location.get("point") or {}
    place = {"address": " ".join(words) or None, "city": location["municipality"], **point}
    return {name: value for name, value in place.items() if value is not None}


# -- cases -------------------------------------------------------------------------------


async def classify(office: Office, job: Job) -> Deed:
    case, event = await office.case(job), event_of(job.data["classification"])
    assert event is not None, "its way was found by it"
    await office.system.do("correct", case=case.id, event=event)
    return Deed(did=[f"correct event {event['code']}"])


async def add_note(office: Office, job: Job) -> Deed:
    case, shared = await office.case(job), job.data.get("audience") == "all"
    await office.system.do("add_note", case=case.id, text=job.data["text"], shared=shared)
    return Deed(did=["add_note" if shared else "add_note for our own people"])


async def ask_fire(office: Office, job: Job) -> Deed:
    """Help to a person, which attaches fire (RS-DR)."""
    case, partner = await office.case(job), office.system.partner
    await office.system.do("ask_help", case=case.id, partner=partner, purpose="SAP")
    return Deed(did=[f"ask_help SAP, which asks {job.data['party']}"])


async def close(office: Office, job: Job) -> Deed:
    case = await office.case(job)
    await office.system.do("close", case=case.id, outcome="done")
    return Deed(did=["close"])


# -- patients ----------------------------------------------------------------------------


async def prioritise(office: Office, job: Job) -> Deed:
    return await _triage(office, job, job.data["priority"], "")


async def state_triage(office: Office, job: Job) -> Deed:
    """A triage that comes to nothing calls the vehicles off."""
    if job.data.get("priority") is None:
        return await stand_down(office, job._replace(data={}))
    words = [str(job.data[name]) for name in ("complaint", "crew_note") if job.data.get(name)]
    return await _triage(office, job, job.data["priority"], "; ".join(words))


async def record_patient(office: Office, job: Job) -> Deed:
    found = job.data.get("characteristics")
    listed = found.items() if isinstance(found, Mapping) else ()
    words = [f"{name}: {', '.join(map(str, values))}" for name, values in listed]
    return await _triage(office, job, None, "; ".join(words))


async def _triage(office: Office, job: Job, urgency: object, medical: str) -> Deed:
    case = await office.case(job)
    await office.system.do("triage", case=case.id, urgency=urgency, medical=medical or None)
    return Deed(did=[" ".join(str(word) for word in ("triage", urgency) if word)])
