"""How much of something a contract covers in a period: which period, and who asked for it."""

from dataclasses import dataclass
from datetime import date as Date
from typing import Any

from dateutil.relativedelta import relativedelta

#: Months of each kind of period; a limit for the whole contract has none.
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Use:
    """What is counted together against one limit: the half-open days [start, stop)."""

    contract: Any
    """service.contract."""
    coverage: Any
    """service.coverage whose limit it is."""
    device: Any
    """service.device, or an empty one where the whole contract shares the limit."""
    start: Date
    stop: Date


def limit_period(start, day, kind):
    """The period of a limit in which a day lies, counted from the contract's first day.

    A contract from 31 January has its second month from 28 (29) February.

    :param date start: first day of the contract
    :param date day: a day of the contract
    :param str kind: key of ``MONTHS``, or ``"contract"`` for one period without an end
    :return: half-open ``(start, stop)``
    """
    if kind not in MONTHS:
        return start, Date.max
    months = MONTHS[kind]
    turns = ((day.year - start.year) * 12 + day.month - start.month) // months
    if start + relativedelta(months=turns * months) > day:
        turns -= 1
    return (
        start + relativedelta(months=turns * months),
        start + relativedelta(months=(turns + 1) * months),
    )
