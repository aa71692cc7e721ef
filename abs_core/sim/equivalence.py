"""Transcript equivalence: a party influences the others through what it legitimately says.

Run 1 has a party with its block, and a fault of that block, or of the system outside
that it stands before. What it told the shared layer is noted down: its accepted commands
and its heartbeats. Run 2 has neither its desk nor its block nor what is outside; the
transcript is read out at the same moments, and beside it the party writes notes for
itself alone. Everybody else must get the same feed and the same replies, byte for byte.
"""

from collections.abc import Sequence

import msgspec
from abs_contracts import protocol
from abs_contracts.codec import encode, seal
from abs_contracts.envelope import Envelope
from abs_contracts.messages.incident import AddNote
from abs_contracts.messages.values import NoteAudience
from msgspec.structs import replace

from abs_core.sim import keyed, plan
from abs_core.sim.checks.commands import replies
from abs_core.sim.evidence import Evidence
from abs_core.sim.plan import MAKERS, OF_BLOCKS, OF_OUTSIDES, Cast, Plan
from abs_core.sim.processes import NOON, Said
from abs_core.sim.run import Case, Played, Spoken, Transcript, play
from abs_core.sim.world import ROOM, Ambulance, cast, desk_token, parties

HIDDEN = 12
"""Notes for itself alone that the party writes in the second run only."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What two runs of a seed showed: `differences` between what others got in them."""

    seed: int
    party: str
    fault: str
    spoken: int
    compared: int
    differences: tuple[str, ...]
    violations: tuple[str, ...]


def case(seed: int, ambulance: Ambulance | None = None) -> Case:
    """A case of one core in which one party's block has a fault, both by turns; the party
    is the one with a system outside, where there is one."""
    members = parties(seed, ambulance)
    who = cast(members, cores=1, feeder=False)
    if not who.blocks:
        return Case(seed=seed, plan=Plan(), parties=members, cast=who)
    turns = who.outsides or who.blocks
    party = turns[seed % len(turns)]
    kinds = (*OF_BLOCKS, *OF_OUTSIDES) if who.outsides else OF_BLOCKS
    kind = kinds[seed // len(turns) % len(kinds)]
    outsides = tuple(each for each in who.outsides if each == party)
    alone = Cast(cores=0, feeder=False, parties=(), blocks=(party,), streams=(), outsides=outsides)
    chance = keyed.stream(seed, "equivalence")
    fault = MAKERS[kind](chance, round(chance.uniform(plan.START, plan.END), 6), alone)
    return Case(seed=seed, plan=Plan(faults=(fault,)), parties=members, cast=who)


def compare(case: Case) -> Verdict:
    """Play a case with its party, and without it."""
    fault = case.plan.faults[0] if case.plan.faults else None
    party = fault.who.partition("-")[2] if fault else case.parties[0].name
    with_it = play(case)
    script = transcript(with_it, party)
    everybodys = tuple(f for f in case.plan.faults if isinstance(f, plan.Replace | plan.Hours))
    without_it = play(replace(case, plan=Plan(faults=everybodys), transcript=script))
    assert with_it.evidence is not None
    assert without_it.evidence is not None
    differences = _differences(with_it.evidence, without_it.evidence, party)
    return Verdict(
        seed=case.seed,
        party=party,
        fault=fault.name if fault else "none",
        spoken=len(script.spoken),
        compared=sum(len(f) for p, f in with_it.evidence.feeds.items() if p != party),
        differences=tuple(differences),
        violations=with_it.outcome.violations,
    )


# -- the transcript ---------------------------------------------------------------


def transcript(played: Played, party: str) -> Transcript:
    """What a party legitimately told the core, and notes that nobody else may read."""
    assert played.evidence is not None
    said = [s for s in played.evidence.said if _of(s, party) and _legitimate(s)]
    spoken = [Spoken(s.at, s.subject, s.data) for s in said]
    spoken += _hidden(played, party, said)
    return Transcript(
        party=party,
        spoken=tuple(sorted(spoken, key=lambda each: each.at)),
        until=played.outcome.seconds,
    )


def _of(said: Said, party: str) -> bool:
    kind, _, whose, *_ = said.subject.split(".")
    return kind in ("cmd", "beat") and whose == party


def _legitimate(said: Said) -> bool:
    if said.subject.startswith("cmd."):
        return any(reply["outcome"] == "accepted" for reply in replies(said))
    try:
        msgspec.json.decode(said.data, type=protocol.Beat)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def _hidden(played: Played, party: str, said: Sequence[Said]) -> list[Spoken]:
    """Notes of the party for itself, on incidents that it opened."""
    chance = keyed.stream(played.world.seed, "hidden", party)
    opened = [s for s in said if b'"abs.incident.open.v1"' in s.data]
    spoken = []
    for number in range(HIDDEN if opened else 0):
        about = chance.choice(opened)
        note = AddNote(text=f"hidden {number}", audience=NoteAudience.OWN)
        envelope = Envelope(
            specversion="1.0",
            id=f"hidden-{party}-{number}",
            source="/hidden",
            type="abs.incident.add_note.v1",
            subject=msgspec.json.decode(about.data)["subject"],
            time=NOON,
            authid="hidden",
            role="dispatcher",
            data=msgspec.Raw(b"{}"),
        )
        where = protocol.commands(ROOM, party, desk_token(party))
        at = about.at + chance.uniform(0.001, 2.0)
        spoken.append(Spoken(at, where, seal(envelope, note)))
    return [each for each in spoken if each.at < played.outcome.seconds - 1]


# -- the comparison ---------------------------------------------------------------


def _differences(one: Evidence, other: Evidence, party: str) -> list[str]:
    """Where what the others got differs between two runs."""
    found = []
    for name in one.feeds:
        if name == party:
            continue
        fed = ([r.data for r in run.feeds[name]] for run in (one, other))
        found += _first(f"feed of {name}", *fed)
        told = (_replies(run, name) for run in (one, other))
        found += _first(f"replies to {name}", *told)
    return found


def _replies(evidence: Evidence, party: str) -> list[bytes]:
    return [
        encode((said.subject, said.data.decode(), (said.answer or b"").decode()))
        for said in evidence.said
        if said.subject.startswith(f"cmd.{ROOM}.{party}.")
    ]


def _first(what: str, one: Sequence[bytes], other: Sequence[bytes]) -> list[str]:
    for number, (a, b) in enumerate(zip(one, other, strict=False), 1):
        if a != b:
            return [f"{what} differs at {number}: {_around(a, b)}"]
    if len(one) != len(other):
        return [f"{what} has {len(one)} messages with the party, {len(other)} without it"]
    return []


def _around(a: bytes, b: bytes) -> str:
    """The place where two messages part."""
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 0)
    start = max(0, at - 30)
    return f"…{a[start : at + 40]!r} and …{b[start : at + 40]!r}"
