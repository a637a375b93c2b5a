from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    """Customers by the roles their people have today."""

    _inherit = "res.partner"

    service_role = fields.Selection(
        # Through the field's description, which translates.
        selection=lambda self: (
            self.env["service.membership"]._fields["role"]._description_selection(self.env)
        ),
        string="Role of People",
        store=False,
        search="_search_service_role",
        exportable=False,
        groups="base.group_user",
        help="To search and group by: a customer stands under each role that somebody has.",
    )

    def _search_service_role(self, operator, value):
        if operator != "in":
            return NotImplemented
        live = self.env["service.membership"]._get_live_domain()
        held = Domain("service_membership_ids", "any", live & Domain("role", "in", list(value)))
        if False in value:
            held |= Domain("service_membership_ids", "not any", live)
        return held

    def _read_group_groupby(self, alias, groupby_spec, query):
        # EXTENDS base: one row for each role at the customer, however many people have it
        if groupby_spec != "service_role":
            return super()._read_group_groupby(alias, groupby_spec, query)
        self._check_field_access(self._fields["service_role"], "read")
        memberships = self.env["service.membership"]
        rows = memberships._search(memberships._get_live_domain())
        customer, role = (
            memberships._field_to_sql(rows.table, name, rows) for name in ("customer_id", "role")
        )
        held = query.make_alias(alias, "service_role")
        query.add_join(
            "LEFT JOIN",
            held,
            rows.subselect(SQL("DISTINCT %s AS customer_id, %s AS role", customer, role)),
            SQL("%s = %s", SQL.identifier(alias, "id"), SQL.identifier(held, "customer_id")),
        )
        return SQL.identifier(held, "role")
