"""Unattended baggage: which step may be taken, and what each of them makes known.

The steps, their order and the distance are data of our own (`data/bag.toml`).
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from abs_contracts.messages import incident as inc
from abs_contracts.messages.values import Hazard, NoteAudience, Scene
from abs_contracts.refusal import Refused
from abs_contracts.scalars import Name
from msgspec import Meta

from abs_core.sdk import Effect, Note, Requested, Respond
from abs_kmar.desk import order
from abs_kmar.files import table
from abs_kmar.incidents import Incident
from abs_kmar.messages.bag import BagNow, NextStep, Step, StepTaken, TakeStep


class StepRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step, what it means, and the one that must come before it."""

    step: Step
    text: Name
    after: Step | None = None


class Procedure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    cordon_m: Annotated[int, Meta(ge=1, le=5000)]
    steps: tuple[StepRow, ...]

    def open_steps(self, taken: Sequence[Step]) -> list[StepRow]:
        """What may come next; nothing after the end."""
        if Step.CLEAR in taken:
            return []
        rows = (row for row in self.steps if row.step not in taken)
        return [row for row in rows if row.after is None or row.after in taken]


def load_procedure(options: Mapping[str, str]) -> Procedure:
    """The procedure of option `bag`, or the package's. Raises Refused."""
    return table("bag", Procedure, options, "bag.toml")


def standing(procedure: Procedure, incident: str, taken: tuple[Step, ...]) -> BagNow:
    """How far it is, and what comes next."""
    following = tuple(NextStep(step=row.step, text=row.text) for row in procedure.open_steps(taken))
    return BagNow(incident=incident, taken=taken, next=following)


def take(
    procedure: Procedure,
    entry: Requested,
    request: TakeStep,
    incident: Incident,
    taken: Sequence[Step],
    eod: str | None,
) -> list[Effect]:
    """Take a step; `eod` is the party that disposes of explosives, where there is one."""
    may = [row.step for row in procedure.open_steps(taken)]
    if request.step not in may:
        raise Refused(
            rule="KMAR-017",
            what=f"{request.step} is not in turn; taken: {', '.join(taken) or 'nothing'}",
            where="/step",
            fix=f"take one of: {', '.join(may) or 'none, the procedure has ended'}",
        )
    if (request.step is Step.CLEAR) != (request.result is not None):
        raise Refused(
            rule="KMAR-018",
            what="the end of the procedure, and it alone, says what it was",
            where="/result",
            fix="give a result with the step clear, and with no other",
        )
    done = StepTaken(
        incident=request.incident,
        step=request.step,
        result=request.result,
        remark=request.remark,
        actor=entry.actor,
        role=entry.role,
    )
    return [
        *_made_known(procedure, entry, request, incident, eod),
        Note(key="step", payload=done),
        Respond(key="answer", payload=done),
    ]


def _made_known(
    procedure: Procedure,
    entry: Requested,
    request: TakeStep,
    incident: Incident,
    eod: str | None,
) -> list[Effect]:
    """What the others have to know of a step: never its remark."""
    match request.step:
        case Step.CORDON:
            said = inc.StateSafety(
                scene=Scene.UNSAFE,
                hazards=(Hazard.EXPLOSIVE,),
                staging=request.staging,
                advice=f"Onbeheerde bagage: {procedure.cordon_m} m afstand",
            )
            return [order("scene", incident.id, said, entry)]
        case Step.EOD:
            asked = inc.AddNote(text="EOD gevraagd", audience=NoteAudience.ALL)
            attach = inc.AttachParty(party=eod) if eod and eod not in incident.parties else None
            more = [order("attach", incident.id, attach, entry)] if attach else []
            return [*more, order("eod", incident.id, asked, entry)]
        case Step.CLEAR:
            free = inc.StateSafety(scene=Scene.SAFE)
            return [order("scene", incident.id, free, entry)]
        case Step.OWNER:
            return []
