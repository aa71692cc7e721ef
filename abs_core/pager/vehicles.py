"""Call signs: the unit's id, how it is written in full, and what kind of vehicle it is.

The kind follows from the function digit; the labels are partly our own inference
(facts on numbers and call signs), so a kind here is an assumption, not a register.
"""

import re

from abs_contracts.messages.values import Discipline

KINDS = {
    "1": "WO",
    "2": "DA",
    "3": "TS-6",
    "4": "TS-4",
    "5": "RV",
    "6": "OR",
    "7": "HV",
    "8": "DB",
    "9": "DV-OVD",
}
OTHER = "unknown"


def call_sign(sent: str, discipline: Discipline) -> str:
    """A fire call sign with its region apart (`15-7230`); others as they were sent."""
    if discipline is Discipline.FIRE and re.fullmatch(r"\d{6}", sent):
        return f"{sent[:2]}-{sent[2:]}"
    return sent


def as_sent(sign: str) -> str:
    """A call sign as pagers write it: `157230` for `15-7230`."""
    return sign.replace("-", "") if re.fullmatch(r"\d{2}-\d{4}", sign) else sign


def unit_id(sent: str, discipline: Discipline) -> str:
    """The unit's id: discipline and call sign, as the fire block makes it."""
    return f"{discipline.value}-{call_sign(sent, discipline)}"


def kind(sent: str, discipline: Discipline) -> str:
    if discipline is Discipline.AMBULANCE:
        return "Ambu"
    digits = re.sub(r"\D", "", sent)
    if discipline is Discipline.FIRE and len(digits) >= 6:
        return KINDS.get(digits[4], OTHER)
    return OTHER


def family(kind: str) -> str:
    """What kinds have in common when two lists are compared: `TS` for `TS-4` and `TS-6`."""
    return kind.split("-", maxsplit=1)[0].split("/", maxsplit=1)[0]
