"""A full disk: refused with a reason, nothing accepted is lost, and on it goes with space."""

from pathlib import Path

from abs_contracts import protocol
from abs_contracts.messages.incident import AddNote, AttachParty, OpenIncident
from abs_contracts.messages.values import CallSource, NoteAudience

from abs_core.supervisor import System
from tests.faults.campaign import settled
from tests.faults.desks import ACTOR, PARTIES, ROLE, Ledger
from tests.faults.judge import gather, judge

NOTE = AddNote(text="x" * 4000, audience=NoteAudience.ALL)
SMALL = 3_000_000  # bytes
MANY = 400  # notes: more than fit


def room(data: Path, store: int) -> System:
    return System(room="dh", data=data, parties=PARTIES, max_file_store=store)


async def note(system: System, ledger: Ledger) -> protocol.Reply:
    desk = system.desk("police")
    return ledger.enter(await desk.command(NOTE, "i-1", actor=ACTOR, role=ROLE))


async def test_a_full_disk_is_refused_by_rule_and_loses_nothing(tmp_path: Path) -> None:
    ledger = Ledger()
    async with room(tmp_path, SMALL) as system:
        await system.ready()
        desk = system.desk("police")
        for payload in (OpenIncident(source=CallSource.EMERGENCY), AttachParty(party="fire")):
            ledger.enter(await desk.command(payload, "i-1", actor=ACTOR, role=ROLE))
        reply = ledger.told[-1].reply
        while isinstance(reply, protocol.Accepted) and len(ledger.told) < MANY:
            reply = await note(system, ledger)
        assert isinstance(reply, protocol.Rejected), reply
        assert reply.refusal.rule == "LOG-001"
        assert "nothing was written" in reply.refusal.what
        assert "file store" in reply.refusal.where
        assert "make room" in reply.refusal.fix
    async with room(tmp_path, 0) as system:
        await system.ready()
        assert isinstance(await note(system, ledger), protocol.Accepted)
        await settled(system)
        evidence = await gather(system.bus, "dh", ledger.told, PARTIES)
    assert judge(evidence) == []
