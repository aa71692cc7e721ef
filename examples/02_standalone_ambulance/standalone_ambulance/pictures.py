"""A case as partners are told of it: all of it at first, then what a change asks for."""

from standalone_ambulance import outward
from standalone_ambulance.model import (
    Case,
)
from standalone_ambulance.post import Office, Told, told
from standalone_ambulance.profile.values import Part


def first_told(case: Case, office: Office) -> list[Told]:
    """All of a case, for somebody who has nothing of it yet."""
    own = office.name
    tellings = [*told(case, *_whole(case, own), kind="Report")]
    tellings += told(case, *(outward.engaged(case, each, own) for each in case.missions))
    if case.missions:
        tellings += told(case, outward.engaged_shared(case, own))
    return tellings


def picture(case: Case, office: Office, *, shared: str | None) -> list[Told]:
    """A case after a change; `shared` is the field that every service is told of, if one is.

    Of a case that another opened, health services get what changed (RS-EDA-MAJ) and the
    others a proposal, where this system states the place or the event otherwise.
    """
    own = office.name
    if case.owner == own:
        whole = _whole(case, own) if shared else [outward.health_case(case, own)]
        return [*told(case, *whole)]
    tellings = [*told(case, outward.health_change(case, own))]
    if shared in ("place", "notes"):
        tellings += told(case, outward.shared_case(case, own))
    return tellings


def _whole(case: Case, own: str) -> list[Part]:
    return [outward.shared_case(case, own), outward.health_case(case, own)]
