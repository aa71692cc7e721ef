"""Where a page says it is: object, street, road and place out of a row of words.

A page has no signs between them. The place is a code or a known name at the end, or
what follows the last word that looks like a street; the street ends before it. What
stands before the street is an object, or another street.
"""

import re
from collections.abc import Sequence

from abs_core.pager.lexicon import begins_with_place, ends_in_place, is_place, place_name, row
from abs_core.pager.page import Place

STREET = re.compile(
    r"\w*(straat|weg|laan|plein|kade|singel|hof|dijk|pad|plantsoen|steeg|gracht|haven|park|dreef"
    r"|burg|burgh|ring|wal|markt|rode|veld|oord|donk|kamp|akker|erf|hoek|horst|dal|berg|brug|tunnel"
    r"|baan|boulevard|lijnbaan|zijde|straatje|gaarde|vliet|werf|sluis|meent|land|land|tuin|zoom"
    r"|passage|promenade|kreek|hoeve|wijk|meer|poort|weide|daal|str|ln|wg)\.?",
    re.IGNORECASE,
)
ROAD = re.compile(
    r"\b([ANS]\d{1,3})\b(?:\s+(Li|Re|L|R)\b)?(?:\s+(?:-\s+\S+\s+)?(\d{1,3}[,.]\d)\b)?"
)
POSTCODE = re.compile(r"\b(\d{4})(\s?[A-Z]{2}|[a-z]{2})\b(?=\s|$)")
CODE = re.compile(r"[A-Z]{5,6}")
PARTICLES = row("van de den der het 't op aan in bij ter ten te 's en la le du")
LEADING = row(
    "van de den der het ter ten 't 's oude nieuwe grote kleine lange korte groene hoge lage"
    " noord zuid oost west eerste tweede derde burgemeester burg. prins prinses koningin koning"
    " professor prof. dr. mr. ds. ir. dokter meester pastoor sint st. jan laan generaal admiraal"
    " jonkheer graaf gravin president wethouder pieter willem"
)


def locate(words: Sequence[str], *, place_first: bool = False) -> Place:
    """The place that these words name. `place_first`: the northern order, place and street."""
    text = " ".join(words)
    postcode = ""
    if found := POSTCODE.search(text):
        postcode = found[1] + found[2].strip().upper()
        text = text[: found.start()] + text[found.end() :]
    road = ""
    if found := ROAD.search(text):
        road = " ".join(part for part in found.groups() if part)
        text = text[: found.start()] + " " + text[found.end() :]
    left = [word for word in text.split() if word not in (":", "-", ",", ".")]
    if len(left) > 1 and CODE.fullmatch(left[-2]) and re.fullmatch(r"\d{1,5}", left[-1]):
        left = left[:-1]  # a call sign that broke off
    if place_first and (count := begins_with_place(left)) and count < len(left):
        place, left = " ".join(left[:count]), left[count:]
    else:
        left, place = _split_place(_up_to_code(left))
    object_, street = _split_street(left)
    return Place(object=object_, street=street, road=road, postcode=postcode, place=place)


def _up_to_code(words: list[str]) -> list[str]:
    """Without the remark that follows a known place code, where one does."""
    for index, word in enumerate(words[1:], 1):
        if CODE.fullmatch(word) and is_place(word) and not any(w.isupper() for w in words[:index]):
            return words[: index + 1]
    return words


def _split_place(words: list[str]) -> tuple[list[str], str]:
    """The words before the place, and the place; a code and the name it stands for are one."""
    if words and CODE.fullmatch(words[-1]):
        code, left = words[-1], words[:-1]
        count = ends_in_place(left)
        if count and place_name(" ".join(left[-count:])) == place_name(code):
            left = left[:-count]
        return left, code
    if count := ends_in_place(words):
        return words[:-count], " ".join(words[-count:])
    streets = [n for n, word in enumerate(words) if _like_street(word)]
    if streets and streets[-1] + 1 < len(words):
        tail = words[streets[-1] + 1 :]
        if all(word[:1].isupper() or word in PARTICLES for word in tail):
            return words[: streets[-1] + 1], " ".join(tail)
    if not streets and len(words) > 1 and words[-1][:1].isupper():
        return words[:-1], words[-1]
    if len(words) == 1 and words[0][:1].isupper() and not streets:
        return [], words[0]
    return words, ""


def _split_street(words: list[str]) -> tuple[str, str]:
    """Object and street: the last word that looks like a street, with what leads up to it."""
    words = _without_number(words)
    if not words:
        return "", ""
    end = len(words)
    start = end - 1
    while start > 0 and _leads(words, start - 1):
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:])


def _leads(words: Sequence[str], index: int) -> bool:
    """Whether the word at this index belongs to the street name that follows it."""
    word = words[index].lower()
    initials = re.fullmatch(r"([A-Za-z]\.)+", words[index]) is not None
    ordinal = re.fullmatch(r"\d+e", word) is not None
    return initials or ordinal or word in LEADING or word in PARTICLES


def _without_number(words: list[str]) -> list[str]:
    """Without a house number at the end: it says nothing that two pages share."""
    while len(words) > 1 and re.fullmatch(r"\d{1,4}[A-Za-z]?|[A-Z]|nabij|thv|t\.h\.v\.", words[-1]):
        words = words[:-1]
    return words


def _like_street(word: str) -> bool:
    return STREET.fullmatch(word) is not None and not is_place(word)


def plain(word: str) -> str:
    """For comparing streets: letters, lower case, and a sign for what no name has."""
    return re.sub(r"[^a-z]", "?", re.sub(r"[\s\d.,'\u2019-]", "", word.lower()))


def key(place: Place) -> tuple[str, str]:
    """What two pages about one place share: the end of the street (or the road), and the place."""
    where = plain(place.street.split()[-1]) if place.street else place.road.lower()
    return where or plain(place.object), plain(place_name(place.place))
