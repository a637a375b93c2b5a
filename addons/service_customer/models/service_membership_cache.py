from odoo import models


class ServiceMembership(models.Model):
    """Rule domains are cached per user and look at the own company's rows: they go with a row."""

    _inherit = "service.membership"

    def write(self, vals):
        """EXTENDS base: rules of these people are made anew when a row moves or is switched."""
        result = super().write(vals)
        if not vals.keys().isdisjoint(("active", "contact_id", "customer_id")):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        """EXTENDS base: as in ``write``."""
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
