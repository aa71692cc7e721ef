"""Messages that are no dispatch of their own: by the words that give them away.

The words are those of traffic since 2019 in several regions. What fits more than one
row counts as the first.
"""

import re
from difflib import SequenceMatcher

from abs_core.pager.page import Kind

_I = re.IGNORECASE

TEST = re.compile(
    r"^\W*(?:p\s?[1-5]\s+|prio\s[1-5]\s+|hier\s|dit is een\s)?"
    r"(?:te?r?st(?:en|oproep\w*|melding|alarm|pager|bericht|-info)?|goede\w+\s+te?st|pager\s?test)\b"
    r"|\bproef\s?alarm\w*\b|\bproefoproep\b|^\W*t[e3]st\W*(?:t[e3]st\W*)*$|\btest\s*$",
    _I,
)
EXERCISE = re.compile(r"\boef(?:en\w*|ening\w*)?\b|\b(?:OTO|OEF)[ -]?\d+|-OTO-", _I)
FUNCTION = re.compile(
    r"\bactief in de functie\b|\bin de functie Piket"
    r"|\bscenario\b.{0,60}\b(?:ge(?:activee?r|start)|activ)"
    r"|\bopschaling binnen uw\b|\bu bent (?:nu|niet|gealarmeerd)\b|\bdienst\b.{0,40}\bovergenomen\b"
    r"|\buitrukbericht staat voor u\b",
    _I,
)
CANCEL = re.compile(
    r"\bver\s?val(?:t|len)\b|\bvervalt\b|\bintrekken (?:alarm|melding)|\bingetrokken\b"
    r"|\bafgebroken inzet\b|\bniet (?:meer )?nodig\b|\bgeen (?:brw |brandweer )?inzet\b"
    r"|\bloos alarm\b"
    r"|\balarm ingetrokken\b|\bannul\w+",
    _I,
)
STAND_DOWN = re.compile(
    r"\bretour\b|\bweer inzetbaar\b|\beinde (?:her|inzet|vws|storing|incident|opschaling|alarm)\w*"
    r"|\bherbezetting (?:bedankt|niet)|\bis verholpen\b|\bkan inrukken\b|\bmogen inrukken\b",
    _I,
)
STAFFING = re.compile(
    r"\bop\s?komen\b|\bopkomst\b|\baflos\w*|\bherbe(?:z\w*)?\b|\bbezetten\b|\bbezetting\b"
    r"|\bkazerneren\b|\bposten\b|\bkla+r\s?liggen\b|\bklaar liggen\b|\bVWS\b|\bstand-?by\b"
    r"|\bnaar (?:de )?kazerne\b|\bnaar sportveld\b",
    _I,
)
RELIEF = re.compile(r"\baflos\w*", _I)
CONTACT = re.compile(
    r"\bcon+t?ac?t\b|\bcontact\b|\bkontakt\b|\bcont\.? (?:mel|mk)|\bbel(?:len)?\b"
    r"|\bin\s?melden\b|\btelefonisch\b|\btel\.?\s|\btelef\.",
    _I,
)
BRIDGE = re.compile(r"##SETTIME|\bpassage ambu|\bvrij\s?houden voor\b|^spoed ambu$", _I)
"""For bridge keepers and for pagers themselves: never a dispatch."""
SERVICE = re.compile(
    r"\brit vanaf\b|\bter info(?:rmatie)?\b|\bfijne dienst\b"
    r"|\bhulpdienstvoertuig\b|\bbedankt\b|\bdank voor\b|\bgoede(?:morgen|middag|navond)\b"
    r"|\bwerkwijze\b"
    r"|\bstoring\b|\binfo bv\b|\bSMS\b",
    _I,
)
CLAUSE = re.compile(
    r"\b(?:gra+g|gaarne|svp|aub|a\.u\.b\.|s\.v\.p\.)?\W*(?:tel\.?|telefonisch|mobilofonisch)?\s*"
    r"(?:contact|kontakt|inmelden)\b.*$",
    _I,
)
"""From where on the words are about a call back and no longer about a place."""


LEAD = re.compile(
    r"^\W*(?:de\s|bvd?\s|bev\w*\s|ovd\S*\s|td\s)?(?:gra+g|gaarne|svp)?\s*(?:zsm\s|even\s|vooraf\s)?"
    r"(?:tel\.?|telefonisch|mobilofonisch)?\s*(?:con+t?act|kontakt|cont\.?|telef\.)\s*(?:met\s|de\s|ac\b)*"
    r"(?:mk\w{0,2}|meldkamer(?:\sbrandweer)?|hon|hcc|\d{4})?\W*(?:svp|aub|a\.u\.b\.)?\W*",
    _I,
)
"""A request to call back that stands before a dispatch."""

WHOLE = (
    ("proefalarm avond brandweer veiligheidsregio", Kind.TEST),
    ("proefalarm ochtend brandweer veiligheidsregio", Kind.TEST),
    ("wekelijks proefalarm veiligheidsregio", Kind.TEST),
    ("u bent niet langer actief in de functie", Kind.FUNCTION),
    ("u bent nu actief in de functie", Kind.FUNCTION),
    ("graag contact meldkamer brandweer", Kind.CONTACT),
    ("neem contact op met het", Kind.CONTACT),
)
"""Messages that are always worded alike, for recognising a damaged or broken-off one."""


def damaged_notice(text: str) -> Kind | None:
    """The notice that this was before bit errors, or that it breaks off from."""
    said = text.lower().strip()
    for whole, kind in WHOLE:
        cut = said[: len(whole)]
        if len(said) >= 6 and whole.startswith(said):
            return kind
        if len(said) > 20 and SequenceMatcher(None, cut, whole, autojunk=False).ratio() > 0.8:
            return kind
    return None


def notice(text: str) -> Kind | None:
    """What the words alone settle, whatever else the message holds."""
    if BRIDGE.search(text):
        return Kind.SERVICE
    if FUNCTION.search(text) and not re.search(r"\bproefalarm\b", text, _I):
        return Kind.FUNCTION
    if TEST.search(text):
        return Kind.TEST
    return None
