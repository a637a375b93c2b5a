from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def _service_scopes(self, roles, customer, location=None, device=None, **paths):
        """EXTENDS service_customer: a membership may list devices.

        :param device: path of the field with the device; without it a list of devices opens nothing
        """
        domains = super()._service_scopes(roles, customer, location=location, **paths)
        if device:
            live = self._service_live_domain(roles)
            by_device = Domain("service_scope_membership_ids", "any!", live)
            # Records of a device that was at somebody else's then stay with that customer.
            at_customer = Domain(customer, "any!", Domain("service_membership_ids", "any!", live))
            domains.append(Domain(device, "any!", by_device) & at_customer)
        return domains
