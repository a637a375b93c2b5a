from datetime import timedelta

import pytz

from odoo import fields, models
from odoo.exceptions import UserError

#: How far ahead a free time is looked for.
HORIZON = timedelta(days=30)


class ServiceOrder(models.Model):
    """What happens with orders by itself."""

    _inherit = "service.order"

    step_ids = fields.One2many("service.order.step", "order_id", string="Steps to Come")

    def _begin_stage(self):
        """Do the automatic steps of the stage just entered; those that wait are noted."""
        now = fields.Datetime.now()
        for stage, orders in self.grouped("stage_id").items():
            # sudo: steps are not the mover's, see service.stage.act
            acts = stage.sudo().act_ids
            later = acts.filtered("delay")
            self.env["service.order.step"].sudo().create(  # sudo: as above
                [
                    {
                        "order_id": order.id,
                        "act_id": act.id,
                        "date_due": now + timedelta(hours=act.delay),
                    }
                    for act in later
                    for order in orders
                ]
            )
            for act in acts - later:
                # A step may have moved some of them on.
                act._run(orders.filtered(lambda order, stage=stage: order.stage_id == stage))

    def _forget_steps(self):
        """What waits for its time in a stage does not come any more when an order leaves it."""
        self.sudo().step_ids.unlink()  # sudo: as above

    # ------------------------------------------------------------------ technician

    def _assign_technician(self):
        """Choose who goes: of the region, with the skills, with the fewest visits to come.

        :raise UserError: nobody suits
        """
        self.ensure_one()
        if self.technician_id:
            return
        technicians = self._suitable_technicians()
        if not technicians:
            raise UserError(
                self.env._(
                    "No technician of %(region)s has what %(topic)s needs. Choose one by hand.",
                    region=self._get_region().name or self.env._("any region"),
                    topic=self.topic_id.name or self.name,
                )
            )
        self.technician_id = min(technicians, key=lambda each: (each.open_visit_count, each.id))

    def _get_region(self):
        """Where the work is to be done."""
        return (self.location_id or self.customer_id).service_region_id

    def _suitable_technicians(self):
        """Technicians with all skills of the topic; those of the region, else those of none."""
        found = self.env["service.technician"].search([("company_id", "=", self.company_id.id)])
        skills = self.topic_id._get_skills()
        found = found.filtered(lambda each: skills <= each.skill_ids)
        region = self._get_region()
        return found.filtered(lambda each: region and region in each.region_ids) or found.filtered(
            lambda each: not each.region_ids
        )

    # ------------------------------------------------------------------ visit

    def _plan_visit(self):
        """Plan a visit in the first free time of the order's technician.

        :raise UserError: there is no technician, or no free time within a month
        """
        self.ensure_one()
        if not self.technician_id:
            self._assign_technician()
        technician = self.technician_id
        length = timedelta(hours=self.topic_id.duration or 1.0)
        start = technician._first_free(length)
        if not start:
            raise UserError(
                self.env._("%s has no free time within a month. Plan it by hand.", technician.name)
            )
        self.env["service.visit"].create(
            {
                "order_id": self.id,
                "technician_id": technician.id,
                "date_start": start,
                "date_end": start + length,
            }
        )


class ServiceTechnician(models.Model):
    """When a technician has time."""

    _inherit = "service.technician"

    def _first_free(self, length):
        """The beginning of the first time that is neither absence nor visit.

        :param timedelta length: how long it has to be
        :return: naive UTC moment, None when there is none within ``HORIZON``
        """
        self.ensure_one()
        now = pytz.utc.localize(fields.Datetime.now().replace(minute=0, second=0))
        start, stop = now + timedelta(hours=1), now + HORIZON
        resource = self.resource_id
        calendar = resource.calendar_id or self.company_id.resource_calendar_id
        work = calendar._work_intervals_batch(start, stop, resources=resource)[resource.id]
        visits = self.env["service.visit"].search(
            [
                ("technician_id", "=", self.id),
                ("state", "in", ("planned", "in_progress")),
                ("date_end", ">", start.replace(tzinfo=None)),
            ],
            order="date_start",
        )
        taken = [(visit.date_start, visit.date_end) for visit in visits]
        for begin, end, _records in work:
            begin, end = (each.astimezone(pytz.utc).replace(tzinfo=None) for each in (begin, end))
            for first, last in taken:
                if first < begin + length and last > begin:
                    begin = last
            if begin + length <= end:
                return begin
        return None
