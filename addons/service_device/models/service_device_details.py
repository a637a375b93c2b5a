import ipaddress
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Who may see what a device cost us: technicians and dispatchers may not.
COST_GROUPS = ",".join(
    f"service_customer.group_service_{role}" for role in ("manager", "warehouse", "accounting")
)
MAC_DIGITS = re.compile(r"[0-9A-F]{12}")


class ServiceDevice(models.Model):
    """What else is known of a device: options, tags, cost, network, people who use it."""

    _inherit = "service.device"

    parent_id = fields.Many2one(
        "service.device",
        string="Part Of",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
        domain="[('id', '!=', id), ('parent_id', '=', False), ('company_id', '=', company_id)]",
        help="The device into which this option (finisher, tray) is built. It moves along.",
    )
    child_ids = fields.One2many("service.device", "parent_id", string="Options")
    child_count = fields.Integer(string="Number of Options", compute="_compute_child_count")
    tag_ids = fields.Many2many(
        "service.device.tag", "service_device_tag_rel", "device_id", "tag_id", string="Tags"
    )
    contact_ids = fields.Many2many(
        "res.partner",
        "service_device_contact_rel",
        "device_id",
        "partner_id",
        string="Used By",
        copy=False,
        domain="[('commercial_partner_id', '=', customer_id), ('type', '!=', 'location'),"
        " ('is_company', '=', False)]",
        help="People of the customer who use the device.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    purchase_cost = fields.Monetary(groups=COST_GROUPS, copy=False)
    warranty_pages = fields.Integer(
        string="Warranty Until (pages)",
        help="The manufacturer's warranty ends at this count of pages; 0: by date only.",
    )
    ip_address = fields.Char(string="IP Address", index="trigram", copy=False)
    mac_address = fields.Char(string="MAC Address", copy=False)
    hostname = fields.Char(string="Network Name", copy=False)
    firmware = fields.Char(copy=False)
    panel_url = fields.Char(
        string="Panel", copy=False, help="Address of the device's own web page in its network."
    )

    _warranty_pages_positive = models.Constraint(
        "CHECK(warranty_pages >= 0)", "The pages of a warranty cannot be below zero."
    )

    @api.depends("child_ids")
    def _compute_child_count(self):
        for device in self:
            device.child_count = len(device.child_ids)

    @api.constrains("parent_id")
    def _check_parent(self):
        """Options are built into devices, not into options."""
        for device in self.filtered("parent_id"):
            if device.parent_id == device or device.parent_id.parent_id or device.child_ids:
                raise ValidationError(
                    self.env._(
                        "%s cannot be an option: a device has options, an option has none."
                        " Choose the device itself.",
                        device.name,
                    )
                )

    @api.constrains("contact_ids")
    def _check_contacts(self):
        for device in self:
            foreign = device._get_foreign_contacts()
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(people)s: not of %(customer)s. Choose people of this customer.",
                        people=", ".join(foreign.mapped("display_name")),
                        customer=device.customer_id.display_name or self.env._("no customer"),
                    )
                )

    @api.constrains("ip_address")
    def _check_ip_address(self):
        for device in self.filtered("ip_address"):
            try:
                ipaddress.ip_address(device.ip_address)
            except ValueError:
                raise ValidationError(
                    self.env._(
                        "“%s” is not an IP address. Write it like 192.168.1.20.",
                        device.ip_address,
                    )
                )

    @api.constrains("mac_address")
    def _check_mac_address(self):
        for device in self.filtered("mac_address"):
            if not MAC_DIGITS.fullmatch(device.mac_address.replace(":", "")):
                raise ValidationError(
                    self.env._(
                        "“%s” is not a MAC address. Write it like 00:20:6B:4E:11:A7.",
                        device.mac_address,
                    )
                )

    @api.constrains("panel_url")
    def _check_panel_url(self):
        for device in self.filtered("panel_url"):
            if not device.panel_url.lower().startswith(("https://", "http://")):
                raise ValidationError(
                    self.env._("The panel's address must start with https:// or http://.")
                )

    @api.model
    def _clean_network_vals(self, vals):
        """The values with addresses in their one written form (a copy when anything differs)."""
        cleaned = dict(vals)
        for name in ("ip_address", "panel_url"):
            if cleaned.get(name):
                cleaned[name] = cleaned[name].strip()
        if cleaned.get("mac_address"):
            digits = re.sub(r"[\s:.\-]", "", cleaned["mac_address"]).upper()
            cleaned["mac_address"] = ":".join(re.findall("..?", digits))
        return cleaned

    @api.model_create_multi
    def create(self, vals_list):
        """EXTENDS: network addresses are stored in their one written form."""
        return super().create([self._clean_network_vals(vals) for vals in vals_list])

    def write(self, vals):
        """EXTENDS: network addresses are stored in their one written form."""
        return super().write(self._clean_network_vals(vals))

    def action_open_options(self):
        """Open the options that are built into this device."""
        self.ensure_one()
        return self.child_ids._get_records_action(name=self.env._("Options"))

    def _get_foreign_contacts(self):
        """The people who use this device but belong to another customer."""
        self.ensure_one()
        return self.contact_ids.filtered(
            lambda person: person.commercial_partner_id != self.customer_id
        )

    def _set_current_placement(self, placement):
        """EXTENDS: people of the former customer no longer use the device."""
        super()._set_current_placement(placement)
        foreign = self._get_foreign_contacts()
        if foreign:
            self.contact_ids -= foreign
