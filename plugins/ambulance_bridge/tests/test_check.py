"""`abs bridge check`: the lines, the document, the exit code; and a profile that lies is caught."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from abs_ambulance_bridge.check import check
from abs_ambulance_bridge.hub_sante.catalogue import BY_NAME
from abs_ambulance_bridge.hub_sante.hub import HubSante
from abs_ambulance_bridge.hub_sante.specimen import specimen
from abs_ambulance_bridge.profile import Inbound, Keep, Message, Outbound, Said, Setting
from abs_ambulance_bridge.tree import Tree
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import NoteAudience

ABS = Path(sys.executable).with_name("abs")


def abs_bridge(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(ABS), "bridge", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def raw(kind: str) -> bytes:
    return msgspec.json.encode({BY_NAME[kind].root: specimen(kind)})


def test_a_good_folder_ends_with_0_and_says_its_figures(tmp_path: Path) -> None:
    tmp_path.joinpath("deep").mkdir()
    tmp_path.joinpath("deep", "one.json").write_bytes(raw("RS-SR"))
    tmp_path.joinpath("two.json").write_bytes(raw("RS-BPV"))
    tmp_path.joinpath("README.md").write_text("no message")
    ran = abs_bridge("check", str(tmp_path))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "deep/one.json  RS-SR mapped" in ran.stdout
    assert "two.json  RS-BPV private  nothing to tell the core" in ran.stdout
    assert "2 files, 2 valid, 0 refused" in ran.stdout


def test_a_refused_file_ends_with_1_and_says_where(tmp_path: Path) -> None:
    tmp_path.joinpath("bad.json").write_text('{"reference": {"refused": "no"}}')
    ran = abs_bridge("check", str(tmp_path), "--json")
    assert ran.returncode == 1
    (finding,) = json.loads(ran.stdout)["findings"]
    assert finding["refusal"]["code"] == 300
    places = [(issue["where"], issue["path"]) for issue in finding["refusal"]["issues"]]
    assert ("/reference/distributionID", "$.reference.distributionID") in places
    assert ("/reference/refused", "$.reference.refused") in places


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_without_messages_it_says_so(tmp_path: Path, name: str) -> None:
    ran = abs_bridge("check", str(tmp_path / name))
    assert ran.returncode == 2
    assert "BRIDGE-00" in ran.stderr


def test_the_other_profile_reads_its_own_files(tmp_path: Path) -> None:
    line = "OPEN;17;2026-01-01T12:00:00+01:00;Zoetermeer;Voorbeeldstraat;smoke\n"
    tmp_path.joinpath("one.txt").write_text(line)
    ran = abs_bridge("check", str(tmp_path), "--profile", "tiny")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "OPEN mapped  4 of 5 carried" in ran.stdout


def test_twins_that_differ_are_a_defect(hub: HubSante, setting: Setting) -> None:
    other = hub.write(Message(kind="RC-REF", content={"distributionID": "other"}), "xml")
    report = check([("a.json", raw("RC-REF")), ("a.xml", other)], hub, setting)
    assert report.findings[1].defects == ("its twin says something else",)


class Leaky(HubSante):
    """Tells the core everything that it reads, and forgets what it was."""

    def to_core(self, message: Message, setting: Setting) -> Inbound:
        said = super().to_core(message, setting)
        text = msgspec.json.encode(message.content).decode()[:4000]
        note = m.AddNote(text=text, audience=NoteAudience.ALL)
        leak = Said(subject="inc-1", payload=note, at=None)
        lost = tuple(loss.where for loss in said.losses[:1])
        return msgspec.structs.replace(said, commands=(*said.commands, leak), undeclared=lost)

    def from_core(
        self, kind: str, events: Sequence[Said], keep: Keep, setting: Setting
    ) -> Outbound:
        del kind, events, keep, setting
        content: dict[str, Tree] = {}
        return Outbound(content=content, losses=())


def test_a_profile_that_leaks_forgets_and_hides_is_caught(setting: Setting) -> None:
    (finding,) = check([("a.json", raw("RS-DR"))], Leaky(), setting).findings
    said = "\n".join(finding.defects)
    assert "crossed: /request/freetext" in said
    assert "does not come back as it was" in said
    assert "undeclared loss at" in said


class Fickle(HubSante):
    """Says something else every time."""

    times = 0

    def to_core(self, message: Message, setting: Setting) -> Inbound:
        self.times += 1
        return msgspec.structs.replace(super().to_core(message, setting), carried=self.times)


def test_a_profile_that_is_not_the_same_twice_is_caught(setting: Setting) -> None:
    (finding,) = check([("a.json", raw("RS-SR"))], Fickle(), setting).findings
    assert not finding.deterministic
    assert "not the same twice" in finding.defects


class Poor(HubSante):
    """Carries less than its kinds promise."""

    def to_core(self, message: Message, setting: Setting) -> Inbound:
        said = super().to_core(message, setting)
        more = ("/state/datetime", "/state/status")
        lost = (msgspec.structs.replace(said.losses[0], where=where) for where in more)
        return msgspec.structs.replace(said, carried=0, losses=(*said.losses, *lost))


def test_a_promise_that_is_not_kept_is_a_defect(setting: Setting) -> None:
    (finding,) = check([("a.json", raw("RS-SR"))], Poor(), setting).findings
    said = "\n".join(finding.defects)
    assert "less than 25 %" in said
    assert "must be carried and is not: /state/datetime" in said
