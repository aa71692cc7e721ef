"""Over many generated dialogues no police data reach the core but by a recorded release.

Every private value carries a canary. The check looks at the effects that leave
the block: orders. A block with a planted leak must be caught by the same check.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from abs_contracts.codec import encode
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Scene
from abs_contracts.refusal import Refused
from abs_police.messages import desk as say
from abs_police.messages import radio as air
from abs_police.messages import records as rec
from abs_police.messages import response as res
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abs_core.sdk import Effect, Note, Order, OwnLines

CAR = "police-DH-41-01"
CANARY = "CANARY"
PARTIES = ("fire", "ambulance", "kmar")
ROLES = ("intake", "dispatcher", "OpCo", "OVD-OC", "cleaner")

kinds = st.sampled_from(list(rec.Data))
roles = st.sampled_from(ROLES)
grounds = st.sampled_from(["15", "16", "18", "19", "20", "99"])
moves = st.lists(
    st.one_of(
        st.tuples(st.just("keep"), roles, kinds, st.sampled_from("-> \n"), st.booleans()),
        st.tuples(st.just("consult"), roles, st.lists(kinds, min_size=1, unique=True)),
        st.tuples(st.just("compare"), roles),
        st.tuples(st.just("release"), roles, grounds, st.sampled_from(PARTIES), st.booleans()),
        st.tuples(st.just("plate"), roles, grounds),
        st.tuples(st.just("hand-over"), roles, grounds, st.sampled_from(PARTIES)),
        st.tuples(st.just("report"), st.booleans()),
        st.tuples(st.just("scene")),
        st.tuples(st.just("dispatch")),
    ),
    max_size=12,
)


def asked(talk: Any, move: tuple[Any, ...]) -> tuple[msgspec.Struct, str]:  # noqa: PLR0911 - one per move
    """The request that a move stands for, and the role that asks."""
    records = tuple(talk.state.register.records)[-3:] or ("none",)
    match move:
        case ("keep", role, data, lead, keyed):
            text = f"{lead}signalement {CANARY}\n-{CANARY} tweede regel"
            key = f"{CANARY}-1" if keyed else None
            return rec.Keep(incident="i-1", data=data, text=text, key=key), role
        case ("consult", role, wanted):
            return rec.Consult(incident="i-1", kinds=tuple(wanted), reason="aanrijden"), role
        case ("compare", role):
            return rec.Compare(key=f"{CANARY}-1", reason="staande gehouden"), role
        case ("release", role, ground, party, all_of_it):
            chosen = records if all_of_it else records[:1]
            release = rec.Release(
                incident="i-1", records=chosen, ground=ground, purpose="hulp", recipients=(party,)
            )
            return release, role
        case ("plate", role, ground):
            plate = rec.SharePlate(
                incident="i-1", record=records[-1], ground=ground, purpose="redding"
            )
            return plate, role
        case ("hand-over", role, ground, party):
            over = rec.HandOver(
                incident="i-1", to=party, reason="vervolg", records=records, ground=ground
            )
            return over, role
        case ("report", _):
            return air.UnitReport(unit=CAR, municipality="Delft", remark=CANARY), "dispatcher"
        case ("scene",):
            return say.StateScene(incident="i-1", staging="parkeerplaats"), "dispatcher"
    return say.Dispatch(incident="i-1", units=(CAR,)), "dispatcher"


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
    match payload:
        case _ if released is None:
            return False
        case inc.AddNote(text=text, named=named):
            return (text, named) == (released.given, released.recipients)
        case inc.SetCharacteristic(values=values):
            return released.shared and values == (released.given,)
    return False


def play(talk: Any, made: Sequence[tuple[Any, ...]]) -> list[Order]:
    """What leaks over a dialogue; whatever is refused leaves nothing."""
    talk.opened("i-1", "Veiligheid en openbare orde", "Geweld", "Steekpartij")
    talk.attached("i-1", *PARTIES[:2])
    leaked, refusals = [], ""
    for move in made:
        request, role = asked(talk, move)
        try:
            by_radio = move[0] == "report" and move[1]
            effects = talk.heard(request) if by_radio else talk.request(request, role)
        except Refused as no:
            refusals += str(no)
            continue
        leaked += leaks(effects)
    assert CANARY not in refusals
    return leaked


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves)
def test_police_data_leave_the_block_by_a_recorded_release_alone(
    made: list[tuple[Any, ...]],
) -> None:
    talk = fresh()
    assert play(talk, made) == []
    questions = [
        say.Proposal(incident="i-1"),
        air.Emergencies(),
        res.Performance(),
        OwnLines(incident="i-1"),
    ]
    for question in questions:
        if "i-1" in talk.state.incidents:
            assert CANARY not in encode(talk.ask(question)).decode(), question


Room: list[type[Any]] = []


@pytest.fixture(autouse=True)
def _room(talk: Any) -> None:
    Room[:] = [type(talk)]


def fresh() -> Any:
    made = Room[0]()
    made.fleet_registered()
    return made


@pytest.mark.parametrize("way", ["advice", "unrecorded", "more than recorded", "plate"])
def test_a_planted_leak_is_caught(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = fresh()
    react = talk.block.react

    def leaky(state: Any, entry: Any) -> list[Effect]:
        effects = list(react(state, entry))
        known = [each.text for each in state.register.records.values()]
        released = [
            e for e in effects if isinstance(e, Note) and isinstance(e.payload, rec.Released)
        ]
        for index, effect in enumerate(effects):
            if not isinstance(effect, Order) or not known:
                continue
            match effect.payload:
                case inc.StateSafety() if way == "advice":
                    payload: msgspec.Struct = inc.StateSafety(scene=Scene.UNSAFE, advice=known[0])
                case inc.AddNote() if way == "more than recorded":
                    payload = msgspec.structs.replace(effect.payload, text=known[0] + "!")
                case inc.SetCharacteristic() if way == "plate":
                    payload = msgspec.structs.replace(
                        effect.payload, name="Kenteken DEFlog", values=(known[0],)
                    )
                case _:
                    continue
            effects[index] = msgspec.structs.replace(effect, payload=payload)
        return [e for e in effects if way != "unrecorded" or e not in released]

    monkeypatch.setattr(talk.block, "react", leaky)
    plate = rec.Data.PLATE
    made = [
        ("keep", "OVD-OC", plate, "-", True),
        ("scene",),
        ("release", "OVD-OC", "19", "fire", True),
        ("plate", "OVD-OC", "19"),
    ]
    assert play(talk, made), way
