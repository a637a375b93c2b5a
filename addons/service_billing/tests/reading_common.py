from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command

from .common import ServiceBillingCommon


class ReadingRequestCommon(ServiceBillingCommon):
    """A lease whose mono pages are settled on the first day of each month, and its device."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The base class works as an accountant; what is prepared here is above any rights.
        cls.env = cls.env(su=True)
        cls.company, cls.customer = cls.company.with_env(cls.env), cls.customer.with_env(cls.env)
        clock = freeze_time("2026-10-29 08:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.company.email = "serwis@test.example"
        cls.site = cls.env["res.partner"].create(
            {"name": "Oddział", "type": "location", "parent_id": cls.customer.id}
        )
        cls.model = cls.env["service.device.model"].create(
            {
                "name": "C300i",
                "manufacturer_id": cls.env["service.device.manufacturer"]
                .create({"name": "Maker"})
                .id,
                "category_id": cls.env["service.device.category"].create({"name": "Copiers"}).id,
                "reading_instruction": "Press Counter.",
            }
        )
        cls.mono = cls.env.ref("service_meter.meter_type_mono")
        cls.colour = cls.env.ref("service_meter.meter_type_colour")
        cls.model.meter_type_ids = [Command.set([cls.mono.id, cls.colour.id])]
        cls.model.meter_line_ids.monthly_pages = 1000
        cls.contract = cls.env["service.contract"].create(
            {
                "type_id": cls.env.ref("service_contract.type_lease").id,
                "customer_id": cls.customer.id,
                "date_start": "2026-01-01",
            }
        )
        cls.device = cls._device("SN-1")
        cls.env["service.rate"].create(
            {
                "contract_id": cls.contract.id,
                "line_ids": [
                    Command.create(
                        {"kind": "pages", "price_unit": 0.05, "meter_type_id": cls.mono.id}
                    )
                ],
            }
        )
        cls.contract.action_activate()
        cls.stay = cls.contract.device_ids
        cls.requests = cls.env["service.reading.request"]

    @classmethod
    def _device(cls, *serials, contract=None):
        """Devices of the model at the site, on a contract since January."""
        devices = cls.env["service.device"].create(
            [
                {
                    "serial": serial,
                    "model_id": cls.model.id,
                    "customer_id": cls.customer.id,
                    "location_id": cls.site.id,
                    "owner": "own",
                    "date_placed": "2025-12-01 08:00:00",
                }
                for serial in serials
            ]
        )
        (contract or cls.contract).device_ids = [
            Command.create({"device_id": device.id, "date_start": "2026-01-01"})
            for device in devices
        ]
        return devices

    @classmethod
    def _many(cls, number):
        """Another such contract in force, with so many devices."""
        contract = cls.contract.copy({"date_start": "2026-01-01"})
        cls._device(*(f"Q{number}-{index}" for index in range(number)), contract=contract)
        contract.action_activate()
        return contract

    def _due(self, day="2026-10-29"):
        self.requests._process_due(self.contract, date.fromisoformat(day))
        return self.requests.search([("contract_id", "=", self.contract.id)])

    def _asker(self, login="reader", **vals):
        user = self._person("user", login=login)
        user.partner_id.write({"email": f"{login}@odra.example", "phone": "+48 71 1", **vals})
        return user

    def _days(self, count):
        clock = freeze_time(f"{date(2026, 10, 29) + timedelta(days=count)} 08:00:00")
        clock.start()
        self.addCleanup(clock.stop)
