"""What the desk does with police data inside the block: keep and consult.

Each is a request, so the host journals it before anything is done, refused ones
with their refusal. Each leads to a private event that says who, in which role, by
which authorisation and why (Wpg 32, 32a).
"""

from abs_core.sdk import Effect, Note, Requested, Respond
from abs_kmar.authority import Authorisation, Authority
from abs_kmar.ids import derived
from abs_kmar.messages import records as rec
from abs_kmar.register import Register

SHOWN = 1000
"""So many records an answer holds, newest."""


def asked(
    register: Register,
    authority: Authority,
    entry: Requested,
    request: rec.Keep | rec.Consult,
) -> list[Effect]:
    """What the desk asks of police data that stay inside. Raises Refused."""
    match request:
        case rec.Keep():
            return _keep(authority, entry, request)
        case rec.Consult():
            return _consult(register, authority, entry, request)


def _keep(authority: Authority, entry: Requested, request: rec.Keep) -> list[Effect]:
    """Into the register; nothing leaves the block."""
    has = authority.keeper(entry.role, request.data, request.basis)
    record = rec.Record(
        record=derived("record", entry.id),
        incident=request.incident,
        data=request.data,
        basis=request.basis,
        text=request.text,
        at=entry.at,
    )
    return [
        Note(key="kept", payload=rec.Kept(record=record, by=act(entry, has))),
        Respond(key="answer", payload=rec.KeptAs(record=record.record)),
    ]


def _consult(
    register: Register, authority: Authority, entry: Requested, request: rec.Consult
) -> list[Effect]:
    """The records that are free to use, to this desk alone."""
    has = authority.reader(entry.role, request.kinds)
    readable = register.readable(request.incident, request.kinds, entry.at)
    found = tuple(each for each in readable if each.basis in has.basis)
    consulted = rec.Consulted(
        incident=request.incident,
        kinds=request.kinds,
        reason=request.reason,
        records=tuple(each.record for each in found[-SHOWN:]),
        by=act(entry, has),
    )
    return [
        Note(key="consulted", payload=consulted),
        Respond(key="answer", payload=rec.Records(records=found[-SHOWN:])),
    ]


def act(entry: Requested, has: Authorisation) -> rec.Act:
    """Who asks, by which authorisation."""
    return rec.Act(actor=entry.actor, role=entry.role, authorisation=has.id, at=entry.at)
