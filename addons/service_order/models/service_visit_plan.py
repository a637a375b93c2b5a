from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime


class ServiceVisit(models.Model):
    """Two dispatchers who plan the same order at once make one visit of it, not two."""

    _inherit = "service.visit"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse what was planned without knowing of a visit that somebody has planned since."""
        visits = super().create(vals_list)
        visits._meet_order()
        known = self.env.context.get("service_known_visit_ids")
        if known is not None:
            visits._check_nobody_was_faster(self.browse(known))
        return visits

    def _meet_order(self):
        """Write the orders of new visits, even without a change.

        A second visit changes nothing there: planned while somebody closes the order, out of each
        other's sight, it would stay planned on a closed order. So one of the two is repeated.
        """
        if self:
            self.env.cr.execute(
                "UPDATE service_order SET write_date = write_date WHERE id IN %s",
                [tuple(self.order_id.ids)],
            )

    def _check_nobody_was_faster(self, known):
        """Compare with what the form showed when it was opened.

        Two visits saved in one moment both write their order: the second one is repeated by Odoo,
        and then finds the first.

        :param known: `service.visit` records of the order at that time
        :raise UserError: naming the visit that was planned meanwhile
        """
        for visit in self:
            others = visit.order_id.visit_ids - known - self
            for other in others.filtered(lambda each: each.state == "planned"):
                raise UserError(
                    self.env._(
                        "Meanwhile %(person)s has planned a visit of %(technician)s on %(date)s "
                        "for %(order)s. Close this window; if another visit is needed, plan it "
                        "anew.",
                        person=other.create_uid.name,
                        technician=other.technician_id.name,
                        date=format_datetime(self.env, other.date_start, dt_format="short"),
                        order=visit.order_id.name,
                    )
                )
