from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

MODES = [
    ("on_site", "On site"),
    ("workshop", "Workshop"),
    ("courier", "Courier"),
    ("remote", "Remote"),
]


class ServiceOrderType(models.Model):
    """A process: the stages that orders of one mode go through.

    Administrators add, rename and reorder stages freely; code reads only a stage's `kind`.
    """

    _name = "service.order.type"
    _description = "Service Process"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    mode = fields.Selection(
        MODES,
        required=True,
        default="on_site",
        help="Where the work is done: at the customer's, in our workshop, "
        "by sending parcels, or over the telephone and network.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, ondelete="cascade", help="Empty: every company uses the process."
    )
    stage_ids = fields.One2many(
        "service.stage",
        "type_id",
        string="Stages",
        copy=True,
        default=lambda self: self._default_stage_ids(),
    )

    @api.model
    def _default_stage_ids(self):
        """A new process starts with a short, legal set of stages to edit."""
        names = [
            ("new", self.env._("New")),
            ("accepted", self.env._("Accepted")),
            ("working", self.env._("In progress")),
            ("to_settle", self.env._("To settle")),
            ("done", self.env._("Done")),
            ("cancelled", self.env._("Cancelled")),
        ]
        return [
            Command.create(
                {
                    "name": name,
                    "kind": kind,
                    "sequence": index * 10,
                    "fold": kind in ("done", "cancelled"),
                }
            )
            for index, (kind, name) in enumerate(names, start=1)
        ]

    @api.constrains("stage_ids")
    def _check_has_stages(self):
        # As for a stage, see there.
        if not self.env.context.get("install_mode"):
            self._check_stages()

    @api.constrains("company_id")
    def _check_orders_of_others(self):
        """Orders keep their process, so those of other companies must still see it."""
        for process in self.filtered("company_id"):
            # sudo: of other companies it is only asked whether there is one.
            if (
                self.env["service.order"]
                .sudo()
                .search_count(
                    [("type_id", "=", process.id), ("company_id", "!=", process.company_id.id)],
                    limit=1,
                )
            ):
                raise ValidationError(
                    self.env._(
                        "Orders of other companies follow the process %(process)s. Make a copy of "
                        "it for %(company)s instead.",
                        process=process.name,
                        company=process.company_id.name,
                    )
                )

    def copy(self, default=None):
        """A copy has stages of its own; its steps lead to these."""
        copies = super().copy(default)
        for old, new in zip(self, copies, strict=True):
            twins = dict(zip(old.stage_ids, new.stage_ids, strict=True))
            for act in old.stage_ids.act_ids:
                target = twins.get(act.target_stage_id, act.target_stage_id)
                # sudo: the copy runs the server action that an administrator has chosen.
                act.sudo().copy({"stage_id": twins[act.stage_id].id, "target_stage_id": target.id})
        return copies

    def copy_data(self, default=None):
        """A copy says so in its name."""
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for process, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", process.name)
        return vals_list

    def _check_stages(self, stages=None):
        """Check the stages of each process.

        :param stages: judge these instead of all stages (for one process)
        :raise ValidationError: naming the process and what it lacks
        """
        for process in self:
            kinds = (process.stage_ids if stages is None else stages).mapped("kind")
            if kinds.count("new") != 1 or "done" not in kinds or "cancelled" not in kinds:
                raise ValidationError(
                    self.env._(
                        "The process %(process)s needs exactly one stage of the kind New, at "
                        "least one Done and at least one Cancelled. Change the kinds of its "
                        "stages.",
                        process=process.name,
                    )
                )

    def _get_stage(self, kind):
        """The first stage of a kind in this process.

        :param str kind: a key of `service.stage.kind`
        :return: `service.stage`, empty when the process lacks the kind
        """
        return self.stage_ids.filtered(lambda stage: stage.kind == kind)[:1]

    @api.model
    def _get_default(self, company):
        """The process of an order about which nothing is known yet: the first on-site one.

        :param company: `res.company` of the order
        :return: `service.order.type`, empty when none is configured
        """
        domain = [("company_id", "in", [company.id, False])]
        return self.search([*domain, ("mode", "=", "on_site")], limit=1) or self.search(
            domain, limit=1
        )
