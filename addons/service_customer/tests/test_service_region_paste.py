import base64
import io
from ast import literal_eval

import openpyxl

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import ServiceCustomerCommon


@tagged("post_install", "-at_install")
class TestServiceRegionPaste(ServiceCustomerCommon):
    """Ranges taken over from a spreadsheet: all of them or none, each bad line named."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["service.region.zip"].search([]).unlink()
        cls.wroclaw = cls.env["service.region"].create(
            {"name": "Wrocław", "code": "WRO", "zip_ids": [(0, 0, {"zip_from": "50-001"})]}
        )

    def _paste(self, *rows, **vals):
        text = "\n".join("\t".join(row) for row in rows)
        Paste = self.env["service.region.paste"].with_user(self.manager)
        return Paste.create({"text": text, **vals})

    def _ranges(self):
        return {
            (item.zip_from, item.zip_to, item.region_id.name)
            for item in self.env["service.region.zip"].search([])
        }

    def test_pasted_rows_make_ranges_and_regions(self):
        paste = self._paste(
            ("Od", "Do", "Region"),
            ("50001", "50001", "wrocław"),
            ("51-000", "54 999", "WRO", "", ""),
            ("59-220", "", "Nowa Legnica"),
        )
        self.assertEqual(paste.summary, "New ranges: 2. New regions: Nowa Legnica.")
        self.assertFalse(paste.problems)
        paste.action_import()
        self.assertEqual(
            self._ranges(),
            {
                ("50-001", "50-001", "Wrocław"),
                ("51-000", "54-999", "Wrocław"),
                ("59-220", "59-220", "Nowa Legnica"),
            },
        )
        self.assertEqual(self.foreign_site.service_region_id.name, "Nowa Legnica")
        self.assertFalse(self._paste().summary, "nothing is said of nothing")
        with self.assertRefused("no new range"):
            paste.action_import()

    def test_each_bad_line_is_named_and_nothing_taken(self):
        before = self._ranges()
        paste = self._paste(
            ("51-000", "51-999", "Wrocław"),
            ("5O-002", "51-000", "Wrocław"),
            ("53-000", "52-000", "Wrocław"),
            ("49-000", "50-005", "Opole"),
            ("51-500", "52-000", "Trzebnica"),
            ("52-500",),
        )
        lines = paste.problems.splitlines()
        self.assertEqual([line[:7] for line in lines], [f"Line {n}:" for n in (2, 3, 6, 4, 5)])
        self.assertIn("“5O-002” is not a postal code", lines[0])
        self.assertIn("ends before it begins", lines[1])
        self.assertIn("(Opole) overlaps 50-001 – 50-001 (Wrocław).", lines[3])
        self.assertIn("(Trzebnica) overlaps 51-000 – 51-999 (Wrocław) in line 1.", lines[4])
        with self.assertRefused("Nothing was taken over"):
            paste.action_import()
        self.assertEqual(self._ranges(), before)

    def test_unknown_region_is_a_bad_line_when_none_is_to_be_made(self):
        paste = self._paste(("59-220", "59-221", "Legnca"), create_regions=False)
        self.assertEqual(paste.problems, "Line 1: there is no region “Legnca”.")

    def test_spreadsheet_file(self):
        book, target = openpyxl.Workbook(), io.BytesIO()
        book.active.append(["od", "do", "region"])
        book.active.append([59220, 59230, "Legnica"])
        book.save(target)
        form = Form(self.env["service.region.paste"].with_user(self.manager))
        form.file = base64.b64encode(b"PK damaged")
        self.assertIn("can't be read", form.problems)
        form.file = base64.b64encode(target.getvalue())
        self.assertFalse(form.problems)
        form.save().action_import()
        self.assertIn(("59-220", "59-230", "Legnica"), self._ranges())

    def test_only_managers(self):
        with self.assertRaises(AccessError):
            self.env["service.region.paste"].with_user(self.dispatcher).create({"text": "x"})

    def test_addresses_that_fit_no_region_are_a_list(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_customer.service_region_missing_action"
        )
        domain = literal_eval(action["domain"])
        missing = self.env["res.partner"].with_user(self.dispatcher).search(domain)
        self.assertIn(self.other_site, missing)
        self.assertNotIn(self.customer, missing)
        self.assertNotIn(self.env.company.partner_id, missing)
