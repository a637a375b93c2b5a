from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("new", "New"),
    ("accepted", "Accepted"),
    ("planned", "Planned"),
    ("working", "In progress"),
    ("waiting_parts", "Waiting for parts"),
    ("waiting_customer", "Waiting for the customer"),
    ("to_accept", "To be accepted"),
    ("to_settle", "To settle"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
CLOSED_KINDS = ("done", "cancelled")


class ServiceStage(models.Model):
    """One stage of a process. Its name is free; its kind says what it means to the program."""

    _name = "service.stage"
    _description = "Service Stage"
    _order = "type_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    customer_name = fields.Char(
        "Name for the Customer",
        translate=True,
        help="What the customer reads in the panel and in messages. Empty: the stage's name.",
    )
    type_id = fields.Many2one(
        "service.order.type", string="Process", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        KINDS,
        required=True,
        default="working",
        help="What the stage means: automatic steps, filters and checks go by the kind, "
        "never by the name.",
    )
    sequence = fields.Integer(default=10)
    fold = fields.Boolean("Folded", help="Shown folded on the board.")
    mail_template_id = fields.Many2one(
        "mail.template",
        string="E-mail to the Reporter",
        domain=[("model", "=", "service.order")],
        ondelete="set null",
        help="Sent to the person who reported the request when the order enters this stage.",
    )
    group_ids = fields.Many2many(
        "res.groups",
        string="Who May Move Here",
        help="Empty: everybody who may change orders.",
    )
    condition_ids = fields.One2many(
        "service.stage.condition", "stage_id", string="Conditions", copy=True
    )
    act_ids = fields.One2many("service.stage.act", "stage_id", string="Automatic Steps")
    description = fields.Text(
        translate=True, help="For the staff: what happens at this stage and who acts."
    )

    @api.constrains("kind", "type_id")
    def _check_process(self):
        """A process has exactly one new stage, at least one done and one cancelled."""
        # Shipped processes are loaded stage by stage; a test checks the finished ones.
        if self.env.context.get("install_mode"):
            return
        self.type_id._check_stages()

    def write(self, vals):
        """Moving a stage to another process must leave the old one legal as well."""
        self._check_strands_no_order(vals)
        old_types = self.type_id if "type_id" in vals else self.env["service.order.type"]
        result = super().write(vals)
        old_types._check_stages()
        return result

    def _check_strands_no_order(self, vals):
        """What stands at a stage stays in its process, and is neither opened nor closed with it.

        :raise UserError: naming the stage
        """
        kind = vals.get("kind")
        for stage in self:
            moves = "type_id" in vals and vals["type_id"] != stage.type_id.id
            closes = kind and kind != stage.kind and {kind, stage.kind} & set(CLOSED_KINDS)
            if moves or closes:
                stage._check_without_orders()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_needed(self):
        self._check_without_orders()
        for process in self.type_id:
            process._check_stages(process.stage_ids - self)

    def _check_without_orders(self):
        """Refuse what would strand orders.

        :raise UserError: naming the stage that still has some
        """
        # sudo: an order of another company also needs its stage, though this user can't see it.
        orders = self.env["service.order"].sudo().search([("stage_id", "in", self.ids)], limit=1)
        if orders:
            raise UserError(
                self.env._(
                    "The stage %(stage)s still has orders. Remove it in its process: there you "
                    "choose where they go.",
                    stage=orders.stage_id.name,
                )
            )

    def action_remove(self):
        """Ask where the orders of this stage go, then remove it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Remove the Stage %s", self.name),
            "res_model": "service.stage.removal",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_stage_id": self.id},
        }
