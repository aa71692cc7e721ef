"""What the processes of a room are started with, as files of its data folder.

The log has the Agreement in force, and of a token only its digest. These files have
the tokens, and what a block was moved to by command: the log says by its generation
which of them counts.
"""

import os
from pathlib import Path

import msgspec
from abs_contracts.protocol import Credentials

from abs_core.bootstrap import new_token


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The block that a party runs, and its options."""

    block: str
    options: dict[str, str] = {}


class Kept(Credentials, frozen=True, kw_only=True):
    """Credentials, and the options that they were made for.

    `instead_of` is what the configuration said when a command said otherwise.
    """

    options: dict[str, str] = msgspec.field(default_factory=dict)
    instead_of: Plan | None = None

    @property
    def plan(self) -> Plan:
        return Plan(block=self.block, options=self.options)


def planned(configured: Plan, kept: Kept | None) -> Plan:
    """What runs: the newest word counts, of a command until the configuration changes."""
    if kept is not None and kept.instead_of == configured:
        return kept.plan
    return configured


class Folder:
    """The folder, which nobody else may read. The file of a move comes beside the one in force."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def make(self) -> None:
        self._path.mkdir(parents=True, exist_ok=True)
        self._path.chmod(0o700)

    def desk_token(self, party: str) -> str:
        """The token of this party's desk, made when it is first asked for."""
        path = self._path / f"{party}.desk"
        if not path.exists():
            _write_secret(path, new_token().encode())
        return path.read_text()

    def kept(self, party: str, generation: int) -> Kept | None:
        """What this generation was started with, if it is here."""
        for path in (self._next(party), self._file(party)):
            kept = _read(path)
            if kept is not None and kept.generation == generation:
                return kept
        return None

    def last(self, party: str) -> Kept | None:
        """What was in force when this was last written, were no move under way then."""
        return _read(self._file(party))

    def is_moving(self, party: str) -> bool:
        """Whether a move was begun and its end is not written down."""
        return self._next(party).exists()

    def keep(self, party: str, kept: Kept) -> None:
        """Write down what is in force."""
        _write_secret(self._next(party), msgspec.json.encode(kept))
        self._next(party).replace(self._file(party))

    def stage(self, party: str, kept: Kept) -> None:
        """Write down what may be in force soon, beside what is."""
        _write_secret(self._next(party), msgspec.json.encode(kept))

    def drop(self, party: str) -> None:
        """Forget what was staged."""
        self._next(party).unlink(missing_ok=True)

    def _file(self, party: str) -> Path:
        return self._path / f"{party}.block.json"

    def _next(self, party: str) -> Path:
        return self._path / f"{party}.block.next.json"


def _read(path: Path) -> Kept | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except (FileNotFoundError, msgspec.DecodeError):
        return None  # the generation that it was of is agreed anew


def _write_secret(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
