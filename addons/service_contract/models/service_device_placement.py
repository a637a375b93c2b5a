from odoo import fields, models
from odoo.fields import Domain

from .service_contract import GOING_STATES

#: Kinds of placement in which a device cannot be on anybody's contract.
OFF_CONTRACT_KINDS = ("stock", "scrap")
#: Stays that last, also when a last day was agreed for later.
LASTING = Domain("state", "in", ("draft", *GOING_STATES)) & (
    Domain("date_end", "=", False) | Domain("date_end", ">", "today")
)


class ServiceDevicePlacement(models.Model):
    """A device that leaves a customer leaves the customer's contract."""

    _inherit = "service.device.placement"

    def _effects(self):
        # EXTENDS service_device
        super()._effects()
        self._take_over_contracts()
        self._leave_contracts()

    def _take_over_contracts(self):
        """A device that replaces another for good takes its place on the contract, too.

        A loaner does not: what it stands in for stays on the contract.
        """
        # Superuser: as below, it follows from the swap, whoever was allowed to record it.
        stays = self.env["service.contract.device"].sudo()
        for placement in self.filtered("replaced_device_id"):
            if placement.status == "loaned":
                continue
            day = fields.Datetime.context_timestamp(placement, placement.date_start).date()
            stay = stays.search(
                LASTING
                & Domain("device_id", "=", placement.replaced_device_id.id)
                & Domain("date_start", "<=", day),
                limit=1,
            )
            if stay:
                # Read before the stay ends: one that began that very day is deleted.
                vals = stay._successor_vals(placement.device_id, day)
                stay._leave(day)
                stays.create(vals)

    def _leave_contracts(self):
        """End stays on contracts of devices that are taken back, scrapped or with another customer,
        or whose new owner the contract is not for: bought out, a device is leased no more.

        In the workshop or on its way a device stays on its contract. A last day that was agreed
        for later does not keep a device that is gone before.
        """
        # Superuser: the right to move the device was checked; that it leaves the contract follows
        # from the move, also when a dispatcher or the warehouse records it.
        stays = self.env["service.contract.device"].sudo()
        stays = stays.search(LASTING & Domain("device_id", "in", self.device_id.ids))
        stays = stays.grouped("device_id")
        for placement in self:
            day = fields.Datetime.context_timestamp(placement, placement.date_start).date()
            leaving = stays.get(placement.device_id, self.env["service.contract.device"])
            if placement.kind not in OFF_CONTRACT_KINDS:
                leaving = leaving.filtered(
                    lambda stay, place=placement: place.kind == "customer"
                    and (stay.customer_id != place.customer_id or not stay._fits_owner(place.owner))
                )
            # Only what began before; a stay that begins later is decided by a later placement.
            leaving.filtered(lambda stay, day=day: stay.date_start <= day)._leave(day)
