"""A domain that is found anew whenever it is used."""

from odoo.fields import Domain
from odoo.orm.domains import OptimizationLevel
from odoo.tools import SQL

#: Finds nothing, but is asked: a search that Odoo knows to be empty checks no rights to fields, and
#: would sort and group by hidden ones without a word.
NOTHING = Domain.custom(to_sql=lambda *_: SQL("FALSE"), predicate=lambda _: False)


class LiveDomain(Domain):
    """A condition whose answer changes while caches keep it: they keep only the question.

    Odoo caches the domains of record rules per user, optimised as far as no transaction matters.
    This one takes its real form on the next level, where ``'today'`` becomes a date as well.

    :param ask: callable(env) that returns the Domain; it must hold plain values, never records
    """

    __slots__ = ("_ask",)

    def __new__(cls, ask):
        # As every domain does: they are immutable, so what they hold is set from the outside.
        self = object.__new__(cls)
        object.__setattr__(self, "_ask", ask)
        object.__setattr__(self, "_opt_level", OptimizationLevel.NONE)
        return self

    def __eq__(self, other):
        return self is other

    def __hash__(self):
        return id(self)

    def __iter__(self):
        yield self

    def _optimize_step(self, model, level):
        if level < OptimizationLevel.DYNAMIC_VALUES:
            return self
        answer = self._ask(model.env).optimize(model)
        return NOTHING if answer.is_false() else answer

    def _as_predicate(self, records):
        return self._ask(records.env)._as_predicate(records)
