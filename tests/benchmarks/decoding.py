"""`python -m tests.benchmarks.decoding`: what the codec adds to bare msgspec, as a ratio.

Bare is the two decoders that the work needs: of the envelope, and of its payload. Runs
alternate, and each ratio is of the fastest of many in the same run.
"""

import statistics
import sys
import time
from collections.abc import Callable

import msgspec
from abs_contracts import CORE, Kind, decode_event
from abs_contracts.envelope import Envelope
from abs_contracts.kit import samples

ROUNDS, REPEATS = 150, 100


def timed(work: Callable[[], object]) -> float:
    """Seconds of the processor; waiting for it is not counted."""
    started = time.process_time()
    for _ in range(REPEATS):
        work()
    return time.process_time() - started


def main() -> int:
    envelopes = msgspec.json.Decoder(Envelope)
    typical = {s.message: s.raw for s in samples.shipped() if s.case == "typical"}
    ratios = []
    for contract in (each for each in CORE.values() if each.kind is Kind.EVENT):
        raw = msgspec.json.format(typical[contract.name], indent=-1)
        payloads = msgspec.json.Decoder(contract.payload)

        def bare(raw: bytes = raw, read: Callable[[bytes], object] = payloads.decode) -> object:
            return read(bytes(envelopes.decode(raw).data))

        def ours(raw: bytes = raw) -> object:
            return decode_event(raw)

        pairs = [(timed(bare), timed(ours)) for _ in range(ROUNDS)]
        least = min(a for a, _ in pairs), min(b for _, b in pairs)
        ratios.append(least[1] / least[0])
        print(f"{contract.name:<32}{least[1] / REPEATS * 1e6:8.2f} µs  {ratios[-1]:.2f} times bare")
    print(f"{'all events, median':<40}     {statistics.median(ratios):.2f} times bare")
    return 0


if __name__ == "__main__":
    sys.exit(main())
