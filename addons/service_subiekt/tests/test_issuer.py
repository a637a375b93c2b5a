from odoo.tests import tagged

from ..hooks import post_init_hook
from .common import ServiceSubiektCommon


@tagged("post_install", "-at_install")
class TestIssuer(ServiceSubiektCommon):
    """One issuer, declared in two places that always agree."""

    def test_connection_sets_the_company(self):
        self.assertEqual(self.company.service_issuer, "external")
        self.assertTrue(self.company.service_settlement_journal_id)
        self.backend.issuer = "odoo"
        self.assertEqual(self.company.service_issuer, "odoo")

    def test_company_sets_the_connection(self):
        self.company.service_issuer = "odoo"
        self.assertEqual(self.backend.issuer, "odoo")
        self.company.service_issuer = "external"
        self.assertEqual(self.backend.issuer, "external")

    def test_new_connection_takes_the_company_s_issuer(self):
        other = self.env["subiekt.backend"].create(
            {"company_id": self.company.id, "program": "nexo"}
        )
        self.assertEqual(other.issuer, "external")

    def test_other_companies_are_left_alone(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.company.service_issuer = "odoo"
        self.company.service_issuer = "external"
        self.assertEqual(other.service_issuer, "odoo")

    def test_installed_later(self):
        """Both sides were there before: whoever said external is heard."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_company SET service_issuer = 'odoo' WHERE id = %s", [self.company.id]
        )
        self.env.invalidate_all()
        post_init_hook(self.env)
        self.assertEqual(self.company.service_issuer, "external")
