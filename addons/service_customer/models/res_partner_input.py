from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.zip_code import normalise_zip
from .res_partner import STAFF


class ResPartner(models.Model):
    """What people mistype: postal codes and tax numbers."""

    _inherit = "res.partner"

    service_vat_unverified = fields.Boolean(
        string="Tax Number Unverified",
        copy=False,
        groups=STAFF,
        help="Accept the tax number as it is, though its check digit is wrong. Logged; invoices"
        " are stopped until the number is right and this is cleared.",
    )

    @api.constrains("zip", "country_id")
    def _check_service_zip(self):
        for partner in self:
            if partner._is_polish_address() and partner.zip and not normalise_zip(partner.zip):
                raise ValidationError(
                    self.env._(
                        "“%(code)s” is not a postal code. Type it as NN-NNN, for example 50-001.",
                        code=partner.zip,
                    )
                )

    @api.onchange("zip", "country_id")
    def _onchange_service_zip(self):
        if self._is_polish_address() and (code := normalise_zip(self.zip)):
            self.zip = code

    def _is_polish_address(self):
        """Tell whether the address is in Poland; a location without a country is in its
        customer's."""
        self.ensure_one()
        country = self.country_id
        if not country and self.type == "location":
            # The country is asked of the customer, whom the reader need not see.
            country = self.sudo().commercial_partner_id.country_id
        return country.code == "PL"

    def _service_normalise_zips(self):
        """Store Polish postal codes as NN-NNN, however they were typed."""
        for partner in self.filtered("zip"):
            code = partner._is_polish_address() and normalise_zip(partner.zip)
            if code and code != partner.zip:
                partner.zip = code

    @api.model_create_multi
    def create(self, vals_list):
        """EXTENDS base: Polish postal codes are stored in one form; an unverified tax number is
        logged."""
        partners = super().create(vals_list)
        partners._service_normalise_zips()
        # Who may not see the mark can't have set it.
        partners.sudo().filtered("service_vat_unverified")._log_vat_unverified()
        return partners

    def write(self, vals):
        """EXTENDS base: as in ``create``."""
        changed = self.browse()
        if "service_vat_unverified" in vals:
            mark = bool(vals["service_vat_unverified"])
            changed = self.filtered(lambda partner: partner.service_vat_unverified != mark)
        result = super().write(vals)
        if not vals.keys().isdisjoint(("zip", "country_id")):
            self._service_normalise_zips()
        changed._log_vat_unverified()
        return result

    def _log_vat_unverified(self):
        """Note on the contacts who accepted a tax number without its check, or took that back."""
        bodies = {}
        for partner in self:
            bodies[partner.id] = (
                self.env._(
                    "The tax number %s was accepted without verification.", partner.vat or "–"
                )
                if partner.service_vat_unverified
                else self.env._("The tax number %s is checked again.", partner.vat or "–")
            )
        if bodies:
            self._message_log_batch(bodies)

    def _service_get_vat_problem(self):
        """Why the tax number of this customer must not stand on an invoice.

        :return: a sentence that says what to do, or an empty string
        """
        self.ensure_one()
        # Who makes invoices need not see the contact's mark itself.
        customer = self.sudo().commercial_partner_id
        if not customer.service_vat_unverified:
            return ""
        return self.env._(
            "The tax number %(number)s of %(customer)s is not verified. Correct it and clear"
            " “Tax Number Unverified” on the customer.",
            number=customer.vat or "–",
            customer=customer.name,
        )
