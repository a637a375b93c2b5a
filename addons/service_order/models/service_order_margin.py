from odoo import api, fields, models

#: Whoever may see what work earns; technicians alone see no costs.
MARGIN_GROUPS = (
    "service_customer.group_service_dispatcher,service_customer.group_service_accounting"
)
#: What an hour costs us is close to somebody's pay.
RATE_GROUPS = "service_customer.group_service_manager,service_customer.group_service_accounting"


class ResCompany(models.Model):
    _inherit = "res.company"

    service_hour_cost = fields.Monetary(
        "Cost of an Hour", help="Of technicians who have no cost of their own."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_hour_cost = fields.Monetary(
        related="company_id.service_hour_cost",
        readonly=False,
        currency_field="company_currency_id",
    )


class ServiceTechnician(models.Model):
    """What a technician's time costs us."""

    _inherit = "service.technician"

    currency_id = fields.Many2one(related="company_id.currency_id")
    hour_cost = fields.Monetary(
        "Cost of an Hour", groups=RATE_GROUPS, help="Zero: as usual in the company."
    )

    def _get_hour_cost(self, company):
        """What an hour costs: the technician's own, else the company's."""
        return self.hour_cost or company.service_hour_cost


class ServiceOrder(models.Model):
    """What an order earns."""

    _inherit = "service.order"

    income = fields.Monetary(
        compute="_compute_margin",
        groups=MARGIN_GROUPS,
        help="What is paid for this order, without tax: its charges, and before they are made what "
        "is payable.",
    )
    part_cost = fields.Monetary(
        "Cost of Parts",
        compute="_compute_margin",
        groups=MARGIN_GROUPS,
        help="What the parts used were worth in stock.",
    )
    labour_cost = fields.Monetary(
        "Cost of Work",
        compute="_compute_margin",
        groups=MARGIN_GROUPS,
        help="Hours of work and travel at what an hour of the technician costs us.",
    )
    margin = fields.Monetary(
        compute="_compute_margin", groups=MARGIN_GROUPS, help="Income less the costs."
    )

    @api.depends("line_ids.amount", "line_ids.stock_move_id", "charge_ids.amount", "visit_ids")
    def _compute_margin(self):
        # sudo: who may see the sums need not read stock moves, charges and technicians' costs.
        for order in self.sudo():
            order.income = order._get_income()
            order.part_cost = sum(order.line_ids.stock_move_id.mapped("value"))
            order.labour_cost = order._get_labour_cost()
            order.margin = order.income - order.part_cost - order.labour_cost

    def _get_income(self):
        """What somebody pays for this order, in the company's currency."""
        self.ensure_one()
        company = self.company_id
        # What a correction to zero has taken back is charged anew.
        paid = self.charge_ids.filtered(
            lambda charge: charge.state != "covered" and not charge.is_reopened
        )
        amounts = [(charge.amount, charge.currency_id, charge.date) for charge in paid]
        amounts += [
            (line.amount, line.currency_id, line._get_performance_date())
            for line in self.line_ids
            if line.state != "settled"
        ]
        return sum(
            currency._convert(amount, company.currency_id, company, day)
            for amount, currency, day in amounts
        )

    def _get_labour_cost(self):
        """What the time of this order costs us: of visits as it was, else as entered in lines."""
        self.ensure_one()
        company = self.company_id
        cost = sum(
            (visit.work_minutes + visit.travel_minutes) / 60 * technician._get_hour_cost(company)
            for visit in self.visit_ids
            if visit.state == "done"
            for technician in visit.technician_id | visit.helper_ids
        )
        # Not by `env.ref`, which asks the database again for each order of a list.
        hour = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_hour")
        hour = self.env["uom.uom"].browse(hour)
        for line in self.line_ids:
            entered = line.kind == "labour" and not line.visit_id and line.state != "draft"
            if entered and line.uom_id._has_common_reference(hour):
                hours = line.uom_id._compute_quantity(line.quantity, hour, round=False)
                cost += hours * self.technician_id._get_hour_cost(company)
        return company.currency_id.round(cost)
