"""Which classes call a party: rows of the national table, and what a room says instead."""

import pytest
from abs_contracts import codelists
from abs_contracts.messages.values import Discipline

from abs_core.callouts import called_for


@pytest.mark.parametrize("discipline", Discipline)
def test_every_row_is_a_branch_of_the_table_and_none_stands_under_another(
    discipline: Discipline,
) -> None:
    rows = called_for(discipline)
    assert bool(rows) == (discipline is not Discipline.PARTNER)
    for row in rows:
        assert codelists.LMC.has(*row), row
        assert not [other for other in rows if other != row and row[: len(other)] == other]


def test_every_class_calls_somebody_or_is_known_not_to() -> None:
    """What nobody is called for is service within the room, or waits for a person to decide."""
    paths = [tuple(filter(None, (row.mc1, row.mc2, row.mc3))) for row in codelists.LMC]
    rows = [row for discipline in Discipline for row in called_for(discipline)]
    silent = {p for p in paths if len(p) > 1 and not any(p[: len(r)] == r for r in rows)}
    groups = {p[:2] for p in silent if not any(r[:2] == p[:2] for r in rows)}
    assert groups == {
        ("Alarm", "Autom. systeemmelding"),
        ("Alarm", "Hoog water alarm"),
        ("Alarm", "Weeralarm"),
        ("Dienstverlening", "Dienst door derden"),
        ("Dienstverlening", "Multi"),
        ("Leefmilieu", "Aardschok"),
        ("Leefmilieu", "Dieren"),
        ("Leefmilieu", "Uitval nutsvoorziening"),
    }


def test_a_room_says_it_for_a_party_instead() -> None:
    own = (("Brand", "Natuur"),)
    assert called_for(Discipline.POLICE, own) == own
    assert called_for(Discipline.POLICE, ()) == ()
