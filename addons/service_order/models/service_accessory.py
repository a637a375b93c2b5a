from odoo import fields, models


class ServiceAccessory(models.Model):
    """What may come along with a device and has to go back with it: a cable, a tray, a feeder."""

    _name = "service.accessory"
    _description = "Accessory"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("((name->>'en_US'))", "There is an accessory of this name.")
