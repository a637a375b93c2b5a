from odoo import api, fields, models
from odoo.exceptions import ValidationError

PRIORITIES = [("0", "Normal"), ("1", "Important"), ("2", "High"), ("3", "Urgent")]


class ServiceTopic(models.Model):
    """A predefined subject of a request, with what usually follows from it."""

    _name = "service.topic"
    _description = "Request Topic"
    _parent_name = "parent_id"
    _parent_store = True
    _rec_names_search = ["name", "parent_id.name"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char("Full Name", compute="_compute_complete_name", recursive=True)
    parent_id = fields.Many2one("service.topic", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("service.topic", "parent_id", string="Subtopics")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    type_id = fields.Many2one(
        "service.order.type",
        string="Process",
        ondelete="set null",
        help="Process that requests of this topic follow, unless the dispatcher chooses another.",
    )
    category_ids = fields.Many2many(
        "service.device.category",
        string="Device Categories",
        help="Offered only for devices of these categories and of those below them. "
        "Empty: for every device.",
    )
    duration = fields.Float(
        default=1.0, help="How long a visit usually takes, in hours; a planned visit gets it."
    )
    priority = fields.Selection(PRIORITIES, default="0", required=True)
    labour_product_id = fields.Many2one(
        "product.product",
        domain=[("type", "=", "service")],
        ondelete="set null",
        help="Labour of this topic, where it differs from the company's usual one.",
    )
    help_text = fields.Text(
        "Self-help",
        translate=True,
        help="Shown to the customer before the request is sent: what they can try themselves.",
    )

    _duration_positive = models.Constraint(
        "CHECK(duration >= 0)", "The duration of a topic cannot be negative."
    )

    @api.depends("name", "parent_id.complete_name")
    @api.depends_context("lang")
    def _compute_complete_name(self):
        for topic in self:
            names = (topic.parent_id.complete_name, topic.name)
            topic.complete_name = " / ".join(name for name in names if name)

    @api.depends("complete_name")
    @api.depends_context("service_topic_short")
    def _compute_display_name(self):
        short = self.env.context.get("service_topic_short")
        for topic in self:
            topic.display_name = topic.name if short else topic.complete_name

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A topic cannot lie under itself. Choose another parent topic.")
            )

    @api.model
    def _search_for(self, device):
        """The topics to choose from when a request is about a device.

        :param device: `service.device`; empty: every topic is offered
        :return: `service.topic` not divided further, none of which is for devices of other
            categories, whether by itself or by a topic above it
        """
        topics = self.search([("child_ids", "=", False)])
        category = device.category_id
        if not category:
            return topics
        return topics.filtered(
            lambda topic: all(category._is_meant(each.category_ids) for each in topic._get_way())
        )

    def _get_way(self):
        """The topic and those above it."""
        return self.browse(int(each) for each in (self.parent_path or "").split("/") if each)

    def _get_nearest(self, name):
        """A value of the topic, else of the next one above that has it.

        :param str name: of a field
        """
        topic = self
        while topic.parent_id and not topic[name]:
            topic = topic.parent_id
        return topic[name]
