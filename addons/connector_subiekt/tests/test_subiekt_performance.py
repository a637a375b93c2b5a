from decimal import Decimal

from odoo.tests import tagged

from .. import epp
from .common import SubiektCommon

SMALL, LARGE = 50, 200
SLACK = 25  # an insert holds a hundred rows or so


@tagged("post_install", "-at_install")
class TestSubiektPerformance(SubiektCommon):
    """A batch takes the same number of queries however many rows it has."""

    def partners(self, count, prefix):
        cards = [
            epp.Partner(code=f"{prefix}{number}", full_name=f"Partner {number}", eu_prefix="PL")
            for number in range(count)
        ]
        return epp.write(self.file(documents=[], sections={"KONTRAHENCI": cards}))

    def products(self, count, prefix):
        cards = [
            epp.Product(
                code=f"{prefix}{number}", name=f"Product {number}", base_unit="szt.",
                vat_symbol_sale="23", vat_symbol_purchase="23",
            )
            for number in range(count)
        ]  # fmt: skip
        prices = [
            epp.Price(card.code, "Hurtowa", Decimal(number + 1))
            for number, card in enumerate(cards)
        ]
        return epp.write(self.file(documents=[], sections={"TOWARY": cards, "CENNIK": prices}))

    def queries(self, data):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.load(data)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def compare(self, cards, per_row):
        """Assert that 150 more rows cost at most ``per_row`` queries each when they are created,
        and none when they are unchanged."""
        self.load(self.export)
        self.queries(cards(SMALL, "W"))  # warms the caches
        small, large = cards(SMALL, "A"), cards(LARGE, "B")
        created = [self.queries(data) for data in (small, large)]
        self.assertLess(created[1] - created[0], (LARGE - SMALL) * per_row + SLACK)
        unchanged = [self.queries(data) for data in (small, large)]
        self.assertLess(unchanged[1] - unchanged[0], SLACK)

    def test_partners(self):
        self.compare(self.partners, per_row=0)

    def test_products_and_prices(self):
        # the valuation of Odoo looks up its locations once for each new product
        installed = "product.value" in self.env
        self.compare(self.products, per_row=int(installed))
