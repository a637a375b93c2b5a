from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

# How many of the newest events the card shows.
CARD_EVENTS = 5


class ServiceDevice(models.Model):
    """The card: what one must know before a device, at a glance."""

    _inherit = "service.device"

    card_html = fields.Html(
        string="At a Glance", compute="_compute_card_html", sanitize=False, compute_sudo=False
    )

    @api.depends_context("lang", "uid", "tz")
    def _compute_card_html(self):
        for device in self:
            if not device._origin:
                device.card_html = False
                continue
            device.card_html = self.env["ir.qweb"]._render(
                "service_device.device_card",
                {
                    "device": device._origin,
                    "facts": sorted(device._origin._card_facts(), key=lambda fact: fact["order"]),
                    "events": device._origin._card_events(),
                },
            )

    def _card_facts(self):
        """What the card says of this device; upper addons add theirs to ``super()``.

        Each fact is a dict: ``order`` (5 where and whose, 10 warranty, 20 contract, 30 meters, 40
        open order, 50 next visit, 60 people, 70 network), ``icon`` (Font Awesome), ``label``,
        ``value`` (text or `Markup`), and maybe ``note`` (said beside it, smaller), ``url`` (where a
        tap leads) and ``tone`` (success, warning, danger).

        :return: list of dicts
        """
        self.ensure_one()
        facts = [
            self._card_fact_place(),
            self._card_fact_warranty(),
            self._card_fact_people(),
            self._card_fact_network(),
        ]
        return [fact for fact in facts if fact]

    def _card_fact_place(self):
        place = self.placement_id
        # sudo: technicians may not read the stock; the name of the shelf is no secret.
        shelf = place.sudo().stock_location_id.display_name
        status = dict(self._fields["status"]._description_selection(self.env))[self.status]
        owner = dict(self._fields["owner"]._description_selection(self.env))[self.owner]
        return {
            "order": 5,
            "icon": "fa-map-marker",
            "label": self.env._("Where and Whose"),
            "value": self.customer_id.name or shelf or status,
            "note": " · ".join(
                part for part in (self.location_id.service_location_path, owner) if part
            ),
        }

    def _card_fact_warranty(self):
        if not self.warranty_date and not self.warranty_pages:
            return None
        over = self.warranty_date and self.warranty_date < fields.Date.context_today(self)
        parts = [
            self.warranty_date and format_date(self.env, self.warranty_date),
            self.warranty_pages
            and self.env._("%s pages", f"{self.warranty_pages:,}".replace(",", "\u00a0")),
        ]
        return {
            "order": 10,
            "icon": "fa-shield",
            "label": self.env._("Warranty Over Since") if over else self.env._("Warranty Until"),
            "value": " / ".join(part for part in parts if part),
            "tone": "muted" if over else "success",
        }

    def _card_fact_people(self):
        people = self.placement_id.custodian_id | self.contact_ids
        if not people:
            return None
        return {
            "order": 60,
            "icon": "fa-user",
            "label": self.env._("People"),
            "value": Markup("<br/>").join(
                Markup("%s %s") % (person.name, self._card_phone(person)) for person in people[:3]
            ),
        }

    @api.model
    def _card_phone(self, person):
        if not person.phone:
            return ""
        return Markup('<a href="tel:%s" class="text-nowrap">%s</a>') % (person.phone, person.phone)

    def _card_fact_network(self):
        if not self.ip_address:
            return None
        return {
            "order": 70,
            "icon": "fa-wifi",
            "label": self.env._("Network"),
            "value": self.ip_address,
            "url": self.panel_url or f"http://{self.ip_address}",
        }

    def _card_events(self):
        """The newest events, as the reader may see them."""
        self.ensure_one()
        return self.env["service.device.event"].search_fetch(
            [("device_id", "=", self.id)], limit=CARD_EVENTS
        )
