"""The import contracts cover every package of ours, and each of them bites."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(
    init.parent
    for pattern in ("abs_core", "contracts/abs_*", "plugins/*/abs_*", "examples/*/abs_*")
    for init in ROOT.glob(f"{pattern}/__init__.py")
)
BLOCKS = [path.name for path in PACKAGES if path.name not in ("abs_contracts", "abs_core")]

LEAKS = [
    ("abs_contracts", "abs_core.sdk"),
    ("abs_contracts", "pydantic"),
    ("abs_contracts.messages", "random"),
    ("abs_core.domain", "abs_core.ports"),
    ("abs_core.domain", "abs_core.sdk"),
    ("abs_core.domain", "asyncio"),
    ("abs_core.sdk", "abs_core.ports"),
    ("abs_core.application", "abs_core.adapters.memory"),
    ("abs_core.application", "abs_core.host"),
    ("abs_core.application", "nats"),
    ("abs_core.host", "abs_core.application"),
    ("abs_core.host", "time"),
    ("abs_core.adapters", "abs_core.host"),
    ("abs_core.adapters.memory", "abs_core.adapters.nats"),
    ("abs_core.adapters.memory", "nats"),
    ("abs_core.adapters.nats", "abs_core.cli"),
    ("abs_core.cli", "nats"),
    ("abs_ambulance_bridge.hub_sante", "abs_ambulance_bridge.tiny"),
    ("abs_ambulance_bridge.hub_sante", "socket"),
    ("abs_ambulance_bridge.tiny", "abs_ambulance_bridge.check"),
    ("abs_ambulance_bridge.tiny", "time"),
    ("abs_ambulance_bridge.hub_sante", "abs_ambulance_bridge.live"),
    ("abs_ambulance_bridge.live", "abs_ambulance_bridge.simulated"),
    ("abs_ambulance_bridge.live", "standalone_ambulance"),
    ("abs_core.sim", "standalone_ambulance"),
    ("abs_ambulance_bridge.live", "abs_ambulance_bridge.outside"),
    *((block, "abs_core.domain") for block in BLOCKS),
    *((block, "abs_core.ports") for block in BLOCKS),
    *((block, "abs_core.sdk.hookspecs") for block in BLOCKS),
    *((block, "nats") for block in BLOCKS),
    *(("abs_core.host", block) for block in BLOCKS),
    *(("abs_contracts", block) for block in BLOCKS),
    *((block, other) for block in BLOCKS for other in BLOCKS if other != block),
]


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter says of a copy of the tree with a module for each leak."""
    copy = tmp_path_factory.mktemp("leaky")
    for package in PACKAGES:
        shutil.copytree(package, copy / package.name)
    for number, (importer, imported) in enumerate(LEAKS):
        folder = copy.joinpath(*importer.split("."))
        folder.joinpath(f"leak_{number}.py").write_text(f"import {imported}\n")
    copy.joinpath("abs_core", "unplaced.py").touch()
    lint = [Path(sys.executable).with_name("lint-imports"), "--config", ROOT / ".importlinter"]
    run = subprocess.run(
        [*lint, "--no-logo", "--no-cache"], cwd=copy, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1, run.stdout + run.stderr
    return run.stdout


@pytest.mark.parametrize(("importer", "imported"), LEAKS)
def test_a_leak_is_refused(verdict: str, importer: str, imported: str) -> None:
    leak = f"{importer}.leak_{LEAKS.index((importer, imported))}"
    assert f"{leak} -> {imported} (" in verdict


def test_a_module_without_a_layer_is_refused(verdict: str) -> None:
    assert "unplaced" in verdict


def test_every_package_of_ours_is_checked() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    listed = config["importlinter"]["root_packages"].split()
    assert sorted(listed) == sorted(path.name for path in PACKAGES)
