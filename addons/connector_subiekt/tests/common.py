from datetime import date
from decimal import Decimal

from odoo.tests import new_test_user
from odoo.tools import file_open

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .. import epp
from ..tools.sales_document import SalesDocument, SalesLine, amount


class SubiektCommon(AccountTestInvoicingCommon):
    """A Polish company whose invoices are issued by Subiekt, and one user for each role."""

    @classmethod
    @AccountTestInvoicingCommon.setup_country("pl")
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.backend = cls.env["subiekt.backend"].create(
            {"company_id": cls.company.id, "issuer": "external"}
        )
        cls.users = {
            role: new_test_user(
                cls.env,
                f"subiekt_{role}",
                groups=group,
                company_id=cls.company.id,
                company_ids=cls.company.ids,
            )
            for role, group in {
                "stock": "stock.group_stock_user",
                "invoice": "account.group_account_invoice",
                "system": "base.group_system",
                "employee": "base.group_user",
                "portal": "base.group_portal",
            }.items()
        }
        with file_open("connector_subiekt/demo/subiekt_gt_export.epp", "rb") as file:
            cls.export = file.read()

    def file(self, **changes):
        """Return the shipped export as an `EppFile`, its parts replaced by ``changes``."""
        file = epp.read(self.export)
        for name, value in changes.items():
            setattr(file, name, value)
        return file

    def load(self, file):
        """Import an `EppFile` (or bytes) and return the exchange."""
        data = file if isinstance(file, bytes) else epp.write(file)
        return self.backend._import_epp(data, "export.epp")

    def record(self, kind, symbol):
        """Return the record paired with a symbol."""
        binding = self.env["subiekt.binding"].search(
            [
                ("backend_id", "=", self.backend.id),
                ("kind", "=", kind),
                ("external_key", "=", symbol),
            ]
        )
        return self.env[binding.res_model].browse(binding.res_id) if binding else binding

    def sales_document(self, key="test/1", **values):
        """Return a sales document of one service for 100.00 net."""
        line = SalesLine(
            name="Przegląd",
            qty=amount(1),
            price_net=amount(100),
            vat_percent=amount(23),
            value_net=amount(100),
            value_vat=amount(23),
            value_gross=amount(123),
        )
        return SalesDocument(
            **{
                "key": key,
                "partner": self.partner_a,
                "issue_date": date(2026, 3, 2),
                "sale_date": date(2026, 2, 28),
                "payment_due": date(2026, 3, 16),
                "lines": [line],
                "total_net": Decimal("100"),
                "total_vat": Decimal("23"),
                "total_gross": Decimal("123"),
                **values,
            }
        )
