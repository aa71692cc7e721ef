"""Values of the profile: times, ids, code lists. Facts of the published model, release 26.07.29."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, JsonValue, PlainSerializer
from pydantic import StringConstraints as Text
from pydantic.alias_generators import to_camel

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[-+][0-9]{2}:[0-9]{2}")


class Part(BaseModel):
    """An object of the profile: closed, camel case on the wire, absent rather than null."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True
    )

    def tree(self) -> dict[str, JsonValue]:
        """The object as it stands on the wire."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


Opaque = dict[str, JsonValue]
"""A part that this system passes by: kept as it is, not judged."""


def stamp(at: datetime) -> str:
    """To the second, with an offset; UTC is `-00:00`, since the profile refuses `Z`."""
    text = at.isoformat(timespec="seconds")
    return f"{text[:-6]}-00:00" if text.endswith("+00:00") else text


def _time(value: object) -> object:
    if isinstance(value, str):
        if not _TIME.fullmatch(value):
            raise ValueError("is not a time to the second with an offset (and no Z)")
        return datetime.fromisoformat(value)
    return value


Time = Annotated[datetime, BeforeValidator(_time), PlainSerializer(stamp, return_type=str)]

# The published pattern for a dotted id takes a backtracking engine exponential time;
# this one takes the same texts, but for those without a dot, in linear time.
Dotted = Annotated[str, Text(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){1,9}\.?$", max_length=200)]
ResourceId = Annotated[
    str, Text(pattern=r"^([A-Za-z0-9_-]+\.){3,8}resource(\.[A-Za-z0-9_-]+){1,2}$", max_length=200)
]
RequestId = Annotated[
    str, Text(pattern=r"^([A-Za-z0-9_-]+\.){3,8}request(\.[A-Za-z0-9_-]+){1,2}$", max_length=200)
]
EventCode = Annotated[str, Text(pattern=r"^C[0-9]{2}(\.[0-9]{2}){2}$")]
RiskCode = Annotated[str, Text(pattern=r"^R[0-9]{2}$")]

STATUSES = (
    *("DECISION", "DECLENCHE", "DEPART", "ANNULE", "ARRIVEE", "PEC", "BILAN", "ORIENTAT"),
    *("TRANSP", "ETAPE1", "TRANSP2", "ETAPE2", "TRANSP3", "DESTIN", "FINPEC"),
    *("RETOUR", "RET-BASE", "REN-BASE"),
)
PURPOSES = (
    *("SAP", "REGUL", "CUMP", "SMUR", "MG", "PARAMED", "SAMU", "RELEVE", "NOVI"),
    *("TIH", "BRANCARD", "BARIA"),
)
DEADLINES = ("DEL0", "ASAP", "30M", "45M", "1H", "2H", "4H", "8H", "12H", "24H", "RDV")
ANSWERS = ("ACCEPTEE", "PARTIELLE", "REFUSEE", "DIFFEREE")
STEPS = ("RECU", "ERREUR", "INTEGRE", "CONSULTE", "SUPPRIME")
CASE_STATUSES = ("PROGRAM", "ACTIF", "ACHEVE", "VALIDE", "CLOTURE", "CLASSE", "ARCHIVE")
PRIORITIES = ("P0", "P1", "P2", "P3", "NR")
PRECISIONS = ("VILLE", "RUE", "ADRESSE", "EXACTE", "INCONNUE")
VICTIMS = ("0", "1", "PLUSIEURS", "BEAUCOUP", "INCONNU", "NON DEFINI")


def _among(codes: tuple[str, ...]) -> BeforeValidator:
    def check(value: object) -> object:
        if value not in codes:
            raise ValueError(f"is not one of {', '.join(codes)}")
        return value

    return BeforeValidator(check)


Status = Annotated[str, _among(STATUSES)]
Purpose = Annotated[str, _among(PURPOSES)]
Deadline = Annotated[str, _among(DEADLINES)]
Answer = Annotated[str, _among(ANSWERS)]
Step = Annotated[str, _among(STEPS)]
CaseStatus = Annotated[str, _among(CASE_STATUSES)]
Priority = Annotated[str, _among(PRIORITIES)]
Precision = Annotated[str, _among(PRECISIONS)]
VictimCount = Annotated[str, _among(VICTIMS)]
