"""Refusals: rule, what, where, how to mend it; written for a person.

`Refused` is how our own code says no; `Refusal` is the same on the wire.
Rule ids never change and are listed in `rules.toml`, each with its meaning.
"""

import msgspec

from abs_contracts.scalars import Name, Text


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A no with its reason. `where` is a JSON pointer, a subject or a file."""

    rule: Name
    what: Text
    where: str
    fix: Text

    def __str__(self) -> str:
        return f"{self.rule}: {self.what} (at {self.where or '/'}). {self.fix}"


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Raised where something is refused; carries the refusal as data."""

    def __init__(self, *, rule: str, what: str, where: str, fix: str) -> None:
        self.refusal = Refusal(rule=rule, what=what, where=where, fix=fix)
        super().__init__(str(self.refusal))
