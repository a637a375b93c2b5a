from odoo import Command, api, fields, models
from odoo.fields import Domain

from .service_contract import FORCE_STATES


class ServiceContract(models.Model):
    """How a contract is billed: its groups of devices, and what of it may still change."""

    _inherit = "service.contract"

    group_ids = fields.One2many(
        "service.billing.group",
        "contract_id",
        string="Billing Groups",
        copy=True,
        default=lambda self: [Command.create({})],
    )
    group_count = fields.Integer("Number of Billing Groups", compute="_compute_group_count")
    # The copied versions name groups, so they are copied when the new groups are there.
    rate_ids = fields.One2many(copy=False)

    @api.depends("group_ids")
    def _compute_group_count(self):
        for contract in self:
            contract.group_count = len(contract.group_ids)

    @api.model_create_multi
    def create(self, vals_list):
        """Every contract has a billing group, so that a simple one needs no thought."""
        contracts = super().create(vals_list)
        bare = contracts.filtered(lambda contract: not contract.group_ids)
        self.env["service.billing.group"].create([{"contract_id": each.id} for each in bare])
        return contracts

    def copy(self, default=None):
        """The rates go along, for the groups of the copy."""
        copies = super().copy(default)
        if "rate_ids" in (default or {}):
            return copies
        for contract, new in zip(self, copies, strict=True):
            for rate in contract.rate_ids.sorted("date_from"):
                rate.copy({"contract_id": new.id, "date_from": rate.date_from})
        return copies

    def action_add_devices(self):
        """Choose many of the customer's devices to join at once."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add Devices"),
            "res_model": "service.contract.join",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    def _free_devices(self, day):
        """The customer's devices that could join from a day on: on no other contract by then.

        :param date day: the first day on the contract
        :return: ``service.device`` records
        """
        self.ensure_one()
        day = day or self.date_start
        here = Domain("contract_id", "in", self.ids) | Domain("state", "in", FORCE_STATES)
        there = (
            here
            & (Domain("date_end", "=", False) | Domain("date_end", ">", day))
            & (
                Domain("contract_id.date_end", "=", False)
                | Domain("contract_id.date_end", ">=", day)
            )
        )
        domain = (
            Domain("customer_id", "=", self.customer_id.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("parent_id", "=", False)
            & ~Domain("contract_device_ids", "any", there)
        )
        if self.type_id.ownership == "own":
            domain &= Domain("owner", "=", "own")
        elif self.type_id.ownership == "customer":
            domain &= Domain("owner", "!=", "own")
        return self.env["service.device"].search(domain)

    # ------------------------------------------------------------------ for upper addons

    def _open_from(self):
        """The first day whose money may still change; False while nothing has been billed."""
        self.ensure_one()
        return self._open_from_each()[self]

    def _open_from_each(self):
        """The same for many contracts at once: ``{contract: day or False}``."""
        return dict.fromkeys(self, False)

    def _rates_ahead(self):
        """The version of the rates in force today, and those that will follow it."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        return self._get_rate(today) | self.rate_ids.filtered(
            lambda rate: rate.date_from and rate.date_from > today
        )
