"""Characteristics that belong to police alone (code list `characteristics`, owner police).

The core refuses them in the shared incident (CODELIST-004) and says that they belong
here: a typed value becomes a record of police data like any other.
"""

from collections.abc import Mapping

from abs_contracts.codelists import CHARACTERISTICS
from abs_contracts.refusal import Refused

from abs_police.messages.records import Characterise, Data, Keep

LONGEST = 1000
"""Characters of a record."""

KINDS: Mapping[str, Data] = {
    "Gesignaleerd": Data.WANTED,
    "Heterdaad": Data.SUSPECT,
    "Inzet Pol landelijk": Data.TACTICS,
    "Inzet Pol recherche": Data.TACTICS,
    "Justitiele Voorw": Data.ANTECEDENT,
    "Procedure Pol": Data.TACTICS,
    "RTIC": Data.TACTICS,
    "Signalement persoon": Data.SUSPECT,
    "Soort ANPR": Data.ANPR,
}
"""Which kind of police data each one is: our own assumption."""


def as_record(request: Characterise) -> Keep:
    """What to keep for a characteristic. Raises Refused for one that is not ours, or no value."""
    row = CHARACTERISTICS.get(request.name)
    if row is None or row.name not in KINDS:
        raise _refused(f"{request.name!r} is no characteristic of police alone", "/name")
    problem = row.problem(request.values)
    if problem is not None:
        raise _refused(f"{request.name}: {problem}", "/values")
    text = f"{request.name}: {', '.join(request.values)}"
    if len(text) > LONGEST:
        raise _refused(f"{request.name}: more than {LONGEST} characters", "/values")
    return Keep(incident=request.incident, data=KINDS[request.name], text=text)


def _refused(what: str, where: str) -> Refused:
    return Refused(
        rule="POLICE-019",
        what=what,
        where=where,
        fix=f"use a value of its type for one of: {', '.join(KINDS)}; the core takes the others",
    )
