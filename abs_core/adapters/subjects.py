"""Subjects and patterns: tokens between dots, `*` for one token, a last `>` for one or more."""

from functools import lru_cache

from abs_contracts.refusal import Refused


@lru_cache(maxsize=65536)
def matches(pattern: str, subject: str) -> bool:
    """Whether the subject is one of those that the pattern stands for."""
    if pattern == subject:
        return True
    wanted, given = pattern.split("."), subject.split(".")
    if wanted[-1] == ">":
        wanted.pop()
        if len(given) <= len(wanted):
            return False
    elif len(wanted) != len(given):
        return False
    return all(want in ("*", have) for want, have in zip(wanted, given, strict=False))


@lru_cache(maxsize=4096)
def covered(patterns: tuple[str, ...], subject: str) -> bool:
    """Whether one of the patterns stands for the subject."""
    return any(matches(pattern, subject) for pattern in patterns)


def other_subjects(stream: str, subjects: tuple[str, ...]) -> Refused:
    """The refusal of a stream that exists over other subjects than are asked for."""
    return Refused(
        rule="STREAM-001",
        what=f"the stream {stream} holds {', '.join(subjects)}",
        where=stream,
        fix="use another name, or remove the stream",
    )
