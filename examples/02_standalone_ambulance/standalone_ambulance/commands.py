"""What an operator of this system can do, as data."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from standalone_ambulance.model import VEHICLE, Event, Place, Step, Urgency, Value
from standalone_ambulance.profile.values import Purpose

Words = Annotated[str, Field(min_length=1, max_length=2000)]


class TakeCall(Value):
    """Take a 112 call: a new case of our own, shared with nobody yet."""

    do: Literal["take_call"] = "take_call"
    number: str = Field(pattern=r"^\+[0-9]{5,18}$")
    place: Place
    event: Event
    said: str = ""
    exercise: bool = False


class Triage(Value):
    """Set the urgency, and what is known of the patient."""

    do: Literal["triage"] = "triage"
    case: str
    urgency: Urgency | None = None
    age_years: int | None = Field(default=None, ge=0, le=130)
    medical: Words | None = None


class Correct(Value):
    """Correct the place or the event of a case; of another's case it is a proposal to it."""

    do: Literal["correct"] = "correct"
    case: str
    place: Place | None = None
    event: Event | None = None


class AddNote(Value):
    """A line: for everybody with whom the case is shared, or for our own people alone."""

    do: Literal["add_note"] = "add_note"
    case: str
    text: Words
    shared: bool = True


class Share(Value):
    """Share a case with a partner, from now on."""

    do: Literal["share"] = "share"
    case: str
    partner: str


class SendVehicle(Value):
    do: Literal["send_vehicle"] = "send_vehicle"
    case: str
    vehicle: str


class Report(Value):
    """A vehicle says how far it is."""

    do: Literal["report"] = "report"
    vehicle: str
    step: Step
    hospital: str | None = None


class Locate(Value):
    do: Literal["locate"] = "locate"
    vehicle: str
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class PutInService(Value):
    """Put a vehicle in or out of service; a vehicle that is not known is registered."""

    do: Literal["put_in_service"] = "put_in_service"
    vehicle: str = Field(pattern=VEHICLE)
    station: str = Field(min_length=1, max_length=80)
    in_service: bool = True


class AskHelp(Value):
    """Ask a partner for a vehicle or people (RS-DR)."""

    do: Literal["ask_help"] = "ask_help"
    case: str
    partner: str
    purpose: Purpose
    words: Words | None = None


class Withdraw(Value):
    do: Literal["withdraw"] = "withdraw"
    case: str
    ask: str


class AnswerAsk(Value):
    """Answer what a partner asked (RS-RR); a vehicle is sent with it where one is named."""

    do: Literal["answer_ask"] = "answer_ask"
    case: str
    ask: str
    answer: Literal["ACCEPTEE", "PARTIELLE", "REFUSEE", "DIFFEREE"]
    vehicle: str | None = None


class Close(Value):
    do: Literal["close"] = "close"
    case: str
    outcome: Words


Command = Annotated[
    TakeCall
    | Triage
    | Correct
    | AddNote
    | Share
    | SendVehicle
    | Report
    | Locate
    | PutInService
    | AskHelp
    | Withdraw
    | AnswerAsk
    | Close,
    Field(discriminator="do"),
]


class Refused(Exception):  # noqa: N818, to be refused is no error of the program
    """Why not, and how to mend it."""

    def __init__(self, what: str, where: str, fix: str) -> None:
        self.what, self.where, self.fix = what, where, fix
        super().__init__(f"{what} ({where}): {fix}")


class Done(Value):
    """What came of a command: what it is about, as this system names it."""

    at: datetime
    case: str | None = None
    number: str | None = None
    vehicle: str | None = None
    ask: str | None = None
