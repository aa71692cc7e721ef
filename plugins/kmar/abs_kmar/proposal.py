"""The deployment proposal: by the class of KMar's own branches, or by the kind of site.

A pure function of table, sites, incident and units. The nearest to the site go
first, as the crow flies, from their last position or else from their post: those of the
site's own post, unless they are away.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from abs_contracts.messages.values import Classification, Hazard
from abs_contracts.scalars import Code, Name
from msgspec import Meta

from abs_kmar.incidents import Incident
from abs_kmar.messages.desk import Need, ProposalMade, ProposedUnit
from abs_kmar.sites import Site, SiteKind, Sites, kilometres
from abs_kmar.state import Unit

Wanted = Mapping[Code, Annotated[int, Meta(ge=1, le=20)]]
FAR = 1e9


class ClassRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What goes to a class, given as (mc1[, mc2[, mc3]]), and the kind of site it is about."""

    path: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=3)] = msgspec.field(
        name="class"
    )
    wanted: Wanted
    site: SiteKind | None = None
    hazards: tuple[Hazard, ...] = ()


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    verified: bool
    sites: Mapping[SiteKind, Wanted]
    classes: tuple[ClassRow, ...]

    def row(self, path: Sequence[str]) -> ClassRow | None:
        """The most specific row for a class."""
        by_path = {row.path: row for row in self.classes}
        lengths = range(len(path), 0, -1)
        return next((by_path[t] for n in lengths if (t := tuple(path[:n])) in by_path), None)


def propose(table: Table, sites: Sites, incident: Incident, free: Sequence[Unit]) -> ProposalMade:
    """What to send beyond the units that `incident` has."""
    path = class_path(incident.classification)
    row = table.row(path)
    site = (
        sites.whose(incident.location, row.site)
        if row and row.site
        else sites.at(incident.location, None)
    )
    whole: Wanted = row.wanted if row else table.sites.get(site.kind, {}) if site else {}
    wanted = _missing(whole, incident)
    units, short = _picked(wanted, sorted(free, key=lambda unit: _order(sites, site, unit)))
    return ProposalMade(
        incident=incident.id,
        site=site.name if site else None,
        wanted=wanted,
        units=units,
        short=short,
        hazards=row.hazards if row else (),
        why=_why(table, incident, row, site, whole),
    )


def class_path(c: Classification | None) -> tuple[str, ...]:
    return tuple(level for level in (c.mc1, c.mc2, c.mc3) if level) if c else ()


def _order(sites: Sites, site: Site | None, unit: Unit) -> tuple[float, str]:
    at = unit.point or sites.home(unit.post)
    km = kilometres(site.point, at) if site and at else FAR
    return (km, unit.call_sign)


def _missing(whole: Wanted, incident: Incident) -> tuple[Need, ...]:
    there = list(incident.units.values())
    counts = {kind: count - there.count(kind) for kind, count in whole.items()}
    return tuple(Need(kind=kind, count=count) for kind, count in counts.items() if count > 0)


def _picked(
    wanted: Sequence[Need], ordered: Sequence[Unit]
) -> tuple[tuple[ProposedUnit, ...], tuple[Need, ...]]:
    units: list[ProposedUnit] = []
    short: list[Need] = []
    for need in wanted:
        able = [unit for unit in ordered if unit.kind == need.kind]
        units += [
            ProposedUnit(unit=u.id, call_sign=u.call_sign, kind=u.kind, post=u.post)
            for u in able[: need.count]
        ]
        if len(able) < need.count:
            short.append(Need(kind=need.kind, count=need.count - len(able)))
    return tuple(units), tuple(short)


def _why(
    table: Table, incident: Incident, row: ClassRow | None, site: Site | None, whole: Wanted
) -> str:
    where = f"{site.name} ({site.kind})" if site else "no site of KMar"
    if not whole:
        return f"nothing is laid down for this class at {where}: choose units yourself"
    listed = ", ".join(f"{count} {kind}" for kind, count in whole.items())
    why = f"{'/'.join(row.path) if row else 'by the kind of site'}, {where}: {listed}"
    if incident.units:
        why += f"; {len(incident.units)} assigned already"
    return why if table.verified else f"{why}; own table, to be verified"
