from collections import Counter

from stdnum import get_cc_module

from odoo import models
from odoo.fields import Command

RETAIL_TYPES = range(3, 10)  # retail customers and persons
SUPPLIER_TYPES = (0, 1, 4, 5, 7, 8)
CUSTOMER_TYPES = (0, 2, 3, 4, 6, 7, 9)


class SubiektCardPartner(models.AbstractModel):
    """Partners' cards. The NIP is not unique: schools of one commune and branches of a chain have
    own cards with one NIP, so it pairs only where one card and one partner have it."""

    _name = "subiekt.card.partner"
    _description = "Import of Subiekt Partners"
    _inherit = ["subiekt.card"]

    _binding_kind = "partner"
    _target = "res.partner"

    def _get_rows(self, file):
        return file.partners

    def _prepare_context(self, exchange, file, rows):
        names = {}
        for group in file.partner_groups:
            if group.name:
                names.setdefault(group.partner_code.upper(), []).append(group.name)
        tags = self._group_records(
            exchange,
            "partner_group",
            "res.partner.category",
            [name for group in names.values() for name in group],
        )
        codes = {row.iso_country or row.eu_prefix for row in rows}
        countries = self.env["res.country"].search([("code", "in", list(codes))])
        return {
            "nips": Counter(_digits(row.nip) for row in file.partners),
            "groups": names,
            "tags": tags,
            "countries": {country.code: country for country in countries},
            "poland": self.env.ref("base.pl"),
        }

    def _prepare_vals(self, exchange, row, context):
        country = context["countries"].get(row.iso_country or row.eu_prefix, context["poland"])
        wanted = {
            context["tags"][name.upper()].id for name in context["groups"].get(row.code.upper(), [])
        }
        others = {tag.id for tag in context["tags"].values()} - wanted
        vals = {
            "name": row.full_name or row.short_name or row.code,
            "ref": row.code,
            "is_company": row.type not in RETAIL_TYPES,
            "street": row.street,
            "zip": row.zip,
            "city": row.city,
            "country_id": country.id,
            "phone": row.phone,
            "email": row.email,
            "website": row.www,
            # tags that did not come from Subiekt stay
            "category_id": [Command.unlink(tag) for tag in sorted(others)]
            + [Command.link(tag) for tag in sorted(wanted)],
        }
        vat = self._get_vat(row, country)
        return vals | ({"vat": vat} if vat else {})

    def _get_vat(self, row, country):
        """Return the tax number of a card as Odoo keeps it, or "" when it does not check out."""
        number = "".join(character for character in row.nip if character.isalnum()).upper()
        code = row.eu_prefix or country.code
        number = number.removeprefix(code)
        check = number and get_cc_module(code.lower(), "vat")
        if not check or not check.is_valid(number):
            return ""
        return number if code == "PL" else code + number

    def _match(self, exchange, rows, vals_by_row, known, context):
        by_vat = {
            vals_by_row[id(row)]["vat"]: row
            for row in rows
            if vals_by_row[id(row)].get("vat") and context["nips"][_digits(row.nip)] == 1
        }
        if not by_vat:
            return {}
        forms = {form: vat for vat in by_vat for form in _written_forms(vat)}
        partners = self.env["res.partner"].search(
            [
                ("vat", "in", list(forms)),
                ("parent_id", "=", False),
                ("ref_company_ids", "=", False),  # never our own companies
                ("company_id", "in", [exchange.company_id.id, False]),
            ]
        )
        taken = {binding.res_id for binding in known.values()}
        found = {}
        for vat, group in partners.grouped(lambda partner: forms[partner.vat]).items():
            free = len(group) == 1 and group.id not in taken
            if free:
                found[by_vat[vat].code.upper()] = group
        return found

    def _prepare_create_vals(self, exchange, row, context):
        if row.nip and not self._get_vat(row, context["poland"]):
            exchange._say(
                self.env._("The tax number %s is not valid: it was left out.", row.nip),
                line=row.source_line,
                symbol=row.code,
            )
        return {
            "company_id": exchange.company_id.id,
            "lang": exchange.company_id.partner_id.lang or self.env.lang,
            "customer_rank": int(row.type in CUSTOMER_TYPES),
            "supplier_rank": int(row.type in SUPPLIER_TYPES),
        }


def _digits(number):
    return "".join(character for character in number if character.isdigit())


def _written_forms(vat):
    """Return how people write a tax number of ten digits (others: as it is)."""
    if len(vat) != 10 or not vat.isdigit():
        return [vat]
    dashed = f"{vat[:3]}-{vat[3:6]}-{vat[6:8]}-{vat[8:]}"
    other = f"{vat[:3]}-{vat[3:5]}-{vat[5:7]}-{vat[7:]}"
    return [vat, f"PL{vat}", f"PL {vat}", dashed, other]
