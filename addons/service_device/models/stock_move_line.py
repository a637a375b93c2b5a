from odoo import models

# Where a serial number that we have not had before may come from or go to, to become a device.
REGISTERED_USAGES = ("internal", "transit", "customer")
SHELF_KINDS = ("stock", "workshop")


class StockMoveLine(models.Model):
    """What a done transfer of a device's serial number tells of the device."""

    _inherit = "stock.move.line"

    def _service_prepare_placement_vals(self, device):
        """Values of the placement to which this line brought the device.

        :param device: the device of the line's serial number; empty when it is not registered yet
        :return: values without the device; empty when the line does not tell where it is or whose
        """
        self.ensure_one()
        target, here = self.location_dest_id, device.placement_id
        if target == self.company_id.service_customer_devices_location_id:
            vals = self._service_prepare_customer_vals(here, "own")
        elif target.usage == "customer":
            # Our device at a customer stays in our stock: what goes to the customers is sold.
            vals = self._service_prepare_customer_vals(here, "customer")
        elif target.usage == "internal":
            vals = self._service_prepare_shelf_vals(here)
        elif target.usage == "transit":
            vals = self._service_prepare_kept_vals(here, "courier") | {"operation": "courier"}
        elif target.usage == "supplier" and here:
            # Back to the vendor: nothing that we could give to anybody.
            vals = self._service_prepare_kept_vals(here, "stock") | {"status": "withdrawn"}
        elif self.scrap_id and here:
            vals = self._service_prepare_kept_vals(here, "scrap")
            vals |= {"operation": "scrap", "stock_location_id": False}
        else:
            # Counted off or used up: whether it is lost, scrapped or built in, nobody has said.
            return {}
        return vals and vals | {
            "date_start": self.date,
            "stock_move_id": self.move_id.id,
            "note": self.reference,
        }

    def _service_get_customer(self, here):
        """:return: (customer, location or none) to whom the line went, or who has the device"""
        partner = self.move_id.partner_id or self.picking_id.partner_id
        customer = partner.commercial_partner_id
        if not customer or customer.ref_company_ids:
            is_there = here.kind == "customer"
            return (here.customer_id, here.location_id) if is_there else (partner.browse(),) * 2
        if partner.type == "location":
            return customer, partner
        known = here.kind == "customer" and here.customer_id == customer
        return customer, here.location_id if known else partner.browse()

    def _service_prepare_customer_vals(self, here, owner):
        customer, location = self._service_get_customer(here)
        if not customer:
            return {}
        vals = {
            "kind": "customer",
            "owner": owner,
            "customer_id": customer.id,
            "location_id": location.id,
            "operation": "install",
        }
        if here.kind == "customer" and here.customer_id == customer:
            vals["operation"] = "move" if here.owner == owner else "owner"
            vals["custodian_id"] = here.custodian_id.id
            if owner == "own":
                vals["status"] = here.status
        elif here.kind == "customer":
            vals["operation"] = "move"
        return vals

    def _service_prepare_shelf_vals(self, here):
        """What lies on a shelf of ours: moved from another shelf, or come in from outside."""
        source = self.location_id.usage
        at_vendor = source == "supplier" and here.owner != "own"
        if here.kind in SHELF_KINDS and (at_vendor or source not in ("customer", "supplier")):
            # Only the shelf is another; what is in the workshop is still there, and a customer's
            # device that was with the vendor is still the customer's.
            return self._service_prepare_kept_vals(here, here.kind) | {
                "status": here.status,
                "customer_id": here.customer_id.id,
                "location_id": here.location_id.id,
            }
        if not here:
            return self._service_prepare_owner_vals(here)
        if source in ("internal", "transit"):
            vals = self._service_prepare_kept_vals(here, "stock")
        elif source == "customer" or (source == "supplier" and not self._service_is_late(here)):
            vals = self._service_prepare_owner_vals(here)
        else:
            # Counted in, or received, though the register has it elsewhere: one of both is wrong.
            return {}
        return vals | {"operation": "take_back"}

    def _service_is_late(self, here):
        """Whether this is a receipt that was entered after the device had been installed."""
        return here.kind == "customer" and here.owner == "own"

    def _service_prepare_owner_vals(self, here):
        """It came from outside: it is ours, unless the transfer names another owner."""
        keeper = self.owner_id.commercial_partner_id
        vals = {"kind": "stock", "owner": "own", "stock_location_id": self.location_dest_id.id}
        if keeper and not keeper.ref_company_ids:
            location = here.location_id if here.customer_id == keeper else keeper.browse()
            vals |= {"owner": "customer", "customer_id": keeper.id, "location_id": location.id}
        return vals

    def _service_prepare_kept_vals(self, here, kind):
        """It is somewhere else, and whose it was before. On its way it is still for whom it was."""
        vals = {
            "kind": kind,
            "owner": here.owner or "own",
            "stock_location_id": self.location_dest_id.id,
        }
        if kind == "courier" or here.owner not in (False, "own"):
            vals |= {"customer_id": here.customer_id.id, "location_id": here.location_id.id}
        return vals
