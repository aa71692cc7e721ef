"""RS-SAS-RDV: an appointment for care that is not urgent."""

from msgspec import UNSET, UnsetType

from abs_ambulance_bridge.hub_sante.codes import (
    AppointmentMethod,
    AppointmentStatus,
    OrientationCategory,
)
from abs_ambulance_bridge.hub_sante.scalars import DateTime, Part, PractitionerId


class Practitioner(Part, frozen=True, kw_only=True):
    rpps_id: PractitionerId
    last_name: str
    first_name: str
    speciality_code: str | UnsetType = UNSET
    speciality_url: str | UnsetType = UNSET
    profession_code: str | UnsetType = UNSET
    profession_url: str | UnsetType = UNSET


class Organization(Part, frozen=True, kw_only=True):
    organization_id: str
    name: str


class Regulator(Part, frozen=True, kw_only=True):
    regulator_id: str | UnsetType = UNSET
    regulator_name: str
    regulator_firstname: str
    regulator_email: str


class Appointment(Part, frozen=True, kw_only=True):
    appointment_id: str
    method: AppointmentMethod
    created: DateTime
    start: DateTime
    end: DateTime | UnsetType = UNSET
    status: AppointmentStatus
    orientation_category: OrientationCategory | UnsetType = UNSET
    practitioner: Practitioner | UnsetType = UNSET
    organization: Organization | UnsetType = UNSET
    regulator: Regulator
