from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .service_contract_lint import Finding


class ServiceContractLocation(models.Model):
    """A place that a contract covers, and who gets the invoices for it under this contract."""

    _name = "service.contract.location"
    _description = "Location Covered by Contract"
    _inherit = "service.contract.part"
    _order = "contract_id, location_id"
    _check_company_auto = True

    contract_id = fields.Many2one("service.contract", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True, index=True
    )
    customer_id = fields.Many2one(related="contract_id.customer_id")
    location_id = fields.Many2one(
        "res.partner",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        domain="[('type', '=', 'location'), ('commercial_partner_id', '=', customer_id)]",
    )
    invoice_partner_id = fields.Many2one(
        "res.partner",
        string="Invoice Recipient",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('type', '!=', 'location')]",
        help="Who pays for this place under this contract; empty: the recipient of the place, else "
        "of the contract.",
    )

    _location_uniq = models.Constraint(
        "UNIQUE(contract_id, location_id)", "The contract names this place already."
    )

    @api.depends("contract_id.name", "location_id.display_name")
    def _compute_display_name(self):
        for place in self:
            place.display_name = f"{place.location_id.display_name} – {place.contract_id.name}"

    @api.constrains("contract_id", "location_id")
    def _check_customer(self):
        for place in self:
            location, customer = place.location_id, place.contract_id.customer_id
            if location.type != "location" or location.commercial_partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "“%(place)s” is no location of %(customer)s, with whom contract "
                        "%(contract)s was made. Choose one of its locations.",
                        place=location.display_name,
                        customer=customer.display_name,
                        contract=place.contract_id.name,
                    )
                )


class ServiceContract(models.Model):
    """Which places a contract covers."""

    _inherit = "service.contract"

    place_ids = fields.One2many(
        "service.contract.location",
        "contract_id",
        string="Locations",
        copy=True,
        help="The places that the contract covers, with all below them; empty: all of the "
        "customer.",
    )

    @api.constrains("customer_id")
    def _check_places(self):
        """The places that were chosen are the new customer's, too."""
        self.place_ids._check_customer()

    def _get_place(self, location, wanted=lambda _place: True):
        """The entry of the nearest covered place, from a location upwards.

        :param location: ``res.partner`` of type location, or an empty one
        :param wanted: only entries for which this is true
        :return: ``service.contract.location``, empty when there is none
        """
        self.ensure_one()
        by_location = {place.location_id: place for place in self.place_ids if wanted(place)}
        while by_location and location and location not in by_location:
            location = location.parent_id
        return by_location.get(location, self.place_ids.browse())

    def _get_invoice_partner(self, customer, location=None):
        """Who gets the invoice for a customer and a place: one answer for cover and billing.

        Whom the contract names for the place, else the recipient of the nearest location upwards,
        else the contract's, else the customer's, else the customer's invoice address. On one
        contract, or on none. A place of somebody else, where a device may stand by now, says
        nothing of who pays under this contract.

        :return: one ``res.partner`` or an empty one when there is no customer
        """
        place = location or self.env["res.partner"]
        owner = self.customer_id or customer
        if owner and place.commercial_partner_id != owner.commercial_partner_id:
            place = place.browse()
        named = self and self._get_place(place, lambda entry: entry.invoice_partner_id)
        partner = named.invoice_partner_id if named else place.browse()
        while not partner and place.type == "location":
            partner = place.service_invoice_partner_id
            place = place.parent_id
        partner = partner or self.invoice_partner_id or customer.service_invoice_partner_id
        if partner or not customer:
            return partner
        return partner.browse(customer.address_get(["invoice"])["invoice"])

    def _lint_contract(self):
        """EXTENDS service_contract: devices at places that are not covered."""
        findings = super()._lint_contract()
        for stay in self.place_ids and self.device_ids._today():
            if stay.location_id and not self._get_place(stay.location_id):
                text = self.env._(
                    "%(device)s stands at %(place)s, which the contract does not cover. Add the "
                    "place to its locations, or let the device leave.",
                    device=stay.device_id.display_name,
                    place=stay.location_id.display_name,
                )
                findings.append(Finding("not_covered", text, stay))
        return findings
