"""Medical messages: they stay in the journal of this block, in the account of its party.

Health data (AVG 9) under medical secrecy (WGBO, BW 7:457): the shared contracts
have no field for any of it (facts 4.3). A patient is a pseudonym within an incident.

There is NO TRIAGE PROTOCOL here: no NTS, no ProQA, no question of either. The desk
states what its triage came to, and the block keeps that and acts on it.
"""

import enum
from collections.abc import Mapping
from typing import Annotated

import msgspec
from abs_contracts.scalars import Id, Name, Text, Time
from msgspec import Meta

from abs_ambulance.values import Priority, Private, UnitIds

PatientId = Annotated[
    str, Meta(pattern=r"^p-[0-9]{1,4}$", description="a pseudonym; no name fits in it")
]
PATIENT = "p-1"
"""The patient of an incident with one."""

Values = Annotated[tuple[Name, ...], Meta(min_length=1, max_length=32)]
Characteristics = Annotated[Mapping[Name, Values], Meta(max_length=32)]
"""By the names of code list `characteristics`."""

# -- triage -----------------------------------------------------------------------


class StateTriage(Private, frozen=True, kw_only=True):
    """What triage came to; without a priority no ambulance is needed.

    `crew_note` goes to the crews that are on their way, and nowhere else.
    """

    incident: Id
    priority: Priority | None = None
    patient: PatientId = PATIENT
    complaint: Text | None = None
    crew_note: Text | None = None


class Change(enum.StrEnum):
    """What triage made of the priority that stood."""

    SET = "set"
    RAISED = "raised"
    LOWERED = "lowered"
    KEPT = "kept"
    CANCELLED = "cancelled"


class TriageStated(Private, frozen=True, kw_only=True):
    """What was ordered; `released` are the units that were called off."""

    incident: Id
    change: Change
    released: UnitIds = ()


class Triaged(Private, frozen=True, kw_only=True):
    """Triage is finished, or came to something else than before."""

    incident: Id
    change: Change
    before: Priority | None = None
    priority: Priority | None = None
    patient: PatientId
    complaint: Text | None = None
    crew_note: Text | None = None
    actor: Name
    role: Name


# -- the patient --------------------------------------------------------------------


class RecordPatient(Private, frozen=True, kw_only=True):
    """Keep medical characteristics of code list `characteristics` (owner: ambulance)."""

    incident: Id
    patient: PatientId = PATIENT
    characteristics: Characteristics


class PatientRecorded(Private, frozen=True, kw_only=True):
    """What is known of a patient more than before; the same name again replaces."""

    incident: Id
    patient: PatientId
    characteristics: Characteristics
    actor: Name
    role: Name


class ChooseHospital(Private, frozen=True, kw_only=True):
    """Have this unit take the patient there; others see that it leaves, never where to."""

    incident: Id
    unit: Id
    hospital: Name
    patient: PatientId = PATIENT


class HospitalChosen(Private, frozen=True, kw_only=True):
    incident: Id
    patient: PatientId
    unit: Id
    hospital: Name
    actor: Name
    role: Name


class Kept(Private, frozen=True, kw_only=True):
    """The answer to what was recorded: that it is kept, and nothing of it."""

    incident: Id
    patient: PatientId


# -- reading ------------------------------------------------------------------------


class Ground(enum.StrEnum):
    """Why somebody may read medical data (BW 7:457, AVG 9 and 15)."""

    TREATMENT = "treatment"  # directly involved in the treatment
    CONSENT = "consent"  # the patient agreed
    VITAL_INTEREST = "vital-interest"
    LEGAL_DUTY = "legal-duty"
    PATIENT_REQUEST = "patient-request"


class ReadPatient(Private, frozen=True, kw_only=True):
    """Read what is kept of a patient. A request, no question: reading is recorded."""

    incident: Id
    ground: Ground
    patient: PatientId = PATIENT


class PatientRead(Private, frozen=True, kw_only=True):
    """All that is kept of one patient."""

    incident: Id
    patient: PatientId
    complaint: Text | None = None
    crew_note: Text | None = None
    characteristics: Characteristics = msgspec.field(default_factory=dict)
    hospital: Name | None = None


class Action(enum.StrEnum):
    """What was done with medical data."""

    READ = "read"
    WRITE = "write"


class Accessed(Private, frozen=True, kw_only=True):
    """Who did what with a patient's data, by what right (NEN 7513).

    When is the entry's time; a refused request stands in the journal as well.
    """

    incident: Id
    patient: PatientId
    action: Action
    ground: Ground
    actor: Name
    role: Name


class Accesses(Private, frozen=True, kw_only=True):
    """Who did something with the medical data of this incident? The patient may ask."""

    incident: Id
    patient: PatientId | None = None


class Access(Private, frozen=True, kw_only=True):
    at: Time
    patient: PatientId
    action: Action
    ground: Ground
    actor: Name
    role: Name


class AccessesTold(Private, frozen=True, kw_only=True):
    """The newest, oldest first."""

    incident: Id
    accesses: Annotated[tuple[Access, ...], Meta(max_length=200)] = ()
