"""The police data that the block keeps, and how old they may be (Wpg 8 and 14).

Data of the daily police task are free to use for a year; after that they answer a
comparison with hit or no hit; after five years they are taken out of use. Taken
out of this register, that is: the journal still has them, and destroying them
there (Wpg 14) is not built.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

import msgspec
from abs_contracts.refusal import Refused
from msgspec.structs import replace

from abs_police.messages.records import Data, Kept, Record, Released, ReleaseSettled

FREE_USE = dt.timedelta(days=365)
IN_USE = dt.timedelta(days=5 * 365)
RELEASES = 1000
"""Releases that are kept at hand, newest; the journal has them all."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A release and what became of it; `given` is None until the core has answered."""

    release: Released
    given: bool | None = None


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """Records and releases by id."""

    records: Mapping[str, Record] = {}
    releases: Mapping[str, Given] = {}

    def of(self, incident: str) -> list[Record]:
        """All of an incident, whatever their age."""
        return [each for each in self.records.values() if each.incident == incident]

    def readable(self, incident: str, kinds: Collection[Data], now: dt.datetime) -> list[Record]:
        """Those of these kinds that are free to use."""
        return [each for each in self.of(incident) if each.data in kinds and free(each, now)]

    def matching(self, key: str, now: dt.datetime) -> list[Record]:
        """Those with this key, spaces, dashes and case apart."""
        return [
            each
            for each in self.records.values()
            if each.key and plain(each.key) == plain(key) and in_use(each, now)
        ]

    def chosen(self, incident: str, records: Iterable[str], now: dt.datetime) -> list[Record]:
        """These records of the incident, free to use. Raises Refused."""
        return [self._one(incident, id_, now) for id_ in dict.fromkeys(records)]

    def _one(self, incident: str, id_: str, now: dt.datetime) -> Record:
        record = self.records.get(id_)
        if record is None or record.incident != incident or not in_use(record, now):
            raise Refused(
                rule="POLICE-009",
                what=f"police keep no record {id_} of incident {incident}",
                where="/records",
                fix="consult the incident's records and name some of them",
            )
        if not free(record, now):
            raise Refused(
                rule="POLICE-017",
                what=f"record {id_} is older than a year: no longer free to use (Wpg 8)",
                where="/records",
                fix="leave it out; a comparison still says hit or no hit",
            )
        return record


def free(record: Record, now: dt.datetime) -> bool:
    """Whether it is free to use; the year is that of the daily police task alone."""
    return in_use(record, now) and (record.basis != "8" or now - record.at < FREE_USE)


def in_use(record: Record, now: dt.datetime) -> bool:
    return now - record.at < IN_USE


def plain(key: str) -> str:
    return "".join(c for c in key.casefold() if c.isalnum())


def remember(register: Register, noted: msgspec.Struct, now: dt.datetime) -> Register:
    """The register after a private event."""
    match noted:
        case Kept(record=record):
            records = {id_: each for id_, each in register.records.items() if in_use(each, now)}
            return replace(register, records={**records, record.record: record})
        case Released(release=id_):
            kept = list({**register.releases, id_: Given(release=noted)}.items())
            return replace(register, releases=dict(kept[-RELEASES:]))
        case ReleaseSettled(release=id_, given=given) if id_ in register.releases:
            settled = replace(register.releases[id_], given=given)
            return replace(register, releases={**register.releases, id_: settled})
        case _:
            return register
