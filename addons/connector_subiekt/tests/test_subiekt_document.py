import base64
from contextlib import suppress
from decimal import Decimal

from psycopg2 import errors

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import epp
from ..tools.sales_document import SalesLine, amount
from .common import SubiektCommon


@tagged("post_install", "-at_install")
class TestSubiektDocument(SubiektCommon):
    def written(self, exchange):
        """Return the only document of the file of an exchange."""
        file = epp.read(base64.b64decode(exchange.file))
        self.assertEqual(file.info.purpose, 3)
        return file, file.documents[0]

    def returned(self, exchange, number="7/2026", status=1, **values):
        """Return the file in which Subiekt gives the document back."""
        file, document = self.written(exchange)
        header = document.header
        header.status, header.full_number = status, number
        for name, value in values.items():
            setattr(header, name, value)
        file.sections = {}
        return file

    # ------------------------------------------------------------ out

    def test_file_of_a_document(self):
        exchange = self.backend._export_sales_document(
            self.sales_document(notes="Przegląd w marcu", order_number="ZS/2026/1")
        )
        self.assertEqual((exchange.state, exchange.direction), ("waiting", "out"))
        self.assertEqual(exchange.amount_total, 123)
        _file, document = self.written(exchange)
        header = document.header
        self.assertEqual((header.doc_type, header.status, header.line_count), ("FS", 0, 1))
        self.assertEqual(header.notes, "[SRV:test/1] Przegląd w marcu")
        self.assertEqual(header.order_number, "ZS/2026/1")
        self.assertEqual(str(header.total_gross), "123.0000")
        self.assertEqual(document.lines[0].oneoff_name, "Przegląd")

    def test_cards_go_back_as_subiekt_gave_them(self):
        file = self.file()
        file.partners[4].bank_account = "12 3456"
        self.load(file)
        line = SalesLine(
            "Toner", amount(2), amount(228), amount(23), amount(456), amount("104.88"),
            amount("560.88"), product_code="TN-328K",
        )  # fmt: skip
        exchange = self.backend._export_sales_document(
            self.sales_document(partner=self.record("partner", "ODRA-LOG"), lines=[line])
        )
        sent, document = self.written(exchange)
        self.assertEqual(document.header.partner_code, "ODRA-LOG")
        self.assertEqual(sent.partners, [file.partners[4]])
        self.assertEqual([product.code for product in sent.products], ["TN-328K"])
        self.assertEqual(document.lines[0].product_code, "TN-328K")
        self.assertEqual(document.lines[0].oneoff_name, "")

    def test_price_of_six_places_goes_as_one_piece(self):
        line = SalesLine(
            "Strony mono", amount(123456), Decimal("0.028512"), amount(23), amount("3519.98"),
            amount("809.60"), amount("4329.58"), unit="str.",
        )  # fmt: skip
        exchange = self.backend._export_sales_document(self.sales_document(lines=[line]))
        sent = self.written(exchange)[1].lines[0]
        self.assertEqual((sent.qty, sent.price_net, sent.unit), (1, Decimal("3519.98"), "usł."))
        self.assertEqual(sent.oneoff_description, "123456 str. x 0.028512 PLN")

    def test_fine_price_of_a_card(self):
        """A service with a card goes as one piece as well; goods keep card and quantity."""
        self.load(self.file())
        service = next(p for p in self.file().products if p.type == 2)
        for code, expected in ((service.code, ("", 1)), ("TN-328K", ("TN-328K", 7))):
            line = SalesLine(
                "Fine", amount(7), Decimal("1.234567"), amount(23), amount("8.64"),
                amount("1.99"), amount("10.63"), product_code=code,
            )  # fmt: skip
            exchange = self.backend._export_sales_document(
                self.sales_document(key=f"test/{code}", lines=[line])
            )
            sent = self.written(exchange)[1].lines[0]
            self.assertEqual((sent.product_code, sent.qty), expected)
            self.assertEqual(sent.value_net, Decimal("8.64"))

    def test_price_too_fine_is_never_cut_even_if_the_value_fits(self):
        line = SalesLine(
            "Strony", amount(10), Decimal("0.02851"), amount(23), amount("0.29"),
            amount("0.07"), amount("0.36"), unit="str.",
        )  # fmt: skip
        exchange = self.backend._export_sales_document(self.sales_document(lines=[line]))
        sent = self.written(exchange)[1].lines[0]
        self.assertEqual((sent.qty, sent.oneoff_description), (1, "10 str. x 0.02851 PLN"))

    def test_letters_of_other_alphabets_do_not_stop_it(self):
        self.partner_a.name = "Київ Øst"
        exchange = self.backend._export_sales_document(self.sales_document())
        self.assertEqual(self.written(exchange)[1].header.partner_full_name, "???? Ost")

    def test_exempt_tax_has_its_own_percent(self):
        exempt = self.env.ref(f"account.{self.company.id}_vs_kraj_zw")
        self.assertEqual(self.backend._get_vat_percent(exempt), -1)
        self.assertEqual(self.backend._get_vat_percent(self.company_data["default_tax_sale"]), 23)

    def test_refused_document_can_be_sent_once_it_is_right(self):
        with suppress(UserError):  # a caller that goes on, without rolling back
            self.backend._export_sales_document(self.sales_document(currency="EUR"))
        exchange = self.backend._export_sales_document(self.sales_document())
        self.assertEqual(exchange.state, "waiting")

    def test_same_key_same_file(self):
        first = self.backend._export_sales_document(self.sales_document())
        data = first.file
        again = self.backend._export_sales_document(self.sales_document(notes="changed"))
        self.assertEqual((again, again.file), (first, data))

    def test_one_issuer(self):
        self.backend.issuer = "odoo"
        with self.assertRaisesRegex(UserError, "Odoo issues the invoices"):
            self.backend._export_sales_document(self.sales_document())

    def test_foreign_currency_is_refused(self):
        with self.assertRaisesRegex(UserError, "PLN only"):
            self.backend._export_sales_document(self.sales_document(currency="EUR"))

    def test_sent_document_is_never_deleted(self):
        exchange = self.backend._export_sales_document(self.sales_document())
        with self.assertRaisesRegex(UserError, "sent twice"):
            exchange.unlink()
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.backend.unlink()

    # ------------------------------------------------------------ back

    def test_document_is_matched_once(self):
        sent = self.backend._export_sales_document(self.sales_document())
        calls = []
        self.patch(
            type(sent), "_on_document_matched", lambda this, header: calls.append((this.id, header))
        )
        first = self.load(self.returned(sent))
        self.assertEqual(first.matched_count, 1)
        self.assertRecordValues(
            sent,
            [{"state": "matched", "external_number": "FS 7/2026", "amount_difference": 0.0}],
        )
        second = self.load(self.returned(sent))
        self.assertEqual((second.matched_count, second.unchanged_count), (0, 1))
        self.assertEqual([call[0] for call in calls], [sent.id])

    def test_difference_of_a_grosz_is_kept_and_told(self):
        sent = self.backend._export_sales_document(self.sales_document())
        back = self.load(self.returned(sent, total_gross=amount("123.01")))
        self.assertEqual(sent.state, "matched")
        self.assertAlmostEqual(sent.amount_difference, 0.01)
        self.assertIn("0.01", back.message_line_ids.message)

    def test_deferred_and_cancelled_are_not_matched(self):
        sent = self.backend._export_sales_document(self.sales_document())
        for status, level in ((0, "warning"), (2, "error")):
            back = self.load(self.returned(sent, status=status))
            self.assertEqual(back.message_line_ids.level, level)
            self.assertEqual(sent.state, "waiting")

    def test_second_invoice_of_one_key_is_an_error(self):
        sent = self.backend._export_sales_document(self.sales_document())
        self.load(self.returned(sent))
        back = self.load(self.returned(sent, number="8/2026"))
        self.assertEqual(back.failed_count, 1)
        self.assertIn("invoiced twice", back.message_line_ids.message)
        self.assertEqual(sent.external_number, "FS 7/2026")

    def test_key_never_sent_is_an_error(self):
        sent = self.backend._export_sales_document(self.sales_document())
        back = self.load(self.returned(sent, notes="[SRV:stranger/9]"))
        self.assertEqual(back.failed_count, 1)
        self.assertIn("stranger/9", back.message_line_ids.message)

    def test_correction_with_a_copied_note_is_not_the_invoice(self):
        sent = self.backend._export_sales_document(self.sales_document())
        file = self.returned(sent, doc_type="KFS")
        line = file.documents[0].lines[0]
        values = {name: getattr(line, name) for name, _kind in epp.Line.columns()}
        file.documents[0].lines = [epp.CorrectionLine(**values)]
        back = self.load(file)
        self.assertEqual(sent.state, "waiting")
        self.assertIn("not ours", back.message_line_ids.message)

    def test_invoices_without_our_key_are_ignored(self):
        exchange = self.load(self.export)
        self.assertIn("FS 12/MAG/2026", "".join(exchange.message_line_ids.mapped("message")))
        self.assertEqual(exchange.matched_count, 0)


