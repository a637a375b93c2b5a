from odoo import fields, models
from odoo.exceptions import UserError

from .service_contract_ceiling import MONEY_GROUPS

#: How the wizards that change whose a contract or a device is are opened.
DIALOG = {"type": "ir.actions.act_window", "view_mode": "form", "target": "new"}


class ServiceContract(models.Model):
    """A contract that is handed over to another customer, and devices that are bought out."""

    _inherit = "service.contract"

    assigned_from_id = fields.Many2one(
        "service.contract",
        "Taken Over From",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The contract that another customer had with the same terms until then.",
    )
    assigned_to_ids = fields.One2many("service.contract", "assigned_from_id", "Handed Over To")

    def action_assign(self):
        """Hand one contract over to another customer."""
        self.ensure_one()
        return DIALOG | {
            "name": self.env._("Hand Over to Another Customer"),
            "res_model": "service.contract.assign",
            "context": {"default_contract_id": self.id},
        }

    def action_buy_out(self):
        """Let the customer buy devices of one contract."""
        self.ensure_one()
        return DIALOG | {
            "name": self.env._("Buy-Out"),
            "res_model": "service.contract.buyout",
            "context": {"default_contract_id": self.id},
        }

    def _with_earlier_parties(self):
        """These contracts and those that they go on with: the same terms, with other customers."""
        return self._along("assigned_from_id")

    def _with_later_parties(self):
        """These contracts and those that go on with them."""
        return self._along("assigned_to_ids")

    def _along(self, name):
        found, step = self, self[name]
        while step:
            found |= step
            step = step[name] - found
        return found

    def _hand_over(self, customer, day):
        """Make the contract of another customer with the same terms, from a day on.

        The old one ends the day before and keeps its documents and charges. Of its rates the
        version of the day goes along, and those that follow.

        :param customer: ``res.partner``
        :param date day: the first day of the new contract
        :return: the new contract, concluded
        """
        self.ensure_one()
        left = self.ceiling_amount and self._ceiling_to_hand_over(day)
        if self.ceiling_amount and self.currency_id.compare_amounts(left, 0) <= 0:
            # A value of nothing would mean one without a limit.
            raise UserError(
                self.env._(
                    "The value of contract %s is used up, so nothing of it is left to hand over. "
                    "Raise the value first.",
                    self.name,
                )
            )
        new = self.copy(
            {
                "customer_id": customer.id,
                "invoice_partner_id": customer._get_service_invoice_partner().id,
                "date_start": day,
                "term_end": self._term_end_on(day),
                "assigned_from_id": self.id,
                "rate_ids": [],
                "ceiling_amount": left,
                "place_ids": [],
                "pricelist_id": self.pricelist_id.id,
                "customer_reference": False,
            }
        )
        rates = self._get_rate(day) | self.rate_ids.filtered(lambda rate: rate.date_from > day)
        for rate in rates.sorted("date_from"):
            rate.copy({"contract_id": new.id, "date_from": max(rate.date_from, day)})
        return new

    def _hand_over_vals_of_stays(self, new, day):
        """Values of the stays on the new contract, each in the copy of its group: also of those
        that have ended since that day, or will end as agreed."""
        groups = dict(zip(self.group_ids.ids, new.group_ids.ids, strict=True))
        return [
            {
                "contract_id": new.id,
                "device_id": stay.device_id.id,
                "date_start": max(stay.date_start, day),
                "date_end": stay.date_end,
                "group_id": groups.get(stay.group_id.id, False),
                "billing_day": stay.billing_day,
            }
            for stay in self.device_ids
            # What has become an option since goes with its device.
            if (not stay.date_end or stay.date_end > day) and not stay.device_id.parent_id
        ]


class ServiceDevice(models.Model):
    """A device that a financing company owns while the customer pays its leasing."""

    _inherit = "service.device"

    lessor_id = fields.Many2one(
        "res.partner",
        "Leasing Company",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="Who owns the device and leases it to the customer; what it pays is invoiced to it.",
    )
    lease_number = fields.Char("Leasing Contract")
    lease_end = fields.Date("Leasing Until")
    lease_buyout_price = fields.Float(
        "Buy-Out Price",
        digits="Product Price",
        groups=MONEY_GROUPS,
        help="What the customer pays the leasing company.",
    )
