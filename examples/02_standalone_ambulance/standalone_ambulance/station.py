"""The whole system without its edges: messages and commands in, letters out.

A simulation drives a `Station` over `MemoryRecords` with its own moments and needs
nothing else of this package. Everything that one call changes is kept in one piece
before the call returns.
"""

import hashlib
import json
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from standalone_ambulance import inward, outward
from standalone_ambulance.commands import Command, Done, Refused
from standalone_ambulance.deciding import Decision, Desk
from standalone_ambulance.desk import decide
from standalone_ambulance.post import Office, Told, letters, remembering
from standalone_ambulance.profile import Distribution, Fault, Kind, Received, read
from standalone_ambulance.profile import contents as wire
from standalone_ambulance.profile.envelope import ERRORS, distribution
from standalone_ambulance.profile.values import Part
from standalone_ambulance.records import Changes, Letter, Records, Taken

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=1)
ANSWERS = (wire.Reference, wire.Error)


class Station:
    """One dispatch centre."""

    def __init__(self, office: Office, records: Records) -> None:
        self.office = office
        self.records = records

    # -- partners ---------------------------------------------------------------

    def receive(self, raw: bytes, came_from: str | None, at: datetime) -> str:
        """Take a message; the id of what was taken, once it is kept.

        `came_from` is who the connection says the sender is, where it says it. The
        functional answer follows as a letter. Raises Fault where there is nobody to
        send one to (102, 200, 703), or the id has been used for something else (300).
        """
        of = distribution(raw)
        if came_from is not None and of.sender != came_from:
            raise Fault(200, f"/senderID is not {came_from}, who sent this")
        if self.office.partner(of.sender) is None:
            raise Fault(703, f"/senderID {of.sender} is not known here")
        digest = _digest(json.loads(raw))
        before = self.records.taken(of.id)
        if before is not None:
            if before.digest != digest:
                raise Fault(300, f"/distributionID {of.id} was used for another message")
            return of.id
        decision, answer = self._judged(raw, of, at)
        tellings = [Told((of.sender,), *answer)] if answer else []
        taken = Taken(id=of.id, digest=digest, answer="")
        self._keep(decision, [*tellings, *decision.told], taken, at)
        return of.id

    def _judged(
        self, raw: bytes, of: Distribution, at: datetime
    ) -> tuple[Decision, tuple[Part, Kind, bool] | None]:
        """What a message does, and the answer; an answer is never answered."""
        message: Received | None = None
        try:
            message = read(raw, self.office.name)
            if message.expires <= at:
                raise Fault(400, "/dateTimeExpires has passed")
            decision = inward.take(message, self._desk(at))
        except Fault as fault:
            if _is_answer(raw):
                return Decision(), None
            error = outward.refused(of.id, fault.code, ERRORS[fault.code], fault.cause)
            return Decision(), (error, "Error", bool(message and message.exercise))
        if isinstance(message.content, ANSWERS):
            return decision, None
        return decision, (outward.acknowledged(of.id, "INTEGRE"), "Ack", message.exercise)

    # -- operators --------------------------------------------------------------

    def command(self, command: Command, at: datetime, key: str | None = None) -> Done:
        """Do it; with a key it is done once, however often it comes. Raises Refused."""
        ident = f"command {key}"
        digest = _digest(command.model_dump(mode="json"))
        before = self.records.taken(ident) if key else None
        if before is not None:
            if before.digest != digest:
                raise Refused("the key was used for another command", "/", "use a new key")
            return Done.model_validate_json(before.answer)
        decision = decide(command, self._desk(at))
        done = _done(decision, at)
        taken = Taken(id=ident, digest=digest, answer=done.model_dump_json()) if key else None
        self._keep(decision, [*decision.told], taken, at)
        return done

    # -- the outbox -------------------------------------------------------------

    def next_letter(self, to: str, at: datetime) -> Letter | None:
        """The oldest letter that a partner has not had, if it is due; expired ones are marked."""
        while (letter := self.records.waiting(to)) is not None and letter.expires <= at:
            self._mark(letter.model_copy(update={"state": "expired"}))
        return letter if letter is not None and letter.due <= at else None

    def delivered(self, letter: Letter) -> None:
        self._mark(letter.model_copy(update={"state": "delivered", "tries": letter.tries + 1}))

    def not_taken(self, letter: Letter, why: str) -> None:
        """The partner will never take it: it makes way, and stays on record with the reason."""
        changed = {"state": "refused", "tries": letter.tries + 1, "answer": why}
        self._mark(letter.model_copy(update=changed))

    def failed(self, letter: Letter, at: datetime) -> None:
        """Nobody knows whether the partner has it: it is sent again, later and later."""
        wait = min(FIRST_WAIT * 2 ** min(letter.tries, 10), LONGEST_WAIT)
        self._mark(letter.model_copy(update={"tries": letter.tries + 1, "due": at + wait}))

    def _mark(self, letter: Letter) -> None:
        """As it stands now: an answer may have come before the delivery was noted."""
        now = self.records.letter(letter.id)
        if now is not None and now.state == "waiting":
            self.records.keep(Changes(letters=(letter,)))

    def _desk(self, at: datetime) -> Desk:
        return Desk(self.office, self.records, at)

    def _keep(
        self, decision: Decision, tellings: list[Told], taken: Taken | None, at: datetime
    ) -> None:
        written = letters(self.office, self.records, tellings, at)
        counters = dict(decision.counters)
        if written:
            counters["letters"] = written[-1].number
        answered = (decision.letter,) if decision.letter else ()
        self.records.keep(
            Changes(
                cases=(remembering(decision.case, written),) if decision.case else (),
                vehicles=decision.vehicles,
                letters=(*answered, *written),
                taken=(taken,) if taken else (),
                counters=counters,
            )
        )


def _digest(tree: object) -> str:
    """The same for the same content, however it is spaced."""
    return hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()


def _is_answer(raw: bytes) -> bool:
    """Whether a message calls itself an answer: even a wrong one is not answered."""
    return json.loads(raw).get("distributionKind") in ("Ack", "Error")


def _done(decision: Decision, at: datetime) -> Done:
    return Done(
        at=at,
        case=decision.case.id if decision.case else None,
        number=decision.case.number if decision.case else None,
        vehicle=decision.vehicles[0].id if decision.vehicles else None,
        ask=decision.ask,
    )


COMMANDS: TypeAdapter[Command] = TypeAdapter(Command)
"""Reads a command from JSON."""
