from collections import defaultdict
from datetime import datetime, time


class PriceBook:
    """The rules of some price lists, read once, so that pricing asks the database nothing more.

    It travels as the keyword ``service_price_book`` through the price list's own computation, so
    that prices are exactly what the price list says, also when it is based on another one. Of a
    list it gives only the rules that may fit a product, as the price list's own search does.
    """

    def __init__(self, pricelists, products):
        Item = pricelists.env["product.pricelist.item"]
        # By price list and what a rule is about: a template, a category or anything.
        self._about = defaultdict(list)
        self._fitting = {}
        todo = seen = pricelists
        while todo:
            # One turn for each level of lists based on lists, whatever the number of products.
            items = Item.search_fetch(
                [
                    ("pricelist_id", "in", todo.ids),
                    "|",
                    ("product_tmpl_id", "=", False),
                    ("product_tmpl_id", "in", products.product_tmpl_id.ids),
                ]
            )
            for place, item in enumerate(items):
                about = item.product_tmpl_id or item.categ_id
                key = (item.pricelist_id.id, about._name, about.id)
                self._about[key if about else (item.pricelist_id.id,)].append((place, item))
            todo = items.base_pricelist_id - seen
            seen |= todo
        self._none = Item.browse()

    def rules(self, pricelist, products, date):
        """Rules of a price list in force on a day that may fit, in the order they are tried.

        :param products: product.product or product.template records
        """
        rules, is_dated = self._rules_about(pricelist, products)
        if not is_dated:
            return rules
        moment = datetime.combine(date, time(12)) if not isinstance(date, datetime) else date
        return rules.filtered(
            lambda rule: (not rule.date_start or rule.date_start <= moment)
            and (not rule.date_end or rule.date_end >= moment)
        )

    def _rules_about(self, pricelist, products):
        """:return: (rules of any day, whether some of them have dates)"""
        key = (pricelist.id, products._name, products._ids)
        if key not in self._fitting:
            found = [place for about in self._keys(pricelist.id, products) for place in about]
            rules = self._none.union(*(rule for _place, rule in sorted(found, key=lambda p: p[0])))
            is_dated = any(rule.date_start or rule.date_end for rule in rules)
            self._fitting[key] = rules, is_dated
        return self._fitting[key]

    def _keys(self, pricelist_id, products):
        """The lists of rules that are about these products, their categories, or anything."""
        is_template = products._name == "product.template"
        templates = products if is_template else products.product_tmpl_id
        categories = {
            int(number)
            for category in templates.categ_id
            for number in (category.parent_path or "").split("/")[:-1]
        }
        yield self._about.get((pricelist_id,), ())
        for template in templates:
            yield self._about.get((pricelist_id, "product.template", template.id), ())
        for number in categories:
            yield self._about.get((pricelist_id, "product.category", number), ())
