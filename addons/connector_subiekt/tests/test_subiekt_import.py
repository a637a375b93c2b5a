import base64
from datetime import date
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import tagged

from .. import epp
from .common import SubiektCommon


@tagged("post_install", "-at_install")
class TestSubiektImport(SubiektCommon):
    def test_partners(self):
        self.load(self.export)
        self.assertRecordValues(
            self.record("partner", "ODRA-LOG"),
            [
                {
                    "name": "Odra Logistyka S.A.",
                    "ref": "ODRA-LOG",
                    "vat": "8983150723",
                    "is_company": True,
                    "street": "Portowa 8",
                    "zip": "52-119",
                    "city": "Wrocław",
                    "email": "faktury@odra.example",
                    "country_id": self.env.ref("base.pl").id,
                    "company_id": self.company.id,
                    "customer_rank": 1,
                    "supplier_rank": 0,
                }
            ],
        )
        self.assertEqual(self.record("partner", "ODRA-LOG").category_id.name, "Firmy")
        self.assertEqual(self.record("partner", "HURT-TONER").supplier_rank, 1)
        self.assertFalse(self.record("partner", "NOWAK-M").is_company)

    def test_products(self):
        self.load(self.export)
        toner, labour = self.record("product", "TN-328K"), self.record("product", "ROBOCIZNA")
        self.assertRecordValues(
            toner,
            [
                {
                    "default_code": "TN-328K",
                    "name": "Toner TN-328K czarny bizhub C300i",
                    "type": "consu",
                    "is_storable": True,
                    "standard_price": 142.5,
                    "list_price": 228.0,
                    "company_id": self.company.id,
                    "uom_id": self.env.ref("uom.product_uom_unit").id,
                }
            ],
        )
        self.assertEqual(toner.categ_id.name, "Tonery")
        self.assertEqual(toner.taxes_id.mapped("amount"), [23.0])
        self.assertEqual(toner.supplier_taxes_id.mapped("type_tax_use"), ["purchase"])
        self.assertTrue(toner.barcode)
        self.assertEqual((labour.type, labour.is_storable), ("service", False))
        self.assertEqual(labour.uom_id, self.env.ref("uom.product_uom_hour"))
        self.assertEqual(labour.taxes_id.tax_scope, "service")

    def test_exempt_service_has_the_exempt_tax(self):
        self.load(self.export)
        exempt = self.env.ref(f"account.{self.company.id}_vs_kraj_zw")
        self.assertEqual(self.record("product", "SZKOLENIE-ZW").taxes_id, exempt)

    def test_unknown_vat_rate_is_told(self):
        file = self.file()
        file.products[0].vat_symbol_sale = "np"
        exchange = self.load(file)
        self.assertIn("SALE/CONSU/NP", " ".join(exchange.message_line_ids.mapped("message")))
        self.assertFalse(self.record("product", "KM-C300I").taxes_id)

    def test_pairing_of_a_vat_rate_decides(self):
        tax = self.company_data["default_tax_sale"].copy({"name": "chosen by hand"})
        self.env["subiekt.binding"].create(
            {
                "backend_id": self.backend.id,
                "kind": "tax",
                "external_key": "SALE/CONSU/23",
                "res_model": "account.tax",
                "res_id": tax.id,
            }
        )
        self.load(self.export)
        self.assertEqual(self.record("product", "TN-328K").taxes_id, tax)

    def test_prices(self):
        self.load(self.export)
        wholesale = self.record("pricelist", "Hurtowa")
        self.assertEqual(wholesale.company_id, self.company)
        self.assertIn("Hurtowa", wholesale.name)
        toner = self.record("product", "TN-328K")
        self.assertEqual(wholesale._get_product_price(toner, 1.0), 199.5)

    def test_price_that_stands_twice_is_refused(self):
        """Two prices of a product on a level: the first is taken, whichever is imported again."""
        file = self.file()
        first = file.prices[0]
        file.prices.append(epp.Price(first.product_code.lower(), first.level.upper(), Decimal("7")))
        exchange = self.load(file)
        error = exchange.message_line_ids.filtered(lambda line: line.level == "error")
        self.assertEqual((error.symbol, exchange.created_count), ("km-c300i", 10 + 16 + 48))
        self.assertTrue(error.line)
        toner, level = self.record("product", first.product_code), first.level
        price = self.record("pricelist", level)._get_product_price(toner, 1.0)
        self.assertEqual(price, float(first.net))
        again = self.load(file)
        self.assertEqual((again.created_count, again.updated_count), (0, 0))
        self.assertEqual(again.failed_count, 1)

    def test_variants_have_prices_of_their_own(self):
        colour = self.env["product.attribute"].create(
            {"name": "Colour", "value_ids": [Command.create({"name": name}) for name in "KC"]}
        )
        line = {"attribute_id": colour.id, "value_ids": [Command.set(colour.value_ids.ids)]}
        template = self.env["product.template"].create(
            {
                "name": "Toner",
                "is_storable": True,
                "list_price": 100,
                "attribute_line_ids": [Command.create(line)],
            }
        )
        black, cyan = template.product_variant_ids
        black.default_code, cyan.default_code = "TN-328K", "TN-328C"
        self.load(self.export)
        wholesale = self.record("pricelist", "Hurtowa")
        prices = {row.product_code: row.net for row in self.file().prices if row.level == "Hurtowa"}
        for variant in (black, cyan):
            price = wholesale._get_product_price(variant, 1.0)
            self.assertEqual(price, float(prices[variant.default_code]))
        self.assertNotEqual(prices["TN-328K"], prices["TN-328C"])
        self.assertEqual(template.list_price, 100, "no variant sets the price of the others")
        again = self.load(self.export)
        self.assertEqual((again.created_count, again.updated_count), (0, 0))

    def test_second_import_changes_nothing(self):
        first = self.load(self.export)
        self.assertEqual((first.state, first.failed_count), ("done", 0))
        self.assertEqual((first.created_count, first.updated_count), (10 + 16 + 48, 0))
        second = self.load(self.export)
        self.assertRecordValues(
            second,
            [
                {
                    "state": "done",
                    "created_count": 0,
                    "updated_count": 0,
                    "unchanged_count": first.created_count,
                    "failed_count": 0,
                }
            ],
        )
        self.assertNotEqual(first, second)

    def test_only_what_changed_is_written(self):
        self.load(self.export)
        odra = self.record("partner", "ODRA-LOG")
        odra.comment = "ours"
        kept = self.record("partner", "LIS-WSPOLNICY")
        kept.street = "changed in Odoo"
        file = self.file()
        file.partners[4].street = "Portowa 10"
        file.prices[0].net = Decimal("15000")
        exchange = self.load(file)
        self.assertEqual((exchange.created_count, exchange.updated_count), (0, 2))
        self.assertEqual(odra.street, "Portowa 10")
        self.assertEqual(kept.street, "changed in Odoo")
        self.assertEqual(self.record("product", "KM-C300I").list_price, 15000)

    def test_changed_group_replaces_only_subiekts_tag(self):
        self.load(self.export)
        odra = self.record("partner", "ODRA-LOG")
        odra.category_id += self.env["res.partner.category"].create({"name": "VIP"})
        file = self.file()
        file.partner_groups[4].name = "Logistyka"
        self.load(file)
        self.assertEqual(set(odra.category_id.mapped("name")), {"VIP", "Logistyka"})

    # ------------------------------------------------------------ pairing

    def test_partner_found_by_nip(self):
        partner = self.env["res.partner"].create({"name": "Odra", "vat": "PL8983150723"})
        self.load(self.export)
        self.assertEqual(self.record("partner", "ODRA-LOG"), partner)
        self.assertEqual(partner.name, "Odra Logistyka S.A.")
        again = self.load(self.export)
        self.assertEqual((again.created_count, again.updated_count), (0, 0))

    def test_shared_nip_pairs_nobody(self):
        gmina = self.env["res.partner"].create({"name": "Gmina", "vat": "PL8961423757"})
        self.load(self.export)
        cards = [
            self.record("partner", code) for code in ("GM-WISNIOWA", "SP1-WISNIOWA", "SP2-WISNIOWA")
        ]
        self.assertEqual(len({card.id for card in cards}), 3)
        self.assertNotIn(gmina, cards)
        self.assertEqual({card.vat for card in cards}, {"8961423757"})

    def test_two_partners_of_one_nip_pair_nobody(self):
        twins = self.env["res.partner"].create(
            [{"name": name, "vat": "8983150723"} for name in "ab"]
        )
        self.load(self.export)
        self.assertNotIn(self.record("partner", "ODRA-LOG"), twins)

    def test_own_company_is_never_written(self):
        self.company.partner_id.vat = "PL8983150723"
        name = self.company.partner_id.name
        self.load(self.export)
        self.assertEqual(self.company.partner_id.name, name)

    def test_invalid_nip_is_left_out(self):
        file = self.file()
        file.partners[4].nip = "8983150724"
        exchange = self.load(file)
        self.assertFalse(self.record("partner", "ODRA-LOG").vat)
        self.assertIn("8983150724", " ".join(exchange.message_line_ids.mapped("message")))

    def test_product_found_by_symbol(self):
        product = self.env["product.product"].create(
            {"name": "own", "default_code": "TN-328K", "is_storable": True}
        )
        self.load(self.export)
        self.assertEqual(self.record("product", "TN-328K"), product)

    def test_shared_product_takes_no_barcode_of_another_company(self):
        barcode = self.file().products[2].barcode
        company = self.env["res.company"].create({"name": "Other"})
        self.env["product.product"].create(
            {"name": "theirs", "barcode": barcode, "company_id": company.id}
        )
        shared = self.env["product.product"].create(
            {"name": "ours", "default_code": "TN-328K", "is_storable": True}
        )
        exchange = self.load(self.export)
        self.assertEqual((exchange.failed_count, shared.barcode), (0, False))

    def test_taken_barcode_is_left_out(self):
        barcode = self.file().products[2].barcode
        other = self.env["product.product"].create(
            {"name": "other", "barcode": barcode, "company_id": self.company.id}
        )
        exchange = self.load(self.export)
        self.assertFalse(self.record("product", "TN-328K").barcode)
        self.assertEqual(other.barcode, barcode)
        self.assertEqual(exchange.state, "done")

    def test_deleted_record_is_made_anew(self):
        self.load(self.export)
        self.record("partner", "NOWAK-M").unlink()
        exchange = self.load(self.export)
        self.assertEqual((exchange.created_count, exchange.failed_count), (1, 0))
        self.assertTrue(self.record("partner", "NOWAK-M"))

    # ------------------------------------------------------------ damage

    def test_damaged_file_changes_nothing_and_says_where(self):
        before = self.env["res.partner"].search_count([])
        # the error is in the last row of the file that has one
        exchange = self.load(
            self.export.replace(b'"SZKOLENIE-ZW","Specjalna",', b'"SZKOLENIE-ZW","Spec,')
        )
        self.assertEqual(exchange.state, "refused")
        self.assertRegex(exchange.error, r"^Line \d+: A quotation mark is opened but not closed")
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_refusal_speaks_the_users_language(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        backend = self.backend.with_context(lang="pl_PL")
        exchange = backend._import_epp(self.export[:-400], "a.epp")
        self.assertIn("Wiersz", exchange.error)

    def test_bad_row_fails_alone(self):
        file = self.file()
        file.prices.append(epp.Price("NIE-MA", "Hurtowa", Decimal("5")))
        file.partners.append(epp.Partner(code="ODRA-log", full_name="again"))
        exchange = self.load(file)
        self.assertEqual((exchange.state, exchange.failed_count), ("done", 2))
        errors = exchange.message_line_ids.filtered(lambda line: line.level == "error")
        self.assertEqual(set(errors.mapped("symbol")), {"NIE-MA", "ODRA-log"})
        self.assertTrue(all(errors.mapped("line")))
        self.assertEqual(exchange.created_count, 10 + 16 + 48)
        self.assertEqual(exchange.activity_ids.user_id, self.env.user)

    def test_refused_record_fails_alone(self):
        """A used product keeps its unit: core refuses this one card."""
        file = self.file()
        file.products[3].base_unit = "km"
        self.load(self.export)
        product = self.record("product", "TN-328C")
        self._use(product)
        exchange = self.load(file)
        error = exchange.message_line_ids.filtered(lambda line: line.level == "error")
        self.assertEqual(error.symbol, "TN-328C")
        self.assertEqual(exchange.updated_count, 0)

    def _use(self, product):
        self.init_invoice(
            "out_invoice", partner=self.partner_a, invoice_date=date(2026, 3, 1), products=product,
            post=True,
        )  # fmt: skip

    def test_foreign_sender_is_told(self):
        self.company.vat = "PL1234563218"
        exchange = self.load(self.export)
        self.assertIn("8992705149", " ".join(exchange.message_line_ids.mapped("message")))

    # ------------------------------------------------------------ wizard

    def test_wizard_opens_the_exchange(self):
        wizard = (
            self.env["subiekt.import"]
            .with_user(self.users["stock"])
            .create({"file": base64.b64encode(b"nothing"), "filename": "x.epp"})
        )
        self.assertEqual(wizard.backend_id, self.backend)
        exchange = self.env["subiekt.exchange"].browse(wizard.action_import()["res_id"])
        self.assertEqual((exchange.state, exchange.filename), ("refused", "x.epp"))
        self.assertEqual(exchange.create_uid, self.users["stock"])
