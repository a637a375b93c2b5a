from odoo import api, fields, models


class ServiceDeviceCategory(models.Model):
    """A branch of the tree of device types; it also defines the own properties of its devices."""

    _name = "service.device.category"
    _description = "Device Category"
    _parent_store = True
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        string="Full Name", compute="_compute_complete_name", recursive=True
    )
    parent_id = fields.Many2one(
        "service.device.category", string="Parent Category", index=True, ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("service.device.category", "parent_id", string="Subcategories")
    sequence = fields.Integer(default=10)
    device_properties_definition = fields.PropertiesDefinition(
        help="The own properties that every device of this category has."
    )

    # Not stored: the name is translated, so the path depends on the reader's language.
    @api.depends("name", "parent_id.complete_name")
    @api.depends_context("lang")
    def _compute_complete_name(self):
        for category in self:
            parent = category.parent_id.complete_name
            category.complete_name = f"{parent} / {category.name}" if parent else category.name

    @api.depends("complete_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for category in self:
            category.display_name = category.complete_name

    def _is_meant(self, categories):
        """Whether something that is for some categories is for this one: named, or below one.

        :param categories: `service.device.category`; empty: for every device
        """
        ids = {int(each) for each in (self.parent_path or "").split("/") if each}
        return not categories or bool(ids.intersection(categories.ids))
