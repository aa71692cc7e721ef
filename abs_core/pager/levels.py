"""Levels in a page: GRIP, the operational scales, and the codes of ambulance care."""

import re

from abs_core.pager.head import Head
from abs_core.pager.page import Level

GRIP = re.compile(r"\bGRIP\s*:?\s*([0-5])\b", re.IGNORECASE)
DOWN = re.compile(
    r"\bterug\s+naar\s+(?:GRIP|klein|middel|gro|kl\.)|\b(?:af|terug)ge?schaald?\b|\bafschal\w*"
    r"|\bGRIP\b.{0,12}\b(?:opgeheven|ingetrokken)",
    re.IGNORECASE,
)
LEVEL = re.compile(
    r"\b(kleine?|middel|grote?|zeer\s+gr(?:oo?te?|\.)?)\s?"
    r"(brand|br|hv|hulpverlening|ibgs|gev\. stof|wo|waterongeval|lvo)\b",
    re.IGNORECASE,
)
OPS = re.compile(r"Ops (Br|HV|IBGS|WO|LVO)$", re.IGNORECASE)
CODE_LEVEL = re.compile(r"\bcode\s?(5|10|20|30|40|50)\b", re.IGNORECASE)
SCALES = {"br": "ops-br", "brand": "ops-br", "hulpverlening": "ops-hv", "gev. stof": "ops-ibgs"}


def levels(clean: str, head: Head) -> tuple[Level, ...]:
    levels: dict[str, str] = {}
    for mark in head.marks:
        if (ops := OPS.fullmatch(mark.name)) and (level := _rung(mark.value)):
            levels[f"ops-{ops[1].lower()}"] = level
    for size, what in LEVEL.findall(clean):
        scale = SCALES.get(what.lower(), f"ops-{what.lower()}")
        scale = "ops-wo" if what.lower() == "waterongeval" else scale
        levels.setdefault(scale, _rung(size))
    if head.care and (code := CODE_LEVEL.search(clean)):
        return (Level(scale="ops-ambu", level=f"code-{code[1]}"),)
    return tuple(Level(scale=scale, level=level) for scale, level in levels.items())


def _rung(word: str) -> str:
    word = word.lower()
    rungs = (("zeer", "zeer-groot"), ("gro", "groot"), ("middel", "middel"), ("klein", "klein"))
    return next((rung for begin, rung in rungs if word.startswith(begin)), "")
