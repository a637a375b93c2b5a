from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ServiceDevice(models.Model):
    """A device has meters, and one door through which their readings come in."""

    _inherit = "service.device"

    meter_ids = fields.One2many("service.meter", "device_id", string="Meters")
    reading_set_count = fields.Integer("Readings", compute="_compute_reading_set_count")

    def _compute_reading_set_count(self):
        counts = dict(
            self.env["service.meter.reading.set"]._read_group(
                [("device_id", "in", self.ids)], ["device_id"], ["__count"]
            )
        )
        for device in self:
            device.reading_set_count = counts.get(device._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """Create the devices with the meters of their models."""
        devices = super().create(vals_list)
        devices._create_missing_meters()
        return devices

    def write(self, vals):
        """A device that turns out to be another model gets that model's meters, too."""
        if "model_id" in vals:
            self._check_digits_stay(self.env["service.device.model"].browse(vals["model_id"]))
        result = super().write(vals)
        if "model_id" in vals:
            self._create_missing_meters()
            # Superuser: computed readings follow the model, whoever says which one it is.
            self.sudo().meter_ids.filtered(lambda meter: meter.kind == "computed")._derive()
        return result

    def _check_digits_stay(self, model):
        """Refuse another model for devices whose counters turned over at another number."""
        # Superuser: models are no secret.
        ends = {line.type_id: line.digits for line in model.sudo().meter_line_ids}
        for device in self.filtered(lambda device: device.model_id != model):
            types = device.meter_ids.filtered(lambda m: m.digits != ends.get(m.type_id, 0)).type_id
            domain = [("device_id", "=", device.id)]
            self.env["service.meter"]._check_never_turned_over(types, domain)

    def action_take_readings(self):
        """Open the form that takes readings of this device's meters."""
        self.ensure_one()
        if not self.meter_ids:
            raise UserError(
                self.env._(
                    "%(device)s has no meters. Choose the meters of %(model)s, and it gets them.",
                    device=self.display_name,
                    model=self.model_id.display_name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take Readings"),
            "res_model": "service.meter.entry",
            "view_mode": "form",
            "target": "new",
            "context": {"default_device_id": self.id},
        }

    def action_open_usage(self):
        """Open the pages of these devices, month by month."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_meter.service_meter_usage_action"
        )
        domain = [("device_id", "in", self.ids), ("meter_id.kind", "=", "physical")]
        return {**action, "domain": domain}

    def action_open_readings(self):
        """Open the readings of these devices, as a list or a graph."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_meter.service_meter_reading_action"
        )
        return {**action, "domain": [("device_id", "in", self.ids)], "context": {}}

    def _take_readings(
        self, values, date=None, source="staff", photos=None, note=None, partner=None
    ):
        """Take readings of this device: the one door for readings of any origin.

        :param dict values: what the counters show, ``{service.meter record or type code: int}``
        :param datetime date: when they showed it (UTC); now when not given
        :param str source: key of ``service.meter.reading.set.source``
        :param photos: ``ir.attachment`` records
        :param str note: what the person says about it
        :param partner: the ``res.partner`` who read the counters, when not the user
        :return: the ``service.meter.reading.set``; an existing one when all of it was known
        :raises odoo.exceptions.ValidationError: something impossible (no such meter, no number,
            negative, too many digits, in the future), naming the meter
        """
        self.ensure_one()
        request = {
            "device": self,
            "values": values,
            "date": date,
            "source": source,
            "photos": photos,
            "note": note,
            "partner": partner,
        }
        return self.env["service.meter.reading.set"]._take([request])

    def _meters_by_key(self):
        """The meters of each device by the code of their type and by their own id.

        :return: ``{device id: {code or meter id: meter}}``
        """
        found = {device_id: {} for device_id in self.ids}
        # In one search: asked of each device, its meters would be filtered one by one.
        domain = [("device_id", "in", self.ids)]
        for meter in self.env["service.meter"].search_fetch(domain, order="id"):
            found[meter.device_id.id] |= {meter.type_id.code: meter, meter.id: meter}
        return found

    def _placement_at(self, date):
        """Return the placement in which this device was at a moment (UTC), or an empty one."""
        self.ensure_one()
        if self.placement_id and self.placement_id.date_start <= date:
            return self.placement_id
        return self.placement_ids.filtered(
            lambda place: place.date_start <= date and (not place.date_end or date < place.date_end)
        )

    def _create_missing_meters(self):
        """Create the meters that these devices should have by their models and do not."""
        # Superuser: whoever may register a device (warehouse, technician) sets it up completely
        # without the right to manage meters.
        meters = self.env["service.meter"].sudo().with_context(active_test=False)
        known = {
            (meter.device_id.id, meter.type_id.id)
            for meter in meters.search([("device_id", "in", self.ids)])
        }
        created = meters.create(
            [
                {"device_id": device.id, "type_id": meter_type.id}
                for device in self.with_env(meters.env)
                for meter_type in device.model_id.meter_type_ids
                if (device.id, meter_type.id) not in known
            ]
        )
        # A computed meter that comes later knows what its counters showed before.
        created.filtered(lambda meter: meter.kind == "computed" and known)._derive()

    def _service_portal_fields(self):
        # EXTENDS service_device
        return super()._service_portal_fields() | {"meter_ids"}

    def _history_sources(self):
        # EXTENDS service_device
        return [
            *super()._history_sources(),
            self._history_source_reading_set(),
            self._history_source_decision(),
        ]

    def _history_source_reading_set(self):
        """Slot 2: reading sets; the summary lists what the counters showed, and what was not
        simply accepted."""
        return SQL(
            """
            SELECT reading_set.id::bigint * 16 + 2 AS id,
                   reading_set.device_id,
                   reading_set.date,
                   'reading' AS kind,
                   'customer' AS audience,
                   reading_set.customer_id,
                   reading_set.location_id,
                   reading_set.company_id,
                   (
                       SELECT STRING_AGG(
                                  COALESCE(type.name->>%(lang)s, type.name->>'en_US')
                                  || ': ' || %(value)s
                                  || CASE reading.verdict WHEN 'accepted' THEN ''
                                     ELSE ' (' || %(verdict)s || ')' END,
                                  ', ' ORDER BY type.sequence, type.id
                              )
                         FROM service_meter_reading reading
                         JOIN service_meter_type type ON type.id = reading.type_id
                        WHERE reading.set_id = reading_set.id
                   ) AS summary,
                   reading_set.user_id,
                   'service.meter.reading.set' AS res_model,
                   reading_set.id AS res_id
              FROM service_meter_reading_set reading_set
            """,
            lang=self.env.lang or "en_US",
            value=self._sql_number(SQL("reading.value")),
            verdict=self._sql_selection_label(
                "service.meter.reading", "verdict", SQL("reading.verdict")
            ),
        )

    def _history_source_decision(self):
        """Slot 12: what was decided about readings later; the reasons are for staff."""
        return SQL(
            """
            SELECT decision.id::bigint * 16 + 12 AS id,
                   decision.device_id,
                   decision.date,
                   'verdict' AS kind,
                   'customer' AS audience,
                   reading.customer_id,
                   reading.location_id,
                   decision.company_id,
                   concat_ws(' ', COALESCE(type.name->>%(lang)s, type.name->>'en_US') || ':',
                             %(value)s, '→', %(verdict)s) AS summary,
                   decision.user_id,
                   'service.meter.reading' AS res_model,
                   decision.reading_id AS res_id
              FROM service_meter_decision decision
              JOIN service_meter_reading reading ON reading.id = decision.reading_id
              JOIN service_meter_type type ON type.id = reading.type_id
            """,
            lang=self.env.lang or "en_US",
            value=self._sql_number(SQL("reading.value")),
            verdict=self._sql_selection_label(
                "service.meter.decision", "verdict", SQL("decision.verdict")
            ),
        )
