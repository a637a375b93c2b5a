from odoo import api, models
from odoo.fields import Domain

from .service_device_scan import QR_PATH

#: Where each word is looked for: what stands on the label, and whose and where the device is.
FIND_NAMES = (
    "name",
    "serial",
    "inventory_number",
    "model_id",
    "customer_id",
    "location_id",
    "customer_id.city",
    "location_id.city",
)
#: More words than a person types while somebody speaks only cost time.
MOST_WORDS = 6


class ServiceDevice(models.Model):
    """Devices found by whatever a caller knows of them."""

    _inherit = "service.device"

    @api.model
    def _find_domain(self, text):
        """Devices by number, serial, inventory number, model, customer, place, city, telephone of
        any of these people, or the text of the QR code; several words each have to be found.

        :param str text: what somebody typed or scanned
        :return: `Domain`
        """
        address = QR_PATH.search(text)
        if address:
            # sudo: the token is found by its index; rules judge the device that is searched for.
            return Domain("id", "in", self.sudo()._find_by_qr_token(address[1]).ids)
        found = Domain.AND(
            Domain.OR(Domain(name, "ilike", word) for name in FIND_NAMES)
            for word in text.split()[:MOST_WORDS]
        )
        callers = self.env["res.partner"]._service_find_by_phone(text)
        if not callers:
            return found
        places = callers.filtered(lambda caller: caller.type == "location")
        people = callers - places
        customers = people.commercial_partner_id | people._service_live_memberships().customer_id
        return (
            found
            | Domain("customer_id", "in", customers.ids)
            | Domain("location_id", "child_of", places.ids)
        )

    @api.model
    def _search_display_name(self, operator, value):
        # EXTENDS 'base': where somebody asks for a device by anything (context ``service_find``).
        if self.env.context.get("service_find") and operator == "ilike" and value:
            return self._find_domain(value)
        return super()._search_display_name(operator, value)

    @api.depends_context("service_find", "formatted_display_name")
    def _compute_display_name(self):
        """EXTENDS: the drop-down of such a field shows in grey whose and where the device is."""
        super()._compute_display_name()
        context = self.env.context
        if not (context.get("service_find") and context.get("formatted_display_name")):
            return
        for device in self.filtered("customer_id"):
            place = (device.customer_id.name, device.location_id.service_location_path)
            device.display_name += f"\n--{', '.join(part for part in place if part)}--"
