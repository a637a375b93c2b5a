import base64
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import file_open

from odoo.addons.service_billing.tests.common import ServiceBillingCommon


@tagged("post_install", "-at_install")
class TestStory(ServiceBillingCommon, HttpCase):
    """From a fault report to an invoice, each step by the person whose work it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.site = cls.env["res.partner"].create(
            {"name": "Oddział Wrocław", "type": "location", "parent_id": cls.customer.id}
        )
        cls.model = cls.env["service.device.model"].create(
            {
                "name": "bizhub T1",
                "manufacturer_id": cls.env["service.device.manufacturer"].create({"name": "T"}).id,
                "category_id": cls.env["service.device.category"].create({"name": "Copiers"}).id,
                "meter_type_ids": [Command.set(cls.env.ref("service_meter.meter_type_mono").ids)],
            }
        )
        cls.copier = cls._product("Copier", tracking="serial", service_device_model_id=cls.model.id)
        cls.glass = cls._product("Glass plate", list_price=320.0, standard_price=150.0)
        cls.user = {
            role: cls._staff(role)
            for role in ("warehouse", "dispatcher", "technician", "manager", "accounting")
        }
        cls.technician = cls.env["service.technician"].create(
            {"user_id": cls.user["technician"].id}
        )
        cls.person = {role: cls._person(role) for role in ("user", "accounting", "decision")}
        cls.person["user"].email = "user@odra.example"
        cls.contract = cls.env["service.contract"].create(
            {
                "customer_id": cls.customer.id,
                "type_id": cls.env.ref("service_contract.type_lease").id,
                "date_start": "2026-01-01",
                "pricelist_id": cls._special_prices(cls.glass, 290.0).id,
            }
        )
        cls.contract.action_activate()

    @classmethod
    def _product(cls, name, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "taxes_id": [Command.set(cls.vat_23.ids)],
                **values,
            }
        )

    @classmethod
    def _special_prices(cls, product, price):
        return cls.env["product.pricelist"].create(
            {
                "name": "Ceny z umowy",
                "currency_id": cls.company.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": product.id,
                            "compute_price": "fixed",
                            "fixed_price": price,
                        }
                    )
                ],
            }
        )

    def _receive(self, serial):
        """The warehouse receives one copier with its serial number."""
        receipt = (
            self.env["stock.picking"]
            .with_user(self.user["warehouse"])
            .create(
                {
                    "picking_type_id": self.warehouse.in_type_id.id,
                    "location_id": self.env.ref("stock.stock_location_suppliers").id,
                    "location_dest_id": self.warehouse.lot_stock_id.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.copier.id,
                                "product_uom_qty": 1,
                                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                                "location_dest_id": self.warehouse.lot_stock_id.id,
                            }
                        )
                    ],
                }
            )
        )
        receipt.action_confirm()
        receipt.move_ids.move_line_ids.unlink()
        receipt.move_ids.move_line_ids = [
            Command.create(
                {"product_id": self.copier.id, "lot_name": serial, "quantity": 1, "picked": True}
            )
        ]
        receipt.button_validate()
        return self.env["service.device"].search([("serial", "=", serial)])

    def _install(self, device):
        """The dispatcher installs it under the lease, with its opening reading."""
        wizard = (
            self.env["service.device.move"]
            .with_user(self.user["dispatcher"])
            .create(
                {
                    "device_ids": [Command.set(device.ids)],
                    "operation": "install",
                    "customer_id": self.customer.id,
                    "location_id": self.site.id,
                    "owner": "own",
                    "contract_id": self.contract.id,
                }
            )
        )
        wizard.reading_line_ids.value = 120
        wizard.action_apply()

    def _visit(self, order):
        """The technician works: labour, a broken glass from the van, a reading, a signature."""
        visit = order.visit_ids.with_user(self.user["technician"])
        visit.action_start()
        with file_open("service_suite/static/description/icon.png", "rb") as picture:
            signature = base64.b64encode(picture.read())
        visit.write(
            {
                "description": "Szyba wymieniona, wydruk próbny poprawny.",
                "work_minutes": 60,
                "line_ids": [
                    Command.create(
                        {
                            "order_id": order.id,
                            "kind": "part",
                            "product_id": self.glass.id,
                            "quantity": 1,
                            "customer_fault": True,
                        }
                    )
                ],
                "signed_by": "Jan Kowalski",
                "signature": signature,
            }
        )
        entry = (
            self.env["service.meter.entry"]
            .with_user(self.user["technician"])
            .with_context(default_device_id=order.device_id.id, default_visit_id=visit.id)
            .create({})
        )
        entry.line_ids.value = 5120
        entry.action_take()
        visit.action_finish()
        return visit

    def _agree(self, order):
        """The dispatcher records what the customer has said on the telephone."""
        action = order.action_record_answer()
        self.env[action["res_model"]].with_user(self.user["dispatcher"]).with_context(
            **action["context"]
        ).create({"answer": "accepted", "how": "phone", "signed_by": "Anna Nowak"}).action_confirm()

    def test_from_report_to_invoice(self):
        now = fields.Datetime.now()
        with freeze_time(now - timedelta(days=2)):
            device = self._receive("A7PU-000123")
        self.assertEqual(device.status, "in_stock")
        self.assertTrue(device.qr_token)

        with freeze_time(now - timedelta(days=1)):
            self._install(device)
        self.assertRecordValues(
            device,
            [{"status": "installed", "customer_id": self.customer.id, "location_id": self.site.id}],
        )
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", device.lot_id.id), ("quantity", ">", 0)]
        )
        self.assertEqual(quant.location_id, self.company.service_customer_devices_location_id)

        order = (
            self.env["service.order"]
            .with_user(self.person["user"])
            ._report({"device_id": device.id, "description": "Pęknięta szyba", "source": "portal"})
        )
        order = order.with_user(self.user["dispatcher"])
        self.assertEqual(order.contract_id, self.contract)
        self.assertTrue(order.activity_ids, "Somebody must be told of a new request.")

        order.action_accept()
        self.env["service.visit"].with_user(self.user["dispatcher"]).create(
            {
                "order_id": order.id,
                "technician_id": self.technician.id,
                "date_start": fields.Datetime.now(),
            }
        )
        self.assertEqual(order.stage_kind, "planned")

        self._visit(order)
        self.assertEqual(order.stage_kind, "waiting_customer", "The broken glass is to be paid.")
        self._agree(order)
        self.assertEqual(order.stage_kind, "to_settle")
        self.assertEqual(device.meter_ids.counter_value, 5120)

        order.with_user(self.user["accounting"]).action_settle()
        charges = order.sudo().charge_ids
        part = charges.filtered(lambda charge: charge.product_id == self.glass)
        self.assertRecordValues(part, [{"state": "to_bill", "amount": 290.0, "covered": False}])
        self.assertIn(self.contract.name, part.reason)
        rest = charges - part
        self.assertTrue(rest)
        self.assertTrue(all(rest.mapped("covered")), "Under the lease the visit itself is free.")

        order.with_user(self.user["accounting"]).action_bill()
        invoice = part.move_id.with_user(self.user["accounting"])
        self.assertEqual(invoice.invoice_line_ids.product_id, self.glass)
        self.assertEqual(invoice.amount_untaxed, 290.0)
        self.assertEqual(invoice.amount_total, 356.7)
        invoice.invoice_date = fields.Date.today()
        invoice.action_post()
        self._check_portal(invoice, order)
        self._check_history(device)

    def _check_portal(self, invoice, order):
        """The accounting contact sees the invoice; the regular user the order, not the invoice."""
        expected = {"accounting": (True, False), "user": (False, True)}
        for role, sees in expected.items():
            self.authenticate(self.person[role].login, self.person[role].login)
            found = tuple(
                document.name in self.url_open(f"{address}/{document.id}").text
                for address, document in (("/my/invoices", invoice), ("/my/service", order))
            )
            self.assertEqual(found, sees, role)

    def _check_history(self, device):
        """Everything that happened is on the device's history, newest first."""
        self.env.flush_all()
        kinds = self.env["service.device.event"].search([("device_id", "=", device.id)])
        dates = kinds.mapped("date")
        self.assertEqual(dates, sorted(dates, reverse=True))
        expected = {"placement", "reading", "contract", "order", "visit", "part", "invoice"}
        self.assertLessEqual(expected, set(kinds.mapped("kind")))
