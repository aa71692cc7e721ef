"""The owner of a case settles.

As owner this system adopts what a partner states, in the order of arrival, and tells
everybody what stands; of another's case it takes what the owner states. A whole case
that is told again for one change must not undo another: what a partner had not heard of
when it spoke it did not state. No rule compares two clocks.
"""

from datetime import UTC, datetime
from typing import Any

from standalone_ambulance.deciding import Decision, Desk, stated
from standalone_ambulance.model import (
    Case,
    Heard,
    Place,
    Urgency,
)
from standalone_ambulance.outward import PRIORITY
from standalone_ambulance.pictures import picture
from standalone_ambulance.profile import Received

EPOCH = datetime.fromtimestamp(0, UTC)
"""When a partner that has said nothing yet spoke last."""
FIELDS = ("place", "event", "urgency")


def changed_by(case: Case, said: dict[str, Any], message: Received, desk: Desk) -> Decision:
    """A case with what is new in the message.

    If the case is ours, everybody hears what stands, also where it is not what the
    message says: without that a partner could go on in an error.
    """
    heard = case.heard.get(message.sender, {})
    fields = {k: v for k, v in said.items() if k not in heard or heard[k].sent <= message.sent}
    ours = case.owner == desk.office.name
    new = {k: v for k, v in fields.items() if _is_statement(k, v, case, message.sender, ours)}
    changed = stated(case, message.sender, desk.at, new)
    everything = {**case.heard, message.sender: heard_now(heard, fields, message.sent)}
    changed = changed.model_copy(update={"heard": everything})
    differs = any(not _same(v, getattr(changed, k)) for k, v in said.items())
    tells = ours and (new or differs)
    tellings = picture(changed, desk.office, shared="place") if tells else ()
    return Decision(case=changed, told=tellings)


def _is_statement(name: str, value: Any, case: Case, partner: str, ours: bool) -> bool:
    """Whether the partner states this, or only had not heard of what stands by now.

    Of our own case it repeats what it said or acknowledged last, or what it was told
    since. The owner of another case repeats itself while it has not answered us.
    """
    if _same(value, getattr(case, name)):
        return False
    told = [getattr(each, name) for each in case.told.get(partner, ())]
    pending = [each for each in told if each is not None]
    heard = case.heard.get(partner, {}).get(name)
    repeats = heard is not None and _same(value, getattr(heard, name))
    if ours:
        return not repeats and not any(_same(value, each) for each in pending)
    return not (pending and repeats)


def _same(value: Any, other: Any) -> bool:
    """Whether the profile can tell them apart: B1 and B2 have one priority in it."""
    if isinstance(value, Urgency) and isinstance(other, Urgency):
        return PRIORITY[value] == PRIORITY[other]
    return value.same(other) if isinstance(value, Place) else bool(value == other)


def heard_now(before: dict[str, Heard], fields: dict[str, Any], sent: datetime) -> dict[str, Heard]:
    now = {k: Heard.model_validate({"sent": sent, k: v}) for k, v in fields.items()}
    return {**before, **now}
