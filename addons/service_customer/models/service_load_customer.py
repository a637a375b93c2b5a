from collections import Counter, defaultdict

from stdnum.pl import nip

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.load_entry import CellError, Column, Entry, fold, nip_key


class ServiceLoadCustomer(models.AbstractModel):
    """Customers of the first load.

    A row is the customer with its symbol; without one, the only customer with its tax number; else
    the only customer of its name and city. A customer that has another symbol is never meant.
    """

    _name = "service.load.customer"
    _description = "Customers in the First Load"
    _inherit = ["service.load.kind"]

    def _get_label(self):
        return self.env._("Customers")

    def _get_columns(self):
        text = self._parse_text
        return [
            Column(
                "name",
                self.env._("Customer name"),
                "Odra Logistyka S.A.",
                required=True,
                parse=text,
            ),
            Column(
                "ref",
                self.env._("Symbol"),
                "ODRA-LOG",
                self.env._(
                    "The symbol of the customer in your accounting program. It finds the customer"
                    " again."
                ),
                parse=text,
            ),
            Column(
                "vat",
                self.env._("Tax number"),
                "898-315-07-23",
                self.env._("Several customers may share one: give each its symbol."),
                parse=self._parse_vat,
            ),
            Column("street", self.env._("Street"), "Portowa 8", parse=text),
            Column("zip", self.env._("Postal code"), "52-119", parse=self._parse_zip),
            Column("city", self.env._("City"), "Wrocław", parse=text),
            Column(
                "country_id",
                self.env._("Country"),
                comment=self.env._("Name or code. Empty: the country of your company."),
                parse=self._parse_country,
            ),
            Column("phone", self.env._("Phone"), "71 555 03 40", parse=text),
            Column("email", self.env._("E-mail"), "faktury@odra.example", parse=self._parse_email),
        ]

    def _parse_vat(self, text, texts):
        number = "".join(character for character in text if character.isalnum()).upper()
        country = self.env["res.country"].browse(self._get_country(texts))
        foreign = number[:2].isalpha() and not number.startswith("PL")
        polish = number.startswith("PL") or (country.code == "PL" and not foreign)
        if number and polish and not nip.is_valid(number):
            raise CellError(
                self.env._("This tax number is not valid: a digit is wrong, missing or too many.")
            )
        return number

    # ------------------------------------------------------------ finding customers

    def _find_customers(self, texts, file=None):
        """Find customers by whatever people write: symbol, tax number or name.

        :param texts: the words to look for
        :param file: see `_link`: customers of the file are found as well
        :return: function that takes a word and gives the list of what it may mean: res.partner
            records, and `Entry` of new customers
        """
        indexes = self._index_customers(texts)
        for entry in (file or {}).get(self._name, ()):
            meant = entry.record or entry
            _add(indexes, entry.texts, meant)

        def find(text):
            keys = {"ref": fold(text), "vat": nip_key(text), "name": fold(text)}
            found = (indexes[name].get(key) for name, key in keys.items() if key)
            return next(filter(None, found), [])

        return find

    def _index_customers(self, texts):
        indexes = {name: defaultdict(list) for name in ("ref", "vat", "name")}
        for partner in self._search_customers(texts):
            _add(indexes, partner, partner)
        return indexes

    def _search_customers(self, texts):
        """Customers with one of these symbols, tax numbers or names, archived ones left out."""
        words = list({(text or "").strip().lower() for text in texts} - {""})
        vats = list({nip_key(text) for text in texts if text} - {""})
        if not words:
            return self.env["res.partner"]
        query = self.env["res.partner"]._search(
            Domain("parent_id", "=", False) & Domain("type", "!=", "location")
        )
        number = SQL("regexp_replace(upper(res_partner.vat), '[^0-9A-Z]', '', 'g')")
        query.add_where(
            SQL(
                "(lower(res_partner.ref) = ANY(%s) OR lower(res_partner.name) = ANY(%s)"
                " OR regexp_replace(%s, '^PL', '') = ANY(%s))",
                words,
                words,
                number,
                vats,
            )
        )
        partners = self.env["res.partner"].browse(query)
        return partners.sorted("id")

    def _link_customers(self, entries, file, column="customer"):
        """Find the customers that a column names, into ``entry.links[column]``."""
        find = self._find_customers([entry.texts.get(column) for entry in entries], file)
        for entry in entries:
            text = entry.texts.get(column)
            if not text:
                continue
            found = find(text)
            if len(found) == 1:
                entry.links[column] = found[0]
                if isinstance(found[0], Entry) and found[0].errors:
                    entry.refuse(
                        column, self.env._("Row %s of the customers has errors.", found[0].number)
                    )
            elif found:
                entry.refuse(column, self.env._("Several customers are meant: give the symbol."))
            else:
                entry.refuse(
                    column,
                    self.env._("No customer has this symbol, tax number or name. Load it first."),
                )

    def _match(self, entries, file):
        everyone = file.get(self._name) or entries
        shared = Counter(nip_key(entry.texts.get("vat")) for entry in everyone)
        texts = {
            text for e in entries for name in ("ref", "vat", "name") if (text := e.texts.get(name))
        }
        indexes = self._index_customers(texts)
        for entry in entries:
            if not entry.record and not entry.errors:
                entry.record = self._choose(entry, indexes, shared)

    def _choose(self, entry, indexes, shared):
        """The customer a row stands for, or None; refuses the row where that is not sure."""
        ref, vat = fold(entry.texts.get("ref")), nip_key(entry.texts.get("vat"))
        if ref and (found := indexes["ref"].get(ref)):
            if len(found) > 1:
                entry.refuse("ref", self.env._("Several customers have this symbol."))
            return found[0]
        same_vat, same_name = (
            [partner for partner in indexes[name].get(key, ()) if not (ref and partner.ref)]
            for name, key in (("vat", vat), ("name", fold(entry.texts["name"])))
        )
        if len(same_vat) == 1 and shared[vat] == 1:
            return same_vat[0]
        city = fold(entry.texts.get("city"))
        same_name = [
            partner
            for partner in same_name
            if fold(partner.city) == city and (not vat or nip_key(partner.vat) in ("", vat))
        ]
        if len(same_name) > 1 or (len(same_vat) > 1 and not same_name and not ref):
            column = "name" if len(same_name) > 1 else "vat"
            entry.refuse(column, self.env._("Several customers are meant: give the symbol."))
        return same_name[0] if same_name else None

    def _get_identity(self, entry):
        if entry.record:
            return entry.record
        ref, vat = fold(entry.texts.get("ref")), nip_key(entry.texts.get("vat"))
        return ref or (vat, fold(entry.texts.get("name")), fold(entry.texts.get("city")))

    def _differs(self, record, name, value):
        if name == "vat":
            return nip_key(record.vat) != nip_key(value)
        return super()._differs(record, name, value)

    def _prepare_create_vals(self, entry):
        country = {"country_id": self._get_country(entry.texts)}
        return {"is_company": True, **country, **self._prepare_vals(entry)}


def _add(indexes, source, meant):
    """Put a customer into the indexes under its symbol, tax number and name."""
    get = source.get if isinstance(source, dict) else source.__getitem__
    for name, key in (("ref", fold), ("vat", nip_key), ("name", fold)):
        value = key(get(name))
        if value and not any(known is meant for known in indexes[name][value]):
            indexes[name][value].append(meant)
