"""Transcript equivalence: for every party with a block, under every kind of fault of it."""

import msgspec
import pytest

from abs_core.application.projection import Projection
from abs_core.sim import equivalence
from abs_core.sim.equivalence import Verdict, case, compare
from abs_core.sim.plan import OF_BLOCKS
from abs_core.sim.world import cast, parties

from .conftest import SMALL

BLOCKS = cast(parties(0), cores=1, feeder=False).blocks


def compared(seed: int) -> Verdict:
    return compare(msgspec.structs.replace(case(seed), load=SMALL))


@pytest.mark.parametrize("seed", range(len(BLOCKS) * len(OF_BLOCKS)))
def test_the_others_get_the_same_with_a_party_and_with_its_transcript(seed: int) -> None:
    verdict = compared(seed)
    assert verdict.differences == ()
    assert verdict.violations == ()
    assert verdict.compared > 100
    assert verdict.spoken > 20


def test_every_party_meets_every_kind_of_fault() -> None:
    met = {
        (fault.who.removeprefix("host-"), fault.name)
        for seed in range(len(BLOCKS) * len(OF_BLOCKS))
        for fault in case(seed).plan.faults
    }
    assert met == {(party, kind) for party in BLOCKS for kind in OF_BLOCKS}


def test_the_transcript_leaves_out_what_was_refused() -> None:
    flooded = next(s for s in range(200) if case(s).plan.faults[0].name == "flood")
    played = equivalence.play(msgspec.structs.replace(case(flooded), load=SMALL))
    party = case(flooded).plan.faults[0].who.removeprefix("host-")
    script = equivalence.transcript(played, party)
    assert not any(b'"id":"flood-' in each.data for each in script.spoken)
    assert any(b'"id":"hidden-' in each.data for each in script.spoken)
    assert [each.at for each in script.spoken] == sorted(each.at for each in script.spoken)


def test_one_byte_more_for_another_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody is told how far one party's feed is: nothing that it said itself."""
    take = Projection.take

    async def leaking(self: Projection, entry: object) -> object:
        shown = await take(self, entry)  # type: ignore[arg-type]  # as it is called
        mark = f',"traceparent":"{self.position(BLOCKS[0])}"}}'.encode()
        return [s._replace(data=s.data[:-1] + mark) for s in shown]

    monkeypatch.setattr(Projection, "take", leaking)
    seed = next(s for s in range(20) if case(s).plan.faults[0].who == f"host-{BLOCKS[0]}")
    assert any(each.startswith("feed of ") for each in compared(seed).differences)
