"""Work for a simulated desk: what it might want next, drawn from what it knows."""

import datetime as dt
import random
from collections.abc import Callable, Iterable, Sequence

import msgspec
from abs_contracts import codelists
from abs_contracts.catalogue import COMMANDS, Contract, Sender
from abs_contracts.messages import incident as m
from abs_contracts.messages import party as p
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import (
    Caller,
    CallSource,
    Classification,
    Discipline,
    Escalation,
    Hazard,
    LinkKind,
    Location,
    NoteAudience,
    Scene,
    StatusSource,
)

from abs_core.sim import keyed
from abs_core.sim.payloads import Payloads

TERMS = ("-brand", "-grip 1", "-dodenaantal 2", "-no such term")
PLACES = ("Den Haag", "Delft", "Leiden", "Zoetermeer")


class Known(msgspec.Struct, kw_only=True):
    """What a desk has read of an incident in its own feed."""

    id: str
    lead: str = ""
    open: bool = True
    parties: dict[str, bool] = {}  # attached: whether it closed its part
    units: dict[str, str] = {}  # assigned: unit to party


class Draw:
    """One decision of a party's desk."""

    def __init__(
        self,
        chance: random.Random,
        party: str,
        discipline: Discipline,
        others: Sequence[str],
        now: dt.datetime,
    ) -> None:
        self.chance = chance
        self.party = party
        self.discipline = discipline
        self.others = others
        self.now = now

    # -- about an incident -----------------------------------------------------

    def command(self, known: Known, incidents: Sequence[str]) -> msgspec.Struct:
        """A command about an incident, often a sensible one."""
        return self.chance.choice(WISHES)(self, known, incidents)

    def opening(self) -> m.OpenIncident:
        return m.OpenIncident(
            source=self.chance.choice(list(CallSource)), exercise=self.chance.random() < 0.1
        )

    def text(self) -> str:
        """A text that stands in one message of the run only, by which a leak is known."""
        return f"note {self.chance.getrandbits(64):016x}"

    def _note(self, _known: Known, _incidents: Sequence[str]) -> m.AddNote:
        audience = self.chance.choice(list(NoteAudience))
        named = keyed.some(self.chance, self.others, 1, 2)
        if audience is not NoteAudience.NAMED:
            named = []
        text = self.text()
        if self.chance.random() < 0.1:  # a line that sets what its term names
            text = f"{self.chance.choice(TERMS)}\n{text}"
        return m.AddNote(text=text, audience=audience, named=tuple(named))

    def _call(self, _known: Known, _incidents: Sequence[str]) -> m.AddCall:
        return m.AddCall(
            call=f"call-{self.chance.randint(1, 20)}-{self.party}",
            source=self.chance.choice(list(CallSource)),
            received=self.now,
            caller=Caller(name=self.text()),
            summary=self.text(),
        )

    def _place(self, _known: Known, _incidents: Sequence[str]) -> m.LocateIncident:
        return m.LocateIncident(
            location=Location(municipality=self.chance.choice(PLACES), street=self.text())
        )

    def _class(self, _known: Known, _incidents: Sequence[str]) -> m.ClassifyIncident:
        mc1 = self.chance.choice(("Brand", "Gezondheid", "Ongeval", "no such class"))
        return m.ClassifyIncident(classification=Classification(table="1.0", mc1=mc1))

    def _characteristic(self, _known: Known, _incidents: Sequence[str]) -> m.SetCharacteristic:
        name = self.chance.choice(("Aantal doden", "Aantal gewonden", "Bloeding"))
        return m.SetCharacteristic(name=name, values=(str(self.chance.randint(0, 9)),))

    def _priority(self, _known: Known, _incidents: Sequence[str]) -> m.PrioritiseIncident:
        codes = [each.code for each in codelists.PRIORITIES.of(self.discipline)] or ["1"]
        return m.PrioritiseIncident(priority=self.chance.choice(codes))

    def _escalation(self, _known: Known, _incidents: Sequence[str]) -> m.ChangeEscalation:
        level = self.chance.choice(("0", "1", "2", "no such level"))
        role = self.chance.choice(("CaCo", "OvD", None))
        return m.ChangeEscalation(escalation=Escalation(scale="grip", level=level), decided_by=role)

    def _safety(self, _known: Known, _incidents: Sequence[str]) -> m.StateSafety:
        return m.StateSafety(scene=self.chance.choice(list(Scene)), advice=self.text())

    def _take_up(self, _known: Known, _incidents: Sequence[str]) -> m.TakeUpIncident:
        return m.TakeUpIncident()

    def _meet(self, _known: Known, _incidents: Sequence[str]) -> m.MeetClock:
        return m.MeetClock(clock=self.chance.choice([c.code for c in codelists.CLOCKS]))

    def _attach(self, known: Known, _incidents: Sequence[str]) -> m.AttachParty:
        absent = [party for party in self.others if party not in known.parties]
        return m.AttachParty(party=self.chance.choice(absent or [*self.others]))

    def _detach(self, known: Known, _incidents: Sequence[str]) -> m.DetachParty:
        return m.DetachParty(party=self.chance.choice([*known.parties, self.party]))

    def _lead(self, known: Known, _incidents: Sequence[str]) -> m.TransferLead:
        return m.TransferLead(to=self.chance.choice([*known.parties, self.party]))

    def _link(self, _known: Known, incidents: Sequence[str]) -> m.LinkIncident:
        return m.LinkIncident(
            to=self.chance.choice([*incidents, "none"]), kind=self.chance.choice(list(LinkKind))
        )

    def _assign(self, _known: Known, _incidents: Sequence[str]) -> m.AssignUnit:
        return m.AssignUnit(unit=self.chance.choice(own_units(self.party)))

    def _release(self, known: Known, _incidents: Sequence[str]) -> m.ReleaseUnit:
        own = [unit for unit, party in known.units.items() if party == self.party]
        unit = self.chance.choice(own or own_units(self.party))
        return m.ReleaseUnit(unit=unit, reason=self.text())

    def _close_part(self, _known: Known, _incidents: Sequence[str]) -> m.CloseForParty:
        return m.CloseForParty()

    def _close(self, _known: Known, _incidents: Sequence[str]) -> m.CloseIncident:
        return m.CloseIncident()

    def _reopen(self, _known: Known, _incidents: Sequence[str]) -> m.ReopenIncident:
        return m.ReopenIncident(reason=self.text())

    def _mistake(self, _known: Known, _incidents: Sequence[str]) -> msgspec.Struct:
        """Something that is refused, almost always."""
        return self.chance.choice(
            (
                m.OpenIncident(source=CallSource.ROOM),
                m.AddNote(text=self.text(), audience=NoteAudience.NAMED),
                m.AttachParty(party="nobody"),
                m.LocateIncident(
                    location=Location(municipality="Delft"), replaces=Location(municipality="-")
                ),
                m.SetCharacteristic(name="no such", values=("1",)),
                m.SetCharacteristic(name="Aantal doden", values=("many",)),
                m.ClassifyIncident(classification=Classification(table="0.1", mc1="Brand")),
                m.StateSafety(scene=Scene.SAFE, hazards=(Hazard.FIRE,)),
                m.AssignUnit(unit=own_units(self.others[0])[0]),
                m.TransferRoom(to="dh"),
                p.DegradeParty(reason=self.text()),
                m.BreachClock(clock="copi"),
            )
        )

    def _other(self, known: Known, incidents: Sequence[str]) -> msgspec.Struct:
        """A command that this generator knows nothing of: whatever its type allows."""
        if not OTHER_COMMANDS:
            return self._note(known, incidents)
        payload = self.chance.choice(OTHER_COMMANDS).payload
        return self.payload(payload, incidents)

    def payload(self, cls: type[msgspec.Struct], incidents: Sequence[str]) -> msgspec.Struct:
        """Whatever this payload's type allows, about what this desk may name."""
        return Payloads(
            self.chance, self.now, incidents, own_units(self.party), [*self.others, self.party]
        ).draw(cls)

    def whereabouts(self) -> m.LocateIncident:
        """Where it is, in a street."""
        return self._place(Known(id=""), ())

    def news(self, known: Known) -> msgspec.Struct:
        """Something that is for everybody who is on the incident."""
        return self.chance.choice((Draw._place, Draw._class, Draw._assign, Draw._shout))(
            self, known, ()
        )

    def _shout(self, _known: Known, _incidents: Sequence[str]) -> m.AddNote:
        return m.AddNote(text=self.text(), audience=NoteAudience.ALL)

    # -- about a unit ----------------------------------------------------------

    def registration(self, unit: str) -> u.RegisterUnit:
        return u.RegisterUnit(call_sign=unit.upper(), kind="TS-6")

    def status(self, incidents: Iterable[str]) -> u.ReportStatus:
        codes = [each.code for each in codelists.STATUSES.of(self.discipline)] or ["tp"]
        serves = self.chance.choice([None, *incidents])
        return u.ReportStatus(
            status=self.chance.choice(codes), source=StatusSource.MANUAL, incident=serves
        )

    def emergency(self) -> msgspec.Struct:
        if self.chance.random() < 0.6:
            return u.RaiseEmergency()
        return u.ClearEmergency(reason=self.text())


