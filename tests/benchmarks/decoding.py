"""`python -m tests.benchmarks.decoding`: what the codec adds to bare msgspec, as a ratio.

Bare is the two decoders that the work needs: of the envelope, and of its payload. Runs
alternate, and each ratio is of medians in the same run.
"""

import statistics
import sys
import time
from collections.abc import Callable

import msgspec
from abs_contracts import CORE, Kind, decode_event
from abs_contracts.envelope import Envelope
from abs_contracts.kit import samples

ROUNDS, REPEATS = 300, 200


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    for _ in range(REPEATS):
        work()
    return time.perf_counter() - started


def main() -> int:
    envelopes = msgspec.json.Decoder(Envelope)
    typical = {s.message: s.raw for s in samples.shipped() if s.case == "typical"}
    ratios = []
    for contract in (each for each in CORE.values() if each.kind is Kind.EVENT):
        raw = msgspec.json.format(typical[contract.name], indent=-1)
        payloads = msgspec.json.Decoder(contract.payload)

        def bare(
            raw: bytes = raw, payloads: msgspec.json.Decoder[msgspec.Struct] = payloads
        ) -> None:
            payloads.decode(envelopes.decode(raw).data)

        def ours(raw: bytes = raw) -> None:
            decode_event(raw)

        pairs = [(timed(bare), timed(ours)) for _ in range(ROUNDS // 10)]
        ratio = statistics.median(b for _, b in pairs) / statistics.median(a for a, _ in pairs)
        ratios.append(ratio)
        microseconds = statistics.median(b for _, b in pairs) / REPEATS * 1e6
        print(f"{contract.name:<32}{microseconds:8.2f} µs  {ratio:.2f} times bare")
    print(f"{'all events, median':<32}{'':11}  {statistics.median(ratios):.2f} times bare")
    return 0


if __name__ == "__main__":
    sys.exit(main())
