"""The rows of the table, type by type; `table.py` says how they are read."""

from collections.abc import Iterable
from typing import NamedTuple

from abs_ambulance_bridge.losses import Reason

R = Reason


class Row(NamedTuple):
    where: str
    core: str | None
    loss: Reason


def _private(reason: Reason, *places: str) -> tuple[Row, ...]:
    return tuple(Row(where, None, reason) for where in places)


def _at(prefix: str, rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(row._replace(where=prefix + row.where) for row in rows)


_CASE = Row("/caseId", "the incident's id, derived", R.LOCAL)

# -- place, caller, medical --------------------------------------------------------

_PLACE = (
    *_private(R.NO_FIELD, "/externalLocationId", "/externalInfo", "/geometry"),
    Row("/name", "incident.locate/location/access", R.FORM),
    Row("/detailedAddress/complete", "incident.locate/location/street", R.FORM),
    Row("/detailedAddress/number", "incident.locate/location/number", R.FORM),
    Row("/detailedAddress/wayName/complete", "incident.locate/location/street", R.FORM),
    *_private(R.NO_FIELD, "/detailedAddress/wayName/type", "/detailedAddress/wayName/name"),
    Row("/city/name", "incident.locate/location/municipality", R.FORM),
    *_private(R.NO_FIELD, "/city/inseeCode"),
    Row("/access", "incident.locate/location/access", R.FORM),
    Row("/geometry/point/coord/lat", "incident.locate/location/point", R.FORM),
    Row("/geometry/point/coord/lon", "incident.locate/location/point", R.FORM),
)
_SHARED_PLACE = (
    *_PLACE,
    *_private(R.LOCAL, "/locID"),
    *_private(R.NO_FIELD, "/locLabel", "/country", "/city/detail"),
    Row("/freetext", "incident.locate/location/access", R.FORM),
)
_HEALTH_PLACE = (
    *(row for row in _PLACE if row.where != "/name"),
    Row("/detailedAddress/highway", "incident.locate/location/road", R.FORM),
    *_private(R.TEXT, "/name", "/freetext"),
    *_private(R.PERSON, "/access/interphone", "/access/entity", "/access/phoneNumber"),
)
_SHARED_QUALIFICATION = (
    Row("/riskThreat", "incident.state_safety/advice", R.FORM),
    Row("/whatsHappen/code", "incident.classify and incident.add_note/text", R.FORM),
    Row("/whatsHappen/label", "incident.add_note/text", R.FORM),
    Row("/locationKind", "incident.add_note/text", R.FORM),
    *_private(R.MEDICAL, "/healthMotive", "/victims/mainVictim", "/victims/freetext"),
    Row("/victims/count", "incident.set_characteristic/values", R.COARSER),
)
_CALLER = (
    Row("/callerContact/channel", "incident.add_call/source", R.COARSER),
    Row("/callerContact/type", "incident.add_call/caller/number", R.FORM),
    Row("/callerContact/detail", "incident.add_call/caller/number", R.FORM),
    *_private(R.NO_FIELD, "/callbackContact", "/language", "/type", "/communication"),
    *_private(R.PERSON, "/freetext", "/detailedName"),
)
_SHARED_CALLER = (
    *_CALLER,
    Row("/callbackContact", "incident.add_call/summary", R.FORM),
    Row("/language", "incident.add_call/summary", R.FORM),
    Row("/type", "incident.add_call/summary", R.FORM),
    Row("/communication", "incident.add_call/summary", R.FORM),
    Row("/detailedName/complete", "incident.add_call/caller/name", R.FORM),
)


def _only_first(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The core has one place and one class per incident, not one per call."""
    medical = R.MEDICAL
    return tuple(
        Row(row.where, None, medical if row.loss is medical else R.NO_FIELD) for row in rows
    )


_ALERT = (
    Row("/id", "incident.add_call/call, derived", R.LOCAL),
    Row("/reception", "incident.add_call/received", R.FORM),
    Row("/notes/*/creation", "the time of incident.add_note", R.NO_FIELD),
    Row("/notes/*/freetext", "incident.add_note/text", R.FORM),
    *_at("/caller", _SHARED_CALLER),
    *_at("/location", _only_first(_SHARED_PLACE)),
    *_at("/qualification", _only_first(_SHARED_QUALIFICATION)),
    *_private(R.NO_FIELD, "/callTaker", "/attachment"),
)
_MEDICAL = (
    *_private(R.MEDICAL, "/patient", "/medicalNote", "/decision"),
    *_private(R.TEXT, "/additionalInformation"),
)
_COURSE = (
    Row("/qualification/riskThreat/*/code", "incident.state_safety/advice", R.FORM),
    *_private(R.TEXT, "/qualification/riskThreat/*/label"),
    Row("/qualification/details/status", "incident.take_up or close_for_party", R.COARSER),
    Row("/qualification/details/priority", "incident.prioritise/priority", R.COARSER),
    *_private(R.MEDICAL, "/qualification/details/careLevel"),
)

# -- vehicles ----------------------------------------------------------------------

_STATE = (
    Row("/datetime", "the time of unit.report_status", R.FORM),
    Row("/status", "unit.report_status/status", R.COARSER),
    *_private(R.NO_FIELD, "/availability"),
)
_ENGAGED = (
    Row("/datetime", "the time of incident.assign_unit", R.OTHERS),
    Row("/resourceId", "the unit's id, derived", R.LOCAL),
    Row("/name", "unit.register/call_sign", R.OTHERS),
    Row("/vehicleType", "unit.register/kind", R.OTHERS),
    Row("/centerName", "unit.register/station", R.OTHERS),
    *_private(R.LOCAL, "/requestId", "/missionId", "/orgId"),
    *_private(R.NO_FIELD, "/centerCity", "/team/medicalLevel"),
    *_private(R.PERSON, "/team/name", "/contact"),
    *_private(R.TEXT, "/freetext"),
)

# -- the types -----------------------------------------------------------------------

ROWS: dict[str, tuple[Row, ...]] = {
    "RC-EDA": (
        _CASE,
        *_private(R.LOCAL, "/senderCaseId"),
        Row("/creation", "the time of incident.open", R.FORM),
        *_private(R.NO_FIELD, "/referenceVersion", "/additionalInformation"),
        *_at("/qualification", _SHARED_QUALIFICATION),
        *_at("/location", _SHARED_PLACE),
        *_at("/initialAlert", _ALERT),
        Row("/initialAlert/reporting", "incident.prioritise/priority", R.COARSER),
        *_at("/newAlert/*", _ALERT),
        *_private(R.NO_FIELD, "/newAlert/*/reporting"),
        Row("/newAlert/*/notes/*/freetext", "incident.add_note/text", R.NO_FIELD),
        Row("/freetext", "incident.add_note/text", R.FORM),
    ),
    "RS-EDA": (
        _CASE,
        *_private(R.LOCAL, "/senderCaseId", "/owner"),
        Row("/creation", "the time of incident.open", R.FORM),
        *_private(R.NO_FIELD, "/perimeter", "/interventionType", "/qualification/locationKind"),
        Row("/qualification/origin", "incident.open/source", R.COARSER),
        Row("/qualification/whatsHappen/code", "incident.classify/classification", R.COARSER),
        *_private(R.LABEL, "/qualification/whatsHappen/label"),
        *_private(R.MEDICAL, "/qualification/healthMotive", "/qualification/details/attribution"),
        *_COURSE,
        *_at("/location", _HEALTH_PLACE),
        Row("/initialAlert/reception", "incident.add_call/received", R.FORM),
        *_private(R.TEXT, "/initialAlert/notes"),
        *_at("/initialAlert/caller", _CALLER),
        *_MEDICAL,
    ),
    "RS-EDA-MAJ": (
        _CASE,
        *_private(R.LOCAL, "/senderCaseId", "/owner"),
        *_private(R.NO_FIELD, "/perimeter", "/location"),
        *_COURSE,
        *_private(R.TEXT, "/initialAlert", "/freetext"),
        *_MEDICAL,
    ),
    "RC-RI": (
        _CASE,
        *_at("/resource/*", _ENGAGED),
        *_private(R.LOCAL, "/resource/*/operationId"),
        *_at("/resource/*/state", _STATE),
        *_private(R.NO_FIELD, "/resource/*/position"),
    ),
    "RS-RI": (
        _CASE,
        *_at("/resource/*", _ENGAGED),
        *_private(R.MEDICAL, "/resource/*/patientId"),
        *_at("/resource/*/state/*", _STATE),
    ),
    "RS-SR": (
        _CASE,
        Row("/resourceId", "the unit's id, derived", R.LOCAL),
        *_at("/state", _STATE),
    ),
    "RS-DR": (
        _CASE,
        Row("/request", "incident.add_note/text", R.FORM),
        *_private(R.TEXT, "/request/freetext"),
        Row("/status", "incident.add_note/text", R.FORM),
    ),
    "RS-RR": (
        _CASE,
        Row("/requestId", "incident.add_note/text", R.FORM),
        Row("/response", "incident.add_note/text", R.FORM),
        *_private(R.TEXT, "/response/freetext"),
    ),
    "RS-ER": (
        _CASE,
        Row("/resource/*/vehicleType", "incident.add_note/text", R.FORM),
        *_private(R.NO_FIELD, "/resource/*/name", "/resource/*/team/medicalLevel"),
        *_private(R.PERSON, "/resource/*/team/name"),
        *_private(R.TEXT, "/resource/*/freetext"),
    ),
    "GEO-POS": (
        Row("/position/*/resourceId", "the unit's id, derived", R.LOCAL),
        Row("/position/*/datetime", "the time of unit.report_status", R.NO_FIELD),
        Row("/position/*/status", "unit.report_status/status", R.COARSER),
        Row("/position/*/engagedStatus", "unit.report_status/status", R.COARSER),
        *(
            Row(f"/position/*/{name}", None, R.NO_FIELD)
            for name in ("coord", "speed", "cap", "move", "engineOn", "groundStatus")
        ),
    ),
    "GEO-RES": (
        Row("/resource/*/resourceId", "the unit's id, derived", R.LOCAL),
        *_private(R.LOCAL, "/resource/*/orgId"),
        Row("/resource/*/name", "unit.register/call_sign", R.OTHERS),
        Row("/resource/*/resourceType", "unit.register/kind", R.OTHERS),
        *_private(R.NO_FIELD, "/resource/*/nature", "/resource/*/mobility"),
        *_private(R.NO_FIELD, "/resource/*/capacity"),
        *_private(R.PERSON, "/resource/*/contacts"),
    ),
    "EMSI": (
        *_private(R.LOCAL, "/CONTEXT/ID", "/CONTEXT/LINK", "/CONTEXT/ORIGIN", "/EVENT/ID"),
        Row("/CONTEXT/MODE", "incident.open/exercise", R.NO_FIELD),
        Row("/CONTEXT/MSGTYPE", "incident.open, or close_for_party", R.NO_FIELD),
        Row("/CONTEXT/CREATION", "the time of each command", R.FORM),
        Row("/CONTEXT/FREETEXT", "incident.add_note/text", R.FORM),
        *(
            Row(f"/CONTEXT/{name}", None, R.NO_FIELD)
            for name in ("LEVEL", "EXTERNAL_INFO", "URGENCY")
        ),
        Row("/CONTEXT/SECLASS", "whether anything crosses", R.NO_FIELD),
        Row("/EVENT/MAIN_EVENT_ID", "the incident's id, derived", R.LOCAL),
        Row("/EVENT/ETYPE/CATEGORY", "incident.classify/classification", R.COARSER),
        Row("/EVENT/DECL_DATIME", "the time of incident.open", R.FORM),
        Row("/EVENT/FREETEXT", "incident.add_note/text", R.FORM),
        *_private(R.MEDICAL, "/EVENT/CASUALTIES", "/EVENT/EVAC"),
        *(
            Row(f"/EVENT/{name}", None, R.NO_FIELD)
            for name in (
                "NAME", "ETYPE/ACTOR", "ETYPE/LOCTYPE", "ETYPE/ENV", "SOURCE", "SCALE",
                "CERTAINTY", "OCC_DATIME", "OBS_DATIME", "STATUS", "RISK_ASSESMENT",
                "REFERENCE", "EGEO", "CAUSE",
            )
        ),
        *(
            Row(f"/MISSION/*/{name}", "incident.add_note/text", R.FORM)
            for name in ("ID", "TYPE", "STATUS", "PRIORITY", "FREETEXT")
        ),
        Row("/MISSION/*/START_TIME", "the time of incident.add_note", R.FORM),
        *(
            Row(f"/MISSION/*/{name}", None, R.NO_FIELD)
            for name in (
                "NAME", "ORG_ID", "END_TIME", "RESOURCE_ID", "PARENT_MISSION_ID",
                "CHILD_MISSION_ID", "MAIN_MISSION_ID", "POSITION",
            )
        ),
        Row("/RESOURCE/*/ID", "the unit's id, derived", R.LOCAL),
        Row("/RESOURCE/*/NAME", "unit.register/call_sign", R.OTHERS),
        Row("/RESOURCE/*/RTYPE/RCLASS", "unit.register/kind", R.OTHERS),
        Row("/RESOURCE/*/STATUS", "unit.report_status/status", R.COARSER),
        *(
            Row(f"/RESOURCE/*/{name}", None, R.NO_FIELD)
            for name in (
                "RTYPE/CAPABILITY", "RTYPE/CHARACTERISTICS", "FREETEXT", "RGEO", "QUANTITY", "UM",
                "NATIONALITY",
            )
        ),
        Row("/RESOURCE/*/ORG_ID", "whether it is a unit of ours", R.LOCAL),
        *_private(R.PERSON, "/RESOURCE/*/CONTACTS"),
    ),
    "RC-REF": _private(R.TRANSPORT, "/distributionID", "/refused", "/errorDistributionID", "/step"),
    "RS-ERROR": _private(
        R.TRANSPORT, "/errorCode", "/errorCause", "/sourceMessage", "/referencedDistributionID"
    ),
    "GEO-REQ": _private(R.TRANSPORT, "/resourceId"),
    "RS-URL": (
        *_private(R.LOCAL, "/caseId"),
        *_private(R.MEDICAL, "/document", "/patientId", "/code"),
    ),
    "RS-BPV": (
        *_private(R.LOCAL, "/caseId", "/reportId"),
        *_private(R.MEDICAL, "/redactor", "/creation", "/patient", "/evaluation"),
    ),
    "RS-RPIS": _private(
        R.MEDICAL, "/context", "/regulation", "/patient", "/intervention", "/orientation"
    ),
    "RS-SAS-RDV": _private(
        R.MEDICAL, "/appointmentId", "/method", "/created", "/start", "/end", "/status",
        "/orientationCategory", "/practitioner", "/organization", "/regulator",
    ),
}  # fmt: skip
