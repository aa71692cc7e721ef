"""The live bridge as a block, on one core, beside bare msgspec on the same bytes.

`python tests/benchmarks/bridging.py [INCIDENTS]`: the entries of so many incidents, each a
case of the other side that is told whole, a change of it, a vehicle with three statuses,
what police say, and the answers. Per entry the block evolves and reacts, without host and
bus. Reported are messages (in and out) a second of processor time, and what one message adds:
its entry and those of the commands it led to. Only the ratio of one run says much.
"""

import datetime as dt
import statistics
import sys
import time
from collections.abc import Iterator

import msgspec
from abs_ambulance_bridge.hub_sante.catalogue import BY_NAME
from abs_ambulance_bridge.hub_sante.envelope import Sending, enveloped
from abs_ambulance_bridge.live import contracts as live
from abs_ambulance_bridge.live.block import Bridge
from abs_ambulance_bridge.live.state import State
from abs_ambulance_bridge.live.turn import ACTOR, LINK, Place
from abs_ambulance_bridge.profile import Said, Setting
from abs_ambulance_bridge.told import told
from abs_ambulance_bridge.tree import Tree
from abs_contracts.catalogue import CORE
from abs_contracts.codec import decode_event, seal
from abs_contracts.envelope import Envelope
from abs_contracts.messages import incident as m
from abs_contracts.messages import unit as u
from abs_contracts.messages.values import Discipline, Location
from abs_contracts.protocol import Accepted

from abs_core.sdk import Entry, Fed, Inbound, Order, Send, Settled

OURS, THEIRS = "nl.meldkamer.dh", "nl.ambulance.rav15"
SETTING = Setting(room="dh", party="ambulance", parties={d.value: d for d in Discipline})
NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


class Run:
    """The bridge with a room that accepts everything and an outside that answers everything."""

    def __init__(self) -> None:
        self.bridge = Bridge(Place(setting=SETTING, name=OURS, partner=THEIRS))
        self.state: State = self.bridge.initial()
        self.now, self.count, self.messages = NOON, 0, 0
        self.spent = 0.0
        self.units: dict[str, Said] = {}

    def message(self, text: str) -> float:
        """Seconds in the block for one message of the other side and all that it led to."""
        before = self.spent
        self.messages += 1
        self.take(Inbound(self._id(), self.now, LINK, live.Arrived(came_from=THEIRS, text=text)))
        return self.spent - before

    def take(self, entry: Entry) -> None:
        start = time.process_time()
        self.state = self.bridge.evolve(self.state, entry)
        effects = self.bridge.react(self.state, entry)
        self.spent += time.process_time() - start
        for effect in effects:
            match effect:
                case Order():
                    self._accept(effect)
                case Send(payload=live.Outgoing() as letter):
                    self.messages += 1
                    self._answer(letter)

    def _answer(self, sent: live.Outgoing) -> None:
        """The other side has it, and says so of what is no answer itself."""
        delivered = live.Delivered(letter=sent.letter)
        self.take(Inbound(self._id(), self.now, LINK, delivered))
        if msgspec.json.decode(sent.text)["distributionKind"] not in ("Ack", "Error"):
            content: dict[str, Tree] = {"distributionID": sent.letter, "step": "INTEGRE"}
            self.count += 1
            self.message(text("RC-REF", content, 1_000_000 + self.count, self.now, "Ack"))

    def _accept(self, order: Order) -> None:
        said = Said(subject=order.subject, payload=order.payload, at=order.occurred or self.now)
        if isinstance(order.payload, u.RegisterUnit):
            self.units[order.subject] = said
        event = told([*self.units.values(), said], SETTING)[-1]
        if isinstance(event.payload, m.Event | u.UnitStatusChanged | u.UnitRegistered):
            self.fed(event, "ambulance", ACTOR)
        self.take(Settled(self._id(), self.now, order.key, Accepted(command="c", after=0)))

    def fed(self, event: Said, party: str, actor: str) -> None:
        envelope = Envelope(
            specversion="1.0",
            id=self._id(),
            source="test",
            type=CORE.of(event.payload).type,
            subject=event.subject,
            time=event.at or self.now,
            party=party,
            authid=actor,
            data=msgspec.Raw(b"null"),
        )
        message = decode_event(seal(envelope, event.payload))
        self.take(Fed(self._id(), self.now, self.count, message))

    def _id(self) -> str:
        self.count += 1
        self.now += dt.timedelta(milliseconds=10)
        return f"n-{self.count}"


def text(kind: str, content: dict[str, Tree], number: int, at: dt.datetime, how: str) -> str:
    sending = Sending(
        sender=THEIRS,
        recipient=OURS,
        id=str(number),
        kind=how,
        at=at,
        life=dt.timedelta(days=365),
    )
    return msgspec.json.encode(enveloped(BY_NAME[kind].root, content, sending)).decode()


def contents(number: int) -> Iterator[tuple[str, dict[str, Tree], str]]:
    """What the other side says of one incident."""
    case, street = f"{THEIRS}.case-{number}", f"Spui {number}"

    def whole(street: str) -> dict[str, Tree]:
        return {
            "caseId": case,
            "creation": "2026-01-01T12:00:00+00:00",
            "referenceVersion": "1.3",
            "qualification": {"whatsHappen": {"code": "C02.08.02", "label": "A fall at home"}},
            "location": {
                "locID": "place-1",
                "country": "NL",
                "detailedAddress": {"complete": street},
                "city": {"name": "Den Haag"},
            },
        }

    def state(word: str, minute: int) -> dict[str, Tree]:
        return {"datetime": f"2026-01-01T12:{minute:02}:00+00:00", "status": word}

    vehicle = f"{THEIRS}.resource.{number}"
    yield "RC-EDA", whole(street), "Report"
    yield "RC-EDA", whole(f"{street}a"), "Update"
    resource: dict[str, Tree] = {
        "datetime": "2026-01-01T12:01:00+00:00",
        "resourceId": vehicle,
        "vehicleType": "TSU.AMB",
        "name": f"15-{number}",
        "state": [state("DECLENCHE", 1)],
    }
    yield "RS-RI", {"caseId": case, "resource": [resource]}, "Update"
    for minute, word in ((2, "DEPART"), (7, "ARRIVEE"), (20, "TRANSP")):
        yield (
            "RS-SR",
            {"caseId": case, "resourceId": vehicle, "state": state(word, minute)},
            "Update",
        )


def main() -> None:
    incidents = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    run, added, bare = Run(), [], 0.0
    number = 0
    for incident in range(incidents):
        run.units.clear()
        for kind, content, how in contents(incident):
            number += 1
            raw = text(kind, content, number, run.now, how)
            start = time.process_time()
            msgspec.json.decode(raw)
            bare += time.process_time() - start
            added.append(run.message(raw))
        last = next(reversed(run.state.cases))
        place = Location(municipality="Delft", street=f"Markt {incident}")
        run.fed(Said(subject=last, payload=m.IncidentLocated(location=place)), "police", "d")
    print(f"{incidents} incidents, {run.messages} messages, {run.count} entries")
    print(f"{run.messages / run.spent:.0f} messages a second in the block, on one core")
    quantiles = statistics.quantiles(added, n=100)
    print(f"a message adds p50 {quantiles[49] * 1000:.2f} ms, p99 {quantiles[98] * 1000:.2f} ms")
    print(f"{statistics.mean(added) / (bare / len(added)):.0f} times decoding it alone")


if __name__ == "__main__":
    main()
