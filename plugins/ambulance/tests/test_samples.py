"""The golden samples of the private contracts hold, and every rule is reached by a test."""

import re
import tomllib
from importlib import resources
from pathlib import Path

import abs_ambulance
from abs_ambulance.contracts import CONTRACTS
from abs_ambulance.examples import EXAMPLES, FOLDER
from abs_contracts.kit import private


def test_the_samples_are_what_todays_contracts_make_and_hold() -> None:
    assert private.problems(FOLDER, CONTRACTS, EXAMPLES) == []


def test_every_rule_of_the_block_is_named_in_the_code_and_met_by_a_test() -> None:
    rules = set(tomllib.loads((resources.files(abs_ambulance) / "rules.toml").read_text("utf-8")))
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    code = "".join(path.read_text("utf-8") for path in FOLDER.parent.glob("*.py"))
    assert rules == set(re.findall(r"AMBU-\d{3}", code)) == set(re.findall(r"AMBU-\d{3}", tests))
