"""Who may do what with police data (Wpg 6), and on which ground it may be given (15 to 20).

Both are tables (`data/authorisations.toml`, `data/grounds.toml`) and closed: what
has no row is refused.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, NoReturn

import msgspec
from abs_contracts.refusal import Refused
from abs_contracts.scalars import Code, Name, PartyId
from msgspec import Meta

from abs_kmar.files import table
from abs_kmar.messages.records import Basis, Data

DataKinds = Annotated[tuple[Data, ...], Meta(max_length=len(Data))]


class Authorisation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a role may do: with data processed for which purposes, and of which kinds."""

    id: Name
    role: Name
    basis: tuple[Basis, ...]
    read: DataKinds = ()
    keep: DataKinds = ()
    release: tuple[Code, ...] = ()


class Ground(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article of the Wpg: to what kind of recipient, which data. `decision`: only by one."""

    article: Code
    title: Name
    recipients: tuple[Name, ...]
    data: DataKinds
    decision: bool = False


class Authorisations(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    authorisations: tuple[Authorisation, ...]


class Grounds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`recipients`: what each party is."""

    grounds: tuple[Ground, ...]
    recipients: Mapping[PartyId, tuple[Name, ...]]


class Authority(msgspec.Struct, frozen=True, kw_only=True):
    """Both tables. Every check raises Refused."""

    by_role: Mapping[str, Authorisation]
    grounds: Mapping[str, Ground]
    recipients: Mapping[str, tuple[str, ...]]

    def of(self, role: str) -> Authorisation:
        """The authorisation of this role."""
        if role not in self.by_role:
            raise Refused(
                rule="KMAR-003",
                what=f"role {role!r} has no authorisation for police data",
                where="/role",
                fix="ask somebody who has one, or have one written (Wpg 6)",
            )
        return self.by_role[role]

    def reader(self, role: str, kinds: Collection[Data]) -> Authorisation:
        return _covers(self.of(role), "read", kinds, self.of(role).read)

    def keeper(self, role: str, data: Data, basis: Basis) -> Authorisation:
        has = _covers(self.of(role), "keep", (data,), self.of(role).keep)
        if basis not in has.basis:
            _may_not(has, f"keep data for the purpose of article {basis}", "/basis")
        return has

    def releaser(self, role: str, ground: Ground, kinds: Collection[Data]) -> Authorisation:
        has = _covers(self.of(role), "release", kinds, self.of(role).read)
        if ground.article not in has.release:
            _may_not(has, f"release under article {ground.article}", "/ground")
        return has

    def ground(
        self,
        article: str,
        recipients: Sequence[str],
        kinds: Collection[Data],
        decision: str | None,
    ) -> Ground:
        """The ground, once it fits these recipients and these kinds of data."""
        ground = self.grounds.get(article)
        if ground is None:
            raise Refused(
                rule="KMAR-009",
                what=f"article {article} is no ground to release on",
                where="/ground",
                fix=f"use one of: {', '.join(self.grounds)}",
            )
        for party in recipients:
            self._fits(ground, party)
        outside = sorted(set(kinds) - set(ground.data))
        if outside:
            raise Refused(
                rule="KMAR-011",
                what=f"article {article} does not cover {', '.join(outside)}",
                where="/records",
                fix="leave these records out, or release them on another ground",
            )
        if ground.decision and decision is None:
            raise Refused(
                rule="KMAR-013",
                what=f"article {article} asks for a decision on the partnership",
                where="/decision",
                fix="name the decision that records interest, purpose, data and recipients",
            )
        return ground

    def _fits(self, ground: Ground, party: str) -> None:
        kinds = self.recipients.get(party, ())
        if not set(kinds) & set(ground.recipients):
            is_what = " and ".join(kinds) or "nothing that the table knows"
            raise Refused(
                rule="KMAR-010",
                what=f"article {ground.article} gives {ground.title}; {party} is {is_what}",
                where="/recipients",
                fix="choose a ground that fits this recipient, or do not release",
            )


def load_authority(options: Mapping[str, str]) -> Authority:
    """The tables of options `authorisations` and `grounds`, or the package's."""
    given = table("authorisations", Authorisations, options, "authorisations.toml")
    grounds = table("grounds", Grounds, options, "grounds.toml")
    return Authority(
        by_role={each.role: each for each in given.authorisations},
        grounds={each.article: each for each in grounds.grounds},
        recipients=grounds.recipients,
    )


def _covers(
    has: Authorisation, act: str, kinds: Collection[Data], covered: Collection[Data]
) -> Authorisation:
    outside = sorted(set(kinds) - set(covered))
    if outside:
        _may_not(has, f"{act} {', '.join(outside)}", "/kinds")
    return has


def _may_not(has: Authorisation, what: str, where: str) -> NoReturn:
    raise Refused(
        rule="KMAR-004",
        what=f"role {has.role!r} may not {what} (authorisation {has.id})",
        where=where,
        fix="ask somebody whose authorisation covers it",
    )
