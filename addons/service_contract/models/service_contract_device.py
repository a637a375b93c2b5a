import re
from datetime import date as Date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.service_meter.tools.rows import claim

from .service_contract import FORCE_STATES

#: Marks, in the context, stays that end before they began; nobody outside can name it.
LEAVING = object()
FOLLOWING = frozenset(("state", "company_id"))  # Only the contract says, whatever is written.
#: What bills were made of.
BILLED = frozenset(("device_id", "contract_id", "date_start"))


class ServiceContractDevice(models.Model):
    """A device's stay on a contract: from a day on, until the day on which it is off again."""

    _name = "service.contract.device"
    _description = "Device on Contract"
    _inherit = "service.contract.part"
    _order = "contract_id, date_start desc, id desc"
    _check_company_auto = True

    contract_id = fields.Many2one(
        "service.contract", required=True, ondelete="cascade", index=True, check_company=True
    )
    device_id = fields.Many2one(
        "service.device", required=True, ondelete="restrict", index=True, check_company=True
    )
    date_start = fields.Date(
        "From",
        required=True,
        compute="_compute_date_start",
        store=True,
        readonly=False,
        precompute=True,
        help="The first day on the contract.",
    )
    date_end = fields.Date(
        "Off From",
        help="The first day on which the device is off the contract again; empty: it stays as "
        "long as the contract is in force.",
    )
    state = fields.Selection(related="contract_id.state", store=True, precompute=True)
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True, index=True
    )
    customer_id = fields.Many2one(related="contract_id.customer_id")
    location_id = fields.Many2one(related="device_id.location_id", string="Location")

    _device_start_uniq = models.UniqueIndex(
        "(device_id, date_start) WHERE state IN "
        "('future', 'active', 'notice', 'ended', 'terminated')",
        lambda env, diagnostics: env["service.contract.device"]._taken(diagnostics),
    )
    _dates_order = models.Constraint(
        "CHECK(date_end IS NULL OR date_end > date_start)",
        "A device leaves a contract after it has joined it. Correct one of the dates.",
    )

    @api.depends("contract_id")
    def _compute_date_start(self):
        for stay in self:
            stay.date_start = stay.date_start or stay.contract_id.date_start

    @api.depends("device_id", "contract_id.name")
    def _compute_display_name(self):
        for stay in self:
            stay.display_name = f"{stay.device_id.name} – {stay.contract_id.name}"

    @api.model_create_multi
    def create(self, vals_list):
        """Whether a stay counts follows from its contract, also for the API."""
        return super().create(
            [{name: vals[name] for name in vals.keys() - FOLLOWING} for vals in vals_list]
        )

    def write(self, vals):
        """As in ``create``: a stay that said it is a draft would hide a device on two contracts.

        What was billed stays, too: of which device, on which contract, from when.
        """
        for stay in self._billed() if vals.keys() & BILLED else ():
            given = stay._convert_to_write({name: stay[name] for name in BILLED})
            if any(str(vals[name]) != str(given[name]) for name in BILLED & vals.keys()):
                raise UserError(stay._billed_text())
        return super().write({name: vals[name] for name in vals.keys() - FOLLOWING})

    @api.constrains("device_id", "contract_id", "date_start", "date_end", "state")
    def _check_contract(self):
        """A device fits its contract, and is on at most one contract in force on any day."""
        for stay in self:
            stay._check_dates()
            stay._check_ownership()
        in_force = self.filtered(lambda stay: stay.state in FORCE_STATES)
        # Two people joining one device at once would not see each other's stay.
        claim(in_force.device_id)
        for stays in self._in_force(in_force.device_id, Date.min, Date.max).values():
            stays = stays.sorted("date_start")
            for earlier, later in zip(stays, stays[1:], strict=False):
                if earlier._stop() > later.date_start:
                    raise ValidationError(earlier._overlap(later))

    @api.constrains("device_id", "contract_id")
    def _check_no_option(self):
        """An option is on the contract of its device; by itself it would be billed once more."""
        for stay in self:
            # sudo: to which device an option belongs may be asked about each device one sees.
            if whole := stay.device_id.sudo().parent_id:
                raise ValidationError(
                    self.env._(
                        "%(option)s is an option of %(device)s and is on its contract with it. "
                        "Choose %(device)s instead.",
                        option=stay.device_id.display_name,
                        device=whole.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        """What was billed is explained by the stay; one that begins today may be a slip."""
        if self.env.context.get("service_leaving") is LEAVING:
            return
        for stay in self._billed():
            raise UserError(stay._billed_text())

    def _billed(self):
        """Those of these stays of which days were billed."""
        today = fields.Date.context_today(self)
        return self.filtered(
            lambda stay: stay.date_start < today
            and (open_from := stay.contract_id._open_from())
            and stay.date_start < open_from
        )

    def _billed_text(self):
        """The sentence that keeps a stay as it was billed."""
        return self.env._(
            "%(device)s has been on contract %(contract)s since %(date)s and was billed. Enter the "
            "day from which it is off instead of changing or deleting this.",
            device=self.device_id.display_name,
            contract=self.contract_id.name,
            date=format_date(self.env, self.date_start),
        )

    def _check_dates(self):
        """A stay lies within its contract."""
        contract = self.contract_id
        if self.date_start < contract.date_start or (
            contract.date_end and self.date_start > contract.date_end
        ):
            raise ValidationError(
                self.env._(
                    "%(device)s cannot join contract %(contract)s on %(date)s: the contract is "
                    "not in force that day. Choose a day between its dates.",
                    device=self.device_id.name,
                    contract=contract.name,
                    date=format_date(self.env, self.date_start),
                )
            )

    def _check_ownership(self):
        """A lease is for our own devices, an all-in contract for the customer's."""
        if not self.date_end and not self._fits_owner(self.device_id.owner):
            raise ValidationError(
                self.env._(
                    "%(device)s cannot be on contract %(contract)s: its type “%(type)s” is for "
                    "devices of another owner. Choose another contract, or correct the owner.",
                    device=self.device_id.display_name,
                    contract=self.contract_id.name,
                    type=self.contract_id.type_id.name,
                )
            )

    def _fits_owner(self, owner):
        """Whether the contract's type is for devices of this owner."""
        ownership = self.contract_id.type_id.ownership
        return ownership == "any" or (owner == "own") == (ownership == "own")

    def _overlap(self, later):
        """The sentence that refuses a device on two contracts."""
        return self.env._(
            "%(device)s is already on contract %(earlier)s on %(date)s, when it would join "
            "%(later)s. Let it leave %(earlier)s first, or choose a later day.",
            device=self.device_id.display_name,
            earlier=self.contract_id.name,
            later=later.contract_id.name,
            date=format_date(self.env, later.date_start),
        )

    @api.model
    def _taken(self, diagnostics):
        """The same when both stays begin on one day, which the database itself refuses."""
        key = re.search(r"=\((\d+), ([\d-]+)\)", (diagnostics and diagnostics.message_detail) or "")
        if not key:
            return self.env._("The device is already on a contract from that day.")
        day = fields.Date.to_date(key[2])
        device = self.env["service.device"].browse(int(key[1]))
        stays = self._in_force(device, day, day).get(device, self.browse())
        return self.env._(
            "%(device)s is already on contract %(contract)s from %(date)s. Let it leave "
            "%(contract)s first, or choose a later day.",
            device=device.display_name,
            contract=", ".join(stays.contract_id.mapped("name")),
            date=format_date(self.env, day),
        )

    def _stop(self):
        """First day on which the device is off: its own, or the day after the contract's last."""
        stop, last = self.date_end or Date.max, self.contract_id.date_end
        return min(stop, last + timedelta(days=1)) if last else stop

    def _covers(self, date):
        """Whether the device is on the contract on a day."""
        return self.date_start <= date < self._stop()

    @api.model
    def _in_force(self, devices, first, last):
        """Return the stays in force that touch a period, in one query.

        :param devices: ``service.device`` records
        :param date first: first day of the period
        :param date last: last day of the period
        :return: ``{device: stays}``
        """
        stays = self.search_fetch(
            [
                ("device_id", "in", devices.ids),
                ("state", "in", FORCE_STATES),
                ("date_start", "<=", last),
                "|",
                ("date_end", "=", False),
                ("date_end", ">", first),
            ]
        )
        return stays.grouped("device_id")

    @api.model
    def _in_force_also_of_options(self, devices, first, last):
        """As ``_in_force``; an option is on the contract of the device to which it belongs, too.

        :return: ``{device: stays}``, its own ones first
        """
        # Superuser: to which device an option belongs may be asked about each device one sees.
        whole = {device.id: device.sudo().parent_id.with_env(self.env) for device in devices}
        found = self._in_force(devices.union(*whole.values()), first, last)
        return {
            device: found.get(device, self.browse()) | found.get(whole[device.id], self.browse())
            for device in devices
        }

    def _leave(self, date):
        """Let devices leave their contracts: ``date`` is the first day on which they are off."""
        open_stays = self.filtered(lambda stay: not stay.date_end or stay.date_end > date)
        # A device that joined that very day or is about to join was never on the contract.
        never = open_stays.filtered(lambda stay: stay.date_start >= date)
        never.with_context(service_leaving=LEAVING).unlink()
        (open_stays - never).write({"date_end": date})
