from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class ServiceCorrectionPrice(models.TransientModel):
    """Bill one charge at another price: only the difference, up or down."""

    _name = "service.correction.price"
    _description = "Correct a Price"

    charge_id = fields.Many2one("service.charge", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="charge_id.currency_id")
    old_price = fields.Float(
        "Billed Price",
        digits=(16, 6),
        min_display_digits="Product Price",
        compute="_compute_old_price",
        help="As corrected so far.",
    )
    price_unit = fields.Float(
        "Right Price",
        digits=(16, 6),
        min_display_digits="Product Price",
        required=True,
        compute="_compute_price_unit",
        store=True,
        readonly=False,
    )
    cause_date = fields.Date(
        "Cause Arose On",
        help="Empty: the price was wrong from the beginning, so more counts for VAT with the "
        "corrected document. Less always counts when the correction is issued.",
    )
    reason = fields.Char(required=True, help="It stands on the correction.")

    _price_positive = models.Constraint(
        "CHECK(price_unit >= 0)", "A price cannot be negative. Enter zero or more."
    )

    @api.depends("charge_id")
    def _compute_price_unit(self):
        for wizard in self:
            wizard.price_unit = wizard.old_price

    @api.depends("charge_id")
    def _compute_old_price(self):
        for wizard in self:
            wizard.old_price = wizard.charge_id and wizard.charge_id._get_paid()[1]

    def action_correct(self):
        """Make the correction and open its draft."""
        self.ensure_one()
        charge = self.charge_id
        if charge.state != "billed" or charge.corrected_charge_id or charge.is_reopened:
            raise UserError(
                self.env._(
                    "Only what was billed and not corrected to zero has a price to correct. Change "
                    "the charge itself, or its draft."
                )
            )
        quantity, paid = charge._get_paid()
        # round(): prices have six decimals, floats leave dust behind them.
        difference = round(self.price_unit - paid, 6)
        if not difference:
            raise UserError(self.env._("This is the billed price already. Enter another one."))
        cause = difference > 0 and self.cause_date
        if cause:
            self._check_cause(cause)
        # Superuser: proposals are made by the program only.
        correction = (
            self.env["service.correction"]
            .sudo()
            .create(
                {
                    "key": f"price/{charge.id}/{len(charge.correction_ids) + 1}",
                    "kind": "price",
                    "charge_id": charge.id,
                    "quantity": quantity,
                    "price_unit": difference,
                    "cause_date": cause,
                    "reason": self.reason,
                }
            )
        )
        return correction.with_env(self.env).action_make()

    def _check_cause(self, day):
        """Refuse a day that lies before the corrected document, or is still to come."""
        # Superuser: only the day of a document is told.
        first = self.charge_id.sudo().move_id._get_supply_date()
        today = self.charge_id.company_id._get_service_today()
        if not first <= day <= today:
            raise UserError(
                self.env._(
                    "The cause arose between %(first)s, the date of VAT of the corrected document, "
                    "and today, %(today)s; leave it empty when the price was wrong from the "
                    "beginning.",
                    first=format_date(self.env, first),
                    today=format_date(self.env, today),
                )
            )
