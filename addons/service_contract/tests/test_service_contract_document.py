import base64
import hashlib
import io
from datetime import timedelta
from unittest.mock import patch

import psycopg2
from lxml import etree
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.service_contract.models.service_contract_template import LETTERS

from .common import ServiceContractCommon
from .signed_pdf import sign_pdf


def drawing(lines=1):
    """:return: a picture as base64: of a signature, or an empty one"""
    picture = Image.new("RGBA", (200, 80))
    for line in range(lines):
        ImageDraw.Draw(picture).line([(10, 10 + line), (180, 60)], fill="navy", width=3)
    output = io.BytesIO()
    picture.save(output, "PNG")
    return base64.b64encode(output.getvalue()).decode()


def print_blank(report, action, sheets):
    """An empty page for each document: fast, for tests that do not look at the paper."""
    output = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(210, 297)
    writer.write(output)
    return [output.getvalue()] * len(sheets)


def words(document, field="pdf"):
    """:return: the text of the PDF, on one line"""
    reader = PdfReader(io.BytesIO(base64.b64decode(document[field])))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


class ServiceDocumentCommon(ServiceContractCommon):
    """A contract with a small template of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # In tests core gives HTML in place of a PDF unless it is told otherwise.
        cls.env = cls.env(context=dict(cls.env.context, force_report_rendering=True))
        cls.customer = cls.customer.with_env(cls.env)
        cls.lease_type = cls.lease_type.with_env(cls.env)
        cls.own_device = cls.own_device.with_env(cls.env)
        reports = type(cls.env["ir.actions.report"])
        cls.print_really = staticmethod(reports._run_weasyprint)
        cls.startClassPatcher(patch.object(reports, "_run_weasyprint", print_blank))
        cls.customer.write({"is_company": True, "service_represented_by": "Ewa Klient"})
        cls.contract = cls._create_contract(cls.lease_type, cls.own_device)
        cls.rate = cls._create_rate(cls.contract, base_fee=1000.01, labour=150)
        cls.template = cls._create_template("contract", ["<p>Paid: {{ fee.month.words }}.</p>"])
        cls.lease_type.template_id = cls.template
        cls.annex = cls._create_template("annex", [], changes="What changes")

    @classmethod
    def _create_template(cls, kind, bodies, form="documentary", **special):
        clauses = [{"title": f"Clause {n}", "body": body} for n, body in enumerate(bodies, 1)]
        clauses += [{"kind": name, "title": title} for name, title in special.items()]
        clauses += [{"kind": name} for name in ("parties", "signatures", "devices", "prices")]
        return cls.env["service.contract.template"].create(
            {
                "name": f"Test {kind}",
                "title": f"{kind} {{{{ contract.number }}}}",
                "kind": kind,
                "form": form,
                "lang_id": cls.env.ref("base.lang_en").id,
                "sequence": 0,
                "clause_ids": [
                    Command.create({"sequence": n, **vals}) for n, vals in enumerate(clauses)
                ],
            }
        )

    def _print_really(self):
        reports = self.env.registry["ir.actions.report"]
        self.patch(reports, "_run_weasyprint", self.print_really)

    def _texts(self, document):
        """:return: what stands in the clauses that were frozen"""
        return " ".join(section["body"] for section in document.data["sections"])

    def _issue(self, kind="contract", **vals):
        document = self.contract._create_document(kind, **vals)
        document.action_issue()
        return document

    def _sign(self, document):
        document._sign_drawn("Ewa Klient", drawing(), self.customer, "192.0.2.7")
        return document

    def _upload(self, document, data, **vals):
        wizard = self.env["service.contract.sign"].create(
            {"document_id": document.id, "file": base64.b64encode(data), **vals}
        )
        wizard.action_confirm()


@tagged("post_install", "-at_install")
class TestServiceContractDocument(ServiceDocumentCommon):
    """What is issued is frozen: content, file and digest, whoever writes and by what route."""

    def test_issuing_freezes_content_and_file(self):
        self._print_really()
        document = self._issue()
        content = base64.b64decode(document.pdf)
        self.assertEqual(document.sha256, hashlib.sha256(content).hexdigest())
        text = words(document)
        for found in (self.contract.name, document.name, "one thousand", "Ewa Klient", "SN-OWN"):
            self.assertIn(found, text)
        self.template.clause_ids[0].body = "<p>Other</p>"
        self.customer.name = "Renamed"
        self.assertEqual(document._print(), content, "made of the frozen content only")
        self.assertEqual(document._file_to_give(), (content, "application/pdf"))

    def test_nothing_issued_is_changed_or_deleted(self):
        document = self._issue()
        for vals in (
            {"date": "2020-01-01"},
            {"template_id": self.annex.id},
            {"given": {"given.reason": "x"}},
            {"data": {}},
            {"pdf": False},
            {"sha256": "0"},
            {"state": "draft"},
            {"state": "signed", "signed_by": "Nobody"},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                document.write(vals)
        with self.assertRaisesRegex(UserError, "neither changed nor deleted"):
            document.unlink()
        file = self.env["ir.attachment"].search(
            [("res_model", "=", document._name), ("res_field", "=", "pdf")]
        )
        with self.assertRaisesRegex(UserError, "neither changed nor deleted"):
            file.write({"raw": b"other"})
        with self.assertRaisesRegex(UserError, "neither changed nor deleted"):
            file.unlink()
        with self.assertRaisesRegex(UserError, "has been issued"):
            self.contract.customer_id = self.customer.copy()

    def test_the_database_keeps_what_was_issued_and_signed(self):
        document = self._issue()
        table = "UPDATE service_contract_document SET "
        self.assertKept(f"{table} sha256 = 'x' WHERE id = %s", document.id)
        self.assertKept(f"{table} data = '{{}}' WHERE id = %s", document.id)
        self.assertKept(f"{table} state = 'draft' WHERE id = %s", document.id)
        self.assertKept("DELETE FROM service_contract_document WHERE id = %s", document.id)
        self._sign(document)
        self.assertKept(f"{table} signed_by = 'x' WHERE id = %s", document.id)
        self.assertKept(f"{table} state = 'cancelled' WHERE id = %s", document.id)

    def test_a_file_that_is_not_the_issued_one_is_not_signed(self):
        document = self._issue()
        file = self.env["ir.attachment"].search(
            [("res_model", "=", document._name), ("res_field", "=", "pdf")]
        )
        document._acting().env["ir.attachment"].browse(file.id).write({"raw": b"%PDF-other"})
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "not the one that was issued"):
            self._sign(document)

    def test_drafts_follow_the_contract_and_go_with_it(self):
        draft = self.contract._create_document("contract")
        self.assertFalse(draft.data)
        self.assertIn("SN-OWN", draft.shown_html)
        other = self._create_contract(self.lease_type, activate=False)
        other._create_document("contract")
        other.unlink()
        draft.unlink()

    def test_a_hole_is_named_and_nothing_is_issued(self):
        template = self._create_template("notice", ["<p>{{ customer.krs }}</p>"])
        document = self.contract._create_document(template)
        self.assertIn("……", document.shown_html)
        with self.assertRaisesRegex(UserError, "Clause 1: Customer: KRS"):
            document.action_issue()
        self.customer.service_krs = "0000123456"
        document.action_issue()
        self.assertEqual(document.state, "issued")

    def test_values_given_with_the_document(self):
        template = self._create_template("indexation", ["<p>By {{ given.percent }}</p>"])
        document = self._issue(template, values={"given.percent": "<b>3.6 %</b>"})
        self.assertIn("By &lt;b&gt;3.6 %&lt;/b&gt;", self._texts(document))

    def test_an_unknown_placeholder_is_refused_with_its_place(self):
        for body in ("{{ customer.nme }}", "{{ env }}", "{{ 7*7 }}", "{{ object.sudo() }}"):
            with (
                self.subTest(body),
                self.assertRaisesRegex(ValidationError, "“Test contract”, clause “Clause 1”"),
            ):
                self.template.clause_ids[0].body = f"<p>{body}</p>"
        with self.assertRaisesRegex(ValidationError, "title: there is no placeholder “env”"):
            self.template.title = "{{ env }}"

    def test_code_in_data_stays_text(self):
        self.customer.name = "<script>alert(1)</script> {{ env }}"
        self.template.clause_ids[
            0
        ].body = "<p onclick='x()'>{{ customer.name }}<script>y()</script></p>"
        body = self.contract._create_document("contract")._paper()["sections"][0]["body"]
        self.assertEqual(body, "<p>&lt;script&gt;alert(1)&lt;/script&gt; {{ env }}</p>")
        self.assertNotIn("<script", self.template.preview_html)

    def test_conditions(self):
        document = self.contract._create_document("contract")
        names = {"always", *document._conditions_contract(), *document._conditions_prices()}
        held = {name for name in names if document._applies(name)}
        known = document.template_id.clause_ids._fields["condition"].get_values(self.env)
        self.assertLessEqual(names, set(known))
        self.assertEqual(
            held,
            {"always", "own_devices", "one_device", "open_term", "base_fee", "no_pages", "hourly"}
            | {"no_times", "end_notice"},
        )
        self.template.clause_ids[0].condition = "block"
        self.assertNotIn("one thousand", self._texts(self._issue()))

    def test_terms_in_words(self):
        self.contract.write(
            {
                "term_end": self.today + timedelta(days=300),
                "renewal": "fixed",
                "renewal_months": 12,
                "notice_length": 3,
                "notice_rule": "month",
                "response_hours": 8,
                "ceiling_amount": 100000,
            }
        )
        document = self.contract._create_document("contract")
        for lang, found in (
            (
                "en_US",
                (
                    "3 months, effective at the end",
                    "8 hours",
                    "12 months",
                    "with taxes",
                    "8 hours,",
                ),
            ),
            (
                "pl_PL",
                ("3 miesiące", "8 godzin", "12 miesięcy", "100", "usterki: bez zbędnej zwłoki"),
            ),
        ):
            self.env["res.lang"]._activate_lang(lang)
            values = document.with_context(lang=lang)._placeholders()
            names = ("notice", "response", "renewal", "ceiling", "times")
            for name, text in zip(names, found, strict=True):
                value = values[f"contract.{name}"][1](document.with_context(lang=lang))
                self.assertIn(text, value)
        self.assertTrue(document._applies("times"), "what is agreed stands on the paper")
        self.assertTrue(document._applies("renewal_fixed"))
        self.assertFalse(document._applies("open_term"))

    def test_one_signed_contract_and_numbered_annexes(self):
        first, second = self._issue(), self._issue()
        self.assertNotEqual(first.name, second.name)
        self._sign(first)
        with self.assertRaises(psycopg2.errors.UniqueViolation), mute_logger("odoo.sql_db"):
            self._sign(second)
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestServiceContractAnnex(ServiceDocumentCommon):
    """An annex says what changes since the last signature."""

    def _rows(self, document):
        return [
            (row["section"], row["before"], row["after"])
            for section in document._paper()["sections"]
            if section["kind"] == "changes"
            for row in section["rows"]
        ]

    def test_changes_since_the_last_signature(self):
        self._sign(self._issue())
        self.assertFalse(self._rows(self.contract._create_document("annex")))
        tomorrow = self.today + timedelta(days=1)
        rate = self.rate.copy({"contract_id": self.contract.id, "date_from": tomorrow})
        rate.line_ids.filtered(lambda line: line.kind == "base_fee").price_unit = 1200
        payer = self.env["res.partner"].create({"name": "Head Office"})
        self.contract.invoice_partner_id = payer
        device = self._create_device("SN-NEW")
        self._place(device, 300)
        self.env["service.contract.device"].create(
            {"contract_id": self.contract.id, "device_id": device.id, "date_start": tomorrow}
        )
        self.contract.device_ids.filtered(lambda stay: stay.device_id == self.own_device)._leave(
            tomorrow
        )
        annex = self.contract._create_document("annex")
        self.assertEqual(annex.date_effective, tomorrow, "the new prices are what it is for")
        rows = self._rows(annex)
        self.assertIn(("Terms", self.customer.name, "Head Office"), rows)
        prices = [row for row in rows if row[0] == "Prices"]
        self.assertEqual(len(prices), 1)
        self.assertIn("1,000.01", prices[0][1])
        self.assertIn("1,200.00", prices[0][2])
        devices = {bool(row[1] == "–"): row for row in rows if row[0] == "Devices"}
        self.assertIn("SN-NEW", devices[True][2])
        self.assertIn("SN-OWN", devices[False][1])
        self.assertEqual(devices[False][2], "leaves the contract")
        annex.action_issue()
        self.assertEqual(annex.ordinal, 1)
        self._sign(annex)
        following = self.contract._create_document("annex", date_effective=tomorrow)
        self.assertFalse(self._rows(following), "compared with the annex that was signed")
        unsigned = self.contract._create_document("annex")
        self.assertEqual(unsigned.date_effective, self.today, "those prices are signed")

    def _join(self, device, start, end=None):
        vals = {"device_id": device.id, "date_start": start, "date_end": end}
        return self.env["service.contract.device"].create({"contract_id": self.contract.id, **vals})

    def test_an_annex_is_compared_with_what_is_in_force_on_its_day(self):
        self._sign(self._issue())
        later, sooner = self.today + timedelta(days=60), self.today + timedelta(days=30)
        rate = self.rate.copy({"contract_id": self.contract.id, "date_from": later})
        rate.line_ids.filtered(lambda line: line.kind == "base_fee").price_unit = 1200
        device = self._create_device("SN-NEW")
        self._place(device, 300)
        self._join(device, later)
        self._sign(self._issue("annex", date_effective=later))
        self.contract.invoice_partner_id = self.env["res.partner"].create({"name": "Office"})
        told = ("Terms", self.customer.name, "Office")
        annex = self.contract._create_document("annex", date_effective=sooner)
        self.assertEqual(self._rows(annex), [told], "neither fee nor device: they are agreed")
        annex.action_issue()
        self._sign(annex)
        for day in (sooner, later):
            following = self.contract._create_document("annex", date_effective=day)
            self.assertFalse(self._rows(following))

    def test_a_device_that_comes_back_and_one_that_is_to_leave(self):
        self._sign(self._issue())
        stay = self.contract.device_ids
        day = [self.today + timedelta(days=days) for days in range(40)]
        stay.date_end = day[10]
        annex = self.contract._create_document("annex", date_effective=day[1])
        [(_section, before, after)] = self._rows(annex)
        self.assertNotIn(" to ", before)
        self.assertIn(f" to {annex._day(day[9])}", after)
        annex.action_issue()
        self._sign(annex)
        self._join(self.own_device, day[30])
        for effective in (day[2], day[30]):
            annex = self.contract._create_document("annex", date_effective=effective)
            added = self._rows(annex)[0]
            self.assertIn(f"from {annex._day(day[30])}", added[2])
            self.assertEqual(added[1], "–")
        self.assertEqual(len(self._rows(annex)), 1, "it left as was agreed")
        self.assertEqual(annex._device_count(), 1)

    def test_the_end_of_a_device_that_a_later_annex_says_is_not_said_again(self):
        self._sign(self._issue())
        day = [self.today + timedelta(days=days) for days in range(40)]
        device = self._create_device("SN-NEW")
        self._place(device, 300)
        self._join(device, day[5], day[20])
        self.contract.device_ids.filtered(lambda stay: stay.device_id == self.own_device)._leave(
            day[20]
        )
        # From that day on neither is there: this annex names no last day of theirs.
        self._sign(self._issue("annex", date_effective=day[20]))
        annex = self.contract._create_document("annex", date_effective=day[2])
        [(_section, before, after)] = self._rows(annex)
        self.assertIn("SN-NEW", after, "that it comes at all, nobody has said yet")
        self.assertEqual(before, "–")
        stay = self.contract.device_ids.filtered(lambda stay: stay.device_id == self.own_device)
        stay.date_end = day[15]
        earlier = [row for row in self._rows(annex) if "SN-OWN" in row[2]]
        self.assertIn(f" to {annex._day(day[14])}", earlier[0][2], "another day than was agreed")

    def test_annexes_follow_each_other(self):
        self._sign(self._issue())
        self.contract.invoice_partner_id = self.env["res.partner"].create({"name": "Office"})
        self._issue("annex")
        with self.assertRaisesRegex(UserError, "is not signed yet"):
            self._issue("annex")

    def test_an_annex_needs_a_signed_contract_and_a_change(self):
        with self.assertRaisesRegex(UserError, "no signed document"):
            self._issue("annex")
        self._sign(self._issue())
        with self.assertRaisesRegex(UserError, "nothing has changed"):
            self._issue("annex")


@tagged("post_install", "-at_install")
class TestServiceContractSigning(ServiceDocumentCommon):
    """Each form accepts what gives it, and nothing weaker."""

    def test_a_drawn_signature_and_its_page(self):
        self._print_really()
        document = self._sign(self._issue())
        self.assertEqual(
            (document.state, document.signed_how, document.signed_by, document.signed_ip),
            ("signed", "drawn", "Ewa Klient", "192.0.2.7"),
        )
        signed = base64.b64decode(document.signed_file)
        self.assertEqual(document.signed_sha256, hashlib.sha256(signed).hexdigest())
        text = words(document, "signed_file").replace(" ", "")
        self.assertIn(document.sha256, text)
        self.assertIn("192.0.2.7", text)
        for act in (document.action_cancel, document.action_refuse, document.action_issue):
            with self.assertRaises(UserError):
                act()

    def test_an_empty_drawing_signs_nothing(self):
        document = self._issue()
        for picture in (drawing(0), "", "not base64", base64.b64encode(b"<svg/>").decode()):
            with self.assertRaisesRegex(UserError, "Draw your signature"):
                document._sign_drawn("Ewa", picture, self.customer, "")
        with self.assertRaisesRegex(UserError, "Enter your name"):
            document._sign_drawn(" ", drawing(), self.customer, "")
        self.assertEqual(document.state, "issued")

    def test_the_written_form_takes_a_scan_and_no_drawing(self):
        self.template.form = "written"
        document = self._issue()
        with self.assertRaisesRegex(UserError, "needs another form"):
            self._sign(document)
        with self.assertRaisesRegex(UserError, "Only PDF, JPG and PNG"):
            self._upload(document, b"MZ program", signed_by="Ewa")
        with self.assertRaisesRegex(UserError, "Enter who signed"):
            self._upload(document, base64.b64decode(drawing()))
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        with self.assertRaisesRegex(UserError, "in the future"):
            self._upload(document, base64.b64decode(drawing()), signed_by="Ewa", signed_on=tomorrow)
        self._upload(document, base64.b64decode(drawing()), signed_by="Ewa")
        self.assertEqual((document.state, document.signed_how), ("signed", "scan"))

    def test_the_qualified_form_takes_a_signed_pdf_only(self):
        self.template.form = "qualified"
        document = self._issue()
        issued = base64.b64decode(document.pdf)
        with self.assertRaisesRegex(UserError, "no electronic signature"):
            self._upload(document, issued, signed_by="Ewa")
        with self.assertRaisesRegex(UserError, "added to this PDF after it was signed"):
            self._upload(document, sign_pdf(issued) + b"more")
        self._upload(document, sign_pdf(issued))
        self.assertEqual((document.signed_how, document.signed_by), ("qualified", "Jan Kowalski"))
        self.assertIn("unchanged", document.signed_note)

    def test_refusal_and_cancelling(self):
        document = self._issue()
        document._refuse_in_panel("Too dear", self.customer)
        self.assertEqual(document.state, "refused")
        self.assertIn("Too dear", document.refusal)
        document.action_cancel()
        letter = self._issue(self._create_template("notice", ["<p>We give notice.</p>"]))
        with self.assertRaisesRegex(UserError, "is a letter"):
            self._sign(letter)
        for name in ("document_view_form", "document_view_search", "template_view_form"):
            view = self.env.ref(f"service_contract.service_contract_{name}")
            self.assertIn(str(LETTERS), view.arch, "nobody is asked to sign a letter")
        form = self.env.ref("service_contract.service_contract_document_view_form").arch
        for bar in etree.fromstring(form).iterfind(".//field[@widget='statusbar']"):
            signed = "signed" in bar.get("statusbar_visible")
            letters = f"kind in {LETTERS}" if signed else f"kind not in {LETTERS}"
            self.assertEqual(bar.get("invisible"), letters, "a letter does not become signed")

    def test_whom_the_mail_is_for(self):
        document = self._issue()
        person = self.env["res.partner"].create(
            {"name": "Decider", "parent_id": self.customer.id, "email": "d@test.example"}
        )
        for role, contact in (("decision", person), ("accounting", person.copy())):
            self.env["service.membership"].create(
                {"contact_id": contact.id, "customer_id": self.customer.id, "role": role}
            )
        self.assertEqual(document._decision_makers(), person)
        context = document.action_send()["context"]
        composer = self.env["mail.compose.message"].with_context(**context).create({})
        self.assertEqual(composer.partner_ids, person)
        self.assertIn(f"/my/contracts/{document.id}", composer.body)


@tagged("post_install", "-at_install")
class TestServiceContractTemplates(ServiceDocumentCommon):
    """The shipped templates print for each type of contract, and know what they say."""

    def test_what_comes_next_at_the_end(self):
        """After a declaration of the customer our confirmation, else our own letter."""
        until = self.today + timedelta(days=30)
        self.contract.write({"term_end": until, "renewal": "fixed"})
        for kind, by, drawn, said in (
            ("notice", "own", "notice", "wypowiadamy umowę .* z zachowaniem okresu"),
            ("immediate", "own", "notice", "bez zachowania okresu .*Przyczyna.* Too dear"),
            ("not_renewed", "own", "notice", "nie zostanie przedłużona"),
            ("notice", "customer", "acknowledgement", "otrzymaliśmy Państwa wypowiedzenie umowy"),
            ("immediate", "customer", "acknowledgement", "nie oznacza uznania"),
            ("not_renewed", "customer", "acknowledgement", "Umowa wygasa z upływem dnia"),
            ("agreement", False, "dissolution", "zgodnie rozwiązują"),
        ):
            with self.subTest(kind=kind, by=by):
                self.contract._terminate(kind, until, by=by, reason="Too dear")
                document = self._next_document()
                self.assertEqual((document.kind, document.date_effective), (drawn, until))
                text = " ".join(one["body"] for one in document._paper()["sections"])
                self.assertRegex(text, f"(?s){said}")
                self.contract.action_take_back_termination()
        heir = self.env["res.partner"].create({"name": "Heir", "is_company": True})
        self.env["service.contract.assign"].create(
            {"contract_id": self.contract.id, "customer_id": heir.id, "date": self.today}
        ).action_assign()
        following = self.contract.assigned_to_ids.name
        with self.assertRaisesRegex(UserError, f"handed over to Heir.*{following}"):
            self._next_document()

    def test_a_type_without_a_template_says_where_to_make_one(self):
        self.template.active = False
        pos = self.env["service.contract.type"].create({"name": "POS"})
        self.contract = self._create_contract(pos, activate=False)
        sentence = "type “POS”.*Document Templates.*“Contract Types”.*field “Document Template”"
        with self.assertRaisesRegex(UserError, sentence):
            self._next_document()
        template = self.env.ref("service_contract.template_service").copy()
        self.assertIn("(copy)", template.name)
        template.type_ids = pos
        self.assertEqual(self._next_document().template_id, template)

    def _next_document(self):
        action = self.contract.action_new_document()
        return self.env["service.contract.document"].browse(action["res_id"])

    def test_what_waits_for_a_signature_is_not_drawn_up_twice(self):
        template = self._create_template("contract", ["<p>One</p>"])
        self.contract.type_id.template_id = template
        waiting = self._next_document()
        waiting.action_issue()
        action = self.contract.action_new_document()["params"]
        self.assertEqual(action["next"]["res_id"], waiting.id)
        self.assertIn(waiting.name, action["message"])
        waiting.action_cancel()
        self.assertEqual((self._next_document() - waiting).state, "draft")

    def test_the_shipped_templates(self):
        self.customer.write({"street": "Long 1", "city": "Town"})
        for name in ("lease", "all_in", "service", "annex", "dissolution", "notice", "indexation"):
            template = self.env.ref(f"service_contract.template_{name}")
            template.type_ids = False
            values = {"given.move": "wzrastają o 3,6%", "given.reason": "GUS"}
            document = self.contract._create_document(template, values=values)
            document.company_id.write({"city": "Wrocław", "email": "a@b.pl", "phone": "71"})
            paper = document._paper()
            with self.subTest(name):
                self.assertFalse(paper["missing"])
                self.assertGreater(len(paper["sections"]), 3)
                titles = [section["title"] for section in paper["sections"]]
                self.assertEqual(titles.count("Termin zapłaty"), template.kind == "contract")

    def test_only_what_is_agreed_has_a_cycle(self):
        document = self.contract._create_document("contract")
        fee, pages = "base fee every month in advance from day 1", "pages every month from day 1"
        self.assertEqual(document._settlement_in_words(), fee, "no price of pages is agreed")
        group = self.contract.group_ids
        self.assertEqual((group.summary, group._in_words({"pages"})), (f"{fee}, {pages}", pages))
        group.copy({"name": "Two", "base_months": 3})
        every = fee.replace("month", "3 months")
        said = f"{group.name}: {fee}; Two: {every}"
        self.assertEqual(document._settlement_in_words(), said)
        document.date_effective = self.rate.date_from - timedelta(days=1)  # Nothing is agreed yet.
        self.assertRegex(document._settlement_in_words(), "^work and parts when")

    def test_numbers_of_registers(self):
        with self.assertRaisesRegex(ValidationError, "no KRS number"):
            self.customer.service_krs = "123"
        with self.assertRaisesRegex(ValidationError, "no REGON number"):
            self.customer.write({"service_krs": False, "service_regon": "123456789"})
        self.customer.write({"service_krs": "0000123456", "service_regon": "123456785"})
