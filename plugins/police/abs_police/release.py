"""Police data leave the block here and nowhere else (Wpg 15 to 20).

Every way out writes the record of the release (Wpg 32) beside the order that
gives it, and the core's answer belongs to that record. `_given` makes the text.
"""

from collections.abc import Sequence

from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import NoteAudience
from abs_contracts.protocol import Accepted, Rejected
from abs_contracts.refusal import Refused

from abs_core.sdk import Effect, Note, Requested, Respond, Settled
from abs_police.authority import Authority
from abs_police.custody import act
from abs_police.desk import order
from abs_police.ids import derived
from abs_police.incidents import Incident
from abs_police.messages import records as rec
from abs_police.register import Register

PLATE = "Kenteken"
"""The shared characteristic of that name (code list `characteristics`)."""
RELEASE = "release-"
LONGEST_NOTE = 4000


def asked(
    register: Register,
    authority: Authority,
    entry: Requested,
    request: rec.Release | rec.SharePlate,
    incident: Incident,
    party: str,
) -> list[Effect]:
    """What the desk of `party` wants to go out. Raises Refused."""
    match request:
        case rec.Release():
            return _to_some(register, authority, entry, request, incident)
        case rec.SharePlate():
            return _plate_to_all(register, authority, entry, request, incident, party)


def _to_some(
    register: Register,
    authority: Authority,
    entry: Requested,
    request: rec.Release,
    incident: Incident,
) -> list[Effect]:
    """Really given: a note of the incident that the recipients alone read."""
    _take_part(request.recipients, incident.parties)
    return [
        *released(register, authority, entry, request),
        Respond(key="answer", payload=rec.ReleaseOrdered(release=derived("release", entry.id))),
    ]


def _plate_to_all(
    register: Register,
    authority: Authority,
    entry: Requested,
    request: rec.SharePlate,
    incident: Incident,
    party: str,
) -> list[Effect]:
    """The plate of one record as a characteristic, so to all who take part."""
    others = tuple(p for p in incident.parties if p != party)
    (kept,) = register.chosen(incident.id, [request.record], entry.at)
    plate = kept.key
    if kept.data is not rec.Data.PLATE or not plate:
        raise Refused(
            rule="POLICE-018",
            what=f"record {kept.record} holds no plate",
            where="/record",
            fix="name a record of kind plate that was kept with its key",
        )
    if not others:
        raise Refused(
            rule="POLICE-013",
            what="nobody else takes part in the incident",
            where="/incident",
            fix="attach who needs it first",
        )
    asked = rec.Release(
        incident=incident.id,
        records=(kept.record,),
        ground=request.ground,
        purpose=request.purpose,
        recipients=others,
        decision=request.decision,
    )
    record = _record(authority, entry, asked, [kept], plate, shared=True)
    setting = inc.SetCharacteristic(name=PLATE, values=(plate,))
    return [
        Note(key="released", payload=record),
        order(f"{RELEASE}{record.release}", incident.id, setting, entry),
        Respond(key="answer", payload=rec.ReleaseOrdered(release=record.release)),
    ]


def settled(register: Register, entry: Settled) -> list[Effect]:
    """What the core made of a release belongs to its record. Unknown is not settled."""
    known = register.releases.get(entry.effect.removeprefix(RELEASE))
    match entry.reply:
        case Accepted() if known:
            given, why = True, None
        case Rejected(refusal=no) if known:
            given, why = False, f"{no.rule}: {no.what}"[:LONGEST_NOTE]
        case _:
            return []
    release = known.release
    outcome = rec.ReleaseSettled(
        release=release.release, incident=release.incident, given=given, why=why
    )
    return [Note(key="settled", payload=outcome)]


def released(
    register: Register, authority: Authority, entry: Requested, request: rec.Release
) -> list[Effect]:
    """The record of a release and the order that gives it. Raises Refused."""
    records = register.chosen(request.incident, request.records, entry.at)
    text = _given(records, request.ground, request.purpose)
    record = _record(authority, entry, request, records, text)
    note = inc.AddNote(text=text, audience=NoteAudience.NAMED, named=request.recipients)
    return [
        Note(key="released", payload=record),
        order(f"{RELEASE}{record.release}", request.incident, note, entry),
    ]


def _given(records: Sequence[rec.Record], ground: str, purpose: str) -> str:
    """The words of a release. No line begins with `-`: the core would read it as a term."""
    lines = [f"Verstrekking Wpg {ground}: {' '.join(purpose.split())}"]
    lines += [f"{r.data}: {line}" for r in records for line in r.text.splitlines() if line.strip()]
    text = "\n".join(lines)
    if len(text) > LONGEST_NOTE:
        raise Refused(
            rule="POLICE-015",
            what=f"what would be given is {len(text)} characters long; a note holds {LONGEST_NOTE}",
            where="/records",
            fix="release fewer records at a time",
        )
    return text


def _record(
    authority: Authority,
    entry: Requested,
    request: rec.Release,
    records: Sequence[rec.Record],
    given: str,
    *,
    shared: bool = False,
) -> rec.Released:
    """The record of a release, once table and authorisation allow it. Raises Refused."""
    kinds = tuple(sorted({record.data for record in records}))
    ground = authority.ground(request.ground, request.recipients, kinds, request.decision)
    has = authority.releaser(entry.role, ground, kinds)
    return rec.Released(
        release=derived("release", entry.id),
        incident=request.incident,
        records=tuple(record.record for record in records),
        kinds=kinds,
        ground=request.ground,
        decision=request.decision,
        purpose=request.purpose,
        recipients=request.recipients,
        given=given,
        shared=shared,
        by=act(entry, has),
    )


def _take_part(recipients: Sequence[str], parties: Sequence[str]) -> None:
    absent = [party for party in recipients if party not in parties]
    if absent:
        raise Refused(
            rule="POLICE-013",
            what=f"{', '.join(absent)} takes no part in the incident",
            where="/recipients",
            fix="attach the recipient first; a note of an incident goes to who takes part",
        )
