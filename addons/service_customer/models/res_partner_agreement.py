from odoo import api, fields, models
from odoo.exceptions import ValidationError

OFFICE = "service_customer.group_service_dispatcher,service_customer.group_service_accounting"


class ResPartner(models.Model):
    """The agreement by which a customer entrusts personal data to us, kept with the customer."""

    _inherit = "res.partner"

    service_agreement_number = fields.Char(
        string="Data-Processing Agreement",
        copy=False,
        groups=OFFICE,
        help="Number of the agreement by which the customer entrusts personal data to us.",
    )
    service_agreement_date = fields.Date(string="Agreement Date", copy=False, groups=OFFICE)
    service_agreement_file = fields.Binary(
        string="Agreement File", attachment=True, copy=False, groups=OFFICE
    )
    service_agreement_filename = fields.Char(string="File Name", copy=False, groups=OFFICE)

    @api.constrains("service_agreement_number", "service_agreement_date", "service_agreement_file")
    def _check_service_agreement(self):
        for partner in self:
            told = partner.service_agreement_number or partner.service_agreement_file
            if told and not partner.service_agreement_date:
                raise ValidationError(
                    self.env._(
                        "The data-processing agreement of %s has no date. Enter when it was"
                        " signed.",
                        partner.display_name,
                    )
                )
