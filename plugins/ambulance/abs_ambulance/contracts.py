"""The catalogue of this block's private messages."""

from abs_contracts.catalogue import Contract, Kind, Sight

from abs_ambulance import crew, desk, medical, response
from abs_ambulance.values import Private


def _private(name: str, payload: type[Private]) -> Contract:
    return Contract(name=f"ambulance.{name}", payload=payload, kind=Kind.PRIVATE, sight=Sight.BLOCK)


MEDICAL = (
    _private("state_triage", medical.StateTriage),
    _private("triage_stated", medical.TriageStated),
    _private("triaged", medical.Triaged),
    _private("record_patient", medical.RecordPatient),
    _private("patient_recorded", medical.PatientRecorded),
    _private("choose_hospital", medical.ChooseHospital),
    _private("hospital_chosen", medical.HospitalChosen),
    _private("kept", medical.Kept),
    _private("read_patient", medical.ReadPatient),
    _private("patient_read", medical.PatientRead),
    _private("accessed", medical.Accessed),
    _private("accesses", medical.Accesses),
    _private("accesses_told", medical.AccessesTold),
)

CREW = (
    _private("alarm", crew.Alarm),
    _private("recall", crew.Recall),
    _private("crew_note", crew.CrewNote),
    _private("destination", crew.Destination),
    _private("radio_status", crew.RadioStatus),
)

DESK = (
    _private("proposal", desk.Proposal),
    _private("proposal_made", desk.ProposalMade),
    _private("capacity", desk.Capacity),
    _private("capacity_counted", desk.CapacityCounted),
    _private("dispatch", desk.Dispatch),
    _private("direct_dispatch", desk.DirectDispatch),
    _private("accelerated_dispatch", desk.AcceleratedDispatch),
    _private("dispatched", desk.Dispatched),
    _private("decided", desk.Decided),
    _private("scale_up", desk.ScaleUp),
    _private("stand_down", desk.StandDown),
    _private("stood_down", desk.StoodDown),
    _private("request_helicopter", desk.RequestHelicopter),
    _private("cancel_helicopter", desk.CancelHelicopter),
    _private("flights", desk.Flights),
    _private("flights_told", desk.FlightsTold),
    _private("count_casualties", desk.CountCasualties),
    _private("warn_infection", desk.WarnInfection),
    _private("stated", desk.Stated),
    _private("ride_measured", response.RideMeasured),
    _private("register", response.Register),
    _private("registered", response.Registered),
)

CONTRACTS = (*DESK, *MEDICAL, *CREW)
