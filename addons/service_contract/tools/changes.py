"""What differs between two frozen states of a contract, as rows for an annex.

A state is ``{section: [row]}``; a row has a ``key`` that says what it is about, a ``label`` and a
``text`` for people, and ``raw``, by which it is compared, so that neither the language nor the
format of a number makes a change. A row with ``since`` says itself from when it is so, as that of
a device does.
"""

from datetime import date as Date
from typing import NamedTuple


class Change(NamedTuple):
    """Something that was so and is so from now on; an empty text: it was not there."""

    section: str
    label: str
    before: str
    after: str


def changes(before, after, agreed=None):
    """The changes from one state to another, section by section in the order of the new state.

    :param dict before: the state in force by what was signed
    :param dict after: the state now
    :param dict agreed: the state by all that was signed, also by what counts from a later day
    :return: list of `Change`
    """
    found = []
    old, new, later = _rows(before), _rows(after), _rows(agreed or {})
    for section in {**after, **before}:
        for key in (key for key in {**new, **old} if key[0] == section):
            was, now = old.get(key), new.get(key)
            told_later = now and "since" in now and _same(later.get(key), now)
            if _same(was, now) or told_later:
                continue
            label = (now or was)["label"]
            found.append(
                Change(section, label, was["text"] if was else "", now["text"] if now else "")
            )
    return found


def in_force(signed, day):
    """The state in force on a day by what was signed.

    Each document changes what is in force on its own day, and nothing else: an annex that counts
    from June leaves in force what one signed after it changes from March.

    :param signed: ``(day from which it counts, state)`` in the order of signing; the first is the
        contract itself, which is always in force
    :param date day: the day
    :return: dict section -> rows
    """
    acts = []
    for since, state in signed:
        old, new = _as_of(acts, since), _rows(state)
        keys = [key for key in {**old, **new} if not _same(old.get(key), new.get(key))]
        acts.append((since if acts else Date.min, {key: new.get(key) for key in keys}))
        # Of two of the same day, the one that was signed later counts.
        acts.sort(key=lambda act: act[0])
    state = {}
    for (section, _key), row in _as_of(acts, day).items():
        state.setdefault(section, []).append(row)
    return state


def _as_of(acts, day):
    """``{(section, key): row}`` after all acts until a day."""
    rows = {}
    for since, changed in acts:
        if since <= day:
            rows |= changed
    return {key: row for key, row in rows.items() if row}


def _rows(state):
    """``{(section, key): row}`` of a state."""
    return {(section, row["key"]): row for section in state for row in state[section]}


def _same(one, other):
    """Whether two rows, each of which may be missing, mean the same."""
    return one["raw"] == other["raw"] if one and other else one is other
