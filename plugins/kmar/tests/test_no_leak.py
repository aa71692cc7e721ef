"""Over many generated dialogues no police data reach the core but by a recorded release.

Every private value carries a canary. The check looks at the effects that leave the
block: orders. A block with a planted leak must be caught by the same check.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from abs_contracts.codec import encode
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Scene
from abs_contracts.refusal import Refused
from abs_kmar.messages import bag
from abs_kmar.messages import desk as say
from abs_kmar.messages import radio as air
from abs_kmar.messages import records as rec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abs_core.sdk import Effect, Note, Order, OwnLines

CANARY = "CANARY"
PARTIES = ("fire", "ambulance", "police")

kinds = st.sampled_from(list(rec.Data))
roles = st.sampled_from(["intake", "dispatcher", "OvD-KMar", "cleaner"])
grounds = st.sampled_from(["15", "16", "18", "19", "20", "99"])
moves = st.lists(
    st.one_of(
        st.tuples(st.just("keep"), roles, kinds, st.sampled_from("-> \n")),
        st.tuples(st.just("consult"), roles, st.lists(kinds, min_size=1, unique=True)),
        st.tuples(st.just("release"), roles, grounds, st.sampled_from(PARTIES)),
        st.tuples(st.just("hand-over"), roles, grounds, st.sampled_from(PARTIES)),
        st.tuples(st.just("bag"), st.sampled_from(list(bag.Step))),
        st.tuples(st.just("scene")),
    ),
    max_size=12,
)


def asked(talk: Any, move: tuple[Any, ...]) -> tuple[msgspec.Struct, str]:
    """The request that a move stands for, and the role that asks."""
    records = tuple(talk.state.register.records)[-3:] or ("none",)
    match move:
        case ("keep", role, data, lead):
            text = f"{lead}signalement {CANARY}\n-{CANARY} tweede regel"
            return rec.Keep(incident="i-1", data=data, text=text), role
        case ("consult", role, wanted):
            return rec.Consult(incident="i-1", kinds=tuple(wanted), reason="controle"), role
        case ("release", role, ground, party):
            release = rec.Release(
                incident="i-1", records=records, ground=ground, purpose="hulp", recipients=(party,)
            )
            return release, role
        case ("hand-over", role, ground, party):
            over = rec.HandOver(
                incident="i-1", to=party, reason="vervolg", records=records, ground=ground
            )
            return over, role
        case ("bag", step):
            result = bag.Result.REMOVED if step is bag.Step.CLEAR else None
            taken = bag.TakeStep(incident="i-1", step=step, result=result, remark=CANARY)
            return taken, "dispatcher"
    return say.StateScene(incident="i-1", staging="poort 3"), "dispatcher"


def leaks(effects: Sequence[Effect]) -> list[Order]:
    """Orders with police data for which no release is recorded with just these words."""
    recorded = {
        f"release-{effect.payload.release}": effect.payload
        for effect in effects
        if isinstance(effect, Note) and isinstance(effect.payload, rec.Released)
    }
    return [
        effect
        for effect in effects
        if isinstance(effect, Order)
        and CANARY in encode(effect.payload).decode() + effect.subject + effect.key
        and not _given(effect.payload, recorded.get(effect.key))
    ]


def _given(payload: msgspec.Struct, released: rec.Released | None) -> bool:
    note = isinstance(payload, inc.AddNote) and released is not None
    return note and (payload.text, payload.named) == (released.given, released.recipients)


def play(talk: Any, made: Sequence[tuple[Any, ...]]) -> list[Order]:
    """What leaks over a dialogue; whatever is refused leaves nothing."""
    talk.opened("i-1", "Veiligheid en openbare orde", "Beveiliging luchtvaart")
    talk.attached("i-1", *PARTIES[:2])
    leaked, refusals = [], ""
    for move in made:
        request, role = asked(talk, move)
        try:
            leaked += leaks(talk.request(request, role))
        except Refused as no:
            refusals += str(no)
    assert CANARY not in refusals
    return leaked


Talk: list[type[Any]] = []


@pytest.fixture(autouse=True)
def _talk(talk: Any) -> None:
    Talk[:] = [type(talk)]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves)
def test_police_data_leave_the_block_by_a_recorded_release_alone(
    made: list[tuple[Any, ...]],
) -> None:
    talk = Talk[0]()
    assert play(talk, made) == []
    for question in (say.Proposal, bag.Bag, OwnLines):
        assert CANARY not in encode(talk.ask(question(incident="i-1"))).decode()
    assert CANARY not in encode(talk.ask(air.Emergencies())).decode()


@pytest.mark.parametrize("way", ["advice", "unrecorded", "more than recorded"])
def test_a_planted_leak_is_caught(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk[0]()
    react = talk.block.react

    def leaky(state: Any, entry: Any) -> list[Effect]:
        known = next((each.text for each in state.register.records.values()), "")
        effects: list[Effect] = []
        for effect in react(state, entry):
            match effect:
                case Note(payload=rec.Released()) if way == "unrecorded":
                    continue
                case Order(payload=inc.StateSafety()) if way == "advice":
                    told = inc.StateSafety(scene=Scene.UNSAFE, advice=known)
                    effects.append(msgspec.structs.replace(effect, payload=told))
                case Order(payload=inc.AddNote() as note) if way == "more than recorded":
                    more = msgspec.structs.replace(note, text=known + "!")
                    effects.append(msgspec.structs.replace(effect, payload=more))
                case _:
                    effects.append(effect)
        return effects

    monkeypatch.setattr(talk.block, "react", leaky)
    made = [
        ("keep", "OvD-KMar", rec.Data.SUSPECT, "-"),
        ("scene",),
        ("release", "OvD-KMar", "19", "fire"),
    ]
    assert play(talk, made), way
