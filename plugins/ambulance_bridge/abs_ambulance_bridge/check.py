"""Trying a translation on messages as they are: read, judged, to the core and back.

Needs no core and no broker: what the feed would tell is made of the commands (`told`).
Every finding is about one file; the totals are the figures of a profile.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from abs_ambulance_bridge.losses import Loss
from abs_ambulance_bridge.profile import Faulty, Handling, Inbound, Keep, Message, Profile, Setting
from abs_ambulance_bridge.told import told
from abs_ambulance_bridge.tree import Tree, general, leaves, path, replaced, same

CANARY = "canary-5b1e"
"""What is put in the place of a value that must not cross, to see whether it does."""


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """An issue of the publisher's kind; `path` is the same place in its own spelling."""

    where: str
    path: str
    what: str


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    code: int
    title: str
    issues: tuple[Wrong, ...]


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of one file. `refusal` stands for a message that is not valid.

    `carried` are the leaf values that the core alone gives back, `named` those that the
    id map adds, `restored` those for which the kept message is needed. `defects` are what
    should not be: an empty list is good.
    """

    file: str
    kind: str = ""
    handling: str = ""
    refusal: Refusal | None = None
    deterministic: bool = False
    commands: tuple[str, ...] = ()
    leaves: int = 0
    carried: int = 0
    named: int = 0
    restored: int = 0
    canaries: int = 0
    losses: tuple[Loss, ...] = ()
    defects: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        return self.refusal is None and not self.defects


class Values(msgspec.Struct, frozen=True, kw_only=True):
    """Leaf values of the messages of one type, as in a finding."""

    files: int
    leaves: int
    carried: int
    named: int
    restored: int


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    files: int
    valid: int
    mapped: int
    private: int
    refused: int
    deterministic: int
    exact: int
    values: Values
    by_kind: dict[str, Values]
    losses: dict[str, int]
    undeclared: int
    canaries: int
    crossed: int
    defects: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    profile: str
    totals: Totals
    findings: tuple[Finding, ...]


def check(files: Iterable[tuple[str, bytes]], profile: Profile, setting: Setting) -> Report:
    """Every file by itself, and twins (one name in two media) against each other."""
    findings: list[Finding] = []
    seen: dict[str, Tree] = {}
    for name, raw in files:
        finding, message = _checked(name, raw, profile, setting)
        stem = name.rpartition(".")[0] or name
        if message is not None and stem in seen and not same(seen[stem], message.content):
            defects = (*finding.defects, "its twin says something else")
            finding = msgspec.structs.replace(finding, defects=defects)
        if message is not None:
            seen[stem] = message.content
        findings.append(finding)
    return Report(profile=profile.name, totals=_totals(findings), findings=tuple(findings))


def _checked(
    name: str, raw: bytes, profile: Profile, setting: Setting
) -> tuple[Finding, Message | None]:
    try:
        message = profile.parse(raw)
    except Faulty as fault:
        issues = [Wrong(where=i.where, path=path(i.where), what=i.what) for i in fault.issues]
        refusal = Refusal(code=fault.code, title=fault.title, issues=tuple(issues))
        return Finding(file=name, refusal=refusal), None
    inbound = profile.to_core(message, setting)
    back = _back(message, inbound, profile, setting)
    again = profile.to_core(profile.parse(raw), setting)
    steady = _encoded(inbound, back) == _encoded(again, _back(message, again, profile, setting))
    count = sum(1 for _ in leaves(message.content))
    canaries, crossed = _canaries(message, profile, setting)
    named = _named(message, inbound, profile, setting)
    restored = count - inbound.carried - named if same(back, message.content) else 0
    finding = Finding(
        file=name,
        kind=message.kind,
        handling=profile.kinds[message.kind].handling.value,
        deterministic=steady,
        commands=tuple(type(said.payload).__name__ for said in inbound.commands),
        leaves=count,
        carried=inbound.carried,
        named=named,
        restored=restored,
        canaries=canaries,
        losses=inbound.losses,
        defects=(
            *(() if steady else ("not the same twice",)),
            *(() if same(back, message.content) else ("does not come back as it was",)),
            *(f"undeclared loss at {where}" for where in inbound.undeclared),
            *(f"crossed: {where}" for where in crossed),
            *_broken_promises(message, inbound, profile),
        ),
    )
    return finding, message


def _back(message: Message, inbound: Inbound, profile: Profile, setting: Setting) -> Tree:
    """The content after a round trip in which nothing happened in the core."""
    events = told(inbound.commands, setting)
    if profile.kinds[message.kind].handling is Handling.PRIVATE:
        return message.content  # it never left: the keep is all there is of it
    return profile.from_core(message.kind, events, Keep(message=message), setting).content


def _named(message: Message, inbound: Inbound, profile: Profile, setting: Setting) -> int:
    """How many of the lost values come back with nothing kept but the id map."""
    keep = Keep(names=profile.names(message, setting))
    events = told(inbound.commands, setting)
    there = dict(leaves(profile.from_core(message.kind, events, keep, setting).content))
    values = dict(leaves(message.content))
    lost = [loss.where for loss in inbound.losses]
    return sum(where in there and same(there[where], values[where]) for where in lost)


def _encoded(inbound: Inbound, back: Tree) -> bytes:
    return msgspec.json.encode((inbound, back))


def _broken_promises(message: Message, inbound: Inbound, profile: Profile) -> Iterator[str]:
    """The floor and the places that the type says it keeps."""
    kind, lost = profile.kinds[message.kind], {loss.where for loss in inbound.losses}
    crossing = [
        where
        for where, _ in leaves(message.content)
        if profile.may_cross(message.kind, general(where))
    ]
    kept = sum(where not in lost for where in crossing)
    if kept * 100 < kind.floor * len(crossing):
        yield f"the core gives back {kept} of {len(crossing)}, less than {kind.floor} %"
    for where in crossing:
        if where in lost and general(where) in kind.must_keep:
            yield f"must be carried and is not: {where}"


def _canaries(message: Message, profile: Profile, setting: Setting) -> tuple[int, list[str]]:
    """A canary in every text that must not cross, one at a time; those that did."""
    tried, crossed = 0, []
    for where, value in leaves(message.content):
        if not isinstance(value, str) or profile.may_cross(message.kind, general(where)):
            continue
        content = replaced(message.content, where, CANARY)
        assert isinstance(content, dict)
        planted = Message(kind=message.kind, content=content)
        try:
            planted = profile.parse(profile.write(planted, next(iter(profile.media))))
        except Faulty:
            continue  # a code or a pattern: nothing else can stand here
        tried += 1
        said = msgspec.json.encode(profile.to_core(planted, setting).commands)
        crossed += [where] if CANARY.encode() in said else []
    return tried, crossed


def _totals(findings: Sequence[Finding]) -> Totals:
    valid = [each for each in findings if each.refusal is None]
    defects = [defect for each in valid for defect in each.defects]
    losses = Counter(loss.reason.value for each in valid for loss in each.losses)
    return Totals(
        files=len(findings),
        valid=len(valid),
        mapped=sum(each.handling == Handling.MAPPED for each in valid),
        private=sum(each.handling == Handling.PRIVATE for each in valid),
        refused=len(findings) - len(valid),
        deterministic=sum(each.deterministic for each in valid),
        exact=sum(each.carried + each.named + each.restored == each.leaves for each in valid),
        values=_values(valid),
        by_kind={
            kind: _values([each for each in valid if each.kind == kind])
            for kind in sorted({each.kind for each in valid})
        },
        losses=dict(sorted(losses.items())),
        undeclared=sum(defect.startswith("undeclared") for defect in defects),
        canaries=sum(each.canaries for each in valid),
        crossed=sum(defect.startswith("crossed") for defect in defects),
        defects=len(defects),
    )


def _values(findings: Sequence[Finding]) -> Values:
    return Values(
        files=len(findings),
        leaves=sum(each.leaves for each in findings),
        carried=sum(each.carried for each in findings),
        named=sum(each.named for each in findings),
        restored=sum(each.restored for each in findings),
    )
