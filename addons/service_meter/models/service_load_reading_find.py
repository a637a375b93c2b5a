from odoo import models
from odoo.fields import Domain

from odoo.addons.service_customer.tools.load_entry import fold

from ..tools import headers
from .service_load_reading import COUNTER, counter_name


class ServiceLoadReading(models.AbstractModel):
    """How rows of readings find their devices, counters, and the readings that are known."""

    _inherit = "service.load.reading"

    def _link(self, entries, file):
        Device = self.env["service.device"]
        serials = Device._find_by_word("serial", [e.texts.get("serial") for e in entries])
        others = Device._find_by_word(
            "inventory_number", [e.texts.get("inventory_number") for e in entries]
        )
        names = self._get_types(), self._get_counter_words()
        found = {entry: self._find_device(entry, serials, others) for entry in entries}
        # Together their meters are fetched at once, with what their models say of them.
        devices = Device.union(*found.values())
        devices.meter_ids.mapped("digits")
        together = devices.ids
        for entry in entries:
            device = found[entry].with_prefetch(together)
            entry.links["device"] = device
            entry.links["values"] = self._find_meters(entry, device, names) if device else {}
            if "meter" in entry.texts and device and "date" in entry.vals:
                entry.bundle = f"{device.id} {entry.vals['date']}"

    def _find_device(self, entry, serials, others):
        """The device of a row, or none; refuses the row where that is not sure."""
        Device = self.env["service.device"]
        serial, other = (fold(entry.texts.get(name)) for name in ("serial", "inventory_number"))
        column = "serial" if serial else "inventory_number"
        found = serials.get(serial, Device) if serial else others.get(other, Device)
        if len(found) > 1 and serial and other:
            found = found & others.get(other, Device) or found
        if len(found) > 1 and (model := fold(entry.texts.get("model"))):
            found = (
                found.filtered(
                    lambda device: model
                    in map(fold, (device.model_id.name, device.model_id.display_name))
                )
                or found
            )
        if len(found) == 1:
            return found
        if found:
            entry.refuse(
                column,
                self.env._(
                    "Several devices are meant: %s. Say with other columns which one: the inventory"
                    " number or the model.",
                    ", ".join(found.mapped("display_name")),
                ),
            )
        elif serial:
            entry.refuse(column, self.env._("No device has this serial number."))
        elif other:
            entry.refuse(column, self.env._("No device has this inventory number."))
        return Device

    def _get_types(self):
        """``{what people call a counter: its type}``, in the user's language and in English."""
        # All of them: there are a dozen.
        types = self.env["service.meter.type"].search(Domain.TRUE)
        english = types.with_context(lang="en_US")
        return {
            fold(word): meter_type
            for meter_type, other in zip(types, english, strict=True)
            for word in (other.name, meter_type.name, meter_type.code)
        }

    def _find_meters(self, entry, device, names):
        """``{meter: value}`` of a row; refuses cells that the device has no counter for.

        :param names: see `_find_type`
        """
        meters = {meter.type_id: meter for meter in device.meter_ids._physical()}
        by_code = {counter_name(meter_type): meter for meter_type, meter in meters.items()}
        found = {name: by_code.get(name) for name in entry.texts if name.startswith(COUNTER)}
        if entry.texts.get("meter") and entry.texts.get("value"):
            found["value"] = meters.get(self._find_type(entry.texts["meter"], names))
        for name, meter in found.items():
            value = entry.vals.get(name)
            if not meter:
                self._refuse_counter(entry, "meter" if name == "value" else name, device)
            elif value is not None and meter.digits and value >= 10**meter.digits:
                entry.refuse(
                    name,
                    self.env._(
                        "The counter of %(device)s has only %(digits)s digits.",
                        device=device.name,
                        digits=meter.digits,
                    ),
                )
        return {meter: entry.vals[name] for name, meter in found.items() if name in entry.vals}

    def _refuse_counter(self, entry, column, device):
        entry.refuse(
            column,
            self.env._(
                "%(device)s has no such counter. It has: %(counters)s.",
                device=device.name,
                counters=", ".join(device.meter_ids._physical().type_id.mapped("name")) or "–",
            ),
        )

    def _find_type(self, text, names):
        """The type of counter that a row names, by its name, its code or a usual word.

        :param names: what `_get_types` and `_get_counter_words` know
        """
        types, words = names
        if known := types.get(fold(text)):
            return known
        (name,) = headers.guess([text], words)
        return types.get(fold(name.removeprefix(COUNTER))) if name.startswith(COUNTER) else None

    def _match(self, entries, file):
        """While a file is checked: what is known of the same source within a day is unchanged."""
        Set = self.env["service.meter.reading.set"]
        asked = [e for e in entries if file and not e.errors and e.links["values"]]
        takes = [
            ({"date": entry.vals["date"], "source": "import"}, dict(entry.links["values"]))
            for entry in asked
        ]
        if not takes:
            return
        for entry, known in zip(asked, Set._known_sets(takes), strict=True):
            if known is not None and not isinstance(known, int):
                entry.record = known
