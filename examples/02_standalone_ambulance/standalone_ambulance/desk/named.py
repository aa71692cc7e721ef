"""What a command names: it is there, or the operator is refused."""

from standalone_ambulance import commands as c
from standalone_ambulance.deciding import Desk
from standalone_ambulance.model import (
    Ask,
    Case,
    Vehicle,
)


def open_case(ident: str, desk: Desk) -> Case:
    case = desk.records.case(ident)
    if case is None:
        raise c.Refused(
            f"there is no case {ident}", "/case", "give the id that the case list shows"
        )
    if case.closed is not None:
        raise c.Refused(f"{case.number} is closed", "/case", "take a new call")
    return case


def vehicle_of(name: str, desk: Desk) -> Vehicle:
    vehicle = desk.records.vehicle(name)
    if vehicle is None:
        raise c.Refused(f"there is no vehicle {name}", "/vehicle", "see the list of vehicles")
    return vehicle


def ask_of(case: Case, ident: str) -> Ask:
    found = next((each for each in case.asks if each.id == ident), None)
    if found is None:
        raise c.Refused(f"there is no ask {ident}", "/ask", "see the case")
    return found
