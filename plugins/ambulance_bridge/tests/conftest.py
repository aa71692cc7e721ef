"""Where the publisher's files are, if they are; and one setting for all."""

import os
from pathlib import Path

import pytest
from abs_ambulance_bridge.hub_sante.hub import HubSante
from abs_ambulance_bridge.profile import Setting
from abs_contracts.messages.values import Discipline

BESIDE = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture(scope="session")
def published() -> Path:
    """The publisher's schemas, examples and failing samples; never part of this project."""
    data = Path(os.environ.get("ABS_SHARED_DATA", BESIDE)) / "hub-sante"
    if not data.is_dir():
        pytest.skip("the publisher's files are not here; name their folder in ABS_SHARED_DATA")
    return data


@pytest.fixture(scope="session")
def hub() -> HubSante:
    return HubSante()


@pytest.fixture(scope="session")
def setting() -> Setting:
    return Setting(room="dh", party="ambulance", parties={d.value: d for d in Discipline})
