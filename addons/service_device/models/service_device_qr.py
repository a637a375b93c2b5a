import base64
import hashlib
import hmac
import io
import secrets

import qrcode

from odoo import api, fields, models

TOKEN_BYTES = 24


class ServiceDevice(models.Model):
    """The QR code of a device: a secret address that answers by who scans it."""

    _inherit = "service.device"

    qr_token = fields.Char(
        string="QR Token",
        default=lambda self: secrets.token_urlsafe(TOKEN_BYTES),
        required=True,
        copy=False,
        readonly=True,
        groups="base.group_user",
    )
    qr_url = fields.Char(string="QR Address", compute="_compute_qr_url", groups="base.group_user")
    qr_image = fields.Binary(
        string="QR Code", compute="_compute_qr_image", groups="base.group_user"
    )
    qr_image_url = fields.Char(
        string="QR Picture", compute="_compute_qr_image_url", groups="base.group_user"
    )

    _qr_token_uniq = models.UniqueIndex("(qr_token)", "This QR token is in use already.")

    def _has_field_access(self, field, operation):
        # EXTENDS 'base': a typed token could be guessed.
        if operation == "write" and field.name == "qr_token" and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    @api.depends("qr_token")
    def _compute_qr_url(self):
        for device in self:
            device.qr_url = f"{device.get_base_url()}/service/d/{device.qr_token}"

    @api.depends("qr_token")
    def _compute_qr_image_url(self):
        """Where the picture is; another address after the code was replaced."""
        for device in self:
            version = hashlib.sha256(device.qr_token.encode()).hexdigest()[:12]
            device.qr_image_url = (
                f"/web/image/service.device/{device._origin.id}/qr_image?unique={version}"
            )

    @api.depends("qr_url")
    def _compute_qr_image(self):
        for device in self:
            device.qr_image = self._make_qr_image(device.qr_url)

    @api.model
    def _make_qr_image(self, text):
        """A QR code of the text as base64 PNG; error correction M, for labels get scratched."""
        code = qrcode.QRCode(
            error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=8, border=2
        )
        code.add_data(text)
        stream = io.BytesIO()
        code.make_image().save(stream, format="PNG")
        return base64.b64encode(stream.getvalue())

    @api.model
    def _find_by_qr_token(self, token):
        """The device with this QR token, or an empty recordset; to be called as superuser.

        A customer may want no QR codes: then they answer our own people only.

        The unique index finds it; the comparison afterwards takes the same time whatever differs.
        """
        if "\0" in token:
            # PostgreSQL knows no such text.
            return self.browse()
        device = self.with_context(active_test=False).search([("qr_token", "=", token)], limit=1)
        if not device or not hmac.compare_digest(device.qr_token.encode(), token.encode()):
            return self.browse()
        if device.customer_id.service_qr_off and not self.env.user._is_internal():
            return self.browse()
        return device

    def _qr_target(self, user):
        """Where the QR code of this device leads whoever scans it.

        Upper addons answer for the people they know and leave the rest to ``super()``.

        :param user: the `res.users` record that scans; the public user when nobody is logged in
        :return: ``{"type": "redirect", "url": str}`` or
            ``{"type": "page", "template": xml id, "values": dict of plain values}``
        """
        self.ensure_one()
        assigned = self.with_user(user).has_access("read")
        if assigned and user._is_internal():
            return {"type": "redirect", "url": f"/odoo/service-devices/{self.id}"}
        return {
            "type": "page",
            "template": "service_device.qr_public_page",
            # A stranger learns nothing but what anybody who stands before the device can read.
            "values": {
                "model_name": self.model_id.display_name,
                "serial_end": self.serial[-4:],
                "model_image": self.model_id.image_512,
                "assigned": assigned,
                "service_phone": (self.company_id or self.env.company).phone,
            },
        }

    def action_revoke_qr(self):
        """Give the devices new QR codes; labels printed before lead nowhere from now on."""
        self.check_access("write")
        for device in self:
            # sudo: nobody types a token; whether the user may change the device was checked.
            device.sudo().qr_token = secrets.token_urlsafe(TOKEN_BYTES)
            device.message_post(
                body=self.env._("The QR code was replaced. Labels printed before no longer work.")
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The QR code is new. Print a new label."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
