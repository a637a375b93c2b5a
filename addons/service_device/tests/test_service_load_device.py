from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.service_customer.tests.load_mixin import LoadMixin

from .common import ServiceDeviceCommon

HEAD = ["Serial number", "Manufacturer", "Model", "Category", "Customer", "Location", "Owner"]


@tagged("post_install", "-at_install")
class TestServiceLoadDevice(LoadMixin, ServiceDeviceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.ref = "TC"
        cls.loader = cls.users["manager"]

    def devices(self, *lines, head=HEAD):
        return self.book(Devices=[[*head], *map(list, lines)])

    def find(self, serial):
        return self.env["service.device"].search([("serial", "=", serial)])

    def errors(self, load):
        return {(row.title, column) for row in load.row_ids for column in row.errors or {}}

    # ------------------------------------------------------------ errors

    def test_each_error_is_at_its_cell_and_nothing_is_written(self):
        head = [*HEAD, "Installed on", "Warranty until"]
        tomorrow = fields.Date.to_string(date.today() + timedelta(days=2))
        load = self.check(
            self.devices(
                ["", "Testmaker", "T100"],
                ["S2", "Testmaker", ""],
                ["S3", "Testmaker", "T999x"],
                ["S4", "", "T100", "", "Nobody"],
                ["S5", "", "T100", "", "TC", "Nowhere"],
                ["S6", "", "T100", "", "", "Main Site"],
                ["S7", "", "T100", "", "TC", "Main Site", "boss"],
                ["S8", "", "T100", "", "", "", "Customer"],
                ["S9", "", "T100", "", "TC", "", "", tomorrow, "soon"],
                ["S10", "", "T100", "", "TC", "Other Site"],
                head=head,
            )
        )
        expected = {
            (False, "serial"),
            ("S2", "model"),
            ("S3", "model"),
            ("S4", "customer"),
            ("S5", "location"),
            ("S6", "location"),
            ("S7", "owner"),
            ("S8", "owner"),
            ("S9", "date_placed"),
            ("S9", "warranty_date"),
            ("S10", "location"),
        }
        self.assertEqual(self.errors(load), expected)
        self.assertFalse(self.find("S4"))
        self.assertEqual(load.refused_count, 10)

    def test_same_model_of_two_makers_needs_the_maker(self):
        other = self.env["service.device.manufacturer"].create({"name": "Othermaker"})
        self.model.copy({"name": "T100", "manufacturer_id": other.id})
        load = self.check(self.devices(["S1", "", "T100"], ["S2", "Othermaker", "T100"]))
        self.assertEqual(self.errors(load), {("S1", "model")})

    def test_errors_speak_polish(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        self.loader.lang = "pl_PL"
        data = self.book(Urządzenia=[["Numer seryjny", "Model"], ["S1", "Nieznany 1"]])
        load = self.upload(data).with_context(lang="pl_PL")
        load.action_check()
        self.assertIn("Ten model nie jest znany", load.row_ids.errors["model"])

    # ------------------------------------------------------------ loading

    def test_devices_begin_their_history_where_the_file_says(self):
        head = [*HEAD, "Installed on", "Warranty until", "Inventory number"]
        self.load(
            self.devices(
                [
                    "S1",
                    "testmaker",
                    "t100",
                    "",
                    "TC",
                    "Main Site",
                    "Customer",
                    "01.03.2024",
                    "2027-12-31",
                    "INV-1",
                ],
                ["S2", "", "Testmaker T100"],
                head=head,
            )  # fmt: skip
        )
        device, spare = self.find("S1"), self.find("S2")
        self.assertRecordValues(
            device.placement_ids,
            [{"kind": "customer", "customer_id": self.customer.id, "location_id": self.site.id}],
        )
        self.assertEqual(device.date_placed.date(), date(2024, 3, 1))
        self.assertEqual((device.owner, device.status), ("customer", "installed"))
        self.assertEqual((device.inventory_number, device.model_id), ("INV-1", self.model))
        self.assertEqual(str(device.warranty_date), "2027-12-31")
        self.assertEqual((spare.status, spare.owner), ("in_stock", "own"))

    def test_customers_locations_and_devices_of_one_file(self):
        data = self.book(
            Customers=[["Customer name", "Symbol"], ["Alfa", "ALFA"]],
            Locations=[["Customer", "Location name"], ["ALFA", "Hall"]],
            Devices=[HEAD, ["S1", "", "T100", "", "ALFA", "Hall", ""]],
        )
        load = self.load(data)
        self.assertEqual(load.loaded_count, 3)
        self.assertEqual(self.find("S1").location_id.name, "Hall")

    def test_second_run_doubles_nothing_and_an_empty_cell_erases_nothing(self):
        head = [*HEAD, "Inventory number"]
        data = self.devices(["S1", "", "T100", "", "TC", "Main Site", "", "INV-1"], head=head)
        self.load(data)
        again = self.check(data)
        self.assertEqual(again.row_ids.state, "unchanged")
        edited = self.devices(["s1", "", "T100", "", "", "", "", "INV-2"], head=head)
        load = self.check(edited)
        self.assertEqual(load.row_ids.state, "changed")
        load.action_load()
        self.run_cron()
        device = self.find("S1")
        self.assertEqual((len(device), device.inventory_number), (1, "INV-2"))
        self.assertEqual((device.location_id, len(device.placement_ids)), (self.site, 1))

    def test_row_of_another_place_moves_by_a_placement_and_rewrites_none(self):
        head = [*HEAD, "Installed on"]
        self.load(
            self.devices(["S1", "", "T100", "", "TC", "Main Site", "", "2024-03-01"], head=head)
        )
        hall = self.env["res.partner"].create(
            {"name": "Hall", "type": "location", "parent_id": self.customer.id}
        )
        early = self.check(
            self.devices(["S1", "", "T100", "", "TC", "Hall", "", "2024-02-01"], head=head)
        )
        self.assertEqual(self.errors(early), {("S1", "date_placed")})
        same = self.check(
            self.devices(["S1", "", "T100", "", "TC", "", "", "2024-04-01"], head=head)
        )
        self.assertEqual(self.errors(same), {("S1", "date_placed")})
        self.load(self.devices(["S1", "", "T100", "", "TC", "Hall", "", "2025-05-01"], head=head))
        device = self.find("S1")
        self.assertEqual(device.location_id, hall)
        self.assertEqual(device.placement_ids.mapped("operation"), ["move", False])

    def test_other_owner_at_the_same_place_is_no_move(self):
        self.load(self.devices(["S1", "", "T100", "", "TC", "Main Site", ""]))
        self.env["service.device.placement"].flush_model()
        self.env.cr.execute(
            "UPDATE service_device_placement SET date_start = date_start - interval '1 day'"
            " WHERE device_id = %s",
            [self.find("S1").id],
        )
        self.load(self.devices(["S1", "", "T100", "", "TC", "Main Site", "Customer"]))
        device = self.find("S1")
        self.assertEqual((device.owner, device.placement_id.operation), ("customer", "owner"))

    def test_queries_do_not_grow_with_rows(self):
        def count(size, mark):
            lines = [[f"{mark}{i}", "", "T100", "", "TC", "Main Site", ""] for i in range(size)]
            load = self.check(self.devices(*lines))
            load.action_load()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            load.sudo()._load_batch()
            self.env.flush_all()
            queries = self.env.cr.sql_log_count - before
            self.assertEqual(load.loaded_count, size)
            return queries

        self.patch(self.batches(), "BATCH", 2000)
        count(3, "warm")
        # Core inserts and updates by the hundred.
        self.assertLessEqual(count(1000, "many"), count(20, "few") + 10 * 6)

    def batches(self):
        from odoo.addons.service_customer.models import service_load_run

        return service_load_run

    # ------------------------------------------------------------ models

    def test_unknown_model_is_proposed_and_made_only_when_confirmed(self):
        before = self.env["service.device.model"].search_count([])
        data = self.devices(
            ["S1", "Testmaker", "T100x"],
            ["S2", "", "testmaker T100X"],
            ["S3", "Newmaker", "N 1", "Copiers"],
        )
        load = self.check(data)
        self.assertEqual(load.refused_count, 3)
        self.assertEqual(self.env["service.device.model"].search_count([]), before)
        first, second = load.model_ids.sorted("row_count", reverse=True)
        self.assertRecordValues(
            first | second,
            [
                {"manufacturer": "Testmaker", "name": "T100x", "row_count": 2},
                {"manufacturer": "Newmaker", "name": "N 1", "row_count": 1},
            ],
        )
        self.assertEqual(first.similar_ids, self.model)
        self.assertEqual((first.category_id, second.category_id), (self.category, self.category))
        second.action_create_model()
        self.assertEqual(load.refused_count, 3, "one is not decided yet")
        first.action_use_similar()
        self.assertEqual((load.refused_count, load.new_count), (0, 3))
        load.action_load()
        self.run_cron()
        self.assertEqual((self.find("S1") | self.find("S2")).model_id, self.model)
        self.assertEqual(self.find("S3").model_id.manufacturer_id.name, "Newmaker")
        # The next file with the same words needs no question, and doubles nothing.
        again = self.check(self.devices(["S1", "Testmaker", "T100x", "Copiers"]))
        self.assertFalse(again.model_ids)
        self.assertEqual(again.row_ids.res_id, self.find("S1").id)

    def test_all_proposals_at_once_and_an_incomplete_one_is_named(self):
        load = self.check(self.devices(["S1", "Newmaker", "Zeta"], ["S2", "Newmaker", "Eta"]))
        with self.assertRaisesRegex(UserError, "is not complete"), self.env.cr.savepoint():
            load.action_create_models()
        load.model_ids.category_id = self.category
        load.action_create_models()
        self.assertEqual(load.new_count, 2)
        makers = load.model_ids.model_id.manufacturer_id
        self.assertEqual(makers.mapped("name"), ["Newmaker"])

    def test_dispatcher_chooses_among_models_but_makes_none(self):
        load = self.check(self.devices(["S1", "Testmaker", "T100x"]), self.users["dispatcher"])
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            load.model_ids.action_create_model()
        load.model_ids.model_id = self.model
        load.action_check()
        self.assertEqual(load.new_count, 1)

    # ------------------------------------------------------------ companies

    def test_other_company_has_its_own_devices(self):
        self.load(self.devices(["S1", "", "T100", "", "TC", "", ""]))
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "load_stranger",
            groups="service_customer.group_service_manager",
            company_id=company.id,
            company_ids=company.ids,
        )
        load = self.load(self.devices(["S2", "", "T100"], ["S1", "", "T100"]), stranger)
        self.assertEqual(self.find("S2").company_id, company)
        # The number is another company's: refused alone, in words, and nothing of it is told.
        bad = load.sudo().row_ids.filtered(lambda row: row.title == "S1")
        self.assertEqual((bad.state, bad.res_id), ("refused", 0))
        self.assertIn("already a device of this model", bad.errors[""])
