"""The bridge's idea of what the core makes of its commands, held against the core's own rules."""

import datetime as dt
from collections.abc import Iterator

import msgspec
import pytest
from abs_ambulance_bridge.hub_sante.catalogue import TYPES
from abs_ambulance_bridge.hub_sante.hub import ROUTES, HubSante
from abs_ambulance_bridge.hub_sante.specimen import specimen
from abs_ambulance_bridge.profile import Message, Said, Setting
from abs_ambulance_bridge.told import told
from abs_ambulance_bridge.tree import Tree
from abs_contracts.catalogue import CORE
from abs_contracts.codec import decode_command, encode
from abs_contracts.envelope import Envelope
from abs_contracts.messages import unit as u
from abs_contracts.messages.incident import OpenIncident
from abs_contracts.messages.values import CallSource, Discipline

from abs_core.domain import incident as inc
from abs_core.domain import unit as units
from abs_core.domain.decision import By, Known
from abs_core.domain.incident_rules import decide

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
PARTIES = {d.value: d for d in Discipline}
SETTING = Setting(room="dh", party="ambulance", parties=PARTIES)
BY = By("ambulance", "bridge", "bridge")
HUB = HubSante()


class Core:
    """The core's deciders, one aggregate each, without log or broker."""

    def __init__(self) -> None:
        self.incidents: dict[str, inc.Incident] = {}
        self.units: dict[str, units.Unit] = {}

    def take(self, said: Said) -> Iterator[Said]:
        at = said.at or NOON
        if isinstance(said.payload, u.RegisterUnit | u.ReportStatus):
            before = self.units.get(said.subject, units.Unit())
            party, of = SETTING.party, Discipline.AMBULANCE
            for event in units.decide(before, said.payload, party=party, discipline=of, at=at):
                self.units[said.subject] = units.evolve(
                    event, self.units.get(said.subject, units.Unit())
                )
                yield msgspec.structs.replace(said, payload=event)
            return
        incident = self.incidents.get(said.subject, inc.Incident())
        unit = self.units.get(getattr(said.payload, "unit", ""))
        known = Known(room="dh", parties=PARTIES, unit=unit, at=at)
        for event in decide(incident, said.payload, BY, known).events:
            incident = inc.evolve(event, incident)
            yield msgspec.structs.replace(said, payload=event)
        self.incidents[said.subject] = incident


def message(kind: str, **changes: Tree) -> Message:
    return Message(kind=kind, content={**specimen(kind), **changes})


def opened_before(commands: tuple[Said, ...], core: Core) -> None:
    """What the bridge would have told earlier: the incidents, and the units of a status."""
    opens = {s.subject for s in commands if isinstance(s.payload, OpenIncident)}
    known = {s.subject for s in commands if isinstance(s.payload, u.RegisterUnit)}
    for said in commands:
        if isinstance(said.payload, u.ReportStatus | u.RegisterUnit):
            if said.subject not in known:
                register = u.RegisterUnit(call_sign="unit", kind="TSU.AMB")
                [*core.take(Said(subject=said.subject, payload=register))]
        elif said.subject not in opens and said.subject not in core.incidents:
            start = OpenIncident(source=CallSource.PARTNER)
            [*core.take(Said(subject=said.subject, payload=start))]


@pytest.mark.parametrize("kind", sorted(ROUTES))
def test_the_core_makes_of_the_commands_what_the_bridge_thinks(kind: str) -> None:
    commands = HUB.to_core(message(kind), SETTING).commands
    core = Core()
    opened_before(commands, core)
    events = tuple(event for said in commands for event in core.take(said))
    assert events == told(commands, SETTING)
    assert events


def test_every_command_is_taken_by_the_strict_codec() -> None:
    seen = set()
    for kind in TYPES:
        for said in HUB.to_core(message(kind.name), SETTING).commands:
            contract = CORE.of(said.payload)
            envelope = Envelope(
                specversion="1.0",
                id="command-1",
                source="/bridge",
                type=contract.type,
                subject=said.subject,
                time=said.at or NOON,
                authtype="service_account",
                authid="bridge",
                role="bridge",
                data=msgspec.Raw(msgspec.json.encode(said.payload)),
            )
            decoded = decode_command(encode(envelope), CORE)
            assert decoded.payload == said.payload
            seen.add(contract.name)
    assert {"incident.open", "incident.locate", "unit.report_status"} <= seen
