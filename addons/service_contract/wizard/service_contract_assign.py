from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.misc import clean_context


class ServiceContractAssign(models.TransientModel):
    """Hands a contract over to another customer from a day on, with its devices and terms."""

    _name = "service.contract.assign"
    _description = "Hand Over Contract"
    _check_company_auto = True

    contract_id = fields.Many2one("service.contract", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="contract_id.company_id")
    customer_id = fields.Many2one(
        "res.partner",
        "New Customer",
        required=True,
        check_company=True,
        domain="[('parent_id', '=', False), ('type', '!=', 'location')]",
    )
    location_id = fields.Many2one(
        "res.partner",
        "Location of the Devices",
        compute="_compute_location_id",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('type', '=', 'location'), ('commercial_partner_id', '=', customer_id)]",
        help="Locations belong to their customer: the place of the devices at the new one.",
    )
    date = fields.Date(
        "From",
        required=True,
        default=fields.Date.context_today,
        help="The first day on which the new customer pays.",
    )
    note = fields.Char()

    @api.depends("customer_id")
    def _compute_location_id(self):
        """A location of another customer is never meant."""
        for wizard in self:
            if wizard.location_id.commercial_partner_id != wizard.customer_id:
                wizard.location_id = False

    def action_assign(self):
        """End the contract, and go on with the new customer."""
        self.ensure_one()
        self._check_date()
        # The contract that the dialog was opened for is no default of what is made here: the moved
        # devices would join it again.
        # pylint: disable-next=context-overridden
        wizard = self.with_context(clean_context(self.env.context))
        return wizard._assign()._get_records_action()

    def _assign(self):
        """Do it; upper addons take along what is theirs.

        :return: the contract of the new customer
        """
        contract, day = self.contract_id, self.date
        new = contract._hand_over(self.customer_id, day)
        stays = contract._hand_over_vals_of_stays(new, day)
        devices = contract.device_ids._today().device_id
        ending = contract._termination_vals()
        contract._terminate("assignment", day - timedelta(days=1), on=day, reason=self.note)
        new.action_activate()
        if ending:
            # Whoever takes a contract over takes its notice over, too.
            new._terminate(**ending)
        self._move(devices)
        self.env["service.contract.device"].create(stays)
        return new

    def _move(self, devices):
        """Record that the devices are the new customer's, or with it, from that day on."""
        if not devices:
            return
        zone = timezone(self.contract_id.company_id._get_service_tz())
        start = zone.localize(datetime.combine(self.date, time.min)).astimezone(utc)
        move = self.env["service.device.move"].create(
            {
                "device_ids": devices.ids,
                "operation": "owner",
                "date": start.replace(tzinfo=None),
                "customer_id": self.customer_id.id,
                "location_id": self.location_id.id,
                "owner": False,
                "note": self.note or self.contract_id.name,
            }
        )
        move.action_apply()

    def _check_date(self):
        """Refuse another customer for days that were billed, and for days to come."""
        contract = self.contract_id
        open_from = contract._open_from()
        if self.customer_id == contract.customer_id:
            raise UserError(self.env._("Choose another customer than the present one."))
        if open_from and self.date < open_from:
            raise UserError(
                self.env._(
                    "Contract %(contract)s has been billed to %(customer)s until %(last)s, so it "
                    "cannot be handed over on %(date)s. Choose %(open)s or a later day, or correct "
                    "the invoice first.",
                    contract=contract.name,
                    customer=contract.customer_id.display_name,
                    last=format_date(self.env, open_from - timedelta(days=1)),
                    date=format_date(self.env, self.date),
                    open=format_date(self.env, open_from),
                )
            )
        if self.date <= contract.date_start:
            raise UserError(
                self.env._(
                    "Contract %(contract)s began on %(start)s only. Choose a later day, or make a "
                    "contract with the right customer.",
                    contract=contract.name,
                    start=format_date(self.env, contract.date_start),
                )
            )
        if self.date > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "Whose the devices are is recorded when it has happened. Hand the contract "
                    "over on %(date)s or later.",
                    date=format_date(self.env, self.date),
                )
            )
