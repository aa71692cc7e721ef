"""Notes with what their terms set, and statements about the safety of the scene."""

import functools

import msgspec
from abs_contracts.messages import incident as m
from abs_contracts.messages.values import NoteAudience, Scene
from abs_contracts.protocol import Warned
from abs_contracts.refusal import Refused

from abs_core.domain.decision import By, Decision, Known, decided
from abs_core.domain.incident import Incident, evolve
from abs_core.domain.rules.conditions import known_party, rule
from abs_core.domain.terms import terms

OWNED = "CODELIST-004"
"""The rule by which a term refuses its whole note."""


@rule.register
def _(command: m.AddNote, incident: Incident, by: By, known: Known) -> Decision:
    if (command.audience is NoteAudience.NAMED) != bool(command.named):
        raise Refused(
            rule="INCIDENT-018",
            what="a note names its readers when, and only when, its audience is `named`",
            where="/data/named",
            fix="name the parties that may read it, or choose `all` or `own`",
        )
    for index, party in enumerate(command.named):
        known_party(party, known, f"/data/named/{index}")
    note = m.NoteAdded(
        party=by.party,
        text=command.text,
        audience=command.audience,
        named=command.named,
        releases=command.releases,
    )
    return _with_terms(note, incident, by, known) if incident.open else decided(note)


def _with_terms(note: m.NoteAdded, incident: Incident, by: By, known: Known) -> Decision:
    """The note, and what its terms set; a term that is refused refuses none of it.

    But what one discipline alone may know is refused with the whole note: its line
    would tell it (facts 4.3). What a term sets is shared, whoever may read the note.
    """
    events: list[msgspec.Struct] = [note]
    warnings: list[Warned] = []
    for term in terms(note.text):
        if term.command is None:
            warnings.extend([term.warning] if term.warning else [])
            continue
        try:
            set_by = rule(term.command, incident, by, known)
        except Refused as refused:
            if refused.refusal.rule == OWNED:
                raise
            what = f"{term.line!r} stays text: {refused.refusal.what}"
            warnings.append(Warned(rule="INCIDENT-101", what=what))
            continue
        events.extend(set_by.events)
        warnings.extend(set_by.warnings)
        incident = functools.reduce(lambda i, event: evolve(event, i), set_by.events, incident)
    return Decision(tuple(events), tuple(warnings))


@rule.register
def _(command: m.StateSafety, incident: Incident, by: By, _known: Known) -> Decision:
    if command.scene is Scene.SAFE and (command.staging or command.hazards):
        raise Refused(
            rule="INCIDENT-026",
            what="a scene that is safe has no hazards, and nobody waits for it",
            where="/data/scene",
            fix="leave out staging and hazards, or say that the scene is unsafe",
        )
    said = m.SafetyStated(
        party=by.party,
        scene=command.scene,
        hazards=command.hazards,
        staging=command.staging,
        advice=command.advice,
    )
    return decided() if incident.safety.get(by.party) == said else decided(said)
