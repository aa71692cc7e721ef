"""A typical payload of each of the bridge's own messages: what the golden samples are made of.

Run as a module to write the samples anew.
"""

import datetime as dt
from pathlib import Path

import msgspec
from abs_contracts.kit import private

from abs_ambulance_bridge.live import contracts as live

FOLDER = Path(__file__).parent / "samples"
_LETTER = "nl.meldkamer.dh_0b4a"
_REQUEST = "nl.meldkamer.dh.request.7f31"

EXAMPLES: tuple[msgspec.Struct, ...] = (
    live.Arrived(came_from="nl.ambulance.rav15", text='{"distributionID":"nl.ambulance.rav15_1"}'),
    live.Outgoing(letter=_LETTER, text='{"distributionID":"nl.meldkamer.dh_0b4a"}'),
    live.Delivered(letter=_LETTER),
    live.NotTaken(letter=_LETTER, why="703 UNKNOWN_SENDER"),
    live.Ask(incident="i-1", purpose="SAP"),
    live.Asked(request=_REQUEST),
    live.AnswerAsk(incident="i-1", request=_REQUEST, answer="ACCEPTEE"),
    live.Answered(request=_REQUEST),
    live.HowItStands(),
    live.Standing(incidents=3, parked=1, working=1, unsent=2, unconfirmed=1, unanswered=4),
    live.Kept(
        incident="i-1",
        at=dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC),
        text="CONFLICT location: Dorpsstraat 1 stood, Dorpsstraat 2 was said",
        who="nl.ambulance.rav15",
    ),
)

if __name__ == "__main__":
    private.write(FOLDER, live.CONTRACTS, EXAMPLES)
