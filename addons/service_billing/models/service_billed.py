from dateutil.relativedelta import relativedelta

from odoo import fields, models

from .account_move import CHARGE_GROUPS


class ServiceBilled(models.AbstractModel):
    """What has pages and documents: leads to them from its form."""

    _name = "service.billed"
    _description = "Record with Pages and Documents"

    #: The field of charges and of the ledger that leads to a record of this model.
    _billed_field = None

    year_pages = fields.Integer(
        "Pages of a Year", compute="_compute_year_pages", groups=CHARGE_GROUPS, aggregator=None
    )
    service_move_count = fields.Integer(
        "Number of Invoices",
        compute="_compute_service_move_count",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    def _compute_year_pages(self):
        since = fields.Datetime.now() - relativedelta(years=1)
        domain = [(self._billed_field, "in", self.ids), ("date_to", ">=", since)]
        groups = self.env["service.consumption"]._read_group(
            domain, [self._billed_field], ["pages:sum"]
        )
        pages = dict(groups)
        for record in self:
            record.year_pages = pages.get(record._origin, 0)

    def _compute_service_move_count(self):
        # Superuser: an accountant without a service role reads no charges, only their documents.
        groups = (
            self.env["service.charge"]
            .sudo()
            ._read_group(
                [(self._billed_field, "in", self.ids), ("move_id", "!=", False)],
                [self._billed_field],
                ["move_id:count_distinct"],
            )
        )
        counts = {record.id: count for record, count in groups}
        for record in self:
            record.service_move_count = counts.get(record.id, 0)

    def action_open_consumption(self):
        """Open the pages of this record, month by month."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_billing.service_billing_report_action_pages"
        )
        domain = [("kind", "=", "pages"), (self._billed_field, "=", self.id)]
        return {**action, "domain": domain, "context": {}}

    def action_open_service_moves(self):
        """Open the documents on which something of this record is."""
        self.ensure_one()
        # Superuser: as for their number; which documents may be opened is said by their own rules.
        charges = self.env["service.charge"].sudo().search([(self._billed_field, "=", self.id)])
        moves = charges.move_id.sudo(False)
        return {
            **moves._get_records_action(name=self.env._("Documents")),
            "context": {"create": False},
        }


class ServiceContract(models.Model):
    _name = "service.contract"
    _inherit = ["service.contract", "service.billed"]

    _billed_field = "contract_id"


class ServiceDevice(models.Model):
    _name = "service.device"
    _inherit = ["service.device", "service.billed"]

    _billed_field = "device_id"


class ResPartner(models.Model):
    """Customers are looked at as a whole in the analysis."""

    _inherit = "res.partner"

    def action_open_service_revenue(self):
        """Open what this customer is charged, month by month."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_billing.service_billing_report_action"
        )
        return {**action, "domain": [("customer_id", "=", self.id)], "context": {}}
