from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, new_test_user, tagged

from odoo.addons.service_contract.tools.price_index import read_rows


@tagged("post_install", "-at_install")
class TestServicePriceIndexPaste(TransactionCase):
    """Years of an index from a table: good lines are taken, bad ones named and kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = new_test_user(
            cls.env, "index_admin", groups="service_customer.group_service_administrator"
        )
        cls.index = cls.env["service.price.index"].create(
            {"name": "Prices", "value_ids": [(0, 0, {"year": 2022, "value": 114.4})]}
        )

    def _values(self):
        return {value.year: value.value for value in self.index.value_ids}

    def _paste(self, text, user=None):
        pastes = self.env["service.price.index.paste"].with_user(user or self.administrator)
        return pastes.create({"index_id": self.index.id, "text": text})

    def test_rows_as_people_copy_them(self):
        for text in (
            "2024 103,6",
            "2024\t103,6",
            "2024;103.6;",
            "2024,103.6",
            "2024 r. – 103,6%",
            "2024\xa0\t103,60\tM.P. z 2025 r. poz. 62",
            "Rok\tWskaźnik (rok poprzedni = 100)\n\n2024\t103,6\n",
            "| 2024 | 103,6 |",
        ):
            [row] = read_rows(text)
            self.assertEqual((row.year, row.value, row.problem), (2024, 103.6, ""), text)
        for text, problem in (
            ("2024", "row"),
            ("2024 103,6 104,1", "row"),
            ("2024 sto trzy", "row"),
            ("20224 103,6", "row"),
            ("1900 103,6", "year"),
            ("2024 3,6", "value"),
        ):
            self.assertEqual(read_rows(f"2020 103,4\n{text}")[1].problem, problem, text)

    def test_good_lines_are_taken_and_bad_ones_stay(self):
        twice = "2021;105,1\n2021;105,2"
        paste = self._paste(f"Rok;Wskaźnik\n2022;114,5\n2023;111,4\n2024;3,6\n{twice}\nx")
        self.assertEqual(paste.summary, "New years: 2023. Corrected: 2022: 114.40 → 114.50.")
        lines = paste.problems.splitlines()
        self.assertEqual([line[:7] for line in lines], [f"Line {n}:" for n in (4, 5, 6, 7)])
        self.assertIn("enter 103.6, not 3.60", lines[0])
        action = paste.action_import()
        self.assertEqual(self._values(), {2022: 114.5, 2023: 111.4})
        self.assertEqual((action["res_id"], paste.text), (paste.id, f"2024;3,6\n{twice}\nx"))
        with self.assertRaisesRegex(UserError, "Line 1: the year before is 100"):
            paste.action_import()
        paste.text = "2024;103,6"
        self.assertEqual(paste.action_import()["type"], "ir.actions.act_window_close")
        self.assertEqual(self._values()[2024], 103.6)

    def test_nothing_new_is_said(self):
        form = Form(
            self.env["service.price.index.paste"].with_context(default_index_id=self.index.id)
        )
        form.text = "2022 114,4"
        self.assertFalse(form.problems or form.summary)
        with self.assertRaisesRegex(UserError, "no new year"):
            form.save().action_import()

    def test_only_administrators(self):
        manager = new_test_user(
            self.env, "index_manager", groups="service_customer.group_service_manager"
        )
        with self.assertRaises(AccessError):
            self._paste("2024 103,6", manager)
