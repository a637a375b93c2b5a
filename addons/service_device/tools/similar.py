"""Which names are alike, for people to choose from."""

from difflib import SequenceMatcher

LEAST = 0.72
MOST = 3


def find_similar(text, candidates):
    """The candidates that are most like a text, the best first.

    :param candidates: list of (key, name, shorter name); the better of both names counts
    :return: list of keys
    """
    wanted = _letters(text)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    found = []
    for key, *names in candidates:
        likeness = max(_compare(matcher, _letters(name)) for name in names)
        if likeness >= LEAST:
            found.append((likeness, key))
    found.sort(key=lambda pair: pair[0], reverse=True)
    return [key for _likeness, key in found[:MOST]]


def _compare(matcher, name):
    matcher.set_seq1(name)
    # What the quick bounds rule out need not be compared letter by letter.
    if matcher.real_quick_ratio() < LEAST or matcher.quick_ratio() < LEAST:
        return 0
    return matcher.ratio()


def _letters(text):
    return "".join(filter(str.isalnum, text.casefold()))
