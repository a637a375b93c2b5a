from odoo import models


class ServiceMembership(models.Model):
    _inherit = "service.membership"

    def _opens_device(self, device):
        """Tell whether this row opens a device at its customer, without asking the database."""
        self.ensure_one()
        return (
            self.scope == "all"
            or device.location_id in self.scope_location_ids
            or device in self.scope_device_ids
        )
