"""What several rules share: where they are registered, and the conditions that they check."""

import functools

import msgspec
from abs_contracts.refusal import Refused
from msgspec import UNSET

from abs_core.domain.decision import By, Decision, Known
from abs_core.domain.incident import Incident


@functools.singledispatch
def rule(command: msgspec.Struct, _incident: Incident, _by: By, _known: Known) -> Decision:
    """What this kind of command makes of an open incident of the sender. Raises Refused."""
    raise TypeError(f"no rule for {type(command).__name__}")


def not_stale(replaces: object, standing: object) -> None:
    if replaces is not UNSET and replaces != standing:
        refuse_stale(standing)


def refuse_stale(standing: object) -> None:
    raise Refused(
        rule="INCIDENT-021",
        what=f"another value stands by now: {standing}",
        where="/data/replaces",
        fix="look at the value that stands, then decide again",
    )


def leads(incident: Incident, by: By) -> None:
    if by.party != incident.lead:
        raise Refused(
            rule="INCIDENT-011",
            what=f"{incident.lead} leads this incident",
            where="/subject",
            fix=f"ask {incident.lead}, or have the lead transferred",
        )


def attached(party: str, incident: Incident, where: str) -> None:
    if party not in incident.parties:
        raise Refused(
            rule="INCIDENT-014",
            what=f"{party} is not attached to this incident",
            where=where,
            fix="attach the party first",
        )


def known_party(party: str, known: Known, where: str) -> None:
    if party not in known.parties:
        raise Refused(
            rule="PARTY-001",
            what="this room has no such party",
            where=where,
            fix=f"name one of: {', '.join(sorted(known.parties))}",
        )


def no_units(incident: Incident, party: str) -> None:
    units = [unit for unit, owner in incident.units.items() if owner == party]
    if units:
        raise Refused(
            rule="INCIDENT-007",
            what=f"units of {party} are still assigned: {', '.join(units[:20])}",
            where="/subject",
            fix="release them first",
        )
