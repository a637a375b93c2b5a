from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date


class ServiceContractDevice(models.Model):
    """In which billing group a device is during its stay, and on which day it is read."""

    _inherit = "service.contract.device"

    group_id = fields.Many2one(
        "service.billing.group",
        string="Billing Group",
        compute="_compute_group_id",
        store=True,
        readonly=False,
        precompute=True,
        # With its contract a group goes at once; else it goes only when no device is in it.
        ondelete="set null",
        index=True,
        domain="[('contract_id', '=', contract_id)]",
    )
    billing_day = fields.Integer(
        "Own Day",
        help="The day of the month on which the pages of this device are settled; 29 to 31: the "
        "last day of a shorter month; 0: the day of its group.",
    )

    _billing_day_of_month = models.Constraint(
        "CHECK(billing_day BETWEEN 0 AND 31)",
        "A device's own day is a number from 1 to 31; 0 means the day of its group.",
    )

    @api.depends("contract_id", "contract_id.group_ids")
    def _compute_group_id(self):
        """The contract's first group, unless another one of it was chosen."""
        for stay in self:
            groups = stay.contract_id.group_ids._origin
            if stay.group_id not in groups or not stay.group_id:
                stay.group_id = groups[:1]

    @api.model_create_multi
    def create(self, vals_list):
        """A device that names no group is in its contract's first one."""
        vals_list = [
            {name: value for name, value in vals.items() if name != "group_id" or value}
            for vals in vals_list
        ]
        return super().create(vals_list)

    def write(self, vals):
        """Refuse another group where days have been settled in the present one."""
        if "group_id" in vals:
            self._check_group_open(vals["group_id"])
        return super().write(vals)

    @api.constrains("group_id", "contract_id")
    def _check_group(self):
        """A device is in a group of its own contract."""
        for stay in self:
            if stay.group_id and stay.group_id.contract_id != stay.contract_id:
                raise ValidationError(
                    self.env._(
                        "%(device)s is on contract %(contract)s, but billing group “%(group)s” is "
                        "one of contract %(other)s. Choose a group of %(contract)s.",
                        device=stay.device_id.display_name,
                        contract=stay.contract_id.name,
                        group=stay.group_id.name,
                        other=stay.group_id.contract_id.name,
                    )
                )

    @api.constrains("group_id", "billing_day", "date_start", "date_end", "state")
    def _check_own_day(self):
        """No day of its own for a device whose pages are pooled."""
        self.contract_id._check_terms()

    def _check_group_open(self, group_id):
        """Refuse to move what has been settled into another group."""
        for stay in self:
            open_from = stay.contract_id._open_from()
            if open_from and stay.date_start < open_from and stay.group_id.id != group_id:
                raise UserError(
                    self.env._(
                        "%(device)s was billed in group “%(group)s” of contract %(contract)s "
                        "until %(date)s. Let it leave on that day, and join again in the other "
                        "group.",
                        device=stay.device_id.display_name,
                        group=stay.group_id.name,
                        contract=stay.contract_id.name,
                        date=format_date(self.env, open_from),
                    )
                )

    def _today(self):
        """Those of these stays that are not over."""
        today = fields.Date.context_today(self)
        return self.filtered(lambda stay: not stay.date_end or stay.date_end > today)

    def _successor_vals(self, device, date):
        """Values of the stay of a device that takes this one's place: its group, its day, and the
        last day that was agreed."""
        self.ensure_one()
        return {
            "contract_id": self.contract_id.id,
            "device_id": device.id,
            "date_start": date,
            "date_end": self.date_end,
            "group_id": self.group_id.id,
            "billing_day": self.billing_day,
        }

    def _usage_cycle(self):
        """The cycle in which the pages of this device are settled."""
        self.ensure_one()
        return self.group_id._usage_cycle(self.billing_day)
