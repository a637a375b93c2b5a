from odoo import models
from odoo.orm.models import parse_read_group_spec
from odoo.orm.utils import parse_field_expr


class Base(models.AbstractModel):
    """A hidden field is not learnt by sorting or grouping by it, whatever its kind."""

    _inherit = "base"

    def _field_to_sql(self, alias, field_expr, query=None):
        # EXTENDS 'base', which reads related fields as superuser and asks no right to the field.
        if not self.env.su:
            # Asked for every column of every query: most expressions are just the name of a field.
            field = self._fields.get(field_expr) or self._fields.get(
                parse_field_expr(field_expr)[0]
            )
            if field and field.related and not field.store:
                self._check_field_access(field, "read")
        return super()._field_to_sql(alias, field_expr, query)

    def _read_group_groupby(self, alias, groupby_spec, query):
        # EXTENDS 'base', which asks no right to a field of many records.
        if not self.env.su:
            field = self._fields.get(parse_read_group_spec(groupby_spec)[0])
            if field and field.type == "many2many":
                self._check_field_access(field, "read")
        return super()._read_group_groupby(alias, groupby_spec, query)
