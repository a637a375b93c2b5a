import base64
import io
from datetime import timedelta

from PIL import Image

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.service_customer.models import service_retention

from .common import ServiceOrderCommon


def picture(secret=None):
    """A JPEG; with a secret, one whose camera wrote it down."""
    exif = Image.Exif()
    if secret:
        exif[0x010E] = secret
    output = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(output, "JPEG", exif=exif)
    return output.getvalue()


@tagged("post_install", "-at_install")
class TestRetention(ServiceOrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(customer_id=cls.customer.id)
        cls.visit = cls._create_visit(cls.order)
        cls.photo = cls._file(cls.order)
        cls.visit_photo = cls._file(cls.visit)
        cls.order._add_photos([])
        cls.order.photo_ids = cls.photo
        cls.visit.write(
            {
                "photo_ids": [Command.set(cls.visit_photo.ids)],
                "signature": base64.b64encode(picture()),
                "signed_by": "Jan Lis",
            }
        )

    @classmethod
    def _file(cls, document):
        return cls.env["ir.attachment"].create(
            {
                "name": "photo.jpg",
                "raw": picture(),
                "res_model": document._name,
                "res_id": document.id,
            }
        )

    def _age(self, months):
        """All happened some months ago."""
        then = fields.Datetime.now() - timedelta(days=months * 31)
        self.order.date_done = then
        self.visit.write({"finished_on": then, "signed_on": then})

    def _vacuum(self):
        result = self.env["service.retention"]._gc_expired()
        self.env.invalidate_all()
        return result

    def test_nothing_goes_unless_the_company_says_so(self):
        self._age(200)
        self.assertEqual(self._vacuum(), (0, False))
        self.assertTrue(self.photo.exists() and self.visit_photo.exists() and self.visit.signature)

    def test_each_kind_has_its_own_time(self):
        self.company.write({"service_keep_photo_months": 12, "service_keep_signature_months": 36})
        self._age(11)
        self._vacuum()
        self.assertTrue(self.photo.exists())
        self._age(13)
        self.assertEqual(self._vacuum(), (2, False))
        self.assertFalse((self.photo | self.visit_photo).exists())
        self.assertFalse(self.order.photo_ids | self.visit.photo_ids)
        self.assertTrue(self.visit.signature)
        self._age(37)
        self._vacuum()
        self.assertFalse(self.visit.signature)

    def test_that_somebody_signed_stays(self):
        self.company.service_keep_signature_months = 1
        self._age(2)
        signed_on = self.visit.signed_on
        self._vacuum()
        self.assertFalse(self.visit.signature)
        self.assertRecordValues(self.visit, [{"signed_by": "Jan Lis", "signed_on": signed_on}])
        self.assertTrue(self.order.is_signed)

    def test_signed_papers_of_a_device(self):
        """A receipt of the workshop loses its signature and the PDF that shows it, not its word."""
        protocols = self.env["service.device.protocol"].with_context(force_report_rendering=True)
        protocol = protocols.create(
            {
                "kind": "receipt",
                "date": fields.Datetime.now(),
                "company_id": self.company.id,
                "customer_id": self.customer.id,
                "signed_by": "Jan Lis",
            }
        )
        protocol._attach_pdf()
        protocol.signature = base64.b64encode(picture())
        papers = protocol._get_signed_papers()
        self.assertEqual((len(papers), len(protocol._get_signatures())), (1, 1))
        person = self.env["res.partner"].create({"name": "Jan Lis", "parent_id": self.customer.id})
        self.assertTrue(papers < person._service_export_files())
        self.company.service_keep_signature_months = 1
        self._age(2)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE service_device_protocol SET signed_on = signed_on - INTERVAL '3 months'"
        )
        self.env.invalidate_all()
        self._vacuum()
        self.assertFalse(protocol.signature or papers.exists())
        self.assertTrue(protocol.signed_on and protocol.signed_by)
        with self.assertRaisesRegex(UserError, "is signed and stays"):
            protocol.signature = base64.b64encode(picture())
        person._service_forget()
        self.assertNotEqual(protocol.signed_by, "Jan Lis")

    def test_removal_is_noted_on_the_document(self):
        self.company.service_keep_photo_months = 12
        self._age(13)
        self._vacuum()
        for document in (self.order, self.visit):
            note = document.message_ids[0].body
            self.assertIn("removed after 12 months", note)
            self.assertIn("(files: 1)", note)

    def test_open_requests_and_other_companies_keep_theirs(self):
        self.company.service_keep_photo_months = 1
        self.env["res.company"].create({"name": "Other", "service_keep_photo_months": 1})
        self.order.date_done = False
        self.visit.finished_on = False
        self.assertEqual(self._vacuum(), (0, False))
        self.company.service_keep_photo_months = 0
        self._age(13)
        self.assertEqual(self._vacuum(), (0, False))
        self.assertTrue(self.photo.exists())

    def test_files_of_another_document_are_not_carried_off(self):
        self.company.service_keep_photo_months = 1
        foreign = self._file(self.customer)
        self.order.photo_ids = foreign
        self._age(2)
        self._vacuum()
        self.assertTrue(foreign.exists())
        self.assertEqual(self.order.photo_ids, foreign)

    def test_invoices_and_charges_stay(self):
        self.company.write({"service_keep_photo_months": 1, "service_keep_signature_months": 1})
        charge = self.env["service.charge"].create(
            {
                "name": "Repair",
                "company_id": self.company.id,
                "customer_id": self.customer.id,
                "date": "2020-01-01",
                "kind": "labour",
                "product_id": self.part.id,
                "quantity": 1,
                "price_unit": 10.0,
                "currency_id": self.company.currency_id.id,
            }
        )
        move = charge._bill()
        file = self._file(move)
        before = (charge.read(["amount", "state", "move_id"]), move.read(["amount_total", "name"]))
        self._age(2)
        self._vacuum()
        self.assertTrue(file.exists())
        after = (charge.read(["amount", "state", "move_id"]), move.read(["amount_total", "name"]))
        self.assertEqual(before, after)

    def test_removal_goes_in_batches(self):
        self.company.service_keep_photo_months = 1
        self.patch(service_retention, "BATCH", 1)
        self._age(2)
        self.assertEqual(self._vacuum(), (1, True))
        self.assertEqual(self._vacuum(), (1, True))
        self.assertEqual(self._vacuum(), (0, False))

    def test_months_are_not_negative(self):
        with self.assertRaisesRegex(Exception, "service_keep_months_natural"):
            self.company.service_keep_photo_months = -1
            self.company.flush_recordset()

    def test_photos_of_visits_are_stored_bare(self):
        secret = "Krakowska 1"
        self.assertIn(secret.encode(), picture(secret))
        uploaded = (
            self.env["ir.attachment"]
            .with_user(self.technician_user)
            .create(
                {
                    "name": "photo.jpg",
                    "raw": picture(secret),
                    "res_model": "service.visit",
                    "res_id": self.visit.id,
                }
            )
        )
        self.assertNotIn(secret.encode(), uploaded.raw)

    def test_forgotten_person_signs_no_more(self):
        person = self.env["res.partner"].create({"name": "Jan Lis", "parent_id": self.customer.id})
        namesake = self.env["res.partner"].create(
            {"name": "Jan Lis", "parent_id": self.stranger.id}
        )
        self.order.reporter_id = person
        self.assertIn(
            "Signatures on protocols that are deleted: 1.", person._service_forget_preview()
        )
        answer, _is_new = self.env["service.answer"]._take(
            self.order,
            {
                "key": "forget",
                "question": "work",
                "answer": "accepted",
                "how": "link",
                "partner_id": person.id,
                "signed_by": person.name,
                "address": "192.0.2.7",
            },
            signature=base64.b64decode(self.visit.signature),
        )
        self.assertTrue(answer.signature)
        namesake._service_forget()
        self.assertTrue(self.visit.signature)
        sections = person._service_export_sections()
        self.assertEqual([row["number"] for row in sections["requests"]], [self.order.name])
        self.assertEqual(len(sections["signatures"]), 1)
        self.assertIn(self.photo, person._service_export_files())
        signed_on = self.visit.signed_on
        person._service_forget()
        self.env.invalidate_all()
        self.assertRecordValues(
            self.visit,
            [{"signature": False, "signed_by": person.name, "signed_on": signed_on}],
        )
        self.assertRecordValues(
            answer, [{"signature": False, "signed_by": person.name, "address": False}]
        )
        self.assertTrue(answer.signature_sha256)
        self.assertEqual(self.order.description, "Paper jams")
