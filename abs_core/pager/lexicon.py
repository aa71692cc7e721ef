"""The words of pages: names of classes and places, and how alike damaged words are."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

import msgspec
from abs_contracts import codelists

ALIKE = 0.8
"""How alike a damaged word must be to one that is known (own assumption)."""
FORM_WORDS = 8
"""The longest name of a class, in words."""
NAME_WORDS = 5
"""The longest name of a place, in words."""


class _Classes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    forms: Mapping[str, tuple[str, ...]]
    project: Mapping[str, tuple[str, ...]]


class _Names(msgspec.Struct, frozen=True):
    list: str


class _Places(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    codes: Mapping[str, str]
    short: Mapping[str, str]
    names: _Names


class Found(NamedTuple):
    """A class: its path in the national table, over how many words, and whether mended."""

    path: tuple[str, ...]
    words: int
    mended: bool = False


def row(words: str) -> frozenset[str]:
    """A row of words as a set."""
    return frozenset(words.split())


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """For comparing: lower case, letters and digits and the signs inside words."""
    return re.sub(r"[^\w/'&+ -]", "", text.lower().replace("\u2019", "'")).strip()


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    """Every known form, folded, with its path; rows of the table first, our forms over them."""
    paths = [tuple(p for p in (r.mc1, r.mc2, r.mc3) if p) for r in codelists.LMC]
    lasts: dict[str, list[tuple[str, ...]]] = {}
    for path in paths:
        lasts.setdefault(folded(path[-1]), []).append(path)
    forms = {last: found[0] for last, found in lasts.items() if len(found) == 1 and len(last) > 3}
    forms |= {folded("/".join(path)): path for path in paths}
    forms |= {folded(" ".join(path)): path for path in paths}
    named = {"/".join(path): path for path in paths}
    data = resources.files("abs_core.pager").joinpath("data/classes.toml").read_bytes()
    classes = msgspec.toml.decode(data, type=_Classes)
    for group in (classes.project, classes.forms):
        forms |= {folded(form): named[key] for key, words in group.items() for form in words}
    return forms


@cache
def _by_length() -> dict[int, tuple[str, ...]]:
    lengths: dict[int, list[str]] = {}
    for form in _forms():
        lengths.setdefault(len(form), []).append(form)
    return {length: tuple(forms) for length, forms in lengths.items()}


@cache
def _first_words() -> frozenset[str]:
    """The words that a class can begin with: nothing else needs a closer look."""
    return frozenset(form.split()[0] for form in _forms())


def find_class(words: Sequence[str], *, mend: bool = False) -> Found | None:
    """The longest class that these words begin with; with `mend`, also one that is alike."""
    if not words:
        return None
    forms = _forms()
    if folded(words[0]) in _first_words():
        for count in range(min(FORM_WORDS, len(words)), 0, -1):
            form = folded(" ".join(words[:count]))
            if form in forms:
                return Found(forms[form], count)
    if not mend:
        return None
    for count in range(min(3, len(words)), 0, -1):
        near = _alike(folded(" ".join(words[:count])))
        if near is not None:
            return Found(forms[near], count, mended=True)
    return None


@lru_cache(maxsize=4096)
def _alike(form: str) -> str | None:
    if len(form) < 7:
        return None
    near, best = None, ALIKE
    for length in range(len(form) - 2, len(form) + 3):
        for known in _by_length().get(length, ()):
            matcher = SequenceMatcher(None, form, known, autojunk=False)
            if matcher.quick_ratio() > best and matcher.ratio() > best:
                near, best = known, matcher.ratio()
    return near


@cache
def _places() -> tuple[dict[str, str], dict[str, str]]:
    """Names of places, folded, with how they are written; and the codes."""
    data = resources.files("abs_core.pager").joinpath("data/places.toml").read_bytes()
    places = msgspec.toml.decode(data, type=_Places)
    listed = [name.strip() for name in places.names.list.replace("\n", " ").split(",")]
    names = {folded(name): name for name in (*listed, *places.codes.values())}
    names |= {folded(short): name for short, name in places.short.items()}
    return names, dict(places.codes)


def place_name(written: str) -> str:
    """How a place is called, by its code or its name; as written when it is not known."""
    names, codes = _places()
    return codes.get(written.upper()) or names.get(folded(written)) or written


def is_place(written: str) -> bool:
    names, codes = _places()
    return written.upper() in codes or folded(written) in names


def ends_in_place(words: Sequence[str]) -> int:
    """How many words at the end are the name of a known place; 0 for none."""
    for count in range(min(NAME_WORDS, len(words)), 0, -1):
        if is_place(" ".join(words[-count:])):
            return count
    return 0


def begins_with_place(words: Sequence[str]) -> int:
    """How many words at the start are the name of a known place; 0 for none."""
    for count in range(min(NAME_WORDS, len(words)), 0, -1):
        if is_place(" ".join(words[:count])):
            return count
    return 0


@cache
def _named() -> dict[tuple[str, ...], str]:
    """How a class is written in a page: its first form, or its path."""
    data = resources.files("abs_core.pager").joinpath("data/classes.toml").read_bytes()
    forms = msgspec.toml.decode(data, type=_Classes).forms
    named = {key: words[0] for key, words in forms.items()}
    paths = [tuple(p for p in (r.mc1, r.mc2, r.mc3) if p) for r in codelists.LMC]
    return {path: named.get("/".join(path), "/".join(path)) for path in paths}


def form_of(path: tuple[str, ...]) -> str:
    """The form that the write side uses for a row of the national table."""
    return _named()[path]
