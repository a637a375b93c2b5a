from odoo import api, models, tools


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

    @api.model
    @tools.ormcache("self.env.uid")
    def _service_reads_as_portal(self):
        """Whether the allow-list counts for the user.

        Remembered as long as the user's groups are: it is asked for every value that is read.
        """
        return self.env.user._is_portal()

    @api.model
    @tools.ormcache()
    def _service_portal_field_set(self):
        """The allow-list put together once, as it is the same for everybody."""
        return self._service_portal_fields()

    def _has_field_access(self, field, operation):
        # EXTENDS 'base'
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or not self._service_reads_as_portal():
            return True
        return operation == "read" and field.name in self._service_portal_field_set()
