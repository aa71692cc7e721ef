"""GRIP and operational levels: what a page changes of how they stand."""

from abs_core.pager import decisions
from abs_core.pager.matching import Open
from abs_core.pager.outcomes import Outcome
from abs_core.pager.page import Message, Page
from abs_core.pager.steps import Step

RUNGS = {"": 0, "klein": 0, "middel": 1, "groot": 2, "zeer-groot": 3}


def change_levels(
    incident: Open, page: Page, message: Message, steps: list[Step]
) -> tuple[Outcome | None, list[str]]:
    """GRIP and operational levels: what the page says otherwise than it stands."""
    outcomes: list[Outcome] = []
    changes: list[str] = []
    if page.grip and int(page.grip) != incident.grip:
        up = int(page.grip) > incident.grip
        outcomes.append(Outcome.GRIP_UP if up else Outcome.GRIP_DOWN)
        changes.append(f"GRIP {incident.grip} to {page.grip}")
        before = str(incident.grip)
        incident.grip = int(page.grip)
        steps.append(decisions.escalate(incident, "grip", page.grip, before, message))
    for level in page.levels:
        before = incident.levels.get(level.scale, "")
        if decisions.owner(level.scale, incident.lead) not in incident.parties:
            continue  # said by a party whose scale it is not
        if level.scale == "ops-ambu":
            if level.level == before:
                continue
            outcomes.append(Outcome.SCALED_UP)
        elif RUNGS[level.level] > RUNGS[before]:
            outcomes.append(Outcome.SCALED_UP)
        elif page.down and RUNGS[level.level] < RUNGS[before]:
            outcomes.append(Outcome.SCALED_DOWN)
        else:
            continue  # a page with an older level is late, not a decision to scale down
        changes.append(f"{level.scale} {level.level}")
        incident.levels[level.scale] = level.level
        steps.append(decisions.escalate(incident, level.scale, level.level, before, message))
    incident.big = (
        incident.big
        or incident.grip > 0
        or any(RUNGS.get(level, 0) >= 2 for level in incident.levels.values())
    )
    return (min(outcomes, key=list(Outcome).index) if outcomes else None), changes
