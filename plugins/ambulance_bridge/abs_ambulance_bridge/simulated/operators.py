"""The people at the outside's desks: what they do and when, drawn for each run."""

import asyncio
import random
from collections.abc import Callable, Mapping

from standalone_ambulance import commands as c
from standalone_ambulance.model import ENDED, NEXT, Case, Event, Place, Step, Urgency
from standalone_ambulance.station import Station

from abs_core.sdk import Surroundings

BEGIN, END = 0.6, 5.0
"""Virtual seconds between which they work."""
CALLS, ACTS = 4, 26
VEHICLES = ("15-101", "15-102", "15-103")
CITIES = ("Delft", "Den Haag", "Leiden")
EVENTS: Mapping[str, tuple[str, ...]] = {
    "C02.08.02": ("Ongeval", "Overig"),
    "C02.05.02": ("Gezondheid", "Onwel/Ziekte"),
    "C11.01.00": ("Gezondheid", "Onwel/Ziekte"),
}
"""Codes with the class that the room must have for them; see `maps.json`."""
PURPOSES = ("SAP", "BRANCARD", "SMUR")


class Operators:
    """They go on where they stood when their system comes back."""

    def __init__(self, station: Station, partner: str, around: Surroundings) -> None:
        self._station = station
        self._partner = partner
        self._around = around
        self._done = 0
        chance = random.Random(around.number("operators"))
        self._winds_up = chance.random() < 0.5
        calls = [(chance.uniform(BEGIN, END - 2), True) for _ in range(CALLS)]
        acts = [(chance.uniform(BEGIN, END), False) for _ in range(ACTS)]
        self._moments = sorted(calls + acts)
        self.medical: list[str] = []

    async def run(self) -> None:
        for vehicle in VEHICLES:
            self._do(c.PutInService(vehicle=vehicle, station="Delft"))
        while self._done < len(self._moments):
            at, is_call = self._moments[self._done]
            await asyncio.sleep(max(0.0, at - asyncio.get_running_loop().time()))
            number, self._done = self._done, self._done + 1
            chance = random.Random(self._around.number("act", number))
            if is_call:
                self._call(chance, number)
            else:
                self._act(chance)
        if self._winds_up:
            await self._wind_up()

    def _do(self, command: c.Command) -> c.Done | None:
        """What came of it; they are refused now and then, and go on."""
        try:
            return self._station.command(command, self._around.now())
        except c.Refused:
            return None

    def _call(self, chance: random.Random, number: int) -> None:
        place = Place(address=_text(chance, "Street"), city=chance.choice(CITIES))
        phone = f"+3161{chance.randrange(10**5):05}{number:03}"
        call = c.TakeCall(
            number=phone, place=place, event=_event(chance), exercise=chance.random() < 0.1
        )
        done = self._do(call)
        if done is not None and done.case is not None and chance.random() < 0.8:
            self._do(c.Share(case=done.case, partner=self._partner))

    def _act(self, chance: random.Random) -> None:
        cases = [each for each in self._station.records.cases() if each.closed is None]
        if cases:
            chance.choice(DEEDS)(self, chance, chance.choice(cases[-8:]))

    # -- deeds ------------------------------------------------------------------------

    def _correct(self, chance: random.Random, case: Case) -> None:
        place = Place(address=_text(chance, "Street"), city=chance.choice(CITIES))
        self._do(c.Correct(case=case.id, place=place))

    def _recode(self, chance: random.Random, case: Case) -> None:
        self._do(c.Correct(case=case.id, event=_event(chance)))

    def _note(self, chance: random.Random, case: Case) -> None:
        start = "-brand\n" if chance.random() < 0.1 else ""
        self._do(c.AddNote(case=case.id, text=start + _text(chance, "outside")))

    def _triage(self, chance: random.Random, case: Case) -> None:
        medical = _text(chance, "medical")
        self.medical.append(medical)
        urgency = chance.choice([*Urgency])
        self._do(c.Triage(case=case.id, urgency=urgency, medical=medical))

    def _share(self, _chance: random.Random, case: Case) -> None:
        self._do(c.Share(case=case.id, partner=self._partner))

    def _send(self, chance: random.Random, case: Case) -> None:
        self._do(c.SendVehicle(case=case.id, vehicle=chance.choice(VEHICLES)))

    def _report(self, chance: random.Random, _case: Case) -> None:
        self._move(chance.choice(VEHICLES), chance.choice)

    def _move(self, vehicle: str, choose: Callable[[tuple[Step, ...]], Step]) -> bool:
        """One step further on the mission that it is on, if it is."""
        known = self._station.records.vehicle(vehicle)
        case = self._station.records.case(known.case) if known and known.case else None
        missions = case.missions if case else ()
        on = [each for each in missions if each.vehicle == vehicle and each.step not in ENDED]
        if on:
            step = choose(NEXT[on[-1].step])
            self._do(c.Report(vehicle=vehicle, step=step, hospital="the hospital"))
        return bool(on)

    def _locate(self, chance: random.Random, _case: Case) -> None:
        where = c.Locate(vehicle=chance.choice(VEHICLES), lat=52.0 + chance.random() / 9, lon=4.3)
        self._do(where)

    def _ask(self, chance: random.Random, case: Case) -> None:
        ask = c.AskHelp(case=case.id, partner=self._partner, purpose=chance.choice(PURPOSES))
        self._do(ask)

    def _answer(self, chance: random.Random, case: Case) -> None:
        asked = [each for each in case.asks if each.by == self._partner and each.answer is None]
        if asked:
            word = chance.choice(("ACCEPTEE", "REFUSEE", "DIFFEREE"))
            answer = {"case": case.id, "ask": asked[0].id, "answer": word}
            self._do(c.AnswerAsk.model_validate(answer))

    def _withdraw(self, chance: random.Random, case: Case) -> None:
        asked = [each for each in case.asks if each.by != self._partner and not each.withdrawn]
        if asked:
            self._do(c.Withdraw(case=case.id, ask=chance.choice(asked).id))

    def _close(self, chance: random.Random, case: Case) -> None:
        if chance.random() < 0.5:
            self._do(c.Close(case=case.id, outcome="done"))

    async def _wind_up(self) -> None:
        for vehicle in VEHICLES * len(Step):
            self._move(vehicle, lambda steps: steps[0])
            await asyncio.sleep(0.02)
        for case in self._station.records.cases():
            self._do(c.Close(case=case.id, outcome="done"))
            await asyncio.sleep(0.02)


DEEDS: tuple[Callable[[Operators, random.Random, Case], None], ...] = (
    *[Operators._correct] * 4,
    *[Operators._recode] * 3,
    *[Operators._note] * 4,
    *[Operators._send] * 5,
    *[Operators._report] * 6,
    Operators._triage,
    Operators._share,
    Operators._locate,
    Operators._ask,
    Operators._answer,
    Operators._withdraw,
    Operators._close,
)
"""What they may do, as often as it stands here."""


def _text(chance: random.Random, what: str) -> str:
    """A text that is said once in a run."""
    return f"{what} {chance.getrandbits(48):012x}"


def _event(chance: random.Random) -> Event:
    code = chance.choice([*EVENTS])
    return Event(code=code, label=f"event {code}")
