from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain


class ServiceMembership(models.Model):
    """Adds the scope *listed devices*: only these devices and what concerns them.

    A row limited to locations may list devices beside them; both count.
    """

    _inherit = "service.membership"

    scope = fields.Selection(
        selection_add=[("devices", "Listed devices")],
        # Without devices such a role opens nothing, and must never open more.
        ondelete={"devices": "cascade"},
    )
    device_ids = fields.Many2many(
        "service.device",
        "service_membership_device_rel",
        "membership_id",
        "device_id",
        string="Devices",
        domain="[('customer_id', '=', customer_id)]",
        help="The person sees these devices as long as they are at the customer.",
    )
    scope_device_ids = fields.Many2many(
        "service.device",
        "service_membership_device_scope_rel",
        "membership_id",
        "device_id",
        string="Devices in Scope",
        compute="_compute_scope_device_ids",
        store=True,
        help="The listed devices that are at the customer now; what record rules read.",
    )

    @api.depends("scope", "customer_id", "device_ids.customer_id")
    def _compute_scope_device_ids(self):
        for membership in self:
            listed = membership.device_ids if membership.scope != "all" else []
            membership.scope_device_ids = membership.device_ids.browse(
                device.id for device in listed if device.customer_id == membership.customer_id
            )

    @api.constrains("customer_id", "device_ids")
    def _check_devices(self):
        for membership in self:
            foreign = membership.device_ids.filtered(
                lambda device, customer=membership.customer_id: device.customer_id != customer
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(devices)s: not at %(customer)s now. Choose devices of this customer.",
                        devices=", ".join(foreign.mapped("display_name")),
                        customer=membership.customer_id.display_name,
                    )
                )

    @api.constrains("role", "scope", "device_ids")
    def _check_scope(self):
        """EXTENDS service_customer: a list of devices has at least one, and opens no invoices."""
        super()._check_scope()
        for membership in self:
            if membership.scope == "devices" and membership.role == "accounting":
                raise ValidationError(
                    self.env._(
                        "Invoices don't belong to single devices. Give %s the whole customer or"
                        " locations.",
                        membership.contact_id.display_name,
                    )
                )
            if membership.scope == "devices" and not membership.device_ids:
                raise ValidationError(
                    self.env._(
                        "Choose at least one device for %s, or another scope.",
                        membership.contact_id.display_name,
                    )
                )

    def _settle_scope(self):
        """EXTENDS service_customer: the devices in scope, too."""
        super()._settle_scope()
        self.mapped("scope_device_ids")

    def _scope_domains(self, customer, location=None, device=None, **paths):
        """EXTENDS service_customer: a membership may list devices.

        :param device: path of the field with the device; without it a list of devices opens nothing
        """
        domains = super()._scope_domains(customer, location=location, **paths)
        if device:
            listed = Domain(device, "in", self.scope_device_ids.ids)
            # Records of a device that was at somebody else's then stay with that customer.
            domains.append(listed & Domain(customer, "in", self.customer_id.ids))
        return domains

    def _scope_label(self):
        """EXTENDS service_customer: names the devices."""
        if self.scope == "all" or not self.device_ids:
            return super()._scope_label()
        devices = ", ".join(self.device_ids.mapped("display_name"))
        return devices if self.scope == "devices" else f"{super()._scope_label()}, {devices}"

    def _scope_combined_vals(self):
        """EXTENDS service_customer: devices that were listed stay listed beside locations."""
        vals = super()._scope_combined_vals()
        devices = self.device_ids.browse() if vals["scope"] == "all" else self.device_ids
        return vals | {"device_ids": [Command.set(devices.ids)]}

    # --- what decision makers may give ---

    def _is_within(self, decisions):
        """EXTENDS service_customer: each listed device is in the decision makers' scope."""
        if self.scope == "locations" and self.device_ids:
            return super()._is_within(decisions) and self._has_devices_within(decisions)
        if self.scope != "devices" or "all" in decisions.mapped("scope"):
            return super()._is_within(decisions)
        return self.role != "accounting" and self._has_devices_within(decisions)

    def _has_devices_within(self, decisions):
        return self.scope_device_ids <= self._get_devices_within(decisions)

    @api.model
    def _get_devices_within(self, decisions):
        """:return: superuser service.device that are in the scope of these rows"""
        devices = Domain("customer_id", "in", decisions.customer_id.ids)
        if "all" not in decisions.mapped("scope"):
            devices &= Domain("location_id", "in", decisions.scope_location_ids.ids) | Domain(
                "id", "in", decisions.scope_device_ids.ids
            )
        # The decision maker's rows say what may be chosen, whatever else the person may open.
        return self.env["service.device"].sudo().search(devices, order="model_id, name")

    @api.model
    def _scope_choices(self, decisions):
        """EXTENDS service_customer: the devices."""
        choices = super()._scope_choices(decisions)
        return choices | {"devices": self._get_devices_within(decisions)}

    @api.model
    def _prepare_scope_vals(self, scope, ids):
        """EXTENDS service_customer: the devices."""
        vals = super()._prepare_scope_vals(scope, ids)
        return vals | {"device_ids": [Command.set(ids if scope == "devices" else [])]}
