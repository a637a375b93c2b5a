from odoo import fields, models

KINDS = [
    ("done", "Yes / No"),
    ("number", "Measurement"),
    ("choice", "Choice"),
    ("text", "Text"),
    ("photo", "Photo"),
]


class ServiceChecklist(models.Model):
    """What a technician goes through on a visit: a template, copied to each visit it is for."""

    _name = "service.checklist"
    _description = "Checklist"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    category_ids = fields.Many2many(
        "service.device.category",
        string="Device Categories",
        help="Only for devices of these categories and of those below them. "
        "Empty: for every visit.",
    )
    item_ids = fields.One2many("service.checklist.item", "checklist_id", "Items", copy=True)


class ServiceChecklistItem(models.Model):
    """One thing to check, measure or photograph."""

    _name = "service.checklist.item"
    _description = "Item of a Checklist"
    _order = "checklist_id, sequence, id"

    checklist_id = fields.Many2one(
        "service.checklist", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("What", required=True, translate=True)
    kind = fields.Selection(KINDS, "Answer", required=True, default="done")
    required = fields.Boolean(help="A process may wait until it is filled in.")
    unit = fields.Char(help="What a number counts: mm, °C, %.")
    value_min = fields.Float("From", digits=(16, 3))
    value_max = fields.Float(
        "To",
        digits=(16, 3),
        help="A number outside is recorded all the same, and stands out. Leave both at zero where "
        "every number is right.",
    )
    choice_ids = fields.One2many("service.checklist.choice", "item_id", "Choices", copy=True)

    _range_ordered = models.Constraint(
        "CHECK(COALESCE(value_min, 0) <= COALESCE(value_max, 0))",
        "A range goes from the smaller number to the larger one.",
    )

    def _prepare_check_vals(self):
        """What a visit gets of this item; it stays so when the list changes."""
        self.ensure_one()
        names = ("sequence", "name", "kind", "required", "unit", "value_min", "value_max")
        return {"item_id": self.id, **{name: self[name] for name in names}}


class ServiceChecklistChoice(models.Model):
    """One of the answers to choose from."""

    _name = "service.checklist.choice"
    _description = "Choice of a Checklist"
    _order = "item_id, sequence, id"

    item_id = fields.Many2one(
        "service.checklist.item", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)


class ServiceTopic(models.Model):
    """Checklists of a topic."""

    _inherit = "service.topic"

    checklist_ids = fields.Many2many(
        "service.checklist",
        string="Checklists",
        help="Visits get those that are for their device. Empty: those of the topic above.",
    )

    def _get_checklists(self, device):
        """The checklists for a device: its own ones, else those of the next topic above.

        :param device: `service.device`, may be empty
        :return: `service.checklist`
        """
        category = device.category_id
        return self._get_nearest("checklist_ids").filtered(
            lambda each: each.active and category._is_meant(each.category_ids)
        )
