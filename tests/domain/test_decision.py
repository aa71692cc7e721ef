"""What a decider gives back."""

from abs_contracts.messages import incident as m

from abs_core.domain.decision import Decision, decided


def test_a_decision_has_its_events_in_order_and_no_warning_unless_one_is_given() -> None:
    first, second = m.IncidentClosedForParty(party="fire"), m.IncidentClosed()

    assert decided(first, second) == Decision((first, second), ())
    assert decided() == Decision()
    assert not decided().events
