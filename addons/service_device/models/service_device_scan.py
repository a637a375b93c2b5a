import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.sql import escape_psql

QR_PATH = re.compile(r"/service/d/([\w-]+)")
SCANNED_NAMES = ("serial", "inventory_number", "name")


class ServiceDevice(models.Model):
    """Staff find a device by what they scan."""

    _inherit = "service.device"

    @api.model
    @api.readonly
    def find_by_scan(self, code):
        """What opens when staff scan or type a code: where the QR code of the device leads them.

        :param str code: the address in a QR code, or a serial, inventory or own number
        :return: an action; False when no device of the user's has this code
        """
        code = (code or "").strip()
        address = QR_PATH.search(code)
        if address:
            # sudo: the token is found by its index; whether the user may see it is asked below.
            devices = self.sudo()._find_by_qr_token(address[1]).sudo(False)
            devices = devices._filtered_access("read")
        elif code:
            exact = Domain.OR(Domain(name, "=ilike", escape_psql(code)) for name in SCANNED_NAMES)
            devices = self.search(exact, limit=80)
        else:
            return False
        if len(devices) > 1:
            return devices._get_records_action(name=self.env._("Devices with the code %s", code))
        if not devices:
            return False
        # sudo: as the QR route does; the target itself asks for the user's rights.
        target = devices.sudo()._qr_target(self.env.user)
        if target["type"] != "redirect":
            return devices._get_records_action()
        return {"type": "ir.actions.act_url", "url": target["url"], "target": "self"}
