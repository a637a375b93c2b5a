from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ..tools.life import Point
from ..tools.rows import claim

#: A clock of a telephone or a printer may be this much ahead of ours.
CLOCK_TOLERANCE = timedelta(minutes=10)
#: The same value from the same source within this time is the same reading.
SAME_READING = timedelta(days=1)
MAX_DIGITS = 9
#: The observed fact: never changed once stored.
FACTS = {"device_id", "date", "source", "user_id", "partner_id", "photo_ids", "note"}


class ServiceMeterReadingSet(models.Model):
    """Readings taken together: one person, one moment, one device, all its counters."""

    _name = "service.meter.reading.set"
    _description = "Meter Reading Set"
    _order = "date desc, id desc"
    _check_company_auto = True

    device_id = fields.Many2one(
        "service.device",
        required=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    date = fields.Datetime(required=True, readonly=True, help="When the counters showed it.")
    source = fields.Selection(
        [
            ("staff", "Staff"),
            ("technician", "Technician"),
            ("portal", "Customer panel"),
            ("link", "E-mail link"),
            ("import", "Import"),
            ("snmp", "Network (SNMP)"),
            ("installation", "Installation"),
            ("billing", "Billing"),
        ],
        required=True,
        readonly=True,
        default="staff",
    )
    user_id = fields.Many2one("res.users", string="Entered by", readonly=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner",
        string="Read by",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The person who read the counters, when it was not the user who entered them.",
    )
    photo_ids = fields.Many2many("ir.attachment", string="Photos", readonly=True)
    note = fields.Char(readonly=True)
    reading_ids = fields.One2many("service.meter.reading", "set_id", string="Readings")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    customer_id = fields.Many2one(
        "res.partner",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="At whose place the device was at that moment.",
    )
    location_id = fields.Many2one(
        "res.partner", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    _device_date_idx = models.Index("(device_id, date DESC, id DESC)")

    @api.depends("device_id", "date")
    def _compute_display_name(self):
        for reading_set in self:
            moment = fields.Datetime.context_timestamp(reading_set, reading_set.date)
            reading_set.display_name = f"{reading_set.device_id.name} {moment:%Y-%m-%d %H:%M}"

    def write(self, vals):
        """Refuse to change what was observed."""
        if FACTS & vals.keys():
            raise UserError(
                self.env._(
                    "A reading is never changed. Reject the wrong one and take a new reading."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        """A wrong reading is rejected, so that everybody sees that it was there."""
        raise UserError(self.env._("Readings are never deleted. Reject the wrong one instead."))

    # ------------------------------------------------------------------ taking readings

    @api.model
    def _take(self, requests):
        """Take readings of many devices at once, in a constant number of queries.

        :param list[dict] requests: each with ``device`` (record), ``values`` (``{meter record or
            type code: number}``) and optionally ``date``, ``source``, ``photos``, ``note``,
            ``partner``: see ``service.device._take_readings``
        :return: one set for each request, in its order; what was known already is not repeated
        :raises odoo.exceptions.ValidationError: something impossible, naming the meter
        """
        if not requests:
            return self.browse()
        devices = self.env["service.device"].union(*(request["device"] for request in requests))
        devices.check_access("read")
        # Superuser: whoever may see a device may say what its counters show. No role may create
        # readings otherwise, so that verdict and life value always come from here.
        system = self.sudo()
        takes = [system._prepare_take(request) for request in requests]
        claim(
            system.env["service.meter"].union(*(meter for _v, values in takes for meter in values))
        )
        known = system._known_sets(takes)
        new = [take for take, reading_set in zip(takes, known, strict=True) if not reading_set]
        created = iter(system._create_sets(new))
        result = [reading_set or next(created) for reading_set in known]
        return self.browse([reading_set.id for reading_set in result])

    def _prepare_take(self, request):
        """Check one request: ``(vals of the set, {meter: int})``."""
        # Superuser: who may take readings need not read all that the checks look at.
        device = request["device"].sudo()
        date = fields.Datetime.to_datetime(request.get("date")) or fields.Datetime.now()
        values = self._parse_values(device, request["values"])
        if date > fields.Datetime.now() + CLOCK_TOLERANCE:
            raise ValidationError(
                self.env._(
                    "%(meter)s of %(device)s: a reading cannot be in the future. Correct its date.",
                    meter=next(iter(values)).display_name,
                    device=device.display_name,
                )
            )
        placement = device._placement_at(date)
        photos = request.get("photos") or self.env["ir.attachment"]
        vals = {
            "device_id": device.id,
            "date": date.replace(microsecond=0),
            "source": request.get("source") or "staff",
            # The person at the keyboard, not the superuser who stores it.
            "user_id": self.env.uid,
            "partner_id": request["partner"].id if request.get("partner") else False,
            "photo_ids": [Command.set(photos.ids)],
            "note": request.get("note"),
            "company_id": device.company_id.id,
            "customer_id": placement.customer_id.id,
            "location_id": placement.location_id.id,
        }
        return vals, values

    def _parse_values(self, device, values):
        """Turn ``{meter or type code: number or text}`` into ``{meter: int}``."""
        if not values:
            raise ValidationError(
                self.env._(
                    "No reading of %(device)s was given. Enter at least one counter.",
                    device=device.display_name,
                )
            )
        meters = {meter.type_id.code: meter for meter in device.meter_ids}
        parsed = {}
        for key, value in values.items():
            # The device is the superuser's here (see _prepare_take): its meters are compared.
            meter = meters.get(key) if isinstance(key, str) else key.sudo()
            if not meter or meter.device_id != device:
                raise ValidationError(
                    self.env._(
                        "%(device)s has no meter “%(meter)s”. Its meters: %(meters)s.",
                        device=device.display_name,
                        meter=key if isinstance(key, str) else meter.display_name,
                        meters=", ".join(device.meter_ids.mapped("display_name")) or "–",
                    )
                )
            parsed[meter] = self._parse_value(meter, value)
        return parsed

    def _parse_value(self, meter, value):
        """Return the number a person typed; spaces between digits are fine."""
        text = "".join(str(value).split())
        if isinstance(value, bool) or not text.isdecimal() or len(text) > MAX_DIGITS:
            raise ValidationError(
                self.env._(
                    "%(meter)s of %(device)s: “%(value)s” is not a counter value. "
                    "Enter up to %(digits)s digits, no minus sign and no letters.",
                    meter=meter.display_name,
                    device=meter.device_id.display_name,
                    value=value,
                    digits=MAX_DIGITS,
                )
            )
        return int(text)

    def _known_sets(self, takes):
        """For each take its existing set when nothing in it is new; known values are taken out.

        The same value from the same source within a day is the same reading, silently.
        """
        dates = [vals["date"] for vals, _values in takes]
        meters = self.env["service.meter"].union(*(meter for _v, vs in takes for meter in vs))
        readings = self.env["service.meter.reading"].search(
            [
                ("meter_id", "in", meters.ids),
                ("date", ">", min(dates) - SAME_READING),
                ("date", "<", max(dates) + SAME_READING),
            ]
        )
        by_fact = readings.grouped(lambda r: (r.meter_id, r.source, r.value))
        result = []
        for vals, values in takes:
            same = self.env["service.meter.reading"]
            for meter, value in list(values.items()):
                twins = by_fact.get((meter, vals["source"], value), same.browse()).filtered(
                    lambda r, date=vals["date"]: abs(r.date - date) < SAME_READING
                )
                if twins:
                    same |= twins[0]
                    del values[meter]
            result.append(self.browse() if values else same[:1].set_id)
        return result

    def _create_sets(self, takes):
        """Create sets with judged readings and carry life values forward."""
        sets = self.create([vals for vals, _values in takes])
        fresh = {}
        for reading_set, (vals, values) in zip(sets, takes, strict=True):
            # Only fresh uploads: who may read another document's file must not carry it off here.
            uploads = reading_set.photo_ids.filtered(lambda photo: not photo.res_id)
            uploads.write({"res_model": self._name, "res_id": reading_set.id})
            for meter, value in values.items():
                point = Point(vals["date"], value, key=reading_set)
                fresh.setdefault(meter, []).append(point)
        self.env["service.meter.reading"]._create_points(fresh)
        return sets
