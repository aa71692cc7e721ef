"""The fold: which incident a page is about, what it changes, and how incidents end."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec
import pytest
from abs_contracts.messages import incident as inc
from abs_contracts.messages.unit import RegisterUnit
from abs_contracts.messages.values import Discipline
from hypothesis import given, settings
from hypothesis import strategies as st

from abs_core.domain import incident as incidents
from abs_core.domain import incident_rules
from abs_core.domain.decision import By, Known
from abs_core.domain.incident import Incident
from abs_core.domain.unit import Unit
from abs_core.pager.outcomes import ENDINGS, MEANINGS, RULES, Outcome, Taken
from abs_core.pager.page import Message
from abs_core.pager.readers import PagerFile
from abs_core.pager.reconstruct import Reconstruction, Result
from abs_core.pager.steps import Ask, Do, Step
from abs_core.pager.times import zone

from .conftest import EXAMPLE, NOON, Sent

FIRE = "P 1 BDH-05 Gebouwbrand Proeffabriek Proefkade ZOETMR"


def played(messages: Iterable[Message], source: str = "file") -> list[Result]:
    fold = Reconstruction(source)
    return [fold.take(message) for message in messages]


def taken(*messages: Message) -> list[Taken]:
    return [result.taken for result in played(messages)]


def payloads(results: Sequence[Result], of: type[msgspec.Struct]) -> list[Do]:
    steps = [step for result in results for step in result.steps]
    return [s for s in steps if isinstance(s, Do) and isinstance(s.payload, of)]


def ids(results: Sequence[Result]) -> list[str]:
    """Of every step but registrations, which are the same wherever a unit is seen first."""
    steps = [step for result in results for step in result.steps]
    return [s.id for s in steps if isinstance(s, Ask) or not isinstance(s.payload, RegisterUnit)]


# -- one rule each ------------------------------------------------------------------

ABOUT = [
    # the second page, minutes later, outcome, rule
    ("same-text", FIRE, 5, Outcome.REPEAT),
    ("same-place", f"{FIRE} 155250", 5, Outcome.UNITS),
    ("same-place", f"{FIRE} 155250", 110, Outcome.UNITS),
    ("new", f"{FIRE} 155250", 130, Outcome.OPENED),
    ("same-place", "P 1 Gebouwbrand Proefkade ZOETMR 155250", 20, Outcome.UNITS),
    ("new", "P 1 Gebouwbrand Proefkade ZOETMR 155250", 40, Outcome.OPENED),
    ("same-place-other-group", "P 1 BDH-06 Gebouwbrand Proefkade ZOETMR 155250", 20, Outcome.UNITS),
    ("new", "P 1 BDH-06 Liftopsluiting Proefkade ZOETMR 155250", 20, Outcome.OPENED),
    ("new", "P 1 BDH-06 Gebouwbrand Proefkade ZOETMR 155250", 40, Outcome.OPENED),
    ("new", "P 1 BDH-05 Gebouwbrand Testweg ZOETMR 155250", 1, Outcome.OPENED),
    ("new", "P 1 BDH-05 Gebouwbrand Proefkade DELFT 155250", 1, Outcome.OPENED),
    ("alike-street", "P 1 BDH-05 Gebouwbrand Prouf{ade ZOETMR 155250", 5, Outcome.UNITS),
    ("other-discipline", "A1 Proefkade ZOETMR : 15123", 5, Outcome.UNITS),
    ("new", "A1 Proefkade ZOETMR : 15123", 45, Outcome.OPENED),
    ("same-place", "VERVALLEN!! Gebouwbrand Proefkade ZOETMR", 100, Outcome.CANCELLED),
    ("just-opened", "melding komt te vervallen", 5, Outcome.CANCELLED),
    ("nothing-open-there", "melding komt te vervallen", 20, Outcome.CANCELLED),
    ("same-place", f"{FIRE} (middelbrand)", 5, Outcome.SCALED_UP),
    ("same-place", f"{FIRE} (GRIP: 1)", 5, Outcome.GRIP_UP),
    ("same-place", f"{FIRE} (dakdekkers)", 5, Outcome.DETAILS),
    ("same-place", "P 1 BDH-05 Autom. brand OMS Proefkade ZOETMR", 5, Outcome.DETAILS),
]


@pytest.mark.parametrize(("rule", "text", "minutes", "outcome"), ABOUT)
def test_which_incident_a_page_is_about(
    rule: str, text: str, minutes: float, outcome: Outcome, sent: Sent
) -> None:
    first, second = taken(sent(FIRE), sent(text, minutes))
    assert (second.rule, second.outcome) == (rule, outcome)
    same = second.outcome is not Outcome.OPENED and rule != "nothing-open-there"
    assert (second.incident == first.incident) is same


def test_units_over_a_border_are_matched_by_the_place(sent: Sent) -> None:
    first, second = taken(sent(FIRE), sent(f"{FIRE} 170631", 2, region="Rotterdam-Rijnmond"))
    assert second.incident == first.incident


def test_rides_without_a_street_are_told_apart_by_number(sent: Sent) -> None:
    one, two, again = taken(
        sent("B2 Tilburg rit: 12345"),
        sent("B2 Tilburg rit: 12346"),
        sent("B2 Tilburg rit: 12345", 30),
    )
    assert one.incident != two.incident
    assert (again.outcome, again.incident) == (Outcome.REPEAT, one.incident)


def test_a_part_of_a_message_is_a_repeat_and_other_signs_are_not_understood(sent: Sent) -> None:
    whole, part, other = taken(
        sent("U bent nu actief in de functie Piket_Voorbeeld Woordvoerders."),
        sent("dvoerders.", 0.1),
        sent("qrst uvwx.", 0.2),
    )
    assert (whole.outcome, part.outcome, other.outcome) == (
        Outcome.FUNCTION,
        Outcome.REPEAT,
        Outcome.UNKNOWN,
    )
    assert other.reason


def test_a_more_urgent_page_raises_the_priority_and_a_less_urgent_one_leaves_it(sent: Sent) -> None:
    results = played(
        [sent(f"P 2{FIRE[3:]}"), sent(f"{FIRE} 155250", 2), sent(f"P 2{FIRE[3:]} 155330", 4)]
    )
    said = [step.payload for step in payloads(results, inc.PrioritiseIncident)]
    assert said == [inc.PrioritiseIncident(priority=p) for p in ("2", "1")]


# -- scales ----------------------------------------------------------------------------


def test_grip_steps_name_who_may_decide_them_and_go_down_again(sent: Sent) -> None:
    pages = (
        FIRE,
        f"{FIRE} (GRIP: 2)",
        f"Terug naar GRIP 1 {FIRE[9:]} (GRIP: 1)",
        f"{FIRE} (GRIP: 4)",
    )
    results = played(sent(page, n) for n, page in enumerate(pages))
    steps = [step.payload for step in payloads(results, inc.ChangeEscalation)]
    assert [
        (p.escalation.level, p.decided_by) for p in steps if isinstance(p, inc.ChangeEscalation)
    ] == [
        ("2", "CaCo"),
        ("1", "CaCo"),
        ("4", "Voorzitter veiligheidsregio"),
    ]


def test_a_late_page_with_an_older_level_scales_nothing_down(sent: Sent) -> None:
    results = taken(
        sent(f"{FIRE} (grote brand)"),
        sent(f"{FIRE} (zeer grote brand)", 1),
        sent(f"{FIRE} (grote brand) 155250", 2),
    )
    assert [each.outcome for each in results] == [Outcome.OPENED, Outcome.SCALED_UP, Outcome.UNITS]


def test_a_page_that_says_so_scales_down(sent: Sent) -> None:
    results = taken(sent(f"{FIRE} (grote brand)"), sent(f"Afgeschaald {FIRE} (middelbrand)", 40))
    assert results[1].outcome is Outcome.SCALED_DOWN


def test_a_level_is_set_by_the_discipline_whose_scale_it_is(sent: Sent) -> None:
    results = played([sent(FIRE), sent("A1 Proefkade ZOETMR : (code 10)", 3)])
    (step,) = payloads(results, inc.ChangeEscalation)
    assert step.discipline is Discipline.AMBULANCE


# -- endings -----------------------------------------------------------------------------


def test_a_quiet_incident_closed_when_its_time_was_over_not_when_it_was_noticed(sent: Sent) -> None:
    results = played([sent(f"{FIRE} 155250"), sent("test", 600)])
    (closed,) = [i for r in results for i in r.inferred if i.what == "closed"]
    assert (closed.rule, closed.at) == ("quiet", NOON + dt.timedelta(hours=2))
    assert {step.at for step in payloads(results, inc.CloseIncident)} == {closed.at}


def test_a_big_incident_stays_open_for_a_day(sent: Sent) -> None:
    results = taken(
        sent(f"{FIRE} (GRIP: 1)"), sent("P 2 BDH-05 Nacontrole brand Proefkade ZOETMR", 60 * 20)
    )
    assert results[1].incident == results[0].incident


def test_a_unit_that_is_sent_elsewhere_has_left(sent: Sent) -> None:
    results = played(
        [sent(f"{FIRE} 155250"), sent("P 1 BDH-07 Liftopsluiting Testweg DELFT 155250", 9)]
    )
    (released,) = [i for r in results for i in r.inferred]
    assert (released.rule, released.at) == ("sent-elsewhere", NOON + dt.timedelta(minutes=9))


def test_a_unit_that_is_sent_again_after_hours_had_left(sent: Sent) -> None:
    big = f"{FIRE} (GRIP: 1) 155250"
    results = played([sent(big), sent(f"{FIRE} (GRIP: 1) 155250 155330", 180)])
    assert [i.rule for r in results for i in r.inferred] == ["sent-again"]
    assert len(payloads(results, inc.AssignUnit)) == 3


def test_a_stand_down_releases_the_unit_it_names(sent: Sent) -> None:
    results = played([sent(f"{FIRE} 155250 155330"), sent("TS 155330 mag retour kazerne", 30)])
    assert results[1].taken.outcome is Outcome.STOOD_DOWN
    (step,) = payloads(results, inc.ReleaseUnit)
    assert isinstance(step.payload, inc.ReleaseUnit)
    assert step.payload.unit == "fire-15-5330"


def test_a_cancellation_of_one_unit_leaves_the_others(sent: Sent) -> None:
    results = played([sent(f"{FIRE} 155250 155330"), sent(f"VERVALLEN {FIRE[4:]} 155330", 3)])
    assert [i.what for i in results[1].inferred] == ["released fire-15-5330"]


# -- all of it ---------------------------------------------------------------------------


def example() -> list[Message]:
    return list(PagerFile(EXAMPLE, dt.datetime(2000, 1, 1, tzinfo=zone())).messages())


def test_the_example_has_every_outcome_and_its_counts_add_up() -> None:
    results = played(example())
    counts = Counter(result.taken.outcome for result in results)
    assert counts.total() == len(EXAMPLE.read_text().splitlines())
    assert set(Outcome) - set(counts) <= {Outcome.SCALED_DOWN, Outcome.DETAILS, Outcome.SERVICE}
    assert list(MEANINGS) == list(Outcome)


def test_every_rule_that_is_used_is_explained() -> None:
    results = played(example())
    assert {result.taken.rule for result in results} <= set(RULES)
    assert {each.rule for result in results for each in result.inferred} <= set(ENDINGS)


def test_the_same_file_makes_the_same_steps_and_another_file_others() -> None:
    one, two, other = played(example()), played(example()), played(example(), "another")
    assert one == two
    assert set(ids(one)).isdisjoint(ids(other))


def test_ids_are_never_used_twice_but_for_a_registration() -> None:
    made = ids(played(example()))
    assert len(made) == len(set(made))


PAGES = st.tuples(
    st.sampled_from(
        ("", "P 1 BDH-05", "P 2 BDH-06", "P 2", "VERVALLEN", "Terug naar GRIP 0", "A1", "Aflossing")
    ),
    st.sampled_from(("Gebouwbrand", "Buitenbrand container", "Liftopsluiting", "")),
    st.sampled_from(
        ("", "(GRIP: 1)", "(GRIP: 3)", "(middelbrand)", "(zeer grote brand)", "(code 10)")
    ),
    st.sampled_from(("Proefkade ZOETMR", "Testweg DELFT", "Voorbeeldfabriek Proefkade ZOETMR", "")),
    st.sampled_from(("", "155250", "155250 155330", "159591", ": 15123", "mag retour")),
).map(" ".join)


@settings(deadline=None)  # a machine that is busy is not a defect
@given(st.lists(st.tuples(PAGES, st.integers(0, 200)), max_size=25))
def test_whatever_is_paged_the_core_accepts_every_step(pages: list[tuple[str, int]]) -> None:
    at, messages = NOON, []
    for line, (text, minutes) in enumerate(pages, 1):
        at += dt.timedelta(minutes=minutes)
        messages.append(
            Message(line=line, at=at, text=text, region="Haaglanden", discipline=Discipline.FIRE)
        )
    results = played([*messages, Message(line=99, at=at + dt.timedelta(days=3), text="test")])
    assert len(results) == len(messages) + 1
    room = _Room()
    for result in results:
        for step in result.steps:
            room.take(step)
    assert not any(incident.open for incident in room.incidents.values())


class _Room:
    """The core's own rules over the steps: raises Refused for one that they refuse."""

    def __init__(self) -> None:
        self.incidents: dict[str, Incident] = {}
        self.units: dict[str, Unit] = {}

    def take(self, step: Step) -> None:
        if isinstance(step, Ask):
            return
        if isinstance(step.payload, RegisterUnit):
            party = step.discipline.value
            self.units[step.subject] = Unit(party=party, call_sign=step.payload.call_sign)
            return
        known = Known(
            room="replay",
            parties={d.value: d for d in Discipline},
            unit=self.units.get(getattr(step.payload, "unit", None) or ""),
            at=step.at,
        )
        by = By(step.discipline.value, "pager-replay", "dispatcher")
        state = self.incidents.get(step.subject, Incident())
        for event in incident_rules.decide(state, step.payload, by, known).events:
            state = incidents.evolve(event, state)
        self.incidents[step.subject] = state
