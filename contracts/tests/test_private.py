"""The samples of private contracts: made from examples, and every problem is named."""

from pathlib import Path

import msgspec
from abs_contracts.catalogue import Contract, Kind, Sight
from abs_contracts.kit import private


class Need(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    count: int = 1


class Wanted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    incident: str
    needs: tuple[Need, ...] = ()


class Later(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The same, some time later: what was optional became required."""

    incident: str
    needs: tuple[Need, ...]


def contracts(payload: type[msgspec.Struct] = Wanted) -> tuple[Contract, ...]:
    return (Contract(name="block.wanted", payload=payload, kind=Kind.PRIVATE, sight=Sight.BLOCK),)


EXAMPLES = (Wanted(incident="inc-1", needs=(Need(kind="TS", count=2),)),)


def test_what_was_written_has_no_problems(tmp_path: Path) -> None:
    (tmp_path / "block.gone").mkdir()
    (tmp_path / "block.gone" / "typical.json").write_text("{}")
    private.write(tmp_path, contracts(), EXAMPLES)
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.json")}
    assert files == {
        "block.wanted/minimal.json",
        "block.wanted/typical.json",
        "block.wanted/invalid-unknown-field.json",
        "block.wanted/invalid-unknown-field.expected.json",
    }
    assert private.problems(tmp_path, contracts(), EXAMPLES) == []


def test_a_message_without_an_example_is_named(tmp_path: Path) -> None:
    assert private.problems(tmp_path, contracts(), ()) == ["block.wanted has no example"]


def test_a_sample_that_changed_or_is_gone_is_named(tmp_path: Path) -> None:
    private.write(tmp_path, contracts(), EXAMPLES)
    (tmp_path / "block.wanted" / "typical.json").unlink()
    (tmp_path / "block.wanted" / "minimal.json").write_text('{"incident":"inc-2"}')
    assert private.problems(tmp_path, contracts(), EXAMPLES) == [
        "block.wanted/minimal is not what today's contracts make",
        "block.wanted/typical is not what today's contracts make",
    ]


def test_a_contract_that_no_longer_reads_what_it_read_is_named(tmp_path: Path) -> None:
    private.write(tmp_path, contracts(), EXAMPLES)
    later = (Later(incident="inc-1", needs=(Need(kind="TS", count=2),)),)
    found = private.problems(tmp_path, contracts(Later), later)
    assert any(line.startswith("block.wanted/minimal is refused: CONTRACT-003") for line in found)


def test_a_sample_that_should_be_refused_and_is_not_is_named(tmp_path: Path) -> None:
    private.write(tmp_path, contracts(), EXAMPLES)
    (tmp_path / "block.wanted" / "invalid-unknown-field.json").write_text('{"incident":"inc-1"}')
    found = private.problems(tmp_path, contracts(), EXAMPLES)
    assert "block.wanted/invalid-unknown-field is not refused" in found


def test_a_sample_that_is_read_as_something_else_is_named(tmp_path: Path) -> None:
    private.write(tmp_path, contracts(), EXAMPLES)
    spelled = '{"needs":[],"incident":"inc-1"}'
    (tmp_path / "block.wanted" / "typical.json").write_text(spelled)
    found = private.problems(tmp_path, contracts(), EXAMPLES)
    assert "block.wanted/typical does not encode to the same bytes" in found
