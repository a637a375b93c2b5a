from odoo.tests import tagged

from .common import ServiceMeterCommon

FEW, MANY = 10, 200


@tagged("post_install", "-at_install")
class TestRegisterQueries(ServiceMeterCommon):
    """What people look at and programs send asks the database as often for few rows as for many.

    All installed addons count: what they add to the views is asked with them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        place = {"customer_id": cls.customer.id, "location_id": cls.site.id}
        cls.devices = cls.env["service.device"].create(
            [
                {
                    "serial": f"Q-{number:03}{'-FEW' if number < FEW else ''}",
                    "model_id": cls.model.id,
                    "date_placed": cls._days_ago(365),
                    **place,
                }
                for number in range(MANY)
            ]
        )
        cls.few = cls.devices[:FEW]
        cls._take(cls.devices, 100, days_ago=60)
        cls.env.flush_all()

    @classmethod
    def _take(cls, devices, value, days_ago):
        cls.env["service.meter.reading.set"]._take(
            [
                {
                    "device": device,
                    "values": {"mono": value, "colour": value},
                    "date": cls._days_ago(days_ago),
                    "source": "import",
                }
                for device in devices
            ]
        )
        cls.env.flush_all()

    def _specification(self, env, model, view_type):
        """What the web client asks for of all fields of a view."""
        names = env[model].get_views([(False, view_type)])["models"][model]["fields"]
        fields = [field for name, field in env[model]._fields.items() if name in names]
        return {
            field.name: {"fields": {"display_name": {}}} if field.relational else {}
            for field in fields
        }

    def _queries(self, function, *args):
        """How often a call asks the database, with an empty cache of records."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def assertConstant(self, function, few, many):
        """A call asks the database as often for many rows as for few."""
        function(few)  # fills what is kept for all requests
        with self.assertQueryCount(self._queries(function, few)):
            self.env.invalidate_all()
            function(many)
            self.env.flush_all()

    def test_list_search_and_groups(self):
        env = self.env(user=self.users["dispatcher"])
        devices = env["service.device"]
        columns = self._specification(env, "service.device", "list")

        def listed(domain):
            found = devices.web_search_read(domain, columns, limit=MANY + 1, count_limit=10001)
            self.assertEqual(len(found["records"]), FEW if "FEW" in str(domain) else MANY)

        typed = [(name, "ilike", "q-") for name in ("name", "serial", "inventory_number")]
        many = ["|", "|", *typed]
        few = ["&", *many, ("serial", "ilike", "FEW")]
        self.assertConstant(listed, few, many)
        self.assertConstant(listed, [("id", "in", self.few.ids), ("serial", "!=", "FEW")], many)

        def grouped(domain):
            groups = devices.web_read_group(domain, ["location_id"], ["__count"], limit=80)
            self.assertEqual(groups["groups"][0]["__count"], FEW if domain == few else MANY)

        self.assertConstant(grouped, few, many)

    def test_card_and_history_of_a_device_read_often(self):
        env = self.env(user=self.users["dispatcher"])
        seldom, sometimes, often = self.devices[:3]
        # Two pages of the history are the fewest that are counted, too.
        for device, count in ((seldom, FEW), (sometimes, 90), (often, MANY)):
            self.env["service.meter.reading.set"]._take(
                [
                    {"device": device, "values": {"mono": n}, "date": self._days_ago(300 - n)}
                    for n in range(1, count)
                ]
            )
        card = self._specification(env, "service.device", "form")
        self.assertConstant(lambda device: device.with_env(env).web_read(card), seldom, often)
        columns = self._specification(env, "service.device.event", "list")

        def first_page(device):
            domain = [("device_id", "=", device.id)]
            page = env["service.device.event"].web_search_read(domain, columns, limit=80)
            self.assertEqual(len(page["records"]), 80)

        self.assertConstant(first_page, sometimes, often)
        self.assertLessEqual(self._queries(first_page, often), 10)

    def test_a_batch_of_readings(self):
        days = iter((30, 20, 10))

        def take(devices):
            day = next(days)
            self._take(devices, 300 - day, days_ago=day)

        self.assertConstant(take, self.few, self.devices)
        self.assertEqual(set(self.devices.meter_ids.mapped("counter_value")), {290})
