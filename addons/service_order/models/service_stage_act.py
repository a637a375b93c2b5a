from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_duration

#: Hours. Steps that come sooner would send orders round and round, each time with their messages.
SOON = 0.25


class ServiceStageAct(models.Model):
    """What happens by itself when an order enters a stage, or when it has been there for a time."""

    _name = "service.stage.act"
    _description = "Automatic Step of a Stage"
    _order = "stage_id, delay, sequence, id"

    stage_id = fields.Many2one("service.stage", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("assign", "Choose the Technician"),
            ("mail", "Send a Message"),
            ("activity", "Give Somebody a Task"),
            ("decision", "Ask the Customer to Decide"),
            ("visit", "Plan a Visit"),
            ("move", "Go to a Stage"),
            ("server", "Run a Server Action"),
        ],
        string="What",
        required=True,
        default="mail",
    )
    delay = fields.Float(
        "After (Hours)",
        help="Hours after the order has entered the stage; 0: at once. Nothing happens when it has "
        "left by then.",
    )
    template_id = fields.Many2one(
        "mail.template",
        "Message",
        ondelete="restrict",
        domain=[("model", "=", "service.order")],
        help="Goes to the reporter, and is seen in the panel.",
    )
    activity_type_id = fields.Many2one("mail.activity.type", "Task", ondelete="restrict")
    summary = fields.Char(translate=True, help="What has to be done.")
    user_id = fields.Many2one(
        "res.users",
        "Who",
        ondelete="set null",
        domain=[("share", "=", False)],
        help="Empty: the dispatcher of the order.",
    )
    target_stage_id = fields.Many2one(
        "service.stage",
        "Target Stage",
        ondelete="cascade",
        domain="[('type_id', '=', parent.type_id), ('id', '!=', parent.id)]",
    )
    action_id = fields.Many2one(
        "ir.actions.server",
        "Server Action",
        ondelete="restrict",
        domain=[("model_name", "=", "service.order")],
        groups="base.group_system",
        help="Runs with all rights, so only administrators of the system choose it.",
    )

    _delay_sane = models.Constraint(
        "CHECK(delay BETWEEN 0 AND 87600)",
        "A step comes at once, or some hours after the beginning of a stage: ten years at most.",
    )

    _parts_named = models.Constraint(
        "CHECK((kind != 'mail' OR template_id IS NOT NULL)"
        " AND (kind != 'activity' OR activity_type_id IS NOT NULL)"
        " AND (kind != 'move' OR target_stage_id IS NOT NULL)"
        " AND (kind != 'server' OR action_id IS NOT NULL))",
        "Choose the message, the task, the stage or the server action of the automatic step.",
    )

    @api.depends("kind", "delay", "template_id", "activity_type_id", "target_stage_id", "action_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for act in self:
            # sudo: what a server action is called is no secret.
            what = act.template_id.name or act.summary or act.activity_type_id.name
            what = what or act.target_stage_id.name or act.sudo().action_id.name
            name = f"{kinds[act.kind]}: {what}" if what else kinds[act.kind]
            if act.delay:
                name = self.env._(
                    "after %(time)s h: %(what)s", time=format_duration(act.delay), what=name
                )
            act.display_name = name

    @api.constrains("kind", "delay", "target_stage_id", "stage_id")
    def _check_moves(self):
        """Orders may not run round in a circle, nor leave their process."""
        for act in self.filtered(lambda act: act.kind == "move"):
            stage = act.target_stage_id
            if stage.type_id != act.stage_id.type_id:
                raise ValidationError(
                    self.env._(
                        "%(stage)s is not a stage of the process %(process)s. Choose one of its "
                        "own stages.",
                        stage=stage.name,
                        process=act.stage_id.type_id.name,
                    )
                )
            seen, ways = stage.browse(), stage if act._is_soon() else stage.browse()
            while ways:
                if act.stage_id in ways:
                    raise ValidationError(
                        self.env._(
                            "From %(stage)s orders would go round in a circle at once. Let one of "
                            "these steps wait some hours, or choose another stage.",
                            stage=act.stage_id.name,
                        )
                    )
                seen |= ways
                soon = ways.act_ids.filtered(lambda each: each.kind == "move" and each._is_soon())
                ways = soon.target_stage_id - seen

    def _is_soon(self):
        """Whether the step comes so soon that orders would never rest."""
        return self.delay < SOON
