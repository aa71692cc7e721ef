"""The records in SQLite: one file, one writer, and nothing acknowledged before it is on disk."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from standalone_ambulance.model import Case, Vehicle
from standalone_ambulance.records import Changes, Letter, Taken

SCHEMA = """
CREATE TABLE IF NOT EXISTS cases (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS vehicles (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS taken (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, answer TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS letters (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, recipient TEXT NOT NULL,
    state TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS letters_waiting ON letters (recipient, number) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS letters_of ON letters (recipient, number);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""
LETTER = """
INSERT INTO letters VALUES (?, ?, ?, ?, ?)
ON CONFLICT (number) DO UPDATE SET state = excluded.state, body = excluded.body
"""


class SqliteRecords:
    """Records in a file. Used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._sql = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._sql.execute("PRAGMA journal_mode = WAL")
        self._sql.execute("PRAGMA synchronous = FULL")
        self._sql.executescript(SCHEMA)

    def close(self) -> None:
        self._sql.close()

    def setting(self, name: str, default: str) -> str:
        """A setting of the database itself; the default is kept if there is none yet."""
        self._sql.execute("INSERT OR IGNORE INTO settings VALUES (?, ?)", (name, default))
        return self._text("SELECT value FROM settings WHERE name = ?", name) or default

    def set(self, name: str, value: str) -> None:
        self._sql.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

    def case(self, ident: str) -> Case | None:
        body = self._text("SELECT body FROM cases WHERE id = ?", ident)
        return Case.model_validate_json(body) if body else None

    def cases(self) -> Iterator[Case]:
        for (body,) in self._sql.execute("SELECT body FROM cases ORDER BY rowid").fetchall():
            yield Case.model_validate_json(body)

    def vehicle(self, ident: str) -> Vehicle | None:
        body = self._text("SELECT body FROM vehicles WHERE id = ?", ident)
        return Vehicle.model_validate_json(body) if body else None

    def vehicles(self) -> Iterator[Vehicle]:
        for (body,) in self._sql.execute("SELECT body FROM vehicles ORDER BY id").fetchall():
            yield Vehicle.model_validate_json(body)

    def taken(self, ident: str) -> Taken | None:
        found = self._sql.execute("SELECT digest, answer FROM taken WHERE id = ?", (ident,))
        row = found.fetchone()
        return Taken(id=ident, digest=row[0], answer=row[1]) if row else None

    def counter(self, name: str) -> int:
        row = self._sql.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0

    def letter(self, ident: str) -> Letter | None:
        body = self._text("SELECT body FROM letters WHERE id = ?", ident)
        return Letter.model_validate_json(body) if body else None

    def letters(self, to: str, *, after: int, limit: int) -> Sequence[Letter]:
        found = self._sql.execute(
            "SELECT body FROM letters WHERE recipient = ? AND number > ? ORDER BY number LIMIT ?",
            (to, after, limit),
        )
        return [Letter.model_validate_json(body) for (body,) in found]

    def waiting(self, to: str) -> Letter | None:
        body = self._text(
            "SELECT body FROM letters WHERE recipient = ? AND state = 'waiting'"
            " ORDER BY number LIMIT 1",
            to,
        )
        return Letter.model_validate_json(body) if body else None

    def keep(self, changes: Changes) -> None:
        with self.one_write():
            self._write(changes)

    @contextmanager
    def one_write(self) -> Iterator[None]:
        """All that is kept within it goes to disk at once, or none of it; may be nested."""
        if self._sql.in_transaction:
            yield
            return
        self._sql.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._sql.execute("ROLLBACK")
            raise
        self._sql.execute("COMMIT")

    def _write(self, changes: Changes) -> None:
        for table, things in (("cases", changes.cases), ("vehicles", changes.vehicles)):
            self._sql.executemany(
                f"INSERT INTO {table} VALUES (?, ?)"
                " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                [(each.id, each.model_dump_json()) for each in things],
            )
        self._sql.executemany(
            "INSERT INTO taken VALUES (?, ?, ?)",
            [(each.id, each.digest, each.answer) for each in changes.taken],
        )
        self._sql.executemany(
            "INSERT OR REPLACE INTO counters VALUES (?, ?)", changes.counters.items()
        )
        rows = [(x.number, x.id, x.to, x.state, x.model_dump_json()) for x in changes.letters]
        self._sql.executemany(LETTER, rows)

    def _text(self, query: str, value: str) -> str | None:
        row = self._sql.execute(query, (value,)).fetchone()
        return str(row[0]) if row else None
