import re

from stdnum.exceptions import ValidationError as NumberError
from stdnum.pl import regon

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.service_device.models.res_partner import STAFF_GROUPS

KRS = re.compile(r"\d{10}")


class ResPartner(models.Model):
    """What a contract says of a side: its numbers in the registers, and who represents it."""

    _inherit = "res.partner"

    service_krs = fields.Char(
        "KRS", groups=STAFF_GROUPS, help="Number in the National Court Register, ten digits."
    )
    service_regon = fields.Char(
        "REGON", groups=STAFF_GROUPS, help="Number in the register of businesses, 9 or 14 digits."
    )
    service_represented_by = fields.Char(
        "Represented by",
        groups=STAFF_GROUPS,
        help="As it stands in contracts, e.g. Jan Kowalski – President of the Board. Who decides "
        "in the customer panel need not be entitled to represent the company.",
    )

    @api.constrains("service_krs", "service_regon")
    def _check_service_registers(self):
        for partner in self:
            if partner.service_krs and not KRS.fullmatch(partner.service_krs):
                raise ValidationError(
                    self.env._(
                        "%(partner)s: “%(number)s” is no KRS number. It has ten digits; fill it up "
                        "with zeros on the left.",
                        partner=partner.display_name,
                        number=partner.service_krs,
                    )
                )
            partner._check_service_regon()

    def _check_service_regon(self):
        try:
            if self.service_regon:
                regon.validate(self.service_regon)
        except NumberError:
            raise ValidationError(
                self.env._(
                    "%(partner)s: “%(number)s” is no REGON number. Compare it with the register.",
                    partner=self.display_name,
                    number=self.service_regon,
                )
            )
