from collections import defaultdict
from datetime import datetime, time

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.service_customer.tools.cells import is_day, read_count, read_moment
from odoo.addons.service_customer.tools.load_entry import CellError, Column, fold

from ..tools import headers
from .service_meter_reading_take import CLOCK_TOLERANCE, MAX_DIGITS

COUNTER = "counter."


def counter_name(meter_type):
    """Name of the column of a type of counter."""
    return COUNTER + meter_type.code


class ServiceLoadReading(models.AbstractModel):
    """Readings from a file of another program, like one that watches printers in their networks.

    A row is a device with a column for each counter, or one counter of a device with its value;
    rows of the second shape that belong to one device and moment are taken together. A row is the
    reading set in which all of it is known.
    """

    _name = "service.load.reading"
    _description = "Readings in a Load"
    _inherit = ["service.load.kind"]

    _target = "service.meter.reading.set"
    _purpose = "reading"
    _is_mapped = True

    def _get_label(self):
        return self.env._("Readings")

    def _get_title_column(self):
        return "serial"

    def _get_columns(self):
        text = self._parse_text
        return [
            Column("serial", self.env._("Serial number"), "A7PY021000123", parse=text),
            Column("inventory_number", self.env._("Inventory number"), parse=text),
            Column(
                "model",
                self.env._("Model"),
                comment=self.env._("Tells devices with the same serial number apart."),
                parse=text,
            ),
            Column(
                "date",
                self.env._("Read on"),
                "2026-11-30 14:05",
                self.env._("Day, or day and time. Empty: what you say when you load the file."),
                parse=self._parse_moment,
            ),
            *(
                Column(counter_name(counter), counter.name, parse=self._parse_counter)
                for counter in self.env["service.meter.type"]._get_counters()
            ),
            Column(
                "meter",
                self.env._("Name of the counter"),
                comment=self.env._("For files with one row for each counter."),
            ),
            Column(
                "value",
                self.env._("Value of the counter"),
                comment=self.env._("What the counter named beside showed."),
                parse=self._parse_counter,
            ),
        ]

    # ------------------------------------------------------------ columns of other programs

    def _guess_targets(self, header):
        # EXTENDS service_customer
        own = self.env["service.load"]._get_headers(self._name)
        named = [own.get(fold(text.replace("*", ""))) or "" for text in header]
        named = [name if name and named.index(name) == i else "" for i, name in enumerate(named)]
        guessed = headers.guess(header, self._get_counter_words())
        return [
            name or (guess if guess not in named else "")
            for name, guess in zip(named, guessed, strict=True)
        ]

    def _get_counter_words(self):
        """``{name of a column: words for its counter}``, the most telling words first."""
        words = {}
        for counter in self.env["service.meter.type"]._get_counters():
            names = {counter.name, counter.with_context(lang="en_US").name, counter.code}
            words[counter_name(counter)] = (*names, *headers.COUNTERS.get(counter.code, ()))
        order = [COUNTER + code for code in headers.COUNTERS]
        return dict(
            sorted(words.items(), key=lambda item: order.index(item[0]) if item[0] in order else -1)
        )

    def _check_targets(self, targets):
        # EXTENDS service_customer
        if not {"serial", "inventory_number"} & set(targets):
            raise UserError(
                self.env._("Say which column has the serial number or the inventory number.")
            )
        if not any(name.startswith(COUNTER) for name in targets) and "value" not in targets:
            raise UserError(self.env._("Say which columns have what the counters showed."))
        if ("meter" in targets) != ("value" in targets):
            raise UserError(
                self.env._(
                    "The name of the counter and the value of the counter belong together: say"
                    " which columns they are. If each counter has a column of its own, choose that"
                    " counter."
                )
            )

    def _complete(self, load, entries):
        # EXTENDS service_customer: written out, so that a later file is another reading
        moment = fields.Datetime.context_timestamp(self, load.reading_date or fields.Datetime.now())
        text = f"{moment:%Y-%m-%d %H:%M:%S}"
        for entry in entries:
            entry.texts.setdefault("date", text)

    # ------------------------------------------------------------ cells

    def _parse_counter(self, text, _texts):
        digits = read_count(text)
        if digits is None:
            raise CellError(
                self.env._("This is no counter value: digits only, no minus sign and no letters.")
            )
        if len(str(int(digits))) > MAX_DIGITS:
            raise CellError(self.env._("A counter has up to %s digits.", MAX_DIGITS))
        return int(digits)

    def _parse_moment(self, text, _texts):
        moment = read_moment(text)
        if not moment:
            raise CellError(self.env._("Write a date like 31.03.2026."))
        now = fields.Datetime.now()
        if not is_day(moment):
            moment = self._to_utc(moment)
        elif moment.date() == fields.Date.context_today(self):
            # Of a day only, noon is meant; of today what is not ahead yet.
            moment = min(self._to_utc(datetime.combine(moment, time(12))), now)
        else:
            moment = self._to_utc(datetime.combine(moment, time(12)))
        if moment > now + CLOCK_TOLERANCE:
            raise CellError(self.env._("A reading cannot be in the future. Correct the date."))
        return moment

    def _parse(self, entry, columns):
        super()._parse(entry, columns)
        texts = entry.texts
        if not (texts.get("serial") or texts.get("inventory_number")):
            entry.refuse("serial", self.env._("Fill in this cell."))
        named = bool(texts.get("meter")), bool(texts.get("value"))
        if any(named) and not all(named):
            entry.refuse("value" if named[0] else "meter", self.env._("Fill in this cell."))
        elif not any(named) and not any(name.startswith(COUNTER) for name in texts):
            entry.refuse("", self.env._("No counter is filled in."))

    # ------------------------------------------------------------ comparing

    def _get_identity(self, entry):
        # The same reading twice is the same reading, silently.
        return None

    def _compare(self, entries):
        """What is observed never changes."""

    # ------------------------------------------------------------ writing

    def _write(self, entries):
        # EXTENDS service_customer
        requests, places, of_moment = [], [], defaultdict(list)
        for entry in entries:
            values = entry.links["values"]
            moment = of_moment[entry.links["device"], entry.vals["date"]]
            place = next((p for p in moment if _fits(values, requests[p]["values"])), None)
            if place is None:
                place = len(requests)
                moment.append(place)
                requests.append(
                    {
                        "device": entry.links["device"],
                        "values": {},
                        "date": entry.vals["date"],
                        "source": "import",
                    }
                )
            requests[place]["values"] |= values
            places.append(place)
        sets = list(self.env[self._target]._take(requests))
        for entry, place in zip(entries, places, strict=True):
            entry.record = sets[place]
        return len(entries), 0


def _fits(values, others):
    """Whether readings of one moment can be of one set: no counter shows two values."""
    return all(others.get(meter, value) == value for meter, value in values.items())
