"""The contracts of the KMar block: every private message by its name."""

from abs_contracts.catalogue import Contract, Kind, Sight

from abs_core.sdk import OWN_LINES
from abs_kmar.messages import bag, desk, radio, records
from abs_kmar.messages.base import Private

NAMED: tuple[tuple[str, type[Private]], ...] = (
    ("proposal", desk.Proposal),
    ("proposal_made", desk.ProposalMade),
    ("emergencies", radio.Emergencies),
    ("emergencies_now", radio.EmergenciesNow),
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
    ("call_in", desk.CallIn),
    ("called_in", desk.CalledIn),
    ("bag", bag.Bag),
    ("bag_now", bag.BagNow),
    ("take_step", bag.TakeStep),
    ("step_taken", bag.StepTaken),
    ("alarm", radio.Alarm),
    ("radio_status", radio.RadioStatus),
    ("emergency_button", radio.EmergencyButton),
    ("simulate", radio.Simulate),
    ("simulated", radio.Simulated),
    ("keep", records.Keep),
    ("kept", records.Kept),
    ("kept_as", records.KeptAs),
    ("consult", records.Consult),
    ("consulted", records.Consulted),
    ("records", records.Records),
    ("release", records.Release),
    ("released", records.Released),
    ("release_ordered", records.ReleaseOrdered),
    ("release_settled", records.ReleaseSettled),
    ("hand_over", records.HandOver),
    ("handed_over", records.HandedOver),
)

OWN = tuple(
    Contract(name=f"kmar.{name}", payload=payload, kind=Kind.PRIVATE, sight=Sight.BLOCK)
    for name, payload in NAMED
)

CONTRACTS = (*OWN, *OWN_LINES)
