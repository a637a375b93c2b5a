from odoo import api, fields, models


class ServiceDeviceModel(models.Model):
    """A device model: what is true of every device of it (picture, consumables, manuals)."""

    _name = "service.device.model"
    _description = "Device Model"
    _inherit = ["image.mixin"]
    _rec_names_search = ["name", "manufacturer_id.name"]
    _order = "manufacturer_id, name, id"

    name = fields.Char(required=True, index="trigram")
    manufacturer_id = fields.Many2one(
        "service.device.manufacturer", required=True, index=True, ondelete="restrict"
    )
    category_id = fields.Many2one(
        "service.device.category", required=True, index=True, ondelete="restrict"
    )
    active = fields.Boolean(default=True)
    description = fields.Text(string="Notes", groups="base.group_user")
    product_ids = fields.One2many(
        "product.template",
        "service_device_model_id",
        string="Products",
        groups="base.group_user",
        help="Products under which devices of this model are bought and kept in stock.",
    )
    consumable_ids = fields.One2many(
        "service.device.consumable", "model_id", string="Consumables and Parts", copy=True
    )
    resource_ids = fields.One2many(
        "service.device.resource", "model_id", string="Manuals and Links", copy=True
    )
    maintenance_pages = fields.Integer(
        string="Maintenance Every (pages)",
        help="Pages between two maintenances, as the manufacturer states; 0: not by pages.",
    )
    maintenance_months = fields.Integer(
        string="Maintenance Every (months)",
        help="Months between two maintenances; 0: not by time.",
    )
    reading_instruction = fields.Text(
        string="How to Read the Meters",
        translate=True,
        help="Where the counters are shown, step by step; customers see it when they are asked.",
    )
    reading_image = fields.Image(
        string="Picture for Reading the Meters",
        max_width=1024,
        max_height=1024,
        help="What the display shows when the counters are on it.",
    )
    device_ids = fields.One2many("service.device", "model_id", string="Devices")
    device_count = fields.Integer(compute="_compute_device_count")

    _name_uniq = models.UniqueIndex(
        "(manufacturer_id, lower(name))", "This manufacturer already has a model with this name."
    )

    _maintenance_positive = models.Constraint(
        "CHECK(maintenance_pages >= 0 AND maintenance_months >= 0)",
        "A maintenance interval cannot be below zero. Enter 0 where there is none.",
    )

    @api.depends("name", "manufacturer_id.name")
    def _compute_display_name(self):
        for model in self:
            parts = (model.manufacturer_id.name, model.name)
            model.display_name = " ".join(part for part in parts if part)

    @api.depends("device_ids")
    def _compute_device_count(self):
        counts = dict(
            self.env["service.device"]._read_group(
                [("model_id", "in", self.ids)], ["model_id"], ["__count"]
            )
        )
        for model in self:
            model.device_count = counts.get(model, 0)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for model, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", model.name)
        return vals_list

    def action_open_devices(self):
        """Open the devices of this model."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_device.service_device_action"
        )
        return action | {"domain": [("model_id", "=", self.id)], "context": {}}
