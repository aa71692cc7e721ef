"""Vehicles of others on an incident, as the other side is told of them (RC-RI)."""

import datetime as dt

from abs_contracts.messages import incident as m

from abs_ambulance_bridge.hub_sante.translation.fields import moment, stamp
from abs_ambulance_bridge.live import fleet
from abs_ambulance_bridge.live.state import Case
from abs_ambulance_bridge.live.turn import HUB, Turn
from abs_ambulance_bridge.profile import Keep
from abs_ambulance_bridge.tree import Tree, at

KIND = "RC-RI"
UNDER_WAY, DONE = ("DECLENCHE", "DEPART"), ("ANNULE", "FINPEC")
"""Statuses of a vehicle that is not there yet, and of one that was released: before, and after
it was there. Our own reading of the profile's codes."""


def vehicles(turn: Turn, case: Case) -> dict[str, Tree] | None:
    """The vehicles as they stand; of what it sends itself the other side knows more than we.

    The type cannot list no vehicle: those that were the last are told as done.
    """
    others = [e for e in case.events if not fleet.is_theirs(turn, e)]
    content = None
    if any(isinstance(e.payload, m.UnitAssigned) for e in others):
        content = HUB.content(KIND, others, Keep(names=case.names), turn.place.setting)
    before = case.sent_out.get(KIND, {}).get("resource")
    told = {_id(each): each for each in before} if isinstance(before, list) else {}
    if content is not None:
        now = content["resource"]
        assert isinstance(now, list)
        return {**content, "resource": [_not_before(each, told.get(_id(each))) for each in now]}
    if not told:
        return None
    return {**case.sent_out[KIND], "resource": [_done(turn, each) for each in told.values()]}


def _id(resource: Tree) -> str:
    return str(at(resource, "/resourceId"))


def _not_before(resource: Tree, told: Tree) -> Tree:
    """With a state that is no older than the one told before it: of two states the later
    one counts, and whoever reported them had clocks of their own."""
    then, now = _since(told), _since(resource)
    if then is None or now is None or then <= now or not isinstance(resource, dict):
        return resource
    state = resource["state"]
    assert isinstance(state, dict)
    return {**resource, "state": {**state, "datetime": stamp(then)}}


def _since(resource: Tree) -> dt.datetime | None:
    text = at(resource, "/state/datetime")
    return moment(text) if isinstance(text, str) else None


def _done(turn: Turn, resource: Tree) -> Tree:
    status = at(resource, "/state/status")
    if not isinstance(resource, dict) or status in DONE:
        return resource
    now, done = stamp(turn.at), DONE[0] if status in UNDER_WAY else DONE[1]
    state: Tree = {"datetime": now, "status": done, "availability": True}
    return _not_before({**resource, "datetime": now, "state": state}, resource)
