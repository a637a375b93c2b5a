"""What the headers of remote-monitoring exports mean: a guess that a person confirms."""

import re

#: Words by what they mean, in the order in which they are looked for.
WORDS = {
    "serial": (
        "serial", "serialnumber", "serialno", "s n", "sn", "seryjny", "fabryczny",
    ),
    "inventory_number": (
        "inventory", "asset", "assetnumber", "inwentarzowy", "inwentarz", "ewidencyjny",
    ),
    "date": (
        "date", "data", "timestamp", "last seen", "datetime", "czas", "dzień",
    ),
}  # fmt: skip
#: Words of the counters that are shipped, by the code of their type; their names count as well.
COUNTERS = {
    "a3": ("a3", "duży format", "large"),
    "scan": ("scan", "scans", "scanner", "skan", "skany", "skanowanie"),
    "colour": ("colour", "color", "kolor", "kolorowe", "kolorowy", "barwne", "kol"),
    "mono": (
        "mono", "black", "b w", "bw", "czarno", "czarne", "czarny", "cz b", "czb", "monochrome",
    ),
    "total": ("total", "razem", "suma", "łącznie", "ogółem", "page count", "all pages"),
}  # fmt: skip
PLAIN = {
    "meter": ("meter type", "counter type", "counter name", "meter", "counter", "typ licznika",
              "nazwa licznika", "rodzaj licznika"),
    "value": ("value", "reading", "count", "stan", "wartość", "odczyt", "wskazanie"),
    "meter ": ("licznik",),
    "model": ("model",),
}  # fmt: skip


def words_of(text):
    """A header as a list of compared words."""
    return re.findall(r"\w+", text.casefold().replace("_", " "))


def guess(header, counters):
    """For each header what it may mean, or an empty text; no meaning is given twice.

    :param list[str] header: the headers of a file
    :param dict counters: ``{meaning: names}`` of the counters there are
    """
    rules = [*WORDS.items(), *counters.items(), *PLAIN.items()]
    taken, targets = set(), []
    for text in header:
        words = words_of(text)
        meanings = (
            meaning.strip()
            for meaning, phrases in rules
            if any(_contains(words, words_of(phrase)) for phrase in phrases)
        )
        target = next((meaning for meaning in meanings if meaning not in taken), "")
        taken.add(target)
        targets.append(target)
    return targets


def _contains(words, phrase):
    """Whether a phrase stands in a text as whole words in a row."""
    size = len(phrase)
    return bool(size) and any(
        words[place : place + size] == phrase for place in range(len(words) - size + 1)
    )
