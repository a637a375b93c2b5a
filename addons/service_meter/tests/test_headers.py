from datetime import datetime, timedelta, timezone

from odoo.tests import BaseCase, tagged

from odoo.addons.service_customer.tools.cells import read_count, read_moment

from ..tools import headers

COUNTERS = {f"counter.{code}": words for code, words in headers.COUNTERS.items()}


@tagged("post_install", "-at_install")
class TestHeaders(BaseCase):
    def guess(self, *header):
        return headers.guess(list(header), COUNTERS)

    def test_headers_of_exports(self):
        self.assertEqual(
            self.guess(
                "Device", "Serial No.", "Asset Tag", "Last seen", "B/W pages", "Color pages"
            ),
            ["", "serial", "inventory_number", "date", "counter.mono", "counter.colour"],
        )
        self.assertEqual(
            self.guess(
                "Nr seryjny", "Data odczytu", "Licznik czarno-białe", "Licznik kolor", "Skany"
            ),
            ["serial", "date", "counter.mono", "counter.colour", "counter.scan"],
        )
        self.assertEqual(
            self.guess("S/N", "Licznik", "Stan licznika", "Model"),
            ["serial", "meter", "value", "model"],
        )

    def test_nothing_is_meant_twice(self):
        self.assertEqual(self.guess("Serial", "Serial of fax"), ["serial", ""])

    def test_counts_as_people_write_them(self):
        for text, digits in {
            "1234": "1234",
            "1 234,00": "1234",
            "1.234.567": "1234567",
            "12,345": "12345",
            "1'234": "1234",
            "0": "0",
            "12345.0": "12345",
        }.items():
            self.assertEqual(read_count(text), digits, text)
        for text in ("-5", "12a", "1234,5", "1.23", "", "1 23", "²"):
            self.assertIsNone(read_count(text), text)

    def test_moments_as_people_and_programs_write_them(self):
        day = datetime(2026, 11, 30)
        for text in ("2026-11-30", "30.11.2026", "30/11/2026", "2026/11/30", "46356"):
            self.assertEqual(read_moment(text), day, text)
        self.assertEqual(read_moment("30.11.2026 14:05"), datetime(2026, 11, 30, 14, 5))
        self.assertEqual(read_moment("46356.5"), datetime(2026, 11, 30, 12))
        zone = timezone(timedelta(hours=1))
        self.assertEqual(
            read_moment("2026-11-30T14:05:09+01:00"), datetime(2026, 11, 30, 14, 5, 9, tzinfo=zone)
        )
        for text in ("31.02.2026", "soon", "1", "2026-13-01", "30.11.26x", "2026-11-30 25:00"):
            self.assertIsNone(read_moment(text), text)
