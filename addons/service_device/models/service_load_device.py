from datetime import datetime, time

from odoo import fields, models

from odoo.addons.service_customer.tools.load_entry import CellError, Column, Entry, fold

PLACE = ("customer", "location", "owner")


class ServiceLoadDevice(models.AbstractModel):
    """Devices of the first load.

    A row is the device of its model with its serial number. A new one begins its life with the
    placement that the row describes; one that is elsewhere by the file is moved by a new placement.
    """

    _name = "service.load.device"
    _description = "Devices in the First Load"
    _inherit = ["service.load.kind"]

    _target = "service.device"

    def _get_label(self):
        return self.env._("Devices")

    def _get_title_column(self):
        return "serial"

    def _get_columns(self):
        text = self._parse_text
        return [
            Column(
                "serial", self.env._("Serial number"), "A7PY021000123", required=True, parse=text
            ),
            Column("manufacturer", self.env._("Manufacturer"), "Konica Minolta"),
            Column(
                "model",
                self.env._("Model"),
                "bizhub C250i",
                self.env._(
                    "A model that is not known yet is proposed to you before it is created."
                ),
                required=True,
            ),
            Column(
                "category",
                self.env._("Category"),
                comment=self.env._("Needed for new models only."),
            ),
            Column("inventory_number", self.env._("Inventory number"), "INW-0147", parse=text),
            *self._get_place_columns(),
            Column(
                "warranty_date", self.env._("Warranty until"), "31.12.2027", parse=self._parse_date
            ),
        ]

    def _get_place_columns(self):
        owners = self._get_choices("service.device", "owner")
        return [
            Column(
                "customer",
                self.env._("Customer"),
                "ODRA-LOG",
                self.env._("Symbol, tax number or name of the customer. Empty: in our stock."),
            ),
            Column(
                "location",
                self.env._("Location"),
                "Oddział Oława",
                self.env._("Symbol or path of the location, like “Branch / Building A”."),
            ),
            Column(
                "owner",
                self.env._("Owner"),
                owners["customer"],
                ", ".join(owners.values()),
                parse=lambda word, _texts: self._parse_choice(word, owners),
                choices=owners,
            ),
            Column(
                "date_placed",
                self.env._("Installed on"),
                "01.03.2024",
                self.env._("Since when it is there."),
                parse=self._parse_past_date,
            ),
        ]

    def _parse_past_date(self, text, texts):
        date = self._parse_date(text, texts)
        if date > fields.Date.context_today(self):
            raise CellError(self.env._("This day is in the future. Correct the date."))
        return date

    # ------------------------------------------------------------ finding

    def _link(self, entries, file):
        self.env["service.load.customer"]._link_customers(entries, file)
        find = self.env["service.load.location"]._find_locations(entries, file)
        Proposal = self.env["service.load.model"]
        words = [(e.texts.get("manufacturer"), e.texts.get("model")) for e in entries]
        known = Proposal._find_known(words)
        for entry, pair in zip(entries, words, strict=True):
            self._link_place(entry, find)
            if entry.texts.get("model"):
                key = Proposal._get_key(*pair)
                self._link_model(entry, key, known.get(key))

    def _link_place(self, entry, find):
        customer, path = entry.links.get("customer"), entry.texts.get("location")
        stated = entry.texts.get("customer")
        if path and customer:
            entry.links["location"] = place = find(customer, path)
            if not place:
                entry.refuse("location", self.env._("The customer has no such location."))
            elif isinstance(place, Entry) and place.errors:
                entry.refuse(
                    "location", self.env._("Row %s of the locations has errors.", place.number)
                )
        elif path and not stated:
            entry.refuse(
                "location", self.env._("Say whose location this is: fill in the customer.")
            )
        if entry.vals.get("owner", "own") != "own" and not stated:
            entry.refuse(
                "owner", self.env._("Fill in the customer: the device stands there or is theirs.")
            )

    def _link_model(self, entry, key, found):
        if not found:
            entry.links["unknown_model"] = key
            entry.refuse(
                "model",
                self.env._("This model is not known. Confirm it under “Models to Confirm”."),
            )
        elif len(found) > 1:
            entry.refuse(
                "model",
                self.env._("Several manufacturers have this model: fill in the manufacturer."),
            )
        else:
            entry.links["model"] = found

    def _match(self, entries, file):
        serials = [entry.texts.get("serial") for entry in entries]
        devices = self.env["service.device"].with_context(active_test=False)
        known = {
            (device.model_id, fold(device.serial)): device
            for found in devices._find_by_word("serial", serials).values()
            for device in found
        }
        for entry in entries:
            if not entry.record:
                key = (entry.links.get("model"), fold(entry.texts.get("serial")))
                entry.record = known.get(key)

    def _get_identity(self, entry):
        model = entry.links.get("model")
        return entry.record or (model and (model, fold(entry.texts.get("serial"))))

    def _conclude(self, load, entries):
        # EXTENDS service_customer: unknown models are proposed, nothing is made unasked.
        super()._conclude(load, entries)
        self.env["service.load.model"]._propose(
            load, [entry for entry in entries if entry.links.get("unknown_model")]
        )

    # ------------------------------------------------------------ values

    def _prepare_vals(self, entry):
        own = ("inventory_number", "warranty_date")
        return {name: value for name, value in entry.vals.items() if name in own}

    def _prepare_create_vals(self, entry):
        first = {"serial": entry.vals["serial"], "model_id": entry.links["model"].id}
        if day := entry.vals.get("date_placed"):
            first["date_placed"] = self._get_start(day)
        return {**first, **self._prepare_place(entry), **self._prepare_vals(entry)}

    def _prepare_place(self, entry):
        """Where the row says that the device is: what it does not say is left out."""
        place = {}
        if customer := entry.links.get("customer"):
            place["customer_id"] = customer.id
        if location := entry.links.get("location"):
            place["location_id"] = location.id
        if owner := entry.vals.get("owner"):
            place["owner"] = owner
        return place

    def _get_start(self, day):
        """When a day begins for the user, in UTC."""
        return self._to_utc(datetime.combine(day, time.min))

    # ------------------------------------------------------------ moving

    def _compare(self, entries):
        super()._compare(entries)
        limits = None
        for entry in entries:
            elsewhere = self._is_elsewhere(entry)
            day = entry.vals.get("date_placed")
            since = entry.record.date_placed
            since = since and fields.Datetime.context_timestamp(self, since).date()
            if not (elsewhere or (day and day != since)):
                continue
            if limits is None:
                devices = self.env["service.device"].union(*(entry.record for entry in entries))
                limits = devices._get_move_limits()
            if day and not (
                elsewhere and day > since and self._get_start(day) > limits[entry.record][0]
            ):
                self._refuse_start(entry, limits[entry.record][1])
            elif elsewhere:
                entry.changed["place"] = True

    def _refuse_start(self, entry, reason):
        entry.refuse(
            "date_placed",
            self.env._(
                "%s What was recorded is not rewritten: leave this cell empty, correct it, or move"
                " the device by hand.",
                reason,
            ),
        )

    def _is_elsewhere(self, entry):
        """Whether the register knows another place or owner than the row states."""
        stated = self._get_stated_place(entry)
        current = {
            "customer": entry.record.customer_id,
            "location": entry.record.location_id,
            "owner": entry.record.owner,
        }
        return any(stated[name] != current[name] for name in PLACE if name in stated)

    def _get_stated_place(self, entry):
        stated = {
            name: entry.links[name] for name in ("customer", "location") if entry.links.get(name)
        }
        if owner := entry.vals.get("owner"):
            stated["owner"] = owner
        return stated

    def _write(self, entries):
        moved = [entry for entry in entries if entry.record and "place" in entry.changed]
        counts = super()._write(entries)
        self.env["service.device.placement"].create([self._prepare_move(entry) for entry in moved])
        return counts

    def _prepare_move(self, entry):
        """Values of the placement that brings a device to where the row says."""
        device, place = entry.record, self._prepare_place(entry)
        customer = place.get("customer_id", device.customer_id.id)
        same_customer = customer == device.customer_id.id
        kept = {
            "customer_id": customer,
            "location_id": device.location_id.id if same_customer else False,
            "owner": device.owner,
        }
        vals = kept | place
        same_place = same_customer and vals["location_id"] == device.location_id.id
        at_customer = device.placement_id.kind == "customer"
        operation = ("owner" if same_place else "move") if at_customer else "install"
        day = entry.vals.get("date_placed")
        return {
            "device_id": device.id,
            "date_start": self._get_start(day) if day else fields.Datetime.now(),
            "kind": "customer" if customer else "stock",
            "operation": operation if customer else False,
            **vals,
        }
