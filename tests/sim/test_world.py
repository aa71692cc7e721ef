"""The world: small fleets by option, and nothing left behind in the process."""

import asyncio
import tomllib
from collections import Counter

from abs_core.sim.checks.history import history
from abs_core.sim.run import Played, run
from abs_core.sim.world import TABLES, names_installed, options

from .conftest import small


def test_blocks_register_few_units(calm: Played) -> None:
    assert calm.evidence is not None
    units = Counter(
        entry.event["party"]
        for entry in history(calm.evidence.log)
        if entry.name == "unit.registered" and entry.event["role"] == "block"
    )
    assert units
    assert max(units.values()) <= 6


def test_each_table_is_an_option_of_a_block() -> None:
    for file in TABLES.iterdir():
        block, option, _ = file.name.split(".")
        if block in names_installed():
            assert options(block)[option] == str(file)


def test_a_run_leaves_the_process_as_it_was() -> None:
    before = (tomllib.loads, asyncio.get_running_loop, asyncio.events._get_running_loop)
    run(small(0))
    assert (tomllib.loads, asyncio.get_running_loop, asyncio.events._get_running_loop) == before
