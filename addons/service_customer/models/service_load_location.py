from odoo import models
from odoo.fields import Domain

from ..tools.load_entry import Column, Entry, fold, path_parts


class ServiceLoadLocation(models.AbstractModel):
    """Locations of the first load.

    A row is the location of the customer with its symbol; else the one with its path, which is what
    it lies in and its name. Locations lie in others of the same file or of the database.
    """

    _name = "service.load.location"
    _description = "Locations in the First Load"
    _inherit = ["service.load.kind"]

    def _get_label(self):
        return self.env._("Locations")

    def _get_columns(self):
        text = self._parse_text
        kinds = self._get_choices("res.partner", "service_location_kind")
        return [
            Column(
                "customer",
                self.env._("Customer"),
                "ODRA-LOG",
                self.env._("Symbol, tax number or name of the customer."),
                required=True,
            ),
            self._get_inside_column(),
            Column("name", self.env._("Location name"), "Oddział Oława", required=True, parse=text),
            Column("ref", self.env._("Symbol"), "ODRA-OLAWA", parse=text),
            Column(
                "service_location_kind",
                self.env._("Kind of location"),
                kinds["site"],
                ", ".join(kinds.values()),
                parse=lambda word, _texts: self._parse_choice(word, kinds),
                choices=kinds,
            ),
            Column(
                "street",
                self.env._("Street"),
                "3 Maja 7",
                self.env._("Empty: as what it lies in."),
                parse=text,
            ),
            Column("zip", self.env._("Postal code"), "55-200", parse=self._parse_zip),
            Column("city", self.env._("City"), "Oława", parse=text),
            Column("phone", self.env._("Phone"), "71 555 03 41", parse=text),
            Column(
                "service_access_notes",
                self.env._("Access and parking"),
                "Wjazd bramą nr 2",
                parse=text,
            ),
        ]

    def _get_inside_column(self):
        return Column(
            "inside",
            self.env._("Lies in"),
            comment=self.env._(
                "Empty: right in the customer. Else the path of the location around it, like"
                " “Branch / Building A”."
            ),
        )

    def _parse(self, entry, columns):
        super()._parse(entry, columns)
        entry.depth = len(path_parts(entry.texts.get("inside")))

    def _link(self, entries, file):
        Customers = self.env["service.load.customer"]
        Customers._link_customers(entries, file)
        find = self._find_locations(entries, file)
        for entry in sorted(entries, key=lambda entry: entry.depth):
            inside, customer = entry.texts.get("inside"), entry.links.get("customer")
            if not customer:
                continue
            parent = find(customer, inside) if inside else customer
            entry.links["parent"] = parent
            if not parent:
                entry.refuse("inside", self.env._("The customer has no such location."))
            elif isinstance(parent, Entry) and parent.errors and parent is not customer:
                entry.refuse("inside", self.env._("Row %s has errors.", parent.number))

    def _find_locations(self, entries, file=None):
        """Find locations of customers by path or by symbol.

        :param entries: rows with ``links["customer"]``
        :return: function (customer, path) -> res.partner, or an `Entry` of the file, or None
        """
        customers = {e.links["customer"] for e in entries if e.links.get("customer")}
        ids = [customer.id for customer in customers if not isinstance(customer, Entry)]
        index = {}
        for entry in (file or {}).get("service.load.location", ()):
            customer = entry.links.get("customer")
            if customer and not entry.record:
                index[customer, self._get_path(entry)] = entry
                index[customer, fold(entry.texts.get("ref"))] = entry
        for location in self.env["res.partner"].search_fetch(
            Domain("commercial_partner_id", "in", ids) & Domain("type", "=", "location"),
            ["service_location_path", "ref", "commercial_partner_id"],
        ):
            customer = location.commercial_partner_id
            index[customer, path_parts(location.service_location_path)] = location
            if location.ref:
                index[customer, fold(location.ref)] = location
        return lambda customer, path: index.get((customer, path_parts(path))) or index.get(
            (customer, fold(path))
        )

    def _get_path(self, entry):
        return path_parts(f"{entry.texts.get('inside', '')} / {entry.texts.get('name', '')}")

    def _match(self, entries, file):
        find = self._find_locations(entries)
        for entry in entries:
            customer = entry.links.get("customer")
            if entry.record or entry.errors or not customer:
                continue
            ref = entry.texts.get("ref")
            same_path = find(customer, "/".join(self._get_path(entry)))
            entry.record = (ref and find(customer, ref)) or same_path
            other = same_path and entry.record == same_path and same_path.ref
            if ref and other and fold(other) != fold(ref):
                entry.refuse("ref", self.env._("The location has another symbol: %s", other))

    def _get_identity(self, entry):
        customer = entry.links.get("customer")
        return entry.record or (customer and (customer, self._get_path(entry)))

    def _prepare_vals(self, entry):
        vals = dict(entry.vals)
        parent = entry.links.get("parent")
        if parent and not isinstance(parent, Entry):
            vals["parent_id"] = parent.id
        return vals

    def _prepare_create_vals(self, entry):
        # The language that core would write afterwards, one by one.
        lang = entry.links["parent"].lang
        return {"type": "location", "lang": lang, **self._prepare_vals(entry)}
