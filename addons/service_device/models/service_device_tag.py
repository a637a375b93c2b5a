from odoo import fields, models


class ServiceDeviceTag(models.Model):
    """A free mark by which staff group devices."""

    _name = "service.device.tag"
    _description = "Device Tag"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("(lower(name->>'en_US'))", "There is already such a tag.")
