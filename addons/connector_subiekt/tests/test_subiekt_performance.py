from decimal import Decimal

from odoo.tests import tagged

from .. import epp
from .common import SubiektCommon

SMALL, LARGE = 50, 200


@tagged("post_install", "-at_install")
class TestSubiektPerformance(SubiektCommon):
    """A batch of any size takes the same number of queries, but for the hundreds of rows that
    one insert holds."""

    def cards(self, count, prefix):
        file = self.file(documents=[])
        partners = [
            epp.Partner(code=f"{prefix}P{number}", full_name=f"Partner {number}", eu_prefix="PL")
            for number in range(count)
        ]
        products = [
            epp.Product(
                code=f"{prefix}T{number}", name=f"Product {number}", base_unit="szt.",
                vat_symbol_sale="23", vat_symbol_purchase="23",
            )
            for number in range(count)
        ]  # fmt: skip
        prices = [
            epp.Price(product.code, "Hurtowa", Decimal(number + 1))
            for number, product in enumerate(products)
        ]
        sections = {"KONTRAHENCI": partners, "TOWARY": products, "CENNIK": prices}
        return epp.write(self.file(documents=file.documents, sections=sections))

    def queries(self, data):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.load(data)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow_with_the_rows(self):
        self.load(self.export)
        small, large = self.cards(SMALL, "A"), self.cards(LARGE, "B")
        self.queries(self.cards(SMALL, "W"))  # warms the caches
        created = [self.queries(data) for data in (small, large)]
        self.assertLess(created[1], created[0] * 1.5, "creating")
        unchanged = [self.queries(data) for data in (small, large)]
        self.assertLess(unchanged[1], unchanged[0] + 10, "comparing")
