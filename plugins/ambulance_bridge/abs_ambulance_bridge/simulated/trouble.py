"""What goes wrong outside on command: wrong answers, wrong messages, and many of them."""

import json
import random
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace
from standalone_ambulance.profile.envelope import MESSAGE
from standalone_ambulance.simulation import Wrong, spoilt
from standalone_ambulance.station import Station

from abs_ambulance_bridge.live.link import Answer

ANSWERS = ("RC-REF", "RS-ERROR")
NO_MESSAGES = (
    "null",
    "17",
    '""',
    "[]",
    "{}",
    '{"distributionID":null}',
    '{"distributionID":"x","distributionKind":"Report"}',
    '{"a":1e999}',
    '"\\ud800"',
    "[" * 3000 + "]" * 3000,
    '{"distributionID":"nl.ambulance.outside_deep","a":' + "[" * 3000 + "]" * 3000 + "}",
)
"""JSON that is no message of the profile."""


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """`answer` is given to every request; `spoils` makes wrong messages of a right one, which
    come before it; `garbage` of nothing come beside; `late` lets new cases come after
    what is about them."""

    name: str
    answer: Answer | None = None
    slow: float = 0.0
    garbles: bool = False
    forgets: bool = False
    repeats: bool = False
    late: bool = False
    garbage: int = 0
    spoils: Callable[[dict[str, Any]], str] | None = None

    @staticmethod
    def drawn(number: int) -> "Trouble":
        chance = random.Random(number)
        trouble = chance.choice(TROUBLES)
        return replace(trouble, slow=chance.uniform(0.2, 4.0)) if trouble.slow else trouble


def _by_station(how: Wrong) -> Callable[[dict[str, Any]], str]:
    return lambda body: spoilt(body, how).decode()


def _envelope(suffix: str, **fields: Any) -> Callable[[dict[str, Any]], str]:
    """The same message under an id of its own, with these fields of its envelope otherwise."""

    def spoil(body: dict[str, Any]) -> str:
        ident = f"{body['distributionID']}-{suffix}"
        tree = json.loads(json.dumps({**body, **fields, "distributionID": ident}))
        message = tree
        for step in MESSAGE.split("/")[1:]:
            message = message[int(step) if step.isdigit() else step]
        message["messageId"] = ident
        return json.dumps(tree)

    return spoil


def _of_no_case(body: dict[str, Any]) -> str:
    """A change of a case that nobody has reported, and nobody will."""
    return spoilt({**body, "distributionKind": "Update"}, "unknown_case").decode()


def _reused(body: dict[str, Any]) -> str:
    """Another message under the id of one that is on its way."""
    return json.dumps({**body, "distributionStatus": "Exercise"})


TROUBLES = (
    Trouble(name="it is down", answer=Answer(503, "down")),
    Trouble(name="somebody else answers", answer=Answer(200, "<html>It works!</html>")),
    Trouble(name="everything is a redirection", answer=Answer(302, "")),
    Trouble(name="it is slow", slow=1.0),
    Trouble(name="its pages break off", garbles=True),
    Trouble(name="its acknowledgements get lost", forgets=True),
    Trouble(name="it says everything twice", repeats=True),
    Trouble(name="new cases come late", late=True),
    Trouble(name="garbage", garbage=3),
    Trouble(name="a flood of garbage", garbage=60),
    Trouble(name="expired", spoils=_envelope("old", dateTimeExpires="2026-01-01T00:00:00+00:00")),
    Trouble(name="an impostor", spoils=_envelope("who", senderID="nl.nobody.nowhere")),
    Trouble(name="an id twice", spoils=_reused),
    Trouble(name="of no case", spoils=_of_no_case),
    *(
        Trouble(name=f"wrong: {how}", spoils=_by_station(how))
        for how in ("invalid", "unknown_type", "unknown_code")
    ),
)


class Box:
    """What is ready for the partner to pull, in order: letters, and what trouble put in."""

    def __init__(self, station: Station, partner: str) -> None:
        self._station = station
        self._partner = partner
        self._number = 0
        self._late: list[str] = []
        self.messages: list[str] = []
        self.wrong: list[str] = []

    def fill(self, trouble: Trouble | None) -> None:
        """Put in what was written since the last look."""
        if trouble is not None:
            for n in range(trouble.garbage):
                self._put_wrong(NO_MESSAGES[(len(self.messages) + n) % len(NO_MESSAGES)])
        records = self._station.records
        if records.counter("letters") > self._number:
            letters = records.letters(self._partner, after=self._number, limit=1_000_000)
            for letter in letters:
                self._number = letter.number
                is_answer = letter.type in ANSWERS
                self._put(letter.body, None if is_answer else trouble)
        if trouble is None or not trouble.late:
            self.messages += self._late
            self._late.clear()

    def _put(self, body: dict[str, Any], trouble: Trouble | None) -> None:
        whole = json.dumps(body)
        if trouble is not None and trouble.late and body["distributionKind"] == "Report":
            self._late.append(whole)
            return
        if trouble is not None and trouble.spoils is not None:
            self._put_wrong(trouble.spoils(body))
        self.messages += [whole] * (2 if trouble is not None and trouble.repeats else 1)

    def _put_wrong(self, whole: str) -> None:
        self.wrong.append(whole)
        self.messages.append(whole)
