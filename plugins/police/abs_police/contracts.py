"""The contracts of the police block: every private message by its name."""

from abs_contracts.catalogue import Contract, Kind, Sight

from abs_core.sdk import OWN_LINES
from abs_police.messages import desk, radio, records, response
from abs_police.messages.base import Private

NAMED: tuple[tuple[str, type[Private]], ...] = (
    ("proposal", desk.Proposal),
    ("proposal_made", desk.ProposalMade),
    ("emergencies", radio.Emergencies),
    ("emergencies_now", radio.EmergenciesNow),
    ("performance", response.Performance),
    ("performance_now", response.PerformanceNow),
    ("dispatch", desk.Dispatch),
    ("dispatched", desk.Dispatched),
    ("stand_down", desk.StandDown),
    ("stood_down", desk.StoodDown),
    ("not_done", desk.NotDone),
    ("undone", desk.Undone),
    ("undone_now", desk.UndoneNow),
    ("decided", desk.Decided),
    ("state_scene", desk.StateScene),
    ("release_scene", desk.ReleaseScene),
    ("scene_stated", desk.SceneStated),
    ("response_measured", response.ResponseMeasured),
    ("response_overdue", response.ResponseOverdue),
    ("alarm", radio.Alarm),
    ("radio_status", radio.RadioStatus),
    ("emergency_button", radio.EmergencyButton),
    ("unit_report", radio.UnitReport),
    ("opened_by_unit", radio.OpenedByUnit),
    ("simulate", radio.Simulate),
    ("simulated", radio.Simulated),
    ("keep", records.Keep),
    ("characterise", records.Characterise),
    ("kept", records.Kept),
    ("kept_as", records.KeptAs),
    ("consult", records.Consult),
    ("consulted", records.Consulted),
    ("records", records.Records),
    ("compare", records.Compare),
    ("compared", records.Compared),
    ("hit", records.Hit),
    ("release", records.Release),
    ("share_plate", records.SharePlate),
    ("released", records.Released),
    ("release_ordered", records.ReleaseOrdered),
    ("release_settled", records.ReleaseSettled),
    ("hand_over", records.HandOver),
    ("handed_over", records.HandedOver),
)

OWN = tuple(
    Contract(name=f"police.{name}", payload=payload, kind=Kind.PRIVATE, sight=Sight.BLOCK)
    for name, payload in NAMED
)

CONTRACTS = (*OWN, *OWN_LINES)
