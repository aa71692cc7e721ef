"""Every refusal of the core's rules is reached by a row of a test."""

import tomllib
from importlib import resources

from . import test_incident, test_party, test_unit

FAMILIES = ("INCIDENT-0", "UNIT-0", "PARTY-0", "CODELIST-0")
"""From 101 on a rule warns."""


def test_every_rule_has_a_row() -> None:
    rules = tomllib.loads((resources.files("abs_contracts") / "rules.toml").read_text("utf-8"))
    in_force = {r for r, row in rules.items() if r.startswith(FAMILIES) and not row.get("retired")}
    reached = {row[0] for row in (*test_incident.REFUSALS, *test_unit.REFUSALS)}
    reached |= {"UNIT-003"}  # test_a_unit_is_never_taken_from_a_real_incident_for_an_exercise
    reached |= {row[0] for row in test_party.REFUSALS}
    assert in_force == reached
