from math import asin, cos, radians, sin, sqrt

from odoo import api, fields, models

#: Roads are longer than the straight line by about so much.
ROAD_FACTOR = 1.3
EARTH_RADIUS_KM = 6371.0


class ServiceTravelZone(models.Model):
    """What a drive costs: a flat price, or so much for a kilometre, by region or distance."""

    _name = "service.travel.zone"
    _description = "Travel Zone"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    region_ids = fields.Many2many(
        "service.region",
        string="Regions",
        help="By the postal code of the place. Empty: in every region.",
    )
    km_to = fields.Integer(
        "Up to (km)", help="Distance of the place, one way. Zero: however far it is."
    )
    product_id = fields.Many2one(
        "product.product",
        string="Charged As",
        required=True,
        ondelete="restrict",
        domain=[("type", "=", "service")],
        help="Its price counts, or what contracts and price lists say of it.",
    )
    counted = fields.Selection(
        [("visit", "Once for a visit"), ("km", "By kilometre, there and back")],
        required=True,
        default="visit",
    )

    _km_positive = models.Constraint("CHECK(km_to >= 0)", "A distance cannot be negative.")

    def _find(self, place):
        """The first of these zones that fits a place.

        :param place: `res.partner`, a location or a customer
        """
        # sudo: the place is the visit's, whose address the technician sees.
        place = place.sudo()
        region, km = place.service_region_id, None
        for zone in self:
            if zone.region_ids and region not in zone.region_ids:
                continue
            if zone.km_to:
                km = place._get_service_travel_km(zone.company_id) if km is None else km
                if not km or km > zone.km_to:
                    continue
            return zone
        return self.browse()


class ResPartner(models.Model):
    """How far it is to a place."""

    _inherit = "res.partner"

    service_travel_km = fields.Float(
        "Distance (km)",
        digits=(6, 1),
        groups="base.group_user",
        help="One way from our address, by road. Empty: reckoned from the positions on the map.",
    )

    def _get_service_travel_km(self, company):
        """Distance by road in km: as entered for the place, else from the positions.

        :param company: `res.company` from whose address it is measured
        :return: 0 when it is not known
        """
        self.ensure_one()
        entered = self._get_service_nearest("service_travel_km")
        if entered:
            return entered
        here, there = company.partner_id._get_service_position(), self._get_service_position()
        if not here or not there:
            return 0.0
        (lat1, long1), (lat2, long2) = (map(radians, each) for each in (here, there))
        chord = sin((lat2 - lat1) / 2) ** 2 + (
            cos(lat1) * cos(lat2) * sin((long2 - long1) / 2) ** 2
        )
        return 2 * EARTH_RADIUS_KM * asin(sqrt(chord)) * ROAD_FACTOR


class ServiceOrder(models.Model):
    """In which zone the work is."""

    _inherit = "service.order"

    travel_zone_id = fields.Many2one(
        "service.travel.zone",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        compute="_compute_travel_zone_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('company_id', '=', company_id)]",
        help="What each drive of this order is charged as. Follows from the place.",
    )

    @api.depends("location_id", "customer_id", "company_id", "type_id")
    def _compute_travel_zone_id(self):
        """Only where somebody drives."""
        every = self.env["service.travel.zone"].search([("company_id", "in", self.company_id.ids)])
        zones = every.grouped("company_id")
        for order in self:
            mine = zones.get(order.company_id) if order.type_id.mode == "on_site" else None
            place = order.location_id or order.customer_id
            order.travel_zone_id = mine._find(place) if mine and place else False


class ServiceOrderLine(models.Model):
    """A drive into a zone is charged as the zone says."""

    _inherit = "service.order.line"

    def _get_usual_product(self):
        # EXTENDS service_order
        zone = self.order_id.travel_zone_id if self.kind == "travel" else None
        return zone.product_id if zone else super()._get_usual_product()


class ServiceVisit(models.Model):
    """The drive to a visit."""

    _inherit = "service.visit"

    def _add_travel(self):
        """A visit into a zone gets its travel line, unless the technician entered one."""
        self.ensure_one()
        # sudo: technicians read neither the place's nor the company's positions.
        zone = self.sudo().order_id.travel_zone_id
        if not zone or "travel" in self.line_ids.mapped("kind"):
            return
        quantity, calculation = 1, zone.name
        if zone.counted == "km":
            order = self.sudo().order_id  # sudo: as above
            km = (order.location_id or order.customer_id)._get_service_travel_km(self.company_id)
            if not km:
                text = self.env._(
                    "The distance is not known, so no travel was charged. Enter the kilometres in "
                    "a travel line, or on the location for the next time."
                )
                order._message_log(body=text)
                return
            # Whole kilometres, as on the clock of the car.
            quantity = round(2 * km)
            calculation = self.env._(
                "%(zone)s: 2 × %(km)s km", zone=zone.name, km=f"{km:.1f}".rstrip("0").rstrip(".")
            )
        self.env["service.order.line"].create(
            {
                "order_id": self.order_id.id,
                "visit_id": self.id,
                "kind": "travel",
                "product_id": zone.product_id.id,
                "quantity": quantity,
                "calculation": calculation,
            }
        )
