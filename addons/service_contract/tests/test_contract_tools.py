import datetime
import io
from decimal import Decimal

from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

from odoo.tests import BaseCase, tagged

from odoo.addons.service_contract.tools import indexation
from odoo.addons.service_contract.tools.changes import Change, changes, in_force
from odoo.addons.service_contract.tools.pictures import outside, within
from odoo.addons.service_contract.tools.placeholders import fill, unbroken, unknown
from odoo.addons.service_contract.tools.signed_file import FileError, check_scan, check_signed
from odoo.addons.service_contract.tools.words import amount_in_words

from .signed_pdf import (
    Signer,
    add_action,
    add_note,
    add_page,
    add_proofs,
    forge,
    paint_over,
    paper,
    revise,
    show_signature,
    sign_pdf,
)

PDF = paper()


@tagged("post_install", "-at_install")
class TestContractTools(BaseCase):
    """Placeholders, words, changes and signed files, without a database."""

    def test_amounts_in_words(self):
        for amount, polish, english in (
            ("1", "jeden złoty zero groszy", "one zloty and zero groszy"),
            ("2", "dwa złote zero groszy", "two zlotys and zero groszy"),
            ("5", "pięć złotych zero groszy", "five zlotys and zero groszy"),
            ("12", "dwanaście złotych zero groszy", "twelve zlotys and zero groszy"),
            ("22", "dwadzieścia dwa złote zero groszy", "twenty-two zlotys and zero groszy"),
            ("25", "dwadzieścia pięć złotych zero groszy", "twenty-five zlotys and zero groszy"),
            ("112", "sto dwanaście złotych zero groszy", None),
            ("0.02", "zero złotych dwa grosze", "zero zlotys and two groszy"),
            ("1000.01", "tysiąc złotych jeden grosz", "one thousand zlotys and one grosz"),
            ("2000.995", "dwa tysiące jeden złotych zero groszy", None),
        ):
            with self.subTest(amount):
                self.assertEqual(amount_in_words(Decimal(amount), "PLN", "pl_PL"), polish)
                if english:
                    self.assertEqual(amount_in_words(Decimal(amount), "PLN", "en_US"), english)

    def test_a_currency_that_is_not_declined(self):
        words = amount_in_words(Decimal("1000.01"), "CHF", "pl_PL")
        self.assertEqual(words, "tysiąc CHF 01/100")

    def test_only_names_of_the_list_stand_in_braces(self):
        known = {"customer.name"}
        self.assertFalse(unknown("<p>{{ customer.name }} {{customer.name}}</p>", known))
        for html in (
            "<p>{{ customer.names }}</p>",
            "<p>{{ env }}</p>",
            "<p>{{ 7 * 7 }}</p>",
            "<p>{{ customer.name.__class__ }}</p>",
            "<p>{{ customer.name</p>",
            "<p>{{ <b>customer.name</b> }}</p>",
            '<a href="{{ customer.name }}">x</a>',
            "<p>{{ object._sign() }}</p>",
        ):
            with self.subTest(html):
                self.assertTrue(unknown(html, known))

    def test_values_are_text_and_never_filled_again(self):
        values = {"a": "<script>alert(1)</script>", "b": "{{ a }}"}
        html = fill('<p title="{{ a }}">{{ a }} {{ b }}</p>', values.get)
        self.assertEqual(
            html,
            '<p title="{{ a }}">&lt;script&gt;alert(1)&lt;/script&gt; {{ a }}</p>',
        )

    def test_changes_by_what_is_meant_not_by_how_it_is_written(self):
        def row(key, text, raw):
            return {"key": key, "label": key.title(), "text": text, "raw": raw}

        before = {"prices": [row("fee", "100,00 zł", [100]), row("page", "0.05", [0.05])]}
        after = {"prices": [row("fee", "PLN 100.00", [100]), row("scan", "0.01", [0.01])]}
        self.assertEqual(
            changes([(datetime.date.min, before)], after, datetime.date.max),
            [Change("prices", "Scan", "", "0.01"), Change("prices", "Page", "0.05", "")],
        )

    def test_pictures_stand_in_the_text_or_are_attached(self):
        inside, attached = "data:image/png;base64,iVBORw==", "/web/image/42-f00/seal.png?access=1"
        for address in (inside, attached):
            self.assertFalse(outside(f'<p>a<img src="{address}"></p>'))
        self.assertFalse(outside('<p><a href="https://x.test">x</a></p>') + outside(None))
        for html in (
            '<img src="https://x.test/a.png">',
            '<img src="//x.test/a.png">',
            '<img alt="a > b" src="/web/image/42/../../session/logout">',
            '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
            '<video src="data:image/png;base64,iVBORw=="></video>',
            '<p background="http://x.test">x</p>',
            '<p style="background: URL(http://x.test)">x</p>',
        ):
            with self.subTest(html):
                self.assertTrue(outside(html))
                self.assertNotIn("x.test", within(f"<p>a {html} b</p>", {}.get))
        text = f'a<p>b<img src="{attached}"><img src="/web/image/7"></p>'
        shown = within(text, {attached: inside}.get)
        self.assertEqual(shown, f'a<p>b<img src="{inside}"></p>')
        self.assertEqual(within("<p>a<br>b &amp; c</p>", {}.get), "<p>a<br>b &amp; c</p>")

    def test_a_number_of_a_document_is_not_broken(self):
        kept = '<span class="nowrap">{}</span>'
        for text, found in (
            ("Umowa nr U/2026/0001 z dnia", "nr U/2026/0001"),
            ("a (U-D/2026/0003), b", "U-D/2026/0003"),
            ("z dnia 26 marca 2026 r. bez", "26 marca 2026 r."),
            ('<a href="/x/1">ZP.1/2026</a>', "ZP.1/2026"),
        ):
            self.assertEqual(unbroken(text), text.replace(found, kept.format(found)))
        for text in ("i/lub", "a&lt;/b", "https://www.test.example/a/very/long/way/1"):
            self.assertEqual(unbroken(text), text)

    def test_what_was_signed_counts_from_its_day_in_whatever_order(self):
        def state(fee, payer):
            facts = {"fee": fee, "payer": payer}
            return {
                "terms": [{"key": k, "raw": raw, "text": raw} for k, raw in facts.items() if raw]
            }

        def told(day):
            rows = in_force(signed, datetime.date(2026, day, 1)).get("terms", ())
            return "".join(row["raw"] for row in rows)

        def signs(month, fee, payer):
            signed.append((datetime.date(2026, month, 1), state(fee, payer)))

        signed = []
        signs(1, "1", "A")
        signs(6, "2", "A")  # The fee from June,
        signs(3, "1", "B")  # signed later: the payer from March, whom the one above does not know,
        self.assertEqual([told(month) for month in (1, 2, 3, 5, 6)], ["1A", "1A", "1B", "1B", "2B"])
        signs(6, "3", None)  # and both again, on a day that has an annex.
        self.assertEqual([told(month) for month in (5, 6, 12)], ["1B", "3", "3"])
        self.assertFalse(in_force([], datetime.date(2026, 1, 1)))

    def assertRefused(self, code, check, *args):
        with self.assertRaises(FileError) as refused:
            check(*args)
        self.assertEqual(refused.exception.code, code)

    def test_scans_are_judged_by_their_content(self):
        picture = io.BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "JPEG")
        self.assertEqual(check_scan(picture.getvalue()), "image/jpeg")
        self.assertEqual(check_scan(PDF), "application/pdf")
        self.assertRefused("kind", check_scan, b"<svg onload='alert(1)'/>")
        self.assertRefused("kind", check_scan, picture.getvalue()[:40])
        self.assertRefused("empty", check_scan, b"")
        self.assertRefused("big", check_scan, PDF + bytes(21 * 2**20))

    def test_a_signed_pdf_names_its_signer(self):
        signed = check_signed(sign_pdf(PDF), PDF)
        self.assertEqual((signed.signers, signed.contains), (("Jan Kowalski",), True))
        self.assertFalse(check_signed(sign_pdf(PDF), b"%PDF-1.7 another").contains)

    def test_a_pdf_changed_after_its_signature_is_refused(self):
        signed = sign_pdf(PDF)
        self.assertRefused("unsigned", check_signed, PDF, PDF)
        self.assertRefused("changed", check_signed, signed.replace(b"endobj", b"ENDOBJ", 1), PDF)
        self.assertRefused("added", check_signed, signed + b"more pages", PDF)
        empty = PDF + b"/ByteRange [0 10 20 10] /Contents <00>"
        self.assertRefused("unsigned", check_signed, empty, PDF)

    def test_a_signature_is_made_with_the_key_of_its_certificate(self):
        signed = sign_pdf(PDF, key=ec.generate_private_key(ec.SECP256R1()))
        self.assertEqual(check_signed(signed, PDF).signers, ("Jan Kowalski",))

        def of_nobody(content):
            content["signer_infos"] = []

        def by_somebody_else(content):
            content["signer_infos"][0]["signature"] = bytes(256)

        for change in (of_nobody, by_somebody_else):
            with self.subTest(change.__name__):
                self.assertRefused("changed", check_signed, forge(sign_pdf(PDF), change), PDF)

    def test_a_signer_is_named_by_the_key_as_well(self):
        signed = Signer("Jan", by_key=True).sign(PDF)
        self.assertEqual(check_signed(signed, PDF).signers, ("Jan",))

    def test_proof_may_be_added_to_a_signed_pdf_and_nothing_else(self):
        """PAdES-B-LT and -LTA: certificates, and time stamps of all that stands before them."""
        stamper, signed = Signer("Time"), sign_pdf(PDF)
        proved = revise(signed, add_proofs)
        kept = stamper.stamp(proved)
        for data in (
            proved,
            kept,
            stamper.stamp(signed, add_proofs),
            stamper.stamp(kept),
            kept + b"\n",
        ):
            self.assertEqual(check_signed(data, PDF).signers, ("Jan Kowalski",))
        self.assertRefused("unsigned", check_signed, stamper.stamp(PDF), PDF)
        at = kept.rindex(b"a certificate")
        self.assertRefused("changed", check_signed, kept[:at] + b"A" + kept[at + 1 :], PDF)
        for change in (paint_over, add_page, add_note, show_signature, add_action):
            with self.subTest(change.__name__):
                for data in (revise(signed, change), stamper.stamp(signed, change)):
                    self.assertRefused("added", check_signed, data, PDF)

    def test_rounding_never_turns_a_change_round(self):
        for percent, before, after in (
            ("3.6", "0.0285", "0.0295"),
            ("3.6", "0.00042", "0.00042"),  # 0.0004 would be less
            ("-3.6", "0.00048", "0.00048"),  # 0.0005 would be more
        ):
            change = indexation.Change(percent=Decimal(percent))
            self.assertEqual(change.page(Decimal(before)), Decimal(after))
        change = indexation.Change(percent=Decimal("0.05"), step=Decimal(1))
        self.assertEqual(change.money(Decimal("100.40")), Decimal("100.40"))
