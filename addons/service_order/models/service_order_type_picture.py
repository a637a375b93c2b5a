from odoo import api, fields, models


class ServiceOrderType(models.Model):
    """A process at a glance."""

    _inherit = "service.order.type"

    picture_html = fields.Html("Picture", compute="_compute_picture_html")

    @api.depends(
        "stage_ids.name",
        "stage_ids.kind",
        "stage_ids.sequence",
        "stage_ids.customer_name",
        "stage_ids.mail_template_id",
        "stage_ids.group_ids",
        "stage_ids.condition_ids.kind",
        "stage_ids.condition_ids.field_id",
        "stage_ids.act_ids.kind",
        "stage_ids.act_ids.delay",
    )
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_picture_html(self):
        """Its stages in order: what they mean, who may go there and when, what follows."""
        kinds = dict(self.env["service.stage"]._fields["kind"]._description_selection(self.env))
        counts = dict(
            self.env["service.order"]._read_group(
                [("stage_id", "in", self.stage_ids.ids)], ["stage_id"], ["__count"]
            )
        )
        for process in self:
            stages = process.stage_ids.sorted(lambda stage: (stage.sequence, stage._origin.id))
            values = {"stages": stages, "kinds": kinds, "counts": counts}
            process.picture_html = self.env["ir.qweb"]._render(
                "service_order.process_picture", values
            )
