from datetime import datetime, time

from odoo import fields, models

from odoo.addons.service_customer.tools.load_entry import Column

from .service_load_reading import counter_name


class ServiceLoadDevice(models.AbstractModel):
    """The last readings of devices of the first load, up to which their pages are billed already.

    Each becomes a reading through the one door, and the one from which billing begins.
    """

    _inherit = "service.load.device"

    def _get_columns(self):
        # EXTENDS service_device
        comment = self.env._(
            "What the counter showed when it was last billed: later pages are still to be billed."
        )
        return [
            *super()._get_columns(),
            Column(
                "date_billed",
                self.env._("Billed up to (day)"),
                comment=self.env._("The day of the readings beside. Empty: today."),
                parse=self._parse_past_date,
            ),
            *(
                Column(
                    counter_name(meter_type),
                    self.env._("Billed up to: %s", meter_type.name),
                    comment=comment,
                    parse=self.env["service.load.reading"]._parse_counter,
                )
                for meter_type in self.env["service.meter.type"]._get_counters()
            ),
        ]

    def _link(self, entries, file):
        # EXTENDS service_device: a model says which counters its devices have
        super()._link(entries, file)
        counters = self.env["service.meter.type"]._get_counters()
        for entry in entries:
            entry.links["opening"] = stated = {
                meter_type: entry.vals[name]
                for meter_type in counters
                if (name := counter_name(meter_type)) in entry.vals
            }
            model = entry.links.get("model")
            lines = {line.type_id: line for line in model.meter_line_ids} if model else {}
            for meter_type, value in stated.items():
                column = counter_name(meter_type)
                if model and meter_type not in lines:
                    entry.refuse(
                        column,
                        self.env._(
                            "%s has no such counter. Add it to the meters of the model, or empty"
                            " this cell.",
                            model.display_name,
                        ),
                    )
                elif model and lines[meter_type].digits and value >= 10 ** lines[meter_type].digits:
                    entry.refuse(
                        column,
                        self.env._("The counter has only %s digits.", lines[meter_type].digits),
                    )
            if stated:
                self._refuse_order(entry)

    def _refuse_order(self, entry):
        """Refuse what was billed before the device was there."""
        placed, billed = (entry.vals.get(name) for name in ("date_placed", "date_billed"))
        if placed and billed and billed < placed:
            entry.refuse("date_billed", self.env._("This is before the device was installed."))

    def _compare(self, entries):
        # EXTENDS service_device
        super()._compare(entries)
        for entry in entries:
            if new := self._get_new_openings(entry):
                entry.changed["opening"] = new

    def _get_new_openings(self, entry):
        """``{type of meter: value}`` that the row states and the device's meters do not yet."""
        meters = {meter.type_id: meter for meter in entry.record.meter_ids}
        day = entry.vals.get("date_billed")
        new = {}
        for meter_type, value in entry.links["opening"].items():
            opening = meters[meter_type].opening_reading_id if meter_type in meters else None
            known = opening and fields.Datetime.context_timestamp(self, opening.date).date()
            if not opening or opening.value != value or (day and day != known):
                new[meter_type] = value
        return new

    def _prepare_create_vals(self, entry):
        # EXTENDS service_device: it was there when its counters were read
        vals = super()._prepare_create_vals(entry)
        day = entry.vals.get("date_billed")
        if day and entry.links["opening"] and "date_placed" not in vals:
            vals["date_placed"] = self._get_start(day)
        return vals

    def _write(self, entries):
        # EXTENDS service_device
        opening = [
            (entry, entry.changed.get("opening") if entry.record else entry.links["opening"])
            for entry in entries
        ]
        opening = [(entry, values) for entry, values in opening if values]
        counts = super()._write(entries)
        sets = self.env["service.meter.reading.set"]._take(
            [self._prepare_opening(entry, values) for entry, values in opening]
        )
        meters = self.env["service.meter"]
        for (entry, values), reading_set in zip(opening, sets, strict=True):
            meters |= entry.record.meter_ids.filtered(lambda meter, v=values: meter.type_id in v)
            entry.links["opening_set"] = reading_set
        meters._begin_billing(sets)
        return counts

    def _prepare_opening(self, entry, values):
        """A request of ``service.meter.reading.set._take``."""
        day = entry.vals.get("date_billed")
        noon = day and self._to_utc(datetime.combine(day, time(12)))
        return {
            "device": entry.record,
            "values": {meter_type.code: value for meter_type, value in values.items()},
            "date": min(noon, fields.Datetime.now()) if noon else fields.Datetime.now(),
            "source": "import",
            "note": self.env._("Billed up to here before"),
        }

    def _conclude(self, load, entries):
        # EXTENDS service_device: a new model has the counters that the rows of its devices fill in
        super()._conclude(load, entries)
        counters = self.env["service.meter.type"]._get_counters()
        filled = {}
        for entry in entries:
            key = entry.links.get("unknown_model")
            for meter_type in counters if key else ():
                if entry.texts.get(counter_name(meter_type)):
                    filled.setdefault(key, self.env["service.meter.type"])
                    filled[key] |= meter_type
        # Proposals are the system's until somebody decides.
        for proposal in load.sudo().model_ids:
            if not (proposal.model_id or proposal.meter_type_ids) and proposal.key in filled:
                proposal.meter_type_ids = filled[proposal.key]
