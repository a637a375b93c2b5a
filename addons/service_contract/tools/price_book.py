from collections import defaultdict
from datetime import datetime, time


class PriceBook:
    """The rules of some price lists, read once, so that pricing asks the database nothing more.

    It travels as the keyword ``service_price_book`` through the price list's own computation, so
    that prices are exactly what the price list says, also when it is based on another one.
    """

    def __init__(self, pricelists, templates):
        self._rules = defaultdict(list)
        todo = seen = pricelists
        while todo:
            # One turn for each level of lists based on lists, whatever the number of products.
            items = pricelists.env["product.pricelist.item"].search(
                [
                    ("pricelist_id", "in", todo.ids),
                    "|",
                    ("product_tmpl_id", "=", False),
                    ("product_tmpl_id", "in", templates.ids),
                ]
            )
            for item in items:
                self._rules[item.pricelist_id.id].append(item)
            todo = items.base_pricelist_id - seen
            seen |= todo
        self._none = pricelists.env["product.pricelist.item"]

    def rules(self, pricelist, date):
        """Rules of a price list in force on a day, in the order in which they are tried."""
        moment = datetime.combine(date, time(12)) if not isinstance(date, datetime) else date
        return self._none.union(
            *(
                item
                for item in self._rules[pricelist.id]
                if (not item.date_start or item.date_start <= moment)
                and (not item.date_end or item.date_end >= moment)
            )
        )
