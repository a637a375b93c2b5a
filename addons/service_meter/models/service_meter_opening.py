from odoo import fields, models


class ServiceMeter(models.Model):
    """Where the billing of a meter begins when the device comes from another program.

    The pages up to the opening reading were billed there. The reading is kept, not a number, so
    that its life value is always the one that later verdicts left: the first row of the ledger
    starts at ``opening_reading_id.life_value``.
    """

    _inherit = "service.meter"

    opening_reading_id = fields.Many2one(
        "service.meter.reading",
        string="Billed Up To",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="Pages up to this reading were billed before the device was registered here; billing"
        " begins after it.",
    )

    def _get_billed_lives(self):
        # EXTENDS 'service_meter': what another program has billed is billed, too.
        billed = super()._get_billed_lives()
        for meter in self:
            if opening := meter.opening_reading_id:
                billed[meter] = max(billed.get(meter, 0), opening.life_value)
        return billed

    def _begin_billing(self, sets):
        """Let the billing of these meters begin at their readings in these sets.

        Computed meters follow, as they are billed in place of the counters they are made of.
        """
        # Superuser: whoever loads devices may not write on meters otherwise.
        meters = self.sudo()
        meters |= meters.device_id.meter_ids.filtered(lambda meter: meter.kind == "computed")
        by_meter = {
            (reading.meter_id.id, reading.device_id.id): reading
            for reading in sets.sudo().reading_ids.sorted(
                lambda reading: (reading.date, reading.id)
            )
        }
        for meter in meters:
            reading = by_meter.get((meter.id, meter.device_id.id))
            if reading and meter.opening_reading_id != reading:
                meter.opening_reading_id = reading
