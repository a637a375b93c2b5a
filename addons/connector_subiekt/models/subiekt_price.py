from odoo import models
from odoo.tools import float_compare, split_every

from .subiekt_card import BATCH

DIGITS = 4  # Subiekt's prices have four places


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
        backend = exchange.backend_id
        symbols = self.env["subiekt.binding"]._get_map(backend, "product", "product.product")
        pricelists = self._get_pricelists(exchange, file)
        for batch in split_every(BATCH, file.prices, list):
            products = self.env["product.product"].browse(
                binding.res_id
                for row in batch
                if (binding := symbols.get(row.product_code.upper()))
            )
            templates = {product.id: product.product_tmpl_id for product in products}
            rows = []
            for row in batch:
                binding = symbols.get(row.product_code.upper())
                if binding:
                    rows.append((row, templates[binding.res_id]))
                else:
                    exchange._say(
                        self.env._("The price is for a product that is not in Odoo."),
                        "error",
                        row.source_line,
                        row.product_code,
                    )
            self._import_batch(exchange, rows, pricelists)
            self._set_list_prices(backend, rows)

    def _get_pricelists(self, exchange, file):
        """Return {level in capitals: price list}, made and paired where they are new."""
        Binding = self.env["subiekt.binding"]
        known = Binding._get_map(exchange.backend_id, "pricelist", "product.pricelist")
        levels = list({row.level.upper(): row.level for row in file.prices}.values())
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
        items = Item.search(
            [
                ("pricelist_id", "in", [pricelist.id for pricelist in pricelists.values()]),
                ("product_tmpl_id", "in", [template.id for _row, template in rows]),
                ("product_id", "=", False),
                ("min_quantity", "=", 0),
            ]
        )
        known = {(item.pricelist_id, item.product_tmpl_id): item for item in items}
        to_create, changed, unchanged, dropped = {}, [], 0, Item
        for row, template in rows:
            key = (pricelists[row.level.upper()], template)
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
                    "applied_on": "1_product",
                    "product_tmpl_id": template.id,
                    "compute_price": "fixed",
                    "fixed_price": price,
                }
                for (pricelist, template), price in to_create.items()
            ]
        )
        exchange._count(len(to_create), updated, unchanged)

    def _set_list_prices(self, backend, rows):
        """Write the chosen level as the sales price; it is part of the price row, not counted."""
        level = (backend.default_price_level or "").upper()
        for row, template in rows:
            price = float(row.net or 0)
            differs = float_compare(template.list_price, price, precision_digits=DIGITS)
            if row.level.upper() == level and price and differs:
                template.with_context(tracking_disable=True).list_price = price
