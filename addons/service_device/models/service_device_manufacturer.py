from odoo import fields, models


class ServiceDeviceManufacturer(models.Model):
    """The maker of device models."""

    _name = "service.device.manufacturer"
    _description = "Device Manufacturer"
    _order = "name, id"

    name = fields.Char(required=True)
    model_ids = fields.One2many("service.device.model", "manufacturer_id", string="Models")

    _name_uniq = models.UniqueIndex(
        "(lower(name))", "There is already a manufacturer with this name."
    )
