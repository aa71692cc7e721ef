"""Code lists as data: what a code in a message may be, in a version of its own.

Each list is one JSON file beside this module (`list`, `version`, `source`,
`entries`) and is read when it is first asked for. A list says which codes exist
and what they mean; who may use them is decided elsewhere.
"""

from abs_contracts.codelists.characteristics import Characteristic, Characteristics
from abs_contracts.codelists.classes import Class, Classes
from abs_contracts.codelists.clocks import Clock, Clocks
from abs_contracts.codelists.disciplines import Priorities, Priority, Status, Statuses
from abs_contracts.codelists.escalation import Decider, Escalations, Level, Scale
from abs_contracts.codelists.rooms import Region, Room, Rooms

LMC = Classes()
CHARACTERISTICS = Characteristics()
PRIORITIES = Priorities()
STATUSES = Statuses()
ESCALATION = Escalations()
ROOMS = Rooms()
CLOCKS = Clocks()

LISTS = {
    each.name: each
    for each in (LMC, CHARACTERISTICS, PRIORITIES, STATUSES, ESCALATION, ROOMS, CLOCKS)
}
"""Every list by its name, for manifests and for those who print them."""

__all__ = [
    "CHARACTERISTICS",
    "CLOCKS",
    "ESCALATION",
    "LISTS",
    "LMC",
    "PRIORITIES",
    "ROOMS",
    "STATUSES",
    "Characteristic",
    "Characteristics",
    "Class",
    "Classes",
    "Clock",
    "Clocks",
    "Decider",
    "Escalations",
    "Level",
    "Priorities",
    "Priority",
    "Region",
    "Room",
    "Rooms",
    "Scale",
    "Status",
    "Statuses",
]
