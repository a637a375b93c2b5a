from odoo.tests import tagged

from .common import ServiceCustomerCommon


@tagged("post_install", "-at_install")
class TestServiceRegion(ServiceCustomerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["service.region.zip"].search([]).unlink()
        cls.wroclaw = cls._create_region("Wrocław", "50001", "54 999")
        cls.legnica = cls._create_region("Legnica", "59-200", "59-299")

    @classmethod
    def _create_region(cls, name, zip_from, zip_to):
        return cls.env["service.region"].create(
            {"name": name, "zip_ids": [(0, 0, {"zip_from": zip_from, "zip_to": zip_to})]}
        )

    def test_codes_are_normalised(self):
        self.assertRecordValues(
            self.wroclaw.zip_ids,
            [{"zip_from": "50-001", "zip_to": "54-999", "country_id": self.poland.id}],
        )
        with self.assertRefused("not a postal code"):
            self.wroclaw.zip_ids.zip_to = "5O-001"
        with self.assertRefused("ends before it begins"):
            self.wroclaw.zip_ids.zip_to = "49-999"

    def test_lookup(self):
        found = self.env["service.region"]._find_regions(
            {"50-001", "54999", "55-000", "59-250", "x"}
        )
        self.assertEqual(
            found, {"50-001": self.wroclaw, "54999": self.wroclaw, "59-250": self.legnica}
        )

    def test_overlap_is_refused_naming_both(self):
        with self.assertRefused("Opole.*Wrocław"):
            self._create_region("Opole", "54-999", "56-000")
        self._create_region("Opole", "55-000", "56-000")

    def test_addresses_follow_ranges_and_moves(self):
        self.assertEqual(self.customer.service_region_id, self.wroclaw)
        self.assertEqual(self.room.service_region_id, self.wroclaw)
        self.assertFalse(self.other_site.service_region_id)
        self.legnica.zip_ids.write({"zip_from": "55-100"})
        self.assertEqual(self.other_site.service_region_id, self.legnica)
        self.customer.zip = "59-220"
        self.assertEqual(self.room.service_region_id, self.legnica)
        self.floor.zip = "50-500"
        self.assertEqual(self.room.service_region_id, self.wroclaw)
        self.legnica.zip_ids.unlink()
        self.assertFalse(self.customer.service_region_id)
        self.assertFalse(self.site.service_region_id)
        self.assertEqual(self.wroclaw.partner_count, 2)

    def test_archived_or_deleted_region_leaves_its_addresses(self):
        self.wroclaw.active = False
        self.assertFalse(self.room.service_region_id)
        self.wroclaw.active = True
        self.assertEqual(self.room.service_region_id, self.wroclaw)
        self.wroclaw.unlink()
        self.assertFalse(self.room.service_region_id)

    def test_query_count_is_constant(self):
        customers = self.env["res.partner"].create(
            [
                {"name": f"C{i}", "zip": f"50-{i:03}", "country_id": self.poland.id}
                for i in range(1, 60)
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        customers.mapped("zip")
        self.env.add_to_compute(customers._fields["service_region_id"], customers)
        with self.assertQueryCount(6):
            customers._recompute_recordset(["service_region_id"])
        self.assertEqual(customers.service_region_id, self.wroclaw)
