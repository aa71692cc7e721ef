"""What a block's desk asks it to share: texts of private requests that are meant for others.

Each row is one text of one request. Everything else that a block is told stays with it.
"""

from .night import Leaf

SHARED = frozenset({
    # What a patrol comes upon becomes an incident, and an incident has a place.
    Leaf("police.unit_report", ("municipality",)),
    Leaf("police.unit_report", ("street",)),
    # Where crews wait and what they mind is told to every party that is attached.
    Leaf("police.state_scene", ("staging",)),
    Leaf("police.state_scene", ("advice",)),
    Leaf("kmar.state_scene", ("staging",)),
    Leaf("kmar.state_scene", ("advice",)),
})  # fmt: skip
