from stdnum import ean

from odoo import models
from odoo.fields import Command

SERVICE_TYPES = (2, 16)  # services and extra charges
STORED_TYPES = (1, 4)  # goods and packaging; a kit (8) has no stock of its own


class SubiektCardProduct(models.AbstractModel):
    """Products' cards: name, unit, VAT and barcode are Subiekt's; category and cost are taken
    once. The file never has the stock."""

    _name = "subiekt.card.product"
    _description = "Import of Subiekt Products"
    _inherit = ["subiekt.card"]

    _binding_kind = "product"
    _target = "product.product"

    def _get_rows(self, file):
        return file.products

    def _prepare_context(self, exchange, file, rows):
        groups = {row.product_code.upper(): row.name for row in file.product_groups if row.name}
        return {
            "groups": groups,
            "categories": self._group_records(
                exchange, "product_group", "product.category", groups.values()
            ),
            "units": exchange.backend_id._get_units(),
            "taxes": self._find_taxes(exchange, rows),
            "barcodes": self._find_barcodes(exchange, rows),
            "told": set(),
            # core looks these two up again for each new product
            "defaults": self.env["product.product"].default_get(
                ["has_available_route_ids", "lot_sequence_id"]
            ),
        }

    def _prepare_vals(self, exchange, row, context):
        symbol = row.code.upper()
        vals = {
            "default_code": row.code,
            "name": row.name or row.code,
            "type": "service" if row.type in SERVICE_TYPES else "consu",
            "is_storable": row.type in STORED_TYPES,
            "uom_id": self._get_unit(exchange, row, context).id,
        }
        for name, key in zip(("taxes_id", "supplier_taxes_id"), _tax_keys(row), strict=True):
            tax = context["taxes"].get(key)
            if tax:
                vals[name] = [Command.set(tax.ids)]
            else:
                self._tell(
                    exchange,
                    context,
                    self.env._(
                        "No tax fits the VAT rate %s: add a pairing of a VAT rate with this "
                        "symbol, and import again.",
                        key,
                    ),
                )
        if context["barcodes"].get(row.barcode) == symbol:
            vals["barcode"] = row.barcode
        elif row.barcode:
            self._tell(
                exchange,
                context,
                self.env._("The barcode %s is not valid or not free: left out.", row.barcode),
                row,
            )
        return vals

    def _prepare_create_vals(self, exchange, row, context):
        category = context["categories"].get(context["groups"].get(row.code.upper(), "").upper())
        return (
            context["defaults"]
            | {
                "company_id": exchange.company_id.id,
                "standard_price": float(row.last_purchase_net or 0),
                "list_price": 0.0,
                # a rate without a tax here must not become the company's usual one
                "taxes_id": [Command.clear()],
                "supplier_taxes_id": [Command.clear()],
            }
            | ({"categ_id": category.id} if category else {})
        )

    def _match(self, exchange, rows, vals_by_row, known, context):
        codes = {row.code: row.code.upper() for row in rows}
        products = self.env["product.product"].search(
            [
                ("default_code", "in", list(codes)),
                ("company_id", "in", [exchange.company_id.id, False]),
            ]
        )
        taken = {binding.res_id for binding in known.values()}
        return {
            codes[code]: found
            for code, found in products.grouped("default_code").items()
            if len(found) == 1 and found.id not in taken
        }

    def _prepare_write_vals(self, record, vals):
        # writing the same unit or kind again is refused by core once the product was used
        kept = ("type", "is_storable")
        vals = {
            key: value for key, value in vals.items() if key not in kept or record[key] != value
        }
        if record.uom_id.id == vals["uom_id"]:
            vals.pop("uom_id")
        # a product shared between companies needs a barcode that none of them uses
        if not record.company_id and self.env["product.product"].search_count(
            [("barcode", "=", vals.get("barcode", "")), ("id", "!=", record.id)], limit=1
        ):
            vals.pop("barcode", None)
        company = self.env.company
        for name in {"taxes_id", "supplier_taxes_id"} & set(vals):
            # a product shared between companies keeps the taxes of the others
            others = record[name].filtered(lambda tax: tax.company_id != company)
            vals[name] = [Command.set([*others.ids, *vals[name][0][2]])]
        return vals

    # ------------------------------------------------------------ look-ups

    def _tell(self, exchange, context, message, row=None):
        """Say a thing once, however many cards have it."""
        if message not in context["told"]:
            context["told"].add(message)
            exchange._say(
                message, line=row.source_line if row else 0, symbol=row.code if row else ""
            )

    def _get_unit(self, exchange, row, context):
        unit = context["units"].get(row.base_unit.strip().rstrip(".").lower())
        if not unit:
            unit = self.env.ref("uom.product_uom_unit")
            self._tell(
                exchange,
                context,
                self.env._("The unit %s is not known: pieces were taken.", row.base_unit),
            )
        return unit

    def _find_taxes(self, exchange, rows):
        """Return {key of a VAT rate: tax}; rates seen for the first time are paired, so that an
        administrator sees the pairs and may change them."""
        Binding = self.env["subiekt.binding"]
        known = Binding._get_map(exchange.backend_id, "tax", "account.tax")
        found = {key: self.env["account.tax"].browse(known[key].res_id) for key in known}
        taxes = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(exchange.company_id),
                ("amount_type", "=", "percent"),
                ("price_include", "=", False),
            ]
        )
        created = []
        for key in {key for row in rows for key in _tax_keys(row)} - set(known):
            tax = self._choose_tax(exchange, taxes, key)
            if tax:
                found[key] = tax
                created.append(
                    {
                        "backend_id": exchange.backend_id.id,
                        "kind": "tax",
                        "external_key": key,
                        "res_model": "account.tax",
                        "res_id": tax.id,
                    }
                )
        Binding.create(created)
        return found

    def _choose_tax(self, exchange, taxes, key):
        """Return the tax for a key like ``SALE/CONSU/23``: the company's usual one when it has
        this percentage, else the first one. Of rates without a percentage (zw, ex, ue …) only
        an exempt one can be told from the others, by its name in the Polish chart."""
        use, scope, symbol = (part.lower() for part in key.split("/"))
        company = exchange.company_id
        taxes = taxes.filtered(lambda tax: tax.type_tax_use == use)
        if symbol == "zw":
            return taxes & exchange.backend_id._get_exempt_tax(use)
        if not symbol.isdigit():
            return taxes.browse()
        default = company.account_sale_tax_id if use == "sale" else company.account_purchase_tax_id
        fitting = taxes.filtered(
            lambda tax: tax.amount == float(symbol) and tax.tax_scope in (False, scope)
        )
        scoped = fitting.filtered(lambda tax: tax.tax_scope == scope)
        return (scoped or (fitting & default) or fitting)[:1]

    def _find_barcodes(self, exchange, rows):
        """Return {barcode: symbol of the only card that may have it}."""
        wanted = {}
        for row in rows:
            if row.barcode and ean.is_valid(row.barcode):
                wanted.setdefault(row.barcode, row.code.upper())
        holders = self.env["product.product"].search(
            [
                ("barcode", "in", list(wanted)),
                ("company_id", "in", [exchange.company_id.id, False]),
            ]
        )
        bindings = self.env["subiekt.binding"]._find_symbols(
            exchange.backend_id, "product", holders
        )
        for holder in holders:
            paired = bindings.get(holder)
            symbol = paired.external_key if paired else holder.default_code or ""
            if symbol.upper() != wanted[holder.barcode]:
                del wanted[holder.barcode]
        return wanted


def _tax_keys(row):
    """Return the keys of a card's sales and purchase VAT rates."""
    scope = "SERVICE" if row.type in SERVICE_TYPES else "CONSU"
    return (
        f"SALE/{scope}/{row.vat_symbol_sale.upper()}",
        f"PURCHASE/{scope}/{row.vat_symbol_purchase.upper()}",
    )
