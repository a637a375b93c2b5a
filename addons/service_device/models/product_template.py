from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    _inherit = "product.template"

    service_device_model_id = fields.Many2one(
        "service.device.model",
        string="Device Model",
        index="btree_not_null",
        ondelete="restrict",
        help="Each serial number of this product that is received becomes a device of this model.",
    )

    @api.onchange("service_device_model_id")
    def _onchange_service_device_model_id(self):
        """A device is known by its serial number, so the product is tracked by it."""
        if self.service_device_model_id:
            self.is_storable = True
            self.tracking = "serial"

    @api.constrains("service_device_model_id", "tracking")
    def _check_service_device_tracking(self):
        for product in self:
            if product.service_device_model_id and product.tracking != "serial":
                raise ValidationError(
                    self.env._(
                        "“%s” is a device, so its stock must be tracked by unique serial number."
                        " Set the tracking, or remove the device model.",
                        product.display_name,
                    )
                )
