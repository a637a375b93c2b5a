from odoo import models
from odoo.tools import float_compare, split_every

from .subiekt_card import BATCH

DIGITS = 4  # Subiekt's prices have four places
# The field of a price list's line that says for what the price is.
BEARERS = {"product.template": "product_tmpl_id", "product.product": "product_id"}


class SubiektPrice(models.AbstractModel):
    """Price levels: each becomes a price list with a fixed net price of every product.

    There is no checksum: a price is compared with the one on the list. A price of zero means
    in Subiekt that the product has none on that level.
    """

    _name = "subiekt.price"
    _description = "Import of Subiekt Prices"

    def _import_prices(self, exchange, file):
        """Take over the price list of the file (`epp.EppFile`)."""
        if not file.prices:
            return
        rows = self._unique(exchange, file.prices)
        pricelists = self._get_pricelists(exchange, rows)
        for batch in split_every(BATCH, self._find_products(exchange, rows), list):
            self._import_batch(exchange, batch, pricelists)
            self._set_list_prices(exchange.backend_id, batch)

    def _unique(self, exchange, rows):
        """Return the rows without those whose product and level stood before: the format has one
        row for each, and which of two prices is meant cannot be known."""
        unique = {}
        for row in rows:
            first = unique.setdefault((row.product_code.upper(), row.level.upper()), row)
            if first is not row:
                exchange._say(
                    self.env._(
                        "The price of this level stands twice: line %s was taken.",
                        first.source_line,
                    ),
                    "error",
                    row.source_line,
                    row.product_code,
                )
        return list(unique.values())

    def _find_products(self, exchange, rows):
        """Return [(row, product)] of the rows whose product is in Odoo; tell of the others."""
        symbols = self.env["subiekt.binding"]._get_map(
            exchange.backend_id, "product", "product.product"
        )
        bindings = [symbols.get(row.product_code.upper()) for row in rows]
        products = self.env["product.product"].browse(
            dict.fromkeys(binding.res_id for binding in bindings if binding)
        )
        by_id = {product.id: product for product in products}
        found = []
        for row, binding in zip(rows, bindings, strict=True):
            if binding:
                found.append((row, by_id[binding.res_id]))
            else:
                exchange._say(
                    self.env._("The price is for a product that is not in Odoo."),
                    "error",
                    row.source_line,
                    row.product_code,
                )
        return found

    def _get_pricelists(self, exchange, rows):
        """Return {level in capitals: price list}, made and paired where they are new."""
        Binding = self.env["subiekt.binding"]
        known = Binding._get_map(exchange.backend_id, "pricelist", "product.pricelist")
        levels = list({row.level.upper(): row.level for row in rows}.values())
        missing = [level for level in levels if level.upper() not in known]
        pricelists = self.env["product.pricelist"].create(
            [
                {
                    "name": self.env._("Subiekt: %s", level),
                    "company_id": exchange.company_id.id,
                    "currency_id": exchange.company_id.currency_id.id,
                }
                for level in missing
            ]
        )
        bindings = Binding.create(
            [
                {
                    "backend_id": exchange.backend_id.id,
                    "kind": "pricelist",
                    "external_key": level,
                    "res_model": "product.pricelist",
                    "res_id": pricelist.id,
                }
                for level, pricelist in zip(missing, pricelists, strict=True)
            ]
        )
        known |= {binding.external_key.upper(): binding for binding in bindings}
        return {
            key: self.env["product.pricelist"].browse(binding.res_id)
            for key, binding in known.items()
        }

    def _import_batch(self, exchange, rows, pricelists):
        Item = self.env["product.pricelist.item"]
        bearers = {product: self._get_bearer(product) for _row, product in rows}
        known = self._find_items(pricelists, bearers)
        to_create, changed, unchanged, dropped = {}, [], 0, Item
        for row, product in rows:
            key = (pricelists[row.level.upper()], bearers[product])
            item, price = known.get(key), float(row.net or 0)
            if not price:
                dropped |= item or Item
                unchanged += not item
            elif not item:
                to_create[key] = price
            elif float_compare(item.fixed_price, price, precision_digits=DIGITS):
                item.fixed_price = price
                changed.append(item)
            else:
                unchanged += 1
        updated = len(changed) + len(dropped)
        dropped.unlink()
        Item.create(
            [
                {
                    "pricelist_id": pricelist.id,
                    BEARERS[bearer._name]: bearer.id,
                    "compute_price": "fixed",
                    "fixed_price": price,
                }
                for (pricelist, bearer), price in to_create.items()
            ]
        )
        exchange._count(len(to_create), updated, unchanged)

    def _find_items(self, pricelists, products):
        """Return {(price list, template or variant): line} of the lines that products have."""
        items = self.env["product.pricelist.item"].search(
            [
                ("pricelist_id", "in", [pricelist.id for pricelist in pricelists.values()]),
                ("product_tmpl_id", "in", [product.product_tmpl_id.id for product in products]),
                ("min_quantity", "=", 0),
            ]
        )
        return {
            (item.pricelist_id, item.product_id or item.product_tmpl_id): item for item in items
        }

    def _get_bearer(self, product):
        """Return what the price of a product is fixed for: the template, as people do it; the
        variant where there are several, each with a symbol of its own in Subiekt."""
        template = product.product_tmpl_id
        return product if len(template.product_variant_ids) > 1 else template

    def _set_list_prices(self, backend, rows):
        """Write the chosen level as the sales price; it is part of the price row, not counted.
        Variants share one sales price, which none of them may set for the others."""
        level = (backend.default_price_level or "").upper()
        for row, product in rows:
            if row.level.upper() != level or self._get_bearer(product) == product:
                continue
            template, price = product.product_tmpl_id, float(row.net or 0)
            if price and float_compare(template.list_price, price, precision_digits=DIGITS):
                template.with_context(tracking_disable=True).list_price = price
