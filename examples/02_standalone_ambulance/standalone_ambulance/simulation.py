"""SIMULATION ONLY: what goes wrong on command, so that the other side can be tried.

None of it is a function of a dispatch system. The switches are data; the edges obey them.
"""

import json
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field, JsonValue

from standalone_ambulance.model import Value
from standalone_ambulance.profile.envelope import MESSAGE

Wrong = Literal["unreadable", "invalid", "unknown_type", "unknown_code", "unknown_case"]


class Faults(Value):
    """The switches, all off by default."""

    slow_seconds: float = Field(default=0, ge=0, le=60)
    """Every answer to a partner, and every push, waits so long."""
    down_until: datetime | None = None
    """No partner gets an answer but 503, and nothing is pushed; the desk works on."""
    lose_acknowledgements: bool = False
    """A message is taken and kept, and then answered with 500."""
    repeat: bool = False
    """Every message is pushed twice."""
    wrong: Wrong | None = None
    """Before every message of business a wrong one is pushed, under an id of its own."""
    clock_offset_seconds: float = Field(default=0, ge=-86_400, le=86_400)
    """The clock of this system is wrong by so much."""

    def is_down(self, now: datetime) -> bool:
        return self.down_until is not None and now < self.down_until

    def skewed(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.clock_offset_seconds)

    def pushed(self, body: dict[str, JsonValue]) -> list[bytes]:
        """What is pushed for one letter; the last one is the letter itself."""
        whole = json.dumps(body).encode()
        before = [spoilt(body, self.wrong)] if self.wrong and _is_business(body) else []
        return [*before, *([whole] * (2 if self.repeat else 1))]


def spoilt(body: dict[str, JsonValue], how: Wrong) -> bytes:
    """A wrong message in the place of this one."""
    if how == "unreadable":
        return json.dumps(body).encode()[:-20]
    tree = json.loads(json.dumps(body))
    tree["distributionID"] += "-wrong"
    message = tree
    for step in MESSAGE.split("/")[1:]:
        message = message[int(step) if step.isdigit() else step]
    message["messageId"] = tree["distributionID"]
    root = list(message)[-1]
    content = message[root]
    match how:
        case "invalid":
            content.pop("caseId", None)
            content["unexpected"] = "a field that the profile does not have"
        case "unknown_type":
            message["unknownType"] = message.pop(root)
        case "unknown_code":
            _recoded(content)
        case "unknown_case":
            content["caseId"] = "nl.nobody.nowhere.R00000-0000"
    return json.dumps(tree).encode()


def _recoded(content: dict[str, JsonValue]) -> None:
    """Every code and status becomes one that no list has."""
    for name, value in content.items():
        if name in ("code", "status") and isinstance(value, str):
            content[name] = "X99.99.99"
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                _recoded(part)


def _is_business(body: dict[str, JsonValue]) -> bool:
    return body["distributionKind"] not in ("Ack", "Error")
