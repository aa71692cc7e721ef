"""One entry on its way through the bridge: the state as it changes, and what is to be done."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from abs_ambulance_bridge.hub_sante.answers import Answerer
from abs_ambulance_bridge.hub_sante.catalogue import BY_NAME
from abs_ambulance_bridge.hub_sante.envelope import Sending, enveloped
from abs_ambulance_bridge.hub_sante.hub import HubSante
from abs_ambulance_bridge.hub_sante.translation.ids import derived
from abs_ambulance_bridge.live.contracts import Kept, Outgoing
from abs_ambulance_bridge.live.state import Case, State, Telling
from abs_ambulance_bridge.profile import Message, Setting
from abs_ambulance_bridge.tree import Tree
from abs_core.sdk import Effect, Note, Send, SetTimer

HUB = HubSante()
ACTOR = "ambulance-bridge"
"""Who the core's log names for what the other side says; people there have their own names."""
ROLE = "bridge"
LINK = "link"
"""The connector's name."""
KEPT_PER_CASE = 500
"""Own lines of one incident: as many as one answer can tell, the newest."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where the bridge stands: its own name and the other side's, and how long a letter lives."""

    setting: Setting
    name: str
    partner: str
    life: dt.timedelta = dt.timedelta(days=1)


class Turn:
    """What one entry changes. Lives as long as the entry is looked at, and no longer."""

    def __init__(self, state: State, entry: str, at: dt.datetime, place: Place) -> None:
        self.at = at
        self.place = place
        self._state = state
        self._entry = entry
        self._cases = dict(state.cases)
        self._todo: list[Effect] = []
        self.touched: dict[str, None] = {}

    @property
    def state(self) -> State:
        return self._state

    @property
    def party(self) -> str:
        return self.place.setting.party

    @property
    def answerer(self) -> Answerer:
        return Answerer(name=self.place.name, at=self.at)

    def done(self) -> State:
        return replace(self._state, cases=self._cases, todo=tuple(self._todo))

    def change(self, **changes: Any) -> None:  # the fields of State
        self._state = replace(self._state, **changes)

    # -- incidents ------------------------------------------------------------------

    def case(self, incident: str) -> Case | None:
        return self._cases.get(incident)

    def put(self, case: Case, **changes: Any) -> Case:  # the fields of Case
        case = replace(case, **changes) if changes else case
        self._cases[case.incident] = case
        self.touched[case.incident] = None
        return case

    def forget(self, incident: str) -> None:
        del self._cases[incident]
        self.touched.pop(incident, None)

    # -- what is to be done -----------------------------------------------------------

    def do(self, effect: Effect) -> None:
        self._todo.append(effect)

    def wake(self, name: str, due: dt.datetime) -> None:
        others = [e for e in self._todo if not (isinstance(e, SetTimer) and e.name == name)]
        self._todo = [*others, SetTimer(key=f"timer {name}", name=name, due=due)]

    def note(self, incident: str, text: str, who: str | None = None) -> None:
        """Keep a line for the party's own people."""
        kept = Kept(incident=incident, at=self.at, text=text[:4000], who=who)
        self.do(Note(key=f"line {len(self._todo)}", payload=kept))

    def answer(self, message: Message, incident: str = "") -> None:
        """Send an answer about a message; it is never answered itself."""
        assert message.around is not None
        letter = str(message.around["distributionID"])
        self._send(letter, message.around, incident, awaited=False)

    def tell(
        self,
        incident: str,
        kind: str,
        content: dict[str, Tree],
        values: Mapping[str, object],
        *,
        first: bool = False,
    ) -> None:
        """Send a message of ours, which the other side answers."""
        case = self._cases[incident]
        sending = Sending(
            sender=self.place.name,
            recipient=self.place.partner,
            id=derived("telling", self._entry, incident, kind, str(len(self._todo))),
            kind="Report" if first else "Update",
            at=self._stamp(),
            life=self.place.life,
            exercise=case.is_exercise,
        )
        telling = Telling(kind=kind, incident=incident, values=values, first=first)
        self.change(
            told={**self._state.told, sending.id: telling},
            unconfirmed=self._state.unconfirmed | {sending.id},
        )
        tree = enveloped(BY_NAME[kind].root, content, sending)
        self._send(str(tree["distributionID"]), tree, incident, awaited=True)

    def _stamp(self) -> dt.datetime:
        """Now, or the time of the last letter: to its reader an older one says less."""
        now = max(self.at, self._state.stamped or self.at)
        self.change(stamped=now)
        return now

    def _send(self, letter: str, tree: dict[str, Tree], incident: str, *, awaited: bool) -> None:
        text = msgspec.json.encode(tree).decode()
        payload = Outgoing(letter=letter, text=text, awaited=awaited)
        self.do(Send(key=f"letter {letter}", connector=LINK, payload=payload, about=incident))


def letter_of(distribution: str) -> str:
    """Our part of a distribution id: what stands after the sender's name."""
    return distribution.rpartition("_")[2]
