"""The profile FR-HS3 behind the port."""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from abs_ambulance_bridge.facts import Facts, folded
from abs_ambulance_bridge.hub_sante import reading
from abs_ambulance_bridge.hub_sante.catalogue import BY_NAME
from abs_ambulance_bridge.hub_sante.envelope import MESSAGE
from abs_ambulance_bridge.hub_sante.translation import (
    case_writing,
    cases,
    operations,
    requests,
    vehicle_writing,
    vehicles,
)
from abs_ambulance_bridge.hub_sante.translation.cases import Occasion
from abs_ambulance_bridge.hub_sante.translation.fields import moment
from abs_ambulance_bridge.hub_sante.translation.ids import Names, names_in
from abs_ambulance_bridge.hub_sante.translation.table import KINDS, TOLD, reason, row_of
from abs_ambulance_bridge.losses import tally
from abs_ambulance_bridge.merge import merged
from abs_ambulance_bridge.outward import untold
from abs_ambulance_bridge.profile import Inbound, Keep, Kind, Message, Outbound, Said, Setting
from abs_ambulance_bridge.told import told
from abs_ambulance_bridge.tree import Tree

Written = dict[str, Tree] | None


class Route(NamedTuple):
    """How one type is read into commands, and written of facts."""

    read: Callable[[Any, Occasion, Setting], Iterator[Said]]  # each of its own content type
    write: Callable[[Facts, Setting, Names], Written]


ROUTES = {
    "RC-EDA": Route(cases.shared_case, case_writing.shared_case_tree),
    "RS-EDA": Route(cases.health_case, case_writing.health_case_tree),
    "RS-EDA-MAJ": Route(cases.case_update, case_writing.case_update_tree),
    "RC-RI": Route(
        lambda c, _, s: vehicles.engaged_shared(c, s), vehicle_writing.engaged_shared_tree
    ),
    "RS-RI": Route(lambda c, _, s: vehicles.engaged(c, s), vehicle_writing.engaged_tree),
    "RS-SR": Route(lambda c, _, s: vehicles.status(c, s), vehicle_writing.status_tree),
    "RS-DR": Route(lambda c, _, s: requests.request(c, s), requests.request_tree),
    "RS-RR": Route(lambda c, _, s: requests.answer(c, s), requests.answer_tree),
    "RS-ER": Route(lambda c, _, s: requests.order(c, s), requests.order_tree),
    "GEO-POS": Route(lambda c, *_: vehicles.positions(c), vehicle_writing.positions_tree),
    "GEO-RES": Route(lambda c, *_: vehicles.fleet(c), vehicle_writing.fleet_tree),
    "EMSI": Route(lambda c, _, s: operations.operation(c, s), operations.operation_tree),
}
"""The mapped types. The others are private: nothing is read of them, nothing written."""


class HubSante:
    """Hub Santé v3, as its published model has it."""

    name = "fr-hs3"
    media: Mapping[str, str] = {"json": ".json", "xml": ".xml"}

    @property
    def kinds(self) -> Mapping[str, Kind]:
        return KINDS

    def parse(self, raw: bytes) -> Message:
        return reading.parse(raw)

    def write(self, message: Message, media: str) -> bytes:
        return reading.write(message, media)

    def may_cross(self, kind: str, place: str) -> bool:
        row = row_of(kind, place)
        return row is not None and row.core is not None

    def to_core(self, message: Message, setting: Setting) -> Inbound:
        commands = self.commands(message, setting)
        plain = self._written(message.kind, told(commands, setting), {}, setting)
        counted = tally(message.content, plain, functools.partial(reason, message.kind))
        return Inbound(
            commands=commands,
            carried=counted.carried,
            losses=counted.losses,
            undeclared=counted.undeclared,
        )

    def names(self, message: Message, setting: Setting) -> Mapping[str, str]:
        return names_in(message.content, setting.room)

    def from_core(
        self, kind: str, events: Sequence[Said], keep: Keep, setting: Setting
    ) -> Outbound:
        content = self.content(kind, events, keep, setting)
        told_of = TOLD.get(kind, ()) if content is not None else ()
        return Outbound(content=content, losses=untold(events, told_of))

    def commands(self, message: Message, setting: Setting) -> tuple[Said, ...]:
        """What `to_core` tells the core, without the account of what is lost."""
        route = ROUTES.get(message.kind)
        if route is None or _is_system(message):
            return ()
        content = msgspec.convert(message.content, BY_NAME[message.kind].content)
        return tuple(route.read(content, _occasion(message), setting))

    def content(self, kind: str, events: Sequence[Said], keep: Keep, setting: Setting) -> Written:
        """What `from_core` writes, without the account of what is lost."""
        kept = keep.message if keep.message and keep.message.kind == kind else None
        names = {**keep.names, **(self.names(kept, setting) if kept else {})}
        content = self._written(kind, events, names, setting)
        if kept is not None:
            commands = self.commands(kept, setting)
            before = self._written(kind, told(commands, setting), names, setting)
            content = _over(kept.content, before, content)
        return content if content is not None and reading.is_valid(kind, content) else None

    def _written(
        self, kind: str, events: Sequence[Said], names: Names, setting: Setting
    ) -> Written:
        route = ROUTES.get(kind)
        return route.write(folded(events, setting.party), setting, names) if route else None


def _over(original: dict[str, Tree], before: Written, now: Written) -> Written:
    """What the core changed, over the original; nothing was, where there is nothing to say."""
    content = merged(original, before, now if now is not None else before)
    return content if isinstance(content, dict) else None


def _header(message: Message) -> Mapping[str, Tree]:
    """The header of the message, empty for content alone."""
    here: Tree = message.around or {}
    for step in MESSAGE.split("/")[1:]:
        if isinstance(here, list):
            here = here[int(step)]
        elif isinstance(here, dict):
            here = here.get(step, {})
    return here if isinstance(here, dict) else {}


def _is_system(message: Message) -> bool:
    """A message of the hub about itself is about no incident."""
    return _header(message).get("status") == "System"


def _occasion(message: Message) -> Occasion:
    around, sent = message.around or {}, _header(message).get("sentAt")
    kind = around.get("distributionKind", "Report")
    return Occasion(
        first=kind != "Update",
        cancelled=kind == "Cancel",
        exercise=around.get("distributionStatus") == "Exercise",
        sent=moment(sent) if isinstance(sent, str) else None,
    )
