from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

ADDRESS = ("street", "street2", "zip", "city")
MAP = "https://www.openstreetmap.org"


class ResPartner(models.Model):
    """Where a place is: its own address and position, or those of the nearest place above."""

    _inherit = "res.partner"

    service_address = fields.Char(
        string="Address Used",
        compute="_compute_service_address",
        recursive=True,
        # Where a place is, is no secret for whoever may see the place.
        compute_sudo=True,
        help="In one line; a location without its own address has that of what it lies in.",
    )
    service_address_inherited = fields.Boolean(
        compute="_compute_service_address", recursive=True, compute_sudo=True
    )

    @api.depends("type", "parent_id.service_address", *ADDRESS)
    def _compute_service_address(self):
        for partner in self:
            town = " ".join(part for part in (partner.zip, partner.city) if part)
            own = ", ".join(part for part in (partner.street, partner.street2, town) if part)
            partner.service_address_inherited = not own and partner.type == "location"
            partner.service_address = (
                partner.parent_id.service_address if partner.service_address_inherited else own
            )

    @api.constrains("partner_latitude", "partner_longitude")
    def _check_position(self):
        for partner in self:
            if abs(partner.partner_latitude) > 90 or abs(partner.partner_longitude) > 180:
                raise ValidationError(
                    self.env._(
                        "The position of %s is not on Earth: the latitude is between -90 and 90,"
                        " the longitude between -180 and 180 degrees. Perhaps they are swapped.",
                        partner.display_name,
                    )
                )

    def _get_service_address(self):
        """Partner that holds the address of this one.

        :return: res.partner: itself if it has an address or is no location, else the nearest
            location above or the customer
        """
        self.ensure_one()
        partner = self
        while partner.type == "location" and partner.parent_id:
            if any(partner[name] for name in ADDRESS):
                break
            partner = partner.parent_id
        return partner

    def _get_service_position(self):
        """Position of the place, in degrees.

        :return: tuple (latitude, longitude) of the nearest place with a position, up to the one
            whose address counts; ``None`` if none has one
        """
        self.ensure_one()
        last = self._get_service_address()
        partner = self
        while True:
            if partner.partner_latitude or partner.partner_longitude:
                return partner.partner_latitude, partner.partner_longitude
            if partner == last:
                return None
            partner = partner.parent_id

    def geo_localize(self):
        """EXTENDS base_geolocalize: a place without its own address is looked for where it lies."""
        inherited = self.filtered("service_address_inherited")
        found = super(ResPartner, self - inherited).geo_localize() if self - inherited else True
        addresses = self.browse().union(*(place._get_service_address() for place in inherited))
        return addresses.geo_localize() and found if addresses else found

    def action_open_service_map(self):
        """Show the place on a map, by its position or else by its address.

        :raise UserError: it has neither
        """
        self.ensure_one()
        if position := self._get_service_position():
            latitude, longitude = position
            query = urlencode({"mlat": latitude, "mlon": longitude})
            url = f"{MAP}/?{query}#map=17/{latitude}/{longitude}"
        elif self.service_address:
            country = self._get_service_address().country_id.name
            words = ", ".join(part for part in (self.service_address, country) if part)
            url = f"{MAP}/search?{urlencode({'query': words})}"
        else:
            raise UserError(
                self.env._("%s has neither an address nor a position. Enter one.", self.name)
            )
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}