@tagged("post_install", "-at_install")
class TestSubiektExactlyOnce(SubiektCommon):
    """Two connections that ask for the same key at the same time."""

    def test_key_taken_by_an_invisible_transaction(self):
        database = db_connect(self.env.cr.dbname)
        with database.cursor() as first, database.cursor() as second:
            backend = self._create_backend(first)
            try:
                second.execute("SELECT count(*) FROM subiekt_exchange")  # its snapshot begins
                mine, new = self._take(first, backend)
                first.commit()
                self.assertTrue(new)
                with (
                    self.assertRaises(errors.SerializationFailure),
                    mute_logger("odoo.sql_db"),
                ):
                    self._take(second, backend)
                second.rollback()  # Odoo repeats the request
                found, new = self._take(second, backend)
                self.assertEqual((found.id, new), (mine.id, False))
            finally:
                second.rollback()
                first.execute("DELETE FROM subiekt_backend WHERE id = %s", [backend])
                first.commit()

    def _create_backend(self, cr):
        """Commit a connection both cursors can see; the test deletes it again."""
        cr.execute(
            "INSERT INTO subiekt_backend (name, company_id, program, transport, issuer,"
            " warehouse_code, active) SELECT 'two connections', id, '123', 'epp', 'external',"
            " 'MAG', false FROM res_company ORDER BY id LIMIT 1 RETURNING id"
        )
        (backend,) = cr.fetchone()
        cr.commit()  # pylint: disable=invalid-commit
        return backend

    def _take(self, cr, backend):
        env = api.Environment(cr, SUPERUSER_ID, {})
        return env["subiekt.exchange"]._take(
            env["subiekt.backend"].browse(backend), "out", "test/two", "sale_document"
        )

    def test_constraints_exist_in_the_database(self):
        self.env.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema"
            " AND tablename IN ('subiekt_exchange', 'subiekt_binding', 'subiekt_backend')"
        )
        names = {name for (name,) in self.env.cr.fetchall()}
        self.assertLessEqual(
            {
                "subiekt_exchange_key_uniq",
                "subiekt_backend_company_program_uniq",
                "subiekt_binding_external_uniq",
                "subiekt_binding_record_uniq",
            },
            names,
        )
