"""No private value reaches a feed; and a leak that is planted is found."""

import msgspec
import pytest
from abs_contracts.messages.incident import AddNote
from abs_contracts.messages.values import NoteAudience

from abs_core.domain import view
from abs_core.sdk import Effect, Entry, Order, Requested

from . import night as nights
from .night import Leaf, Night, Playing, leaves, put
from .shared import SHARED


def incidents(seed: int, count: int, shared: frozenset[Leaf] = SHARED) -> Night:
    night = Night(seed, shared)
    for _ in range(count):
        night.incident()
    return night


@pytest.mark.parametrize("seed", range(4))
def test_no_private_value_reaches_a_feed_or_the_core(seed: int) -> None:
    night = incidents(seed, 25)
    assert night.leaks == []
    assert len(night.allowed) > 100
    for party, playing in night.blocks.items():
        told = {name for name in night.sent if name.startswith(f"{party}.")}
        assert told == {t.contract.name for t in playing.templates}, "each private message was sent"


def test_a_view_that_ignores_the_audience_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "_permitted", lambda *_: True)
    assert any("incident.note_added" in leak for leak in incidents(1, 5).leaks)


def test_a_block_that_writes_what_it_was_told_in_a_note_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take = Playing.take

    def talkative(self: Playing, entry: Entry) -> list[Effect]:
        effects = take(self, entry)
        if isinstance(entry, Requested):
            told = msgspec.to_builtins(entry.payload)
            texts = [str(text) for _, text in leaves(told) if "canary" in str(text)]
            about = next((v for p, v in leaves(told) if p[-1] == "incident"), None)
            if texts and about:
                note = AddNote(text=texts[0], audience=NoteAudience.ALL)
                order = Order(key="x", subject=about, payload=note, actor="a", role="r")
                effects.append(order)
        return effects

    monkeypatch.setattr(nights.Playing, "take", talkative)
    leaks = incidents(1, 10).leaks
    assert any("the core is told in incident.add_note" in leak for leak in leaks)
    assert any("reads in abs.incident.note_added" in leak for leak in leaks)


def test_a_text_is_put_where_its_path_says() -> None:
    value = {"a": [{"b": "x"}, {"b": "y"}], "c": 1}
    assert put(value, ("a", 1, "b"), "z") == {"a": [{"b": "x"}, {"b": "z"}], "c": 1}
    assert list(leaves(value)) == [(("a", 0, "b"), "x"), (("a", 1, "b"), "y"), (("c",), 1)]
