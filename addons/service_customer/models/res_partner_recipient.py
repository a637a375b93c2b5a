import re

from stdnum.exceptions import ValidationError as NumberError
from stdnum.pl import nip

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .res_partner import STAFF

INTERNAL_ID = re.compile(r"(\d{10})-?(\d{5})")


class ResPartner(models.Model):
    """Who stands on the invoice beside the buyer (third party, KSeF's *Podmiot3*), and as what.

    A school of a municipality or a branch of a chain receives what its owner buys. Its number is a
    field of its own: core would carry ``vat`` up to the customer.
    """

    _inherit = "res.partner"

    service_recipient_role = fields.Selection(
        [
            ("branch", "Branch"),
            ("payer", "Payer"),
            ("local_government", "Local government unit"),
            ("vat_group", "Member of a VAT group"),
        ],
        string="Role on the Invoice",
        groups=STAFF,
        help="As what this place is named on the customer's invoices as the recipient.",
    )
    service_recipient_vat = fields.Char(
        string="Recipient's Tax Number",
        groups=STAFF,
        help="Own tax number of the recipient, ten digits. The buyer is always the customer.",
    )
    service_recipient_idwew = fields.Char(
        string="Recipient's Internal ID",
        groups=STAFF,
        help="Internal identifier (IDWew) in KSeF, when the unit has no tax number: the customer's"
        " tax number, a hyphen and five digits.",
    )
    service_is_local_government = fields.Boolean(
        string="Local Government (JST)",
        groups=STAFF,
        help="A municipality, county or province: its invoices name the unit as the recipient.",
    )
    service_is_vat_group = fields.Boolean(
        string="VAT Group (GV)",
        groups=STAFF,
        help="The tax number belongs to a VAT group: its invoices name the member as the"
        " recipient.",
    )

    @api.constrains("service_recipient_role", "service_recipient_vat", "service_recipient_idwew")
    def _check_service_recipient(self):
        for partner in self:
            number = partner.service_recipient_vat
            if number and partner.service_recipient_idwew:
                raise ValidationError(
                    self.env._(
                        "%s has a tax number and an internal ID as recipient. An invoice carries"
                        " one of them: clear the other.",
                        partner.display_name,
                    )
                )
            if (number or partner.service_recipient_idwew) and not partner.service_recipient_role:
                raise ValidationError(
                    self.env._(
                        "%s has a recipient's number but no role on the invoice. Choose the role,"
                        " for example “Local government unit”.",
                        partner.display_name,
                    )
                )

    @api.constrains("type", "parent_id", "service_is_local_government", "service_is_vat_group")
    def _check_service_buyer_flags(self):
        for partner in self:
            flagged = partner.service_is_local_government or partner.service_is_vat_group
            if flagged and partner.commercial_partner_id != partner:
                raise ValidationError(
                    self.env._(
                        "%(partner)s is a part of %(customer)s: only the customer itself can be"
                        " marked as local government or VAT group.",
                        partner=partner.name,
                        customer=partner.commercial_partner_id.name,
                    )
                )

    def _normalise_recipient_vals(self, vals):
        """Return ``vals`` with the recipient's numbers as KSeF writes them.

        :raise ValidationError: a number is not one, or its check digit is wrong
        """
        vals = dict(vals)
        if vals.get("service_recipient_vat"):
            vals["service_recipient_vat"] = self._normalise_nip(vals["service_recipient_vat"])
        if vals.get("service_recipient_idwew"):
            typed = vals["service_recipient_idwew"]
            match = INTERNAL_ID.fullmatch("".join(typed.split()))
            if not match:
                raise ValidationError(
                    self.env._(
                        "“%s” is not an internal ID. Type the customer's tax number, a hyphen and"
                        " five digits, for example 8952011340-00014.",
                        typed,
                    )
                )
            vals["service_recipient_idwew"] = "-".join(
                (self._normalise_nip(match.group(1)), match.group(2))
            )
        return vals

    @api.model
    def _normalise_nip(self, number):
        """Return the ten digits of a Polish tax number, however it is typed.

        :raise ValidationError: it has not ten digits, or the last one does not fit the others
        """
        try:
            return nip.validate(number)
        except NumberError as error:
            raise ValidationError(
                self.env._(
                    "“%s” is not a Polish tax number: it has ten digits, and the last one checks"
                    " the others. Compare it with the customer's papers.",
                    number,
                )
            ) from error

    @api.model_create_multi
    def create(self, vals_list):
        """EXTENDS base: the recipient's numbers are stored in one form."""
        return super().create([self._normalise_recipient_vals(vals) for vals in vals_list])

    def write(self, vals):
        """EXTENDS base: the recipient's numbers are stored in one form."""
        if vals.keys().isdisjoint(("service_recipient_vat", "service_recipient_idwew")):
            return super().write(vals)
        return super().write(self._normalise_recipient_vals(vals))
