from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import SubiektCommon

MODELS = ("subiekt.backend", "subiekt.binding", "subiekt.exchange", "subiekt.exchange.message")


@tagged("post_install", "-at_install")
class TestSubiektSecurity(SubiektCommon):
    def test_who_may_do_what(self):
        expected = {
            "stock": {model: "read" for model in MODELS},
            "invoice": {model: "read" for model in MODELS},
            "system": {
                "subiekt.backend": "read write create unlink",
                "subiekt.binding": "read write create unlink",
                "subiekt.exchange": "read unlink",
                "subiekt.exchange.message": "read",
            },
            "employee": {},
            "portal": {},
        }
        for role, rights in expected.items():
            for model in MODELS:
                records = self.env[model].with_user(self.users[role])
                allowed = [
                    operation
                    for operation in ("read", "write", "create", "unlink")
                    if records.has_access(operation)
                ]
                with self.subTest(role=role, model=model):
                    self.assertEqual(" ".join(allowed), rights.get(model, ""))

    def test_warehouse_imports_without_other_rights(self):
        exchange = self.backend.with_user(self.users["stock"])._import_epp(self.export, "a.epp")
        self.assertEqual((exchange.state, exchange.failed_count), ("done", 0))
        self.assertEqual(exchange.env.user, self.users["stock"])
        self.assertFalse(exchange.env.su)

    def test_employee_imports_nothing(self):
        for role in ("employee", "portal"):
            backend = self.backend.with_user(self.users[role])
            with self.assertRaises(AccessError):
                backend._import_epp(self.export, "a.epp")
            with self.assertRaises(AccessError):
                backend._export_sales_document(self.sales_document())

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "subiekt_stranger",
            groups="stock.group_stock_manager,account.group_account_manager,base.group_system",
            company_id=other.id,
            company_ids=other.ids,
        )
        exchange = self.load(self.export)
        for record in (
            self.backend,
            exchange,
            exchange.message_line_ids,
            self.env["subiekt.binding"].search([("backend_id", "=", self.backend.id)]),
        ):
            self.assertTrue(record)
            as_stranger = record.with_user(stranger)
            self.assertFalse(as_stranger.search([("id", "in", record.ids)]))
            with self.assertRaises(AccessError):
                as_stranger.read(["display_name"])
        with self.assertRaises(AccessError):
            self.backend.with_user(stranger)._import_epp(self.export, "a.epp")

    def test_records_of_another_company_are_not_touched(self):
        other = self.env["res.company"].create({"name": "Other"})
        partner = self.env["res.partner"].create(
            {"name": "theirs", "vat": "8983150723", "company_id": other.id}
        )
        product = self.env["product.product"].create(
            {"name": "theirs", "default_code": "TN-328K", "company_id": other.id}
        )
        self.load(self.export)
        self.assertEqual((partner.name, product.name), ("theirs", "theirs"))

    def test_file_of_an_exchange_follows_its_rights(self):
        exchange = self.load(self.export)
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "subiekt.exchange"), ("res_id", "=", exchange.id),
             ("res_field", "=", "file")]
        )  # fmt: skip
        self.assertTrue(attachment)
        for role in ("employee", "portal"):
            with self.assertRaises(AccessError):
                attachment.with_user(self.users[role]).read(["datas"])

    def test_imports_are_their_users_own(self):
        wizard = (
            self.env["subiekt.import"]
            .with_user(self.users["stock"])
            .create({"backend_id": self.backend.id, "file": "QQ==", "filename": "a.epp"})
        )
        with self.assertRaises(AccessError):
            wizard.with_user(self.users["invoice"]).read(["file"])
