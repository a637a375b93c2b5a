from odoo import fields, models


class ServiceDevice(models.Model):
    """What the customers' people may read of a device."""

    _inherit = "service.device"

    service_scope_membership_ids = fields.Many2many(
        "service.membership",
        "service_membership_device_scope_rel",
        "device_id",
        "membership_id",
        string="Roles Listing the Device",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )

    def _service_portal_fields(self):
        """Names of the fields that portal users may read; upper addons extend it with `|`."""
        return frozenset(
            (
                "id",
                "active",
                "display_name",
                "name",
                "serial",
                "inventory_number",
                "model_id",
                "manufacturer_id",
                "category_id",
                "company_id",
                "customer_id",
                "location_id",
                "status",
                "warranty_date",
                "image_1920",
                "image_512",
                "image_128",
                "write_date",
            )
        )

    # EXTENDS 'base'
    def _has_field_access(self, field, operation):
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or not self.env.user._is_portal():
            return True
        return operation == "read" and field.name in self._service_portal_fields()

    # EXTENDS 'mail'
    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Keep customers' people out of the devices' conversation.

        A device goes from customer to customer, its conversation is one: reading it needs the
        right to write, which no portal user has.
        """
        if not self.env.su and self.env.user._is_portal():
            message_operation = "write"
        return super()._mail_get_operation_for_mail_message_operation(message_operation)
