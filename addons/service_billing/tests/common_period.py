from datetime import date, datetime, timedelta

from odoo import Command

from odoo.addons.service_contract.tests.common import ServiceContractCommon

NOON = timedelta(hours=11)


def day(text):
    """A day of the year 2026 from “month-day”."""
    month, number = text.split("-")
    return date(2026, int(month), int(number))


class ServicePeriodCommon(ServiceContractCommon):
    """Contracts of the year 2026 whose devices are read at noon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.tz = "Europe/Warsaw"

    @classmethod
    def _make_device(cls, name, installed="1-1"):
        """A customer's device that stands at its place since a day."""
        device = cls._create_device(
            name, customer_id=cls.customer.id, location_id=cls.site.id, owner="customer"
        )
        return device

    @classmethod
    def _take(cls, device, readings):
        """Take readings at noon of some days: ``{"1-31": {"mono": 100}}`` or ``{"1-31": 100}``."""
        for when, values in readings.items():
            values = values if isinstance(values, dict) else {"mono": values}
            moment = datetime.combine(day(when), datetime.min.time()) + NOON
            device._take_readings(values, date=moment)

    @classmethod
    def _contract(cls, lines, devices, start="1-1", group=None, **vals):
        """An all-in contract in force with one version of prices and one group of devices."""
        contract = cls.env["service.contract"].create(
            {
                "type_id": cls.all_in_type.id,
                "customer_id": cls.customer.id,
                "date_start": day(start),
                "estimate_policy": "none",
                "reading_days_before": 5,
                "reading_days_after": 10,
                "group_ids": [Command.create({"name": "All", **(group or {})})],
                **vals,
            }
        )
        contract.device_ids = [
            Command.create({"device_id": device.id, "date_start": day(since)})
            for device, since in devices.items()
        ]
        cls._rates(contract, start, lines)
        contract.action_activate()
        return contract

    @classmethod
    def _rates(cls, contract, since, lines):
        """A version of prices from a day on."""
        return cls.env["service.rate"].create(
            {
                "contract_id": contract.id,
                "date_from": day(since),
                "line_ids": [Command.create(cls._line(line)) for line in lines],
            }
        )

    @classmethod
    def _line(cls, line):
        """Values of one price: pages of the mono meter unless told otherwise."""
        line = {"kind": "pages", "per": "1", **line}
        if line["kind"] == "pages":
            line.setdefault("meter_type_id", cls.mono_type.id)
        line["tier_ids"] = [
            Command.create({"from_page": page, "price_unit": price})
            for page, price in line.pop("tiers", {}).items()
        ]
        return line

    def _statement(self, contract, until):
        """What is due until a day."""
        self.env.flush_all()
        return self.env["service.billing.rating"]._statements(contract, day(until))[contract]

    def _settle(self, contract, until):
        """Settle what is due until a day; the new charges."""
        known = contract.charge_ids
        statement = self._statement(contract, until)
        self.assertFalse(statement.problems)
        contract._settle([statement])
        contract.invalidate_recordset(["charge_ids"])
        return contract.charge_ids - known

    @staticmethod
    def _texts(statement):
        return [problem.text for problem in statement.problems]
