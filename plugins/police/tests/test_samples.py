"""The golden samples of the private contracts hold, and every rule is reached by a test."""

import re
import tomllib
from importlib import resources
from pathlib import Path

import abs_police
import pytest
from abs_contracts.kit import private
from abs_police.contracts import OWN
from abs_police.examples import EXAMPLES, FOLDER


def test_the_samples_are_what_todays_contracts_make_and_hold() -> None:
    assert private.problems(FOLDER, OWN, EXAMPLES) == []


def test_every_rule_of_the_block_is_met_by_a_test_and_named_in_the_code() -> None:
    rules = set(tomllib.loads((resources.files(abs_police) / "rules.toml").read_text("utf-8")))
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    code = "".join(path.read_text("utf-8") for path in FOLDER.parent.glob("*.py"))
    assert (
        rules == set(re.findall(r"POLICE-\d{3}", tests)) == set(re.findall(r"POLICE-\d{3}", code))
    )


README = Path(__file__).parents[1] / "README.md"


@pytest.mark.skipif(not README.is_file(), reason="the readme is not beside the tests of a wheel")
def test_the_readme_names_messages_that_there_are() -> None:
    readme = README.read_text("utf-8")
    named = set(re.findall(r"`(police\.[a-z_]+)", readme))
    assert named
    assert named <= {contract.name for contract in OWN}
