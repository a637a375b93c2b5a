from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.mimetypes import guess_mimetype

from ..tools.life import Point
from ..tools.rows import insert, lock

#: A clock of a telephone or a printer may be this much ahead of ours.
CLOCK_TOLERANCE = timedelta(minutes=10)
#: The same value from the same source within this time is the same reading.
SAME_READING = timedelta(days=1)
MAX_DIGITS = 9
#: Larger than what any telephone makes of a counter.
MAX_PHOTO_MB = 25


class ServiceMeterReadingSet(models.Model):
    """The one door through which readings come in: it refuses the impossible, knows the same
    reading again, and leaves the rest to judgement."""

    _inherit = "service.meter.reading.set"

    @api.model
    def _take(self, requests):
        """Take readings of many devices at once, in a constant number of queries.

        :param list[dict] requests: each with ``device`` (record), ``values`` (``{meter record or
            type code: number}``) and optionally ``date``, ``source``, ``photos``, ``note``,
            ``partner``: see ``service.device._take_readings``
        :return: one set for each request, in its order; what was known already is not repeated,
            nor is the same reading twice in one batch
        :raises odoo.exceptions.ValidationError: something impossible, naming the meter
        """
        if not requests:
            return self.browse()
        devices = self.env["service.device"].union(*(request["device"] for request in requests))
        self._check_companies(devices)
        devices.check_access("read")
        # Superuser: whoever may see a device may say what its counters show. No role may create
        # readings otherwise, so that verdict and life value always come from here.
        system = self.sudo()
        takes = system._prepare_takes(requests, system.env["service.device"].browse(devices.ids))
        # Who takes the same reading meanwhile is told, or repeated: new readings write the meters.
        lock(
            system.env["service.meter"].union(*(meter for _v, values in takes for meter in values))
        )
        known = system._known_sets(takes)
        new = [number for number, same in enumerate(known) if same is None]
        created = system._create_sets([takes[number] for number in new])
        known = dict(enumerate(known)) | dict(zip(new, created, strict=True))
        result = [known[same] if isinstance(same, int) else same for same in known.values()]
        for request, reading_set in zip(requests, result, strict=True):
            if request.get("photos"):
                # Superuser: like the set; who may attach a file is checked where it comes from.
                reading_set._add_photos(request["photos"].sudo())
        return self.browse([reading_set.id for reading_set in result])

    def _prepare_takes(self, requests, devices):
        """Check the requests: for each ``(vals of the set, {meter: int})``.

        :param devices: all devices of the requests, which are fetched at once
        """
        meters = devices._meters_by_key()
        own = {device.id: device for device in devices}
        ids = [request["device"].id for request in requests]
        return [
            self._prepare_take(request, own[device_id], meters[device_id])
            for request, device_id in zip(requests, ids, strict=True)
        ]

    def _prepare_take(self, request, device, meters):
        """Check one request: ``(vals of the set, {meter: int})``.

        :param dict meters: see ``service.device._meters_by_key``
        """
        date = fields.Datetime.to_datetime(request.get("date")) or fields.Datetime.now()
        values = self._parse_values(device, meters, request["values"])
        if date > fields.Datetime.now() + CLOCK_TOLERANCE:
            raise ValidationError(
                self.env._(
                    "%(meter)s of %(device)s: a reading cannot be in the future. Correct its date.",
                    meter=next(iter(values)).display_name,
                    device=device.display_name,
                )
            )
        placement = self._find_placement(device, date)
        if request.get("photos"):
            self._check_photos(request["photos"])
        vals = {
            "device_id": device.id,
            "date": date.replace(microsecond=0),
            "source": self._check_source(request.get("source") or "staff"),
            # The person at the keyboard, not the superuser who stores it.
            "user_id": self.env.uid,
            "partner_id": request["partner"].id if request.get("partner") else False,
            "note": request.get("note"),
            "company_id": device.company_id.id,
            "customer_id": placement.customer_id.id,
            "location_id": placement.location_id.id,
        }
        return vals, values

    def _check_source(self, source):
        """Raise an error when there is no such source, which only code can name."""
        return self._fields["source"].convert_to_cache(source, self)

    def _find_placement(self, device, date):
        """Where the device was when it was read; before its first place there is nothing to read.

        A clock that is a little behind the one that registered the device does no harm.
        """
        placement = device._placement_at(date) or device._placement_at(date + CLOCK_TOLERANCE)
        if not placement:
            first = min(device.placement_ids.mapped("date_start"), default=date)
            since = fields.Datetime.context_timestamp(self, first)
            raise ValidationError(
                self.env._(
                    "%(device)s is in the register since %(since)s: a reading cannot be earlier."
                    " Correct its date.",
                    device=device.display_name,
                    since=since.strftime("%d.%m.%Y %H:%M"),
                )
            )
        return placement

    def _check_companies(self, devices):
        """Say which company to switch to, instead of a general refusal."""
        if self.env.su:
            return
        # Superuser: only names a company that the user works for.
        companies = devices.sudo().company_id - self.env.companies
        foreign = companies and companies & self.env.user.sudo().company_ids
        if foreign:
            raise ValidationError(
                self.env._(
                    "The device belongs to %(company)s. Switch to that company, then take the"
                    " reading.",
                    company=foreign[0].name,
                )
            )

    def _parse_values(self, device, meters, values):
        """Turn ``{meter or type code: number or text}`` into ``{meter: int}``.

        :param dict meters: of the device, by code and by id
        """
        if not values:
            raise ValidationError(
                self.env._(
                    "No reading of %(device)s was given. Enter at least one counter.",
                    device=device.display_name,
                )
            )
        parsed = {}
        for key, value in values.items():
            # The device is the superuser's here, and so are its meters, also archived ones.
            meter = meters.get(key) if isinstance(key, str) else meters.get(key.id) or key.sudo()
            if not meter or meter.device_id != device:
                raise ValidationError(
                    self.env._(
                        "%(device)s has no meter “%(meter)s”. Its meters: %(meters)s.",
                        device=device.display_name,
                        meter=key if isinstance(key, str) else meter.display_name,
                        meters=", ".join(device.meter_ids.mapped("display_name")) or "–",
                    )
                )
            if meter.kind == "computed":
                raise ValidationError(
                    self.env._(
                        "%(meter)s of %(device)s is computed from other counters. Enter those.",
                        meter=meter.display_name,
                        device=device.display_name,
                    )
                )
            parsed[meter] = self._parse_value(meter, value)
        return parsed

    def _parse_value(self, meter, value):
        """Return the number a person typed; spaces between digits are fine."""
        text = "".join(str(value).split())
        digits = meter.digits or MAX_DIGITS
        if isinstance(value, bool) or not text.isdecimal() or len(text) > digits:
            raise ValidationError(
                self.env._(
                    "%(meter)s of %(device)s: “%(value)s” is not a counter value. "
                    "Enter up to %(digits)s digits, no minus sign and no letters.",
                    meter=meter.display_name,
                    device=meter.device_id.display_name,
                    value=value,
                    digits=digits,
                )
            )
        return int(text)

    def _check_photos(self, photos):
        """Refuse what is no picture, judged by what is in the file, not by its name."""
        # Superuser: which files a person may attach is checked where they come from.
        for photo in photos.sudo():
            # The size first: what is too large is not even opened.
            refusal = self._photo_refusal(photo.name, photo.file_size)
            refusal = refusal or self._photo_refusal(photo.name, photo.file_size, photo.raw)
            if refusal:
                raise ValidationError(refusal)

    @api.model
    def _photo_refusal(self, name, size, head=None):
        """Why a file is no photo of a counter, in words; None when it is one.

        :param int size: in bytes
        :param bytes head: how its content begins; not looked at when not given
        """
        if size > MAX_PHOTO_MB * 1024 * 1024:
            return self.env._(
                "The file “%(name)s” has %(size)s MB. A photo of a counter may have up to"
                " %(limit)s MB. Take it at a lower resolution.",
                name=name,
                size=size // (1024 * 1024),
                limit=MAX_PHOTO_MB,
            )
        if head is not None and not guess_mimetype(head).startswith("image/"):
            return self.env._(
                "The file “%(name)s” is not a picture. Attach a photo of the counter.", name=name
            )
        return None

    def _known_sets(self, takes):
        """For each take the set in which all of it is known; known values are taken out.

        The same value from the same source within a day is the same reading, silently, be it
        stored already or earlier in the same batch.

        :return: for each take its known set, the number of the take that brings it, or None
        """
        known = self._known_facts(takes)
        result = []
        for number, (vals, values) in enumerate(takes):
            same = None
            for meter, value in list(values.items()):
                facts = known.setdefault((meter.id, vals["source"], value), [])
                twin = next((f for f in facts if abs(f[0] - vals["date"]) < SAME_READING), None)
                if twin:
                    same = twin[1] if same is None else same
                    del values[meter]
                else:
                    facts.append((vals["date"], number))
            result.append(None if values else same)
        return result

    def _known_facts(self, takes):
        """``{(meter id, source, value): [(date, set)]}`` stored around the moments of the takes."""
        dates = [vals["date"] for vals, _values in takes]
        readings = self.env["service.meter.reading"].search_fetch(
            [
                ("meter_id", "in", [meter.id for _v, values in takes for meter in values]),
                ("value", "in", [value for _v, values in takes for value in values.values()]),
                ("date", ">", min(dates) - SAME_READING),
                ("date", "<", max(dates) + SAME_READING),
            ],
            ["meter_id", "source", "value", "date", "set_id"],
        )
        facts = {}
        for reading in readings:
            key = (reading.meter_id.id, reading.source, reading.value)
            facts.setdefault(key, []).append((reading.date, reading.set_id))
        return facts

    def _create_sets(self, takes):
        """Create sets with judged readings and carry life values forward."""
        sets = insert(self, [vals for vals, _values in takes])
        fresh = {}
        for reading_set, (vals, values) in zip(sets, takes, strict=True):
            for meter, value in values.items():
                point = Point(vals["date"], value, key=reading_set)
                fresh.setdefault(meter, []).append(point)
        self.env["service.meter.reading"]._create_points(fresh)
        return sets
