from base64 import b64decode
from datetime import timedelta

import psycopg2

from odoo import Command
from odoo.tools import mute_logger

from odoo.addons.service_device.tests.common import ServiceDeviceCommon

#: The smallest picture there is.
PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class ServiceMeterCommon(ServiceDeviceCommon):
    """A device at the test customer with a mono and a colour meter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mono_type = cls.env.ref("service_meter.meter_type_mono")
        cls.colour_type = cls.env.ref("service_meter.meter_type_colour")
        cls.model.meter_type_ids = [Command.set([cls.mono_type.id, cls.colour_type.id])]
        cls.device = cls._create_device("SN-METER")
        cls._place(cls.device, 300)
        cls.mono = cls.device.meter_ids.filtered(lambda meter: meter.type_id == cls.mono_type)
        cls.colour = cls.device.meter_ids - cls.mono

    @classmethod
    def _days_ago(cls, days):
        return cls.now.replace(microsecond=0) - timedelta(days=days)

    @classmethod
    def _read(cls, value, days_ago, source="staff", device=None, **more):
        """Take a mono reading and return it."""
        reading_set = (device or cls.device)._take_readings(
            {"mono": value}, date=cls._days_ago(days_ago), source=source, **more
        )
        return reading_set.reading_ids

    def assertKept(self, statement, *parameters):
        """The database refuses the statement, whoever sends it."""
        self.env.flush_all()
        with (
            self.subTest(statement),
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(psycopg2.errors.RestrictViolation, "never changed"),
            self.cr.savepoint(),
        ):
            self.cr.execute(statement, parameters)
