from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang, plaintext2html

from odoo.addons.service_meter.tools.rows import insert

#: Their pages are out of the ledger since the device left: whoever prints them next pays for them.
TAKEN_OUT = ("estimate", "left")
#: What follows from readings, days and prices, and from the way of a correction.
BY_PROGRAM = frozenset(
    {"key", "charge_id", "company_id", "customer_id", "kind", "meter_id", "consumption_id", "pages"}
    | {"quantity", "price_unit", "amount", "state", "new_charge_id", "cause_date", "number"}
)


class ServiceCorrection(models.Model):
    """Something that was billed and is not right any more: proposed first, made by a person.

    Nothing that was sent changes silently. A correction bills only the difference, on a document
    that names the one it corrects (`trade.md` 9, b to d); only a correction to zero opens pages
    again (9 a), see ``account.move._correct_to_zero``.
    """

    _name = "service.correction"
    _description = "Proposed Correction"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state desc, id desc"
    _rec_name = "charge_id"
    _check_company_auto = True

    key = fields.Char(
        required=True, readonly=True, copy=False, help="What is corrected: it is proposed once."
    )
    charge_id = fields.Many2one(
        "service.charge",
        "Corrected Charge",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(related="charge_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="charge_id.currency_id")
    customer_id = fields.Many2one(related="charge_id.customer_id", store=True, precompute=True)
    contract_id = fields.Many2one(related="charge_id.contract_id")
    device_id = fields.Many2one(related="meter_id.device_id")
    move_id = fields.Many2one(related="charge_id.move_id", string="Corrected Document")
    kind = fields.Selection(
        [
            ("quantity", "Fewer Pages"),
            ("estimate", "Estimate Too High"),
            ("left", "Pages After the End"),
            ("fee", "Fee for Days After the End"),
            ("price", "Another Price"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Char(required=True, help="It stands on the correction.")
    meter_id = fields.Many2one("service.meter", readonly=True, ondelete="restrict")
    consumption_id = fields.Many2one(
        "service.consumption", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    pages = fields.Integer(readonly=True, aggregator=None, help="Pages that are given back.")
    quantity = fields.Float(digits="Product Unit", readonly=True, aggregator=None)
    price_unit = fields.Float(
        "Unit Price", digits=(16, 6), readonly=True, aggregator=None, min_display_digits=2
    )
    amount = fields.Monetary(
        "Net Amount", compute="_compute_amount", store=True, help="Below zero: it is given back."
    )
    cause_date = fields.Date(
        "Cause Arose On",
        readonly=True,
        help="Empty: it was wrong from the beginning. It decides for which period VAT rises.",
    )
    number = fields.Integer(
        readonly=True, aggregator=None, help="In which order corrections of a charge were made."
    )
    state = fields.Selection(
        [("proposed", "Proposed"), ("made", "Made"), ("dismissed", "Not Needed")],
        required=True,
        default="proposed",
        readonly=True,
        index=True,
        tracking=True,
    )
    new_charge_id = fields.Many2one(
        "service.charge", "Correcting Charge", readonly=True, ondelete="restrict"
    )
    new_move_id = fields.Many2one(related="new_charge_id.move_id", string="Correction")

    _key_uniq = models.Constraint("UNIQUE(key)", "This correction is proposed already.")
    _made_charge = models.Constraint(
        "CHECK((state = 'made') = (new_charge_id IS NOT NULL))",
        "A correction is made by a charge.",
    )

    @api.depends("quantity", "price_unit", "currency_id", "kind", "charge_id.discount")
    def _compute_amount(self):
        for correction in self:
            amount = correction.quantity * correction.price_unit
            amount *= 1 - correction._get_discount() / 100
            currency = correction.currency_id
            correction.amount = currency.round(amount) if currency else amount

    def _get_discount(self):
        """The discount that the billed price had; the other kinds count what was paid."""
        return (self.charge_id.discount or 0.0) if self.kind == "price" else 0.0

    def write(self, vals):
        """What is given back follows from readings, days and prices; people word the reason.

        :raise UserError: names what to do instead
        """
        if not self.env.su and vals.keys() & BY_PROGRAM:
            raise UserError(
                self.env._(
                    "What a correction gives back follows from readings, days and prices. Make it, "
                    "or mark it as not needed."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        """Who gave back what, and why, stays."""
        raise UserError(
            self.env._("A correction is not deleted. Mark it as not needed, with the reason.")
        )

    @api.model
    def _propose(self, vals_list):
        """Propose corrections, each once, and tell those who do accounts.

        :param list[dict] vals_list: values, each with its ``key``
        :return: the new ones
        :raise psycopg2.errors.SerializationFailure: somebody else is proposing the same
        """
        empty = {"state": "proposed", "meter_id": None, "consumption_id": None, "pages": 0}
        rows = [empty | {"cause_date": None} | vals for vals in vals_list]
        # Superuser: whoever's reading or return of a device shows it, accounting is told.
        fresh = insert(self.sudo(), rows, absent=("key",))
        for correction in fresh:
            user = correction._get_responsible()
            correction.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.with_context(lang=user.lang).env._("Correction to be made"),
                note=plaintext2html(correction.reason),
                user_id=user.id,
            )
        return fresh

    def _get_responsible(self):
        """Who decides: the person who made the corrected document, if it was one of accounting."""
        self.ensure_one()
        accountants = self.company_id._get_service_accountants()
        maker = self.move_id.invoice_user_id
        return maker if maker in accountants else accountants[:1] or self.env.user

    def action_make(self):
        """Make these corrections: charges with the difference, on drafts that are opened."""
        return self._make()._get_records_action(name=self.env._("Corrections"))

    def action_dismiss(self):
        """Nothing is given back: the reason is kept.

        :raise UserError: it is decided already, or its pages would be paid twice
        """
        self.check_access("write")
        self._check_proposed()
        self._check_not_paid_twice()
        # Superuser: the state is written by no one else.
        self.sudo()._dismiss()

    def _dismiss(self):
        self.state = "dismissed"
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _check_not_paid_twice(self):
        """Refuse to keep the money for pages that whoever prints them next pays for again; a credit
        note made by hand may have given it back."""
        for correction in self:
            # Superuser: only that there is one is asked.
            notes = correction.sudo().move_id.reversal_move_ids
            credited = notes.filtered("service_credited_by_hand")
            if correction.kind in TAKEN_OUT and "posted" not in credited.mapped("state"):
                raise UserError(
                    self.env._(
                        "The ledger ends with the true reading, as %(device)s left: whoever prints "
                        "these %(pages)s pages next pays for them. So make the correction, else "
                        "they are paid twice. Only after a credit note made by hand it is not "
                        "needed.",
                        device=correction.device_id.display_name,
                        pages=formatLang(self.env, correction.pages, digits=0),
                    )
                )

    def _outdate(self):
        """What was true no more before somebody has decided may be proposed again."""
        for correction in self:
            correction.key = f"{correction.key}/outdated-{correction.id}"
        self._dismiss()

    def action_open_move(self):
        """Open the document that is corrected."""
        return self.move_id._get_records_action()

    def action_open_new_move(self):
        """Open the correction."""
        return self.new_move_id._get_records_action()

    def _check_proposed(self):
        """Refuse what was decided already."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for correction in self:
            if correction.state != "proposed":
                raise UserError(
                    self.env._(
                        "The correction of “%(charge)s” is decided already: %(state)s.",
                        charge=correction.charge_id.name,
                        state=labels[correction.state],
                    )
                )
