from odoo import api, models


class ServicePortalMixin(models.AbstractModel):
    """Records of which customers' people read an allow-list of fields and write none."""

    _name = "service.portal.mixin"
    _description = "Read by Customers' People"

    @api.model
    def _service_portal_fields(self):
        """Names of the fields that portal users may read.

        :return: frozenset; upper addons add theirs with ``super() | {...}``
        """
        return frozenset()

    def _has_field_access(self, field, operation):
        # EXTENDS 'base'
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or not self.env.user._is_portal():
            return True
        return operation == "read" and field.name in self._service_portal_fields()