def own_units(party: str) -> list[str]:
    return [f"{party}-u{number}" for number in (1, 2, 3)]


def _others() -> tuple[Contract, ...]:
    scripted = {
        m.OpenIncident,
        m.TransferRoom,  # afterwards another room would have to go on with it
        m.AddCall,
        m.LocateIncident,
        m.ClassifyIncident,
        m.SetCharacteristic,
        m.PrioritiseIncident,
        m.AttachParty,
        m.DetachParty,
        m.TransferLead,
        m.LinkIncident,
        m.AddNote,
        m.AssignUnit,
        m.ReleaseUnit,
        m.ChangeEscalation,
        m.CloseForParty,
        m.CloseIncident,
        m.ReopenIncident,
        m.StateSafety,
        m.TakeUpIncident,
        m.MeetClock,
    }
    return tuple(
        c
        for c in COMMANDS
        if c.name.startswith("incident.") and c.sender is Sender.PARTY and c.payload not in scripted
    )


OTHER_COMMANDS = _others()

Wish = Callable[[Draw, Known, Sequence[str]], msgspec.Struct]
WISHES: tuple[Wish, ...] = (
    *[Draw._note] * 6,
    *[Draw._attach] * 5,
    *[Draw._assign] * 4,
    *[Draw._release] * 2,
    Draw._call,
    Draw._place,
    Draw._class,
    Draw._characteristic,
    Draw._priority,
    Draw._escalation,
    Draw._safety,
    Draw._take_up,
    Draw._meet,
    Draw._detach,
    Draw._lead,
    Draw._link,
    Draw._close_part,
    Draw._close,
    Draw._reopen,
    Draw._mistake,
    *[Draw._other] * (1 + len(OTHER_COMMANDS) // 3),
)
"""What a desk may want, as often as it stands here."""
