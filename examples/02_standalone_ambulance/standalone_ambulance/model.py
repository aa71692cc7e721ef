"""What this system keeps: cases, patients, missions, vehicles. Values without behaviour.

A field that several systems may state (place, event, urgency) is a `Stated`: what
stands, since when and by whom. What was overruled is kept beside it.
"""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, JsonValue

VEHICLE = r"^[A-Za-z0-9]{1,12}-[0-9]{1,3}$"
"""What a vehicle is called: its region and number, or a helicopter's name and number."""


class Value(BaseModel):
    """A frozen value."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Urgency(StrEnum):
    """Dutch urgencies of ambulance care."""

    A0 = "A0"
    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"


class Step(StrEnum):
    """How far a mission is; the names of the field, not of a radio key."""

    ORDERED = "ordered"
    DEPARTED = "departed"
    AT_SCENE = "at_scene"
    TRANSPORTING = "transporting"
    AT_HOSPITAL = "at_hospital"
    FREE = "free"
    CANCELLED = "cancelled"


ENDED = (Step.FREE, Step.CANCELLED)
NEXT: dict[Step, tuple[Step, ...]] = {
    Step.ORDERED: (Step.DEPARTED, Step.CANCELLED),
    Step.DEPARTED: (Step.AT_SCENE, Step.CANCELLED),
    Step.AT_SCENE: (Step.TRANSPORTING, Step.FREE),
    Step.TRANSPORTING: (Step.AT_HOSPITAL,),
    Step.AT_HOSPITAL: (Step.FREE,),
    Step.FREE: (),
    Step.CANCELLED: (),
}
"""Which step may follow: our own rule of thumb."""


class Place(Value):
    """Where, for people; `said` is how another system wrote it, passed on as it was."""

    name: str | None = None
    address: str | None = None
    city: str | None = None
    lat: float | None = None
    lon: float | None = None
    said: dict[str, JsonValue] | None = None

    def same(self, other: "Place | None") -> bool:
        """Whether both are the same place to a person."""
        return other is not None and self.model_copy(update={"said": other.said}) == other

    def is_found(self) -> bool:
        """Whether a vehicle can be sent to it."""
        return bool(self.address or self.name) or self.lat is not None


class Event(Value):
    """What has happened: a code of the profile's list and its words."""

    code: str = Field(pattern=r"^C[0-9]{2}(\.[0-9]{2}){2}$")
    label: str = Field(min_length=1, max_length=200)


class Note(Value):
    """A line of somebody's; a line of ours that is not shared goes to no partner."""

    at: datetime
    by: str
    text: str
    shared: bool = True


class Overruled(Value):
    """A value of one system that another system's stands in the place of."""

    field: str
    value: str
    by: str
    at: datetime


class Call(Value):
    """A 112 call that this system took; the caller is a role and a number."""

    at: datetime
    number: str = Field(pattern=r"^\+[0-9]{5,18}$")
    said: str = ""


class Patient(Value):
    """A role, never a person: 'the patient', 'the second patient'."""

    number: int
    role: str
    age_years: int | None = Field(default=None, ge=0, le=130)


class Reached(Value):
    step: Step
    at: datetime


class Mission(Value):
    """One vehicle for one case, from its order until it is free again."""

    id: str
    vehicle: str
    steps: tuple[Reached, ...]
    destination: str | None = None
    for_ask: str | None = None

    @property
    def step(self) -> Step:
        return self.steps[-1].step


class OtherVehicle(Value):
    """A vehicle of another system, as that told it."""

    id: str
    of: str
    name: str
    kind: str
    status: str | None = None
    at: datetime


class Ask(Value):
    """A request for a vehicle, of ours or to us, with its answer once there is one."""

    id: str
    by: str
    to: str
    purpose: str
    at: datetime
    words: str | None = None
    answer: str | None = None
    withdrawn: bool = False


class Heard(Value):
    """What a partner said last of one field, or acknowledged; when it last spoke, by its clock."""

    sent: datetime
    place: Place | None = None
    event: Event | None = None
    urgency: Urgency | None = None


class Telling(Value):
    """What a letter that a partner has not answered yet says of a case."""

    letter: str
    place: Place | None = None
    event: Event | None = None
    urgency: Urgency | None = None


class Stated(Value):
    """Since when and by whom the place, the event or the urgency of a case stands."""

    by: str
    at: datetime


class Case(Value):
    """One event with all that this system does about it.

    `owner` is the system that opened it: its picture settles a conflict. `heard` has
    what each partner said or acknowledged last, by field; `told` what it was told and
    has not answered; `reported` the types in which its owner reported it first.
    """

    id: str
    number: str
    owner: str
    opened: datetime
    place: Place
    event: Event
    urgency: Urgency | None = None
    stated: dict[str, Stated] = {}
    call: Call | None = None
    exercise: bool = False
    patients: tuple[Patient, ...] = ()
    missions: tuple[Mission, ...] = ()
    notes: tuple[Note, ...] = ()
    medical: tuple[Note, ...] = ()
    asks: tuple[Ask, ...] = ()
    others: tuple[OtherVehicle, ...] = ()
    partners: tuple[str, ...] = ()
    heard: dict[str, dict[str, Heard]] = {}
    told: dict[str, tuple[Telling, ...]] = {}
    reported: tuple[str, ...] = ()
    overruled: tuple[Overruled, ...] = ()
    closed: datetime | None = None
    outcome: str | None = None


class Vehicle(Value):
    """A vehicle of our own. It is available when it is in service and on no mission."""

    id: str = Field(pattern=VEHICLE)
    station: str
    in_service: bool = True
    case: str | None = None
    lat: float | None = None
    lon: float | None = None
    located: datetime | None = None
