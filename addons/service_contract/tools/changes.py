"""What differs between two frozen states of a contract, as rows for an annex.

A state is ``{section: [row]}``; a row has a ``key`` that says what it is about, a ``label`` and a
``text`` for people, and ``raw``, by which it is compared, so that neither the language nor the
format of a number makes a change. A row with ``since`` says itself from when it is so, as that of
a device does, and with ``last``, as an ISO date, on which day it is so for the last time.
"""

from datetime import date as Date, timedelta
from typing import NamedTuple


class Change(NamedTuple):
    """Something that was so and is so from now on; an empty text: it was not there."""

    section: str
    label: str
    before: str
    after: str


def changes(signed, after, day):
    """What an annex changes, section by section in the order of the new state.

    What other annexes say from later days is agreed already, and so is that a device is off which
    by its row was to leave.

    :param signed: ``(day from which it counts, state)`` in the order of signing
    :param dict after: the state now, as of the day
    :param date day: the day from which the annex counts
    :return: list of `Change`
    """
    acts = _acts(signed)
    old, new = _as_of(acts, day), _rows(after)
    found = []
    for section in dict.fromkeys([*after, *(section for section, _key in old)]):
        for key in (key for key in {**new, **old} if key[0] == section):
            was, now = old.get(key), new.get(key)
            if _same(was, now) or (_is_over(was, day) if not now else _is_told(acts, key, now)):
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
    state = {}
    for (section, _key), row in _as_of(_acts(signed), day).items():
        state.setdefault(section, []).append(row)
    return state


def _acts(signed):
    """``[(day, {(section, key): row or None})]``: what each document changes on its own day."""
    acts = []
    for since, state in signed:
        old, new = _as_of(acts, since), _rows(state)
        keys = [key for key in {**old, **new} if not _same(old.get(key), new.get(key))]
        acts.append((since if acts else Date.min, {key: new.get(key) for key in keys}))
        # Of two of the same day, the one that was signed later counts.
        acts.sort(key=lambda act: act[0])
    return acts


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
    if not (one and other):
        return one is other
    return one["raw"] == other["raw"] and _last(one) == _last(other)


def _last(row):
    """The last day of a row that says one."""
    return Date.fromisoformat(row["last"]) if row.get("last") else None


def _is_over(row, day):
    """Whether a row is gone on a day because it said so itself."""
    last = _last(row)
    return bool(last) and last < day


def _is_told(acts, key, row):
    """Whether what counts from a later day says the same of a row that has days of its own."""
    if "since" not in row:
        return False
    if _same(_as_of(acts, Date.max).get(key), row):
        return True
    last = _last(row)
    if not last:
        return False
    # It need not name the last day: from the next one on it has the row no more.
    before, after = _as_of(acts, last), _as_of(acts, last + timedelta(days=1))
    return key not in after and _same(before.get(key), row | {"last": ""})
