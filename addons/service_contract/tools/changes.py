"""What differs between two frozen states of a contract, as rows for an annex.

A state is ``{section: [row]}``; a row has a ``key`` that says what it is about, a ``label`` and a
``text`` for people, and ``raw``, by which it is compared, so that neither the language nor the
format of a number makes a change.
"""

from typing import NamedTuple


class Change(NamedTuple):
    """Something that was so and is so from now on; an empty text: it was not there."""

    section: str
    label: str
    before: str
    after: str


def changes(before, after):
    """The changes from one state to another, section by section in the order of the new state.

    :param dict before: the state that was signed last
    :param dict after: the state now
    :return: list of `Change`
    """
    found = []
    for section in {**after, **before}:
        old = {row["key"]: row for row in before.get(section, ())}
        new = {row["key"]: row for row in after.get(section, ())}
        for key in {**new, **old}:
            was, now = old.get(key), new.get(key)
            if was and now and was["raw"] == now["raw"]:
                continue
            label = (now or was)["label"]
            found.append(
                Change(section, label, was["text"] if was else "", now["text"] if now else "")
            )
    return found
