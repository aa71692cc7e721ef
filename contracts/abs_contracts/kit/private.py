"""Golden samples of a block's private contracts, and what is wrong with them.

A private message travels without an envelope of its own: in a desk's request or
question, in an answer, in the journal. So a sample is its data alone. They are
files of the block's package, `<folder>/<message>/<case>.json`; `write` makes them
from one example of each message, and a test of the block asserts that there are no
`problems`.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from abs_contracts.catalogue import Catalogue, Contract
from abs_contracts.codec import decode_as, encode
from abs_contracts.kit import samples
from abs_contracts.kit.samples import Expected, Sample
from abs_contracts.refusal import Refused

UNDECLARED = "undeclared"


def made(contracts: Iterable[Contract], examples: Iterable[msgspec.Struct]) -> Iterator[Sample]:
    """Of every example its `minimal`, `typical` and `invalid-unknown-field` sample."""
    catalogue = Catalogue(contracts)
    for example in examples:
        name, least = catalogue.of(example).name, samples.least(example)
        odd = {**msgspec.to_builtins(least), UNDECLARED: True}
        refusal = Expected(rule="CONTRACT-005", where=f"/{UNDECLARED}")
        yield Sample(name, "minimal", samples.pretty(encode(least)), None)
        yield Sample(name, "typical", samples.pretty(encode(example)), None)
        yield Sample(name, "invalid-unknown-field", samples.pretty(encode(odd)), refusal)


def write(folder: Path, contracts: Iterable[Contract], examples: Iterable[msgspec.Struct]) -> None:
    """Write the samples into this folder, and remove what is not one of them."""
    samples.write(folder, made(contracts, examples))


def problems(
    folder: Path, contracts: Iterable[Contract], examples: Iterable[msgspec.Struct]
) -> list[str]:
    """One line for each: a message without samples, a sample that changed or does not hold."""
    by_name = {contract.name: contract for contract in contracts}
    shipped = {(sample.message, sample.case): sample for sample in samples.shipped(folder)}
    todays = {(sample.message, sample.case): sample for sample in made(by_name.values(), examples)}
    missing = [f"{name} has no example" for name in by_name if (name, "typical") not in todays]
    changed = [
        f"{name}/{case} is not what today's contracts make"
        for name, case in sorted(shipped.keys() | todays.keys())
        if shipped.get((name, case)) != todays.get((name, case))
    ]
    held = (_problem(s, by_name[s.message]) for s in shipped.values() if s.message in by_name)
    return missing + changed + [problem for problem in held if problem]


def _problem(sample: Sample, contract: Contract) -> str:
    said = f"{sample.message}/{sample.case}"
    try:
        payload = decode_as(sample.raw, contract.payload)
    except Refused as no:
        met = Expected(rule=no.refusal.rule, where=no.refusal.where)
        return "" if met == sample.expected else f"{said} is refused: {no}"
    if sample.expected is not None:
        return f"{said} is not refused"
    same = encode(payload) == msgspec.json.format(sample.raw, indent=-1)
    return "" if same else f"{said} does not encode to the same bytes"
